import Core
import Engine
import Messaging
import Testing

/// The limits that an operator sets reach the broker, and the loop comes back for them.
@Suite("Engine limits")
struct EngineLimitsTests {
    @Test("who publishes beyond the memory is blocked, and freed after a purge by itself")
    func memory() async {
        var limits = EngineLimits()
        limits.messageMemoryBytesMax = 500_000
        let engine = Engine.testing(limits: limits)
        let outlet = ScriptedOutlet(1)
        let blocked = Effect.blocked(reason: "low on memory")
        await engine.run { engine in
            _ = engine.open(outlet)
            engine.send([.declareQueue(.init(name: "q"))], from: outlet)
            let body = String(repeating: "x", count: 100_000)
            engine.publish([body], key: "q", from: outlet)
            #expect(!outlet.effects.contains(blocked))
            engine.publish(Array(repeating: body, count: 8), key: "q", from: outlet)
            engine.publish(["one more"], key: "q", from: outlet)
            #expect(outlet.effects.filter { $0 == blocked }.count == 1)
            #expect(engine.purge("q") == 10)
        }
        // The loop comes back by itself, within a few turns.
        for _ in 0..<1_000 {
            if await engine.sample().trouble.blockedConnections == 0 { break }
        }
        await engine.run { _ in #expect(outlet.effects.last == .unblocked) }
    }

    @Test("a delivery that is held too long goes to another consumer")
    func consumerTimeout() async {
        var limits = EngineLimits()
        limits.consumerTimeoutMilliseconds = 5
        let engine = Engine.testing(limits: limits)
        let (first, second) = (ScriptedOutlet(1), ScriptedOutlet(2))
        await engine.run { engine in
            _ = engine.open(first)
            _ = engine.open(second)
            engine.send(
                [.declareQueue(.init(name: "q")), .consume(.init(queue: "q"))], from: first)
            engine.publish(["m"], key: "q", from: second)
            engine.send([.consume(.init(queue: "q", isAutoAck: true))], from: second)
            #expect(await second.bodies(1, isolation: engine) == ["m"])
            let isClosed = first.effects.contains { effect in
                guard case .closeChannel(_, let refusal) = effect else { return false }
                return refusal.code == .preconditionFailed
            }
            #expect(isClosed)
        }
    }

    @Test("without a word of the operator, the limits are those of the project")
    func defaults() {
        let limits = EngineLimits()
        #expect(limits.connectionsMax == Limits.connectionsMax)
        #expect(limits.messageMemoryBytesMax == Limits.messageMemoryBytesMax)
        #expect(limits.consumerTimeoutMilliseconds == Limits.consumerTimeoutMilliseconds)
    }
}
