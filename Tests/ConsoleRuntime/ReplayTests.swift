import BrokerLink
import ConsoleRuntime
import Messaging
import Screens
import Synchronization
import TestSupport
import Testing

/// Replays tell how far they are, are written down, and can be stopped.
@Suite(.timeLimit(.minutes(5)))
struct ReplayTests {
    private let folder: TemporaryFolder
    private let outcomes = Outcomes()

    init() throws { self.folder = try TemporaryFolder() }

    /// What was told, in order.
    private final class Outcomes: Sendable {
        private let list = Mutex<[ReplayOutcome]>([])
        private let changed = Signal()

        var all: [ReplayOutcome] { self.list.withLock { $0 } }

        func add(_ outcome: ReplayOutcome) {
            self.list.withLock { $0.append(outcome) }
            self.changed.notify()
        }

        func waitForFirst() async { await self.changed.wait { !self.all.isEmpty } }
    }

    private static let request = ReplayRequest(
        stream: "audit", from: .offset(120), target: "copies", perSecondMax: 500)

    private var path: String { "\(self.folder.path)/audit.log" }

    private func runner(_ link: FakeLink, auditPath: String?) -> EffectRunner {
        let outcomes = self.outcomes
        return EffectRunner(
            link: link, load: FakeLoad(), audit: AuditLog(path: auditPath, now: { .testStart }),
            broker: "test"
        ) { message in
            if case .replayed(let outcome) = message { outcomes.add(outcome) }
        }
    }

    @Test("It tells its progress and its end, and both lines are in the log")
    func completes() async {
        var script = FakeLink.Script()
        script.replay = { _ in
            [.progress(ReplayReport(copied: 4, left: 6)), .finished(ReplayReport(copied: 10))]
        }
        let link = FakeLink(script)
        await self.runner(link, auditPath: self.path).run(.replay(Self.request), until: nil)
        #expect(link.calls == [.replay(Self.request)])
        #expect(self.outcomes.all.map(\.report.copied) == [4, 10])
        #expect(self.outcomes.all.map(\.ending) == [.running, .completed])
        let lines = TemporaryFolder.lines(of: self.path)
        #expect(lines.count == 2)
        #expect(
            lines.first?.contains(
                #""action":"replay","queue":"audit","from":"offset 120","to":"copies","#
                    + #""rate":"500/s""#) == true)
        #expect(
            lines.last?.contains(#""outcome":"Replayed 10 messages of audit to copies""#) == true)
    }

    @Test("A failure is told with what was done before it")
    func fails() async {
        var script = FakeLink.Script()
        script.replay = { _ in [.failed(ReplayReport(copied: 3), .queueNotFound("copies"))] }
        await self.runner(FakeLink(script), auditPath: self.path)
            .run(.replay(Self.request), until: nil)
        #expect(self.outcomes.all.last?.ending == .failed(.queueNotFound("copies")))
        #expect(self.outcomes.all.last?.report.copied == 3)
    }

    @Test("Stopping ends it after what is under way")
    func stops() async {
        var script = FakeLink.Script()
        script.replay = { _ in [.progress(ReplayReport(copied: 4))] }
        script.replayStaysOpen = true
        let (stop, stopper) = AsyncStream<Never>.makeStream()
        let runner = self.runner(FakeLink(script), auditPath: self.path)
        async let run: Void = runner.run(.replay(Self.request), until: stop)
        await self.outcomes.waitForFirst()
        stopper.finish()
        await run
        #expect(self.outcomes.all.last?.ending == .stopped)
        #expect(self.outcomes.all.last?.report.copied == 4)
    }

    @Test("What cannot be written down is not begun")
    func notAudited() async {
        let link = FakeLink()
        await self.runner(link, auditPath: nil).run(.replay(Self.request), until: nil)
        #expect(link.calls.isEmpty)
        guard case .failed(.notAttempted) = self.outcomes.all.last?.ending else {
            Issue.record("it has to say that nothing was done")
            return
        }
    }
}
