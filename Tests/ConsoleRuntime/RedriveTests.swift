import BrokerLink
import ConsoleRuntime
import DeadLetters
import Messaging
import Screens
import Synchronization
import TestSupport
import Testing

/// Redrives run by plan, tell how far they are, and can be stopped.
@Suite(.timeLimit(.minutes(5)))
struct RedriveTests {
    private let folder: TemporaryFolder
    private let outcomes = Outcomes()

    init() throws { self.folder = try TemporaryFolder() }

    /// What was told, in order.
    private final class Outcomes: Sendable {
        private let list = Mutex<[RedriveOutcome]>([])
        private let changed = Signal()

        var all: [RedriveOutcome] { self.list.withLock { $0 } }

        func add(_ outcome: RedriveOutcome) {
            self.list.withLock { $0.append(outcome) }
            self.changed.notify()
        }

        func waitForFirst() async { await self.changed.wait { !self.all.isEmpty } }
    }

    private static let plan = RedrivePlan(
        wholeOf: ["dead": 10], seen: [], to: .queueItDiedIn, hasQueue: { _ in true })

    private var path: String { "\(self.folder.path)/audit.log" }

    private func runner(_ link: FakeLink) -> EffectRunner {
        let outcomes = self.outcomes
        return EffectRunner(
            link: link, load: FakeLoad(), audit: AuditLog(path: self.path, now: { .testStart }),
            broker: "test"
        ) { message in
            if case .redrove(let outcome) = message { outcomes.add(outcome) }
        }
    }

    @Test("It tells its progress and its end, and both lines are in the log")
    func completes() async {
        var script = FakeLink.Script()
        script.redrive = { _ in
            [.progress(RedriveReport(moved: 4)), .finished(RedriveReport(moved: 10))]
        }
        await self.runner(FakeLink(script)).run(.redrive(Self.plan), until: nil)
        #expect(self.outcomes.all.map(\.report.moved) == [4, 10])
        #expect(self.outcomes.all.last?.ending == .completed)
        let lines = TemporaryFolder.lines(of: self.path)
        #expect(lines.count == 2)
        #expect(lines[0].contains(#""action":"redrive","count":10,"from":"dead""#))
        #expect(lines[1].contains(#""outcome":"10 requeued"#))
    }

    @Test("Stopping ends it after what is under way")
    func stops() async {
        var script = FakeLink.Script()
        script.redrive = { _ in [.progress(RedriveReport(moved: 4))] }
        script.redriveStaysOpen = true
        let (stop, stopper) = AsyncStream<Never>.makeStream()
        async let run: Void = self.runner(FakeLink(script)).run(.redrive(Self.plan), until: stop)
        await self.outcomes.waitForFirst()
        stopper.finish()
        await run
        #expect(self.outcomes.all.last?.ending == .stopped)
        #expect(self.outcomes.all.last?.report.moved == 4)
    }

    @Test("What cannot be written down is not begun, and the screen hears of it")
    func notAudited() async {
        let link = FakeLink()
        let outcomes = self.outcomes
        let runner = EffectRunner(
            link: link, load: FakeLoad(), audit: AuditLog(path: nil, now: { .testStart }),
            broker: "test"
        ) { message in
            if case .redrove(let outcome) = message { outcomes.add(outcome) }
        }
        await runner.run(.redrive(Self.plan), until: nil)
        #expect(link.calls.isEmpty)
        guard case .failed(.notAttempted) = outcomes.all.last?.ending else {
            Issue.record("it has to say that nothing was done")
            return
        }
    }
}
