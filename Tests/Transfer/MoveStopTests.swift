import BrokerLink
import Messaging
import Synchronization
import TestSupport
import Testing
import Transfer

/// A stop that comes while a broker works on a step waits for its outcome.
@Suite("Stopped move", .timeLimit(.minutes(5)))
struct MoveStopTests {
    @Test("What was published when the stop came is removed from its source")
    func duringPublish() async {
        let (source, target) = (MemoryLink(bodies: MoveRunnerTests.bodies), MemoryLink())
        var script = FakeLink.Script()
        script.browse = { request in source.state.withLock { .success($0.page(request)) } }
        script.remove = { messages, _ in
            // As a link whose request is broken off with its task.
            guard !Task.isCancelled else { return .failure(.outcomeUnknown(action: "it")) }
            return source.state.withLock { $0.remove(messages) }
        }
        let (link, sink) = (FakeLink(script), StoppingSink(target))
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let move = Task {
            for await _ in gate { break }
            return await MoveRunner(from: link, to: sink).run(
                MoveRequest(source: "q", target: "q2", countMax: 1_000)
            ) { _ in }
        }
        sink.stop.withLock { $0 = { move.cancel() } }
        opener.yield()
        let outcome = await move.value
        #expect(outcome.ending == .stopped)
        #expect(outcome.report.moved == 64)
        #expect(outcome.report.copied == 0)
        #expect(source.bodies + target.bodies == MoveRunnerTests.bodies.rotated(by: 64))
    }

    @Test("A look that was broken off is a stop, and no failure")
    func duringBrowse() async {
        var script = FakeLink.Script()
        script.browse = { _ in
            withUnsafeCurrentTask { $0?.cancel() }
            return .failure(.disconnected(reason: "broken off"))
        }
        let link = FakeLink(script)
        let move = Task {
            await MoveRunner(from: link, to: MemoryLink()).run(
                MoveRequest(source: "q", target: "q2", countMax: 1_000)
            ) { _ in }
        }
        #expect(await move.value.ending == .stopped)
    }
}

/// Stops the move as soon as something is published.
private final class StoppingSink: MessageSink {
    let stop = Mutex<@Sendable () -> Void>({})
    private let target: MemoryLink

    init(_ target: MemoryLink) { self.target = target }

    func publish(_ messages: [Message]) async -> [PublishOutcome] {
        self.stop.withLock { $0 }()
        return await self.target.publish(messages)
    }
}

extension [String] {
    /// From there on, and then what comes before.
    fileprivate func rotated(by count: Int) -> [String] {
        Array(self.dropFirst(count) + self.prefix(count))
    }
}
