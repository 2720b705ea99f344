import Core
import Engine
import Messaging
import NIOPosix
import Store
import Synchronization
import Testing

/// What an operator changes and hears while the engine runs.
@Suite("Engine operation")
struct OperationTests {
    /// What was told, in order.
    private final class Told: Sendable {
        private let list = Mutex<[String]>([])

        var all: [String] { self.list.withLock { $0 } }

        func add(_ notice: EngineNotice) { self.list.withLock { $0.append("\(notice)") } }
    }

    @Test("an alarm is told when it begins and when it is over, once each")
    func alarms() async {
        let told = Told()
        var limits = EngineLimits()
        limits.messageMemoryBytesMax = 500_000
        let engine = Engine(
            on: MultiThreadedEventLoopGroup.singleton.next(), clock: .system(),
            store: VolatileStore(), seed: 1, limits: limits, notify: { told.add($0) })
        let outlet = ScriptedOutlet(1)
        await engine.run { engine in
            _ = engine.open(outlet)
            engine.send([.declareQueue(.init(name: "q"))], from: outlet)
            #expect(told.all == [])
            let body = String(repeating: "x", count: 100_000)
            engine.publish(Array(repeating: body, count: 8), key: "q", from: outlet)
            engine.publish(["one more"], key: "q", from: outlet)
            #expect(told.all == ["memory is low: publishers are blocked"])
            _ = engine.purge("q")
            engine.publish(["again"], key: "q", from: outlet)
            #expect(
                told.all == ["memory is low: publishers are blocked", "memory is low: over"])
        }
        await engine.stop()
    }

    @Test("limits change while it runs; queues and connections that there are stay")
    func changes() async {
        let engine = Engine.testing()
        let (first, second) = (ScriptedOutlet(1), ScriptedOutlet(2))
        await engine.run { engine in
            let isFirstIn = engine.open(first)
            #expect(isFirstIn)
            engine.send(
                [.declareQueue(.init(name: "a")), .declareQueue(.init(name: "b"))], from: first)
            var limits = EngineLimits(connectionsMax: 1)
            limits.queuesMax = 2
            engine.change(to: limits)
            let isSecondIn = engine.open(second)
            #expect(!isSecondIn)
            engine.send([.declareQueue(.init(name: "a"))], from: first)
            #expect(first.refusals == [], "declared again, it is the one that there is")
            engine.send([.declareQueue(.init(name: "c"))], from: first)
            #expect(first.refusals.map(\.code) == [.preconditionFailed])
            #expect(first.refusals.first?.text.contains("queue limit in vhost '/' (2)") == true)
        }
    }
}

extension ScriptedOutlet {
    /// What channels were closed for.
    fileprivate var refusals: [Refusal] {
        self.effects.compactMap { effect in
            if case .closeChannel(_, let refusal) = effect { refusal } else { nil }
        }
    }
}
