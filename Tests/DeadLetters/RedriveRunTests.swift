import BrokerLink
import DeadLetters
import Messaging
import TestSupport
import Testing

@Suite("Carrying out a plan")
struct RedriveRunTests {
    /// Two steps: 2 messages to orders.payment, 1 to orders.shipping; and one that stays.
    private let plan = RedrivePlan(
        for: [
            letter(1), letter(2), letter(3, rejectedIn: "orders.shipping"),
            letter(4, rejectedIn: "gone"),
        ],
        to: .queueItDiedIn, hasQueue: { $0 != "gone" })

    @Test("Steps follow one another, and reports add up")
    func carriesOutAllSteps() throws {
        var run = RedriveRun(self.plan)
        #expect(run.start() == .send(self.plan.steps[0].request))
        let progress = run.received(.progress(report(1, to: "orders.payment")))
        guard case .report(let outcome) = progress else {
            Issue.record("progress has to be reported, not \(progress)")
            return
        }
        #expect(outcome.ending == .running)
        #expect(outcome.summary == "requeued 1 of 3; 1 left: queue gone is gone")
        #expect(
            run.received(.finished(report(2, to: "orders.payment")))
                == .send(self.plan.steps[1].request))
        let end = run.received(.finished(report(1, to: "orders.shipping")))
        let ended = try #require(end.outcome)
        #expect(ended.ending == .completed)
        #expect(ended.report.moved == 3)
        #expect(ended.report.movedTo == ["orders.payment": 2, "orders.shipping": 1])
        #expect(!ended.isComplete, "one message stayed")
        #expect(
            ended.summary == "3 requeued: orders.payment 2, orders.shipping 1; "
                + "1 left: queue gone is gone")
    }

    @Test("A step that fails ends the run, and what was done before is told")
    func stopsAtFailure() throws {
        var run = RedriveRun(self.plan)
        _ = run.start()
        _ = run.received(.finished(report(2, to: "orders.payment")))
        let error = LinkError.queueNotFound("orders.shipping")
        let ended = try #require(run.received(.failed(RedriveReport(), error)).outcome)
        #expect(ended.ending == .failed(error))
        #expect(
            ended.summary == "2 requeued: orders.payment 2; 1 left: queue gone is gone. "
                + error.description)
    }

    @Test("A stream that ends without a word leaves the outcome unknown")
    func endsWithoutAWord() throws {
        var run = RedriveRun(self.plan)
        _ = run.start()
        _ = run.received(.progress(report(1, to: "orders.payment")))
        let ended = try #require(run.streamEnded().outcome)
        #expect(ended.ending == .failed(.outcomeUnknown(action: "the requeue")))
        #expect(ended.report.moved == 1)
    }

    @Test("A late event changes nothing")
    func ignoresLateEvents() throws {
        var run = RedriveRun(self.plan)
        _ = run.start()
        _ = run.stopped()
        let late = try #require(run.received(.finished(report(9, to: "x"))).outcome)
        #expect(late.report.moved == 0)
    }

    @Test("A plan without steps is complete at once")
    func hasNothingToDo() throws {
        var run = RedriveRun(RedrivePlan(for: [], to: .queueItDiedIn, hasQueue: { _ in false }))
        let ended = try #require(run.start().outcome)
        #expect(ended.isComplete)
        #expect(ended.summary == "0 requeued")
    }

    @Test("What was gone by then, and what had no queue to go to, is counted")
    func tellsWhatStayed() throws {
        var run = RedriveRun(
            RedrivePlan(
                wholeOf: ["dead": 41_000], seen: [letter(1, rejectedIn: "gone")],
                to: .queueItDiedIn, hasQueue: { _ in false }))
        _ = run.start()
        let report = RedriveReport(
            moved: 40_000, unroutable: 900, missing: 100, movedTo: ["orders": 40_000])
        let ended = try #require(run.received(.finished(report)).outcome)
        #expect(
            ended.summary == "40,000 requeued: orders 40,000; 900 left: no queue to go to; "
                + "100 were gone or held by then")
    }
}

@Suite("Driving a plan over a link")
struct RedriveRunnerTests {
    private let plan = RedrivePlan(
        for: [letter(1), letter(2, rejectedIn: "orders.shipping")], to: .queueItDiedIn,
        hasQueue: { _ in true })

    @Test("Requests are sent one after the other, and progress is told")
    func drivesAllSteps() async {
        var script = FakeLink.Script()
        script.redrive = { request in
            guard case .queue(let target) = request.target else { return [] }
            return [
                .progress(RedriveReport(moved: 0)), .finished(report(1, to: target)),
            ]
        }
        let link = FakeLink(script)
        var progress: [Int] = []
        let outcome = await RedriveRunner(link: link).run(self.plan) {
            progress.append($0.report.moved)
        }
        #expect(outcome.isComplete)
        #expect(progress == [0, 1])
        #expect(link.calls == self.plan.steps.map { .redrive($0.request) })
    }

    @Test("A stream that ends early is no success, and the next step is not sent")
    func endsEarly() async {
        var script = FakeLink.Script()
        script.redrive = { _ in [.progress(report(1, to: "orders.payment"))] }
        let link = FakeLink(script)
        let outcome = await RedriveRunner(link: link).run(self.plan) { _ in }
        #expect(outcome.ending == .failed(.outcomeUnknown(action: "the requeue")))
        #expect(link.calls.count == 1)
    }

    @Test("Cancelling stops it")
    func stopsWhenCancelled() async {
        var script = FakeLink.Script()
        script.redrive = { _ in [.progress(report(1, to: "orders.payment"))] }
        script.redriveStaysOpen = true
        let link = FakeLink(script)
        let plan = self.plan
        let outcome = await withTaskGroup(of: RedriveOutcome.self) { group in
            group.addTask { await RedriveRunner(link: link).run(plan) { _ in } }
            await link.waitUntil { !$0.isEmpty }
            group.cancelAll()
            return await group.next()
        }
        #expect(outcome?.ending == .stopped)
    }
}

/// What a link reports when so many messages went to one queue.
private func report(_ moved: Int, to queue: QueueName) -> RedriveReport {
    RedriveReport(moved: moved, movedTo: [queue: moved])
}

extension RedriveRun.Action {
    /// The outcome with which it ended.
    fileprivate var outcome: RedriveOutcome? {
        if case .end(let outcome) = self { outcome } else { nil }
    }
}
