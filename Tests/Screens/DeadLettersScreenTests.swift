import BrokerLink
import Canvas
import DeadLetters
import Messaging
import Screens
import TestSupport
import Testing

@Suite("Dead letters screen")
struct DeadLettersScreenTests {
    @Test("At 120x40: groups by cause, the largest first, and where they would go")
    func showsGroups() {
        let context = Shop.context(columns: 120, rows: 24)
        #expect(text(of: loaded(in: context), in: context) == "@@dead120@@")
    }

    @Test("At 80x24: a group opens to its letters, marks are shown")
    func opensGroups() {
        let context = Shop.context()
        var screen = loaded(in: context)
        _ = screen.perform(.open, in: context)
        _ = screen.update(.moved(.down), in: context)
        _ = screen.perform(.mark, in: context)
        #expect(text(of: screen, in: context) == "@@deadopen80@@")
    }

    @Test("At 40x12 cause, count and last death are left")
    func showsInLittleRoom() {
        let context = Shop.context(columns: 40, rows: 12)
        #expect(text(of: loaded(in: context), in: context) == "@@dead40@@")
    }

    @Test("Only queues that receive dead letters are looked into, without disturbing them")
    func looksIntoDeadLetterQueues() throws {
        let context = Shop.context()
        var screen = DeadLettersScreen()
        let requests = screen.update(.appeared, in: context).browses
        #expect(requests.map(\.queue) == ["orders.dead"])
        #expect(requests.first?.intrusionMax == Intrusion.none)
        #expect(screen.update(.sampled, in: context) == [], "the answer is awaited")
    }

    @Test("Requeue of a group asks first, with a dry run; yes sends the plan")
    func requeuesAGroup() throws {
        let context = Shop.context()
        var screen = loaded(in: context)
        let dialog = try #require(screen.perform(.requeue, in: context).dialogs.first)
        #expect(dialog.title == "Requeue 2 messages of orders.dead?")
        #expect(dialog.verb == "Requeue 2 messages")
        #expect(!dialog.isDestructive)
        #expect(
            dialog.lines == [
                "2 → orders.payment", "1 stays: a consumer holds them", "",
                "If it is interrupted, some may lie in both queues; none is lost.",
            ])
        #expect(dialog.effects == [redrive([15, 18], to: "orders.payment")])
    }

    @Test("Requeue takes the selected letter, and marked ones before it")
    func requeuesLetters() throws {
        let context = Shop.context()
        var screen = loaded(in: context)
        _ = screen.perform(.open, in: context)
        _ = screen.update(.moved(.down), in: context)
        _ = screen.update(.moved(.down), in: context)
        let one = try #require(screen.perform(.requeue, in: context).dialogs.first)
        #expect(one.effects == [redrive([18], to: "orders.payment")])
        _ = screen.perform(.mark, in: context)
        _ = screen.perform(.mark, in: context)
        let marked = try #require(screen.perform(.requeue, in: context).dialogs.first)
        #expect(marked.effects == [redrive([15, 18], to: "orders.payment")])
        let all = try #require(screen.perform(.requeueAll, in: context).dialogs.first)
        #expect(all.effects == [redrive([15, 16, 18, 19], to: "orders.payment")])
        #expect(all.lines.contains("1 stays: queue mail.gone is gone"))
    }

    @Test("Nothing is asked when nothing can go")
    func refusesAnEmptyPlan() {
        let context = Shop.context()
        var screen = loaded([Shop.letters[2]], in: context)
        let effects = screen.perform(.requeue, in: context)
        #expect(effects.notices == ["Nothing to requeue: 1 stays: queue mail.gone is gone."])
        #expect(effects.dialogs.isEmpty)
    }

    @Test("Moving asks for a queue, checks it, and asks before it acts")
    func movesElsewhere() throws {
        let context = Shop.context()
        var screen = loaded(in: context)
        let asked = screen.perform(.move, in: context)
        guard case .prompt(let prompt) = asked.first else {
            Issue.record("a queue has to be asked for, not \(asked)")
            return
        }
        #expect(prompt.label == "move 3 messages to queue")
        #expect(prompt.suggestions == ["orders.payment", "orders.shipping"])
        let wrong = screen.update(.promptAnswered(.targetQueue, "nowhere"), in: context)
        #expect(wrong.notices == ["Nothing was moved: there is no queue nowhere."])
        _ = screen.perform(.move, in: context)
        let effects = screen.update(.promptAnswered(.targetQueue, "orders.shipping"), in: context)
        let dialog = try #require(effects.dialogs.first)
        #expect(dialog.lines.first == "2 → orders.shipping")
        #expect(dialog.effects == [redrive([15, 18], to: "orders.shipping")])
    }

    @Test("Deleting names queues and counts, and leaves what a consumer holds")
    func deletes() throws {
        let context = Shop.context()
        var screen = loaded(in: context)
        let dialog = try #require(screen.perform(.delete, in: context).dialogs.first)
        #expect(
            dialog.lines == [
                "2 messages of orders.dead", "1 held by consumers stay.", "",
                "This cannot be undone.",
            ])
        let ids = [15, 18].map { MessageID(Position($0)) }
        #expect(dialog.effects == [.work(.deleteMessages(ids, from: "orders.dead"))])
        let after = screen.update(.deletedMessages("orders.dead", .success(2)), in: context)
        #expect(after.browses.first?.after == nil)
        #expect(after.browses.count == 1)
    }

    @Test("Progress is shown, the end is told, and the sources are read again")
    func followsARedrive() throws {
        let context = Shop.context()
        var screen = loaded(in: context)
        let dialog = try #require(screen.perform(.requeue, in: context).dialogs.first)
        guard case .work(.redrive(let plan)) = dialog.effects.first else {
            Issue.record("yes has to send a plan")
            return
        }
        func outcome(_ moved: Int, _ ending: RedriveOutcome.Ending) -> ScreenMessage {
            let report = RedriveReport(moved: moved, movedTo: ["orders.payment": moved])
            return .redrove(RedriveOutcome(plan: plan, report: report, ending: ending))
        }
        #expect(screen.update(outcome(1, .running), in: context) == [])
        #expect(text(of: screen, in: context).contains("requeued 1 of 2"))
        #expect(
            screen.availability(of: .requeue, in: context)
                == .unavailable(because: "a requeue is under way; s stops it"))
        #expect(screen.perform(.stop, in: context) == [.work(.stopRedrive)])
        let end = screen.update(outcome(2, .completed), in: context)
        #expect(
            end.notices == ["2 requeued: orders.payment 2; 1 left: a consumer holds them"])
        #expect(end.browses.map(\.queue) == ["orders.dead"])
        #expect(screen.availability(of: .requeue, in: context) == .available)
    }

    @Test("A long queue is read up to a limit, says so, and is requeued as a whole")
    func readsUpToALimit() throws {
        var dead = Shop.dead
        dead.ready = 41_000
        let context = Shop.context(queues: [SteadyQueue(dead), SteadyQueue(Shop.payment)])
        var screen = DeadLettersScreen()
        var effects = screen.update(.appeared, in: context)
        var pages = 0
        while let request = effects.browses.first {
            let first = (request.after?.position.offset ?? 0) + 1
            let messages = (0..<UInt64(request.countMax)).map {
                Shop.letter(first + $0, ageSeconds: 60)
            }
            let page = BrowsePage(queue: "orders.dead", messages: messages, hasMore: true)
            effects = screen.update(.browsed(request, .success(page)), in: context)
            pages += 1
        }
        #expect(pages == 2)
        #expect(text(of: screen, in: context).contains("first 2,000 of 41,000 in orders.dead"))
        let dialog = try #require(screen.perform(.requeueAll, in: context).dialogs.first)
        #expect(dialog.title == "Requeue all 41,000 messages of orders.dead?")
        #expect(dialog.lines.first == "Of the first 2,000, which were looked at:")
        guard case .work(.redrive(let plan)) = dialog.effects.first else {
            Issue.record("yes has to send a plan")
            return
        }
        #expect(
            plan.steps.map(\.request) == [
                RedriveRequest(source: "orders.dead", selection: .all, target: .queueItDiedIn)
            ])
    }

    @Test("A filter narrows groups and letters, and what requeue all is about")
    func filters() throws {
        let context = Shop.context()
        var screen = loaded(in: context)
        _ = screen.update(.promptChanged(.filter, "timeout"), in: context)
        let shown = text(of: screen, in: context)
        #expect(shown.contains("Dead letters  2 in 1 queue · filter timeout"))
        #expect(!shown.contains("PaymentDeclined"))
        let dialog = try #require(screen.perform(.requeueAll, in: context).dialogs.first)
        #expect(dialog.effects == [redrive([16, 19], to: "orders.payment")])
        #expect(screen.giveUp(in: context) == true)
        #expect(text(of: screen, in: context).contains("PaymentDeclined"))
    }

    @Test("Narrowed to one queue until esc")
    func narrowsToOneQueue() {
        var other = Shop.dead
        other.name = "mail.dead"
        let context = Shop.context(queues: Shop.queues + [SteadyQueue(other)])
        var screen = DeadLettersScreen(focus: "orders.dead")
        feed(&screen, Shop.letters, in: context)
        #expect(text(of: screen, in: context).contains("Dead letters  6 in orders.dead"))
        #expect(screen.giveUp(in: context) == true)
        #expect(text(of: screen, in: context).contains("Dead letters  12 in 2 queues"))
    }

    @Test("Nothing dead, nothing readable and nothing allowed each say so")
    func explainsEmptiness() {
        let calm = Shop.context(queues: [SteadyQueue(Shop.payment)])
        var screen = DeadLettersScreen()
        _ = screen.update(.appeared, in: calm)
        #expect(text(of: screen, in: calm).contains("No dead letters."))
        let identity = BrokerIdentity.fake(unavailable: [.browse: "it is a stream"])
        let blind = Shop.context(identity: identity)
        var refused = DeadLettersScreen()
        #expect(refused.update(.appeared, in: blind) == [])
        #expect(
            text(of: refused, in: blind).contains("The dead letters cannot be shown: it is a stream"))
    }

    @Test("Errors and payloads full of escapes are shown, never stored as such")
    func isHarmless() {
        let context = Shop.context(columns: 120, rows: 24)
        var screen = loaded(
            [
                Shop.letter(
                    1, ageSeconds: 5, error: "\u{1b}[2J\u{202e}boom\u{7}", body: "\u{9b}31m\u{200b}")
            ], in: context)
        _ = screen.perform(.open, in: context)
        let shown = text(of: screen, in: context)
        #expect(shown.contains("boom"))
        #expect(hostileScalars(in: shown) == [])
    }

    private func redrive(_ positions: [UInt64], to target: QueueName) -> ScreenEffect {
        let letters = Shop.letters.filter { positions.contains($0.id.position.offset) }.map {
            DeadLetter($0, in: "orders.dead", deadLetterQueues: ["orders.dead"])
        }
        let chosen = RedrivePlan(for: letters, to: .queue(target)) { _ in true }
        return .work(.redrive(chosen))
    }

    private func loaded(
        _ letters: [BrowsedMessage] = Shop.letters, in context: ScreenContext
    ) -> DeadLettersScreen {
        var screen = DeadLettersScreen()
        feed(&screen, letters, in: context)
        return screen
    }

    /// Answers every request of the screen with the same messages.
    private func feed(
        _ screen: inout DeadLettersScreen, _ letters: [BrowsedMessage], in context: ScreenContext
    ) {
        var effects = screen.update(.appeared, in: context)
        while let request = effects.browses.first {
            let page = BrowsePage(queue: request.queue, messages: letters, hasMore: false)
            effects = screen.update(.browsed(request, .success(page)), in: context)
        }
    }
}

@Suite("Reading dead-letter queues")
struct DeadLetterFeedTests {
    private let read = (1...3).map { Shop.letter(UInt64($0), ageSeconds: 10) }

    @Test("A queue that grew is read on from its last message")
    func readsOn() throws {
        var feed = DeadLetterFeed()
        try fill(&feed, queue(ready: 3, published: 3), at: 0)
        #expect(next(&feed, queue(ready: 3, published: 3), at: 1) == nil)
        let request = try #require(next(&feed, queue(ready: 5, published: 5), at: 2))
        #expect(request.after == MessageID(Position(3)))
    }

    @Test("A queue from which messages went is read again, but not all the time")
    func readsAgain() throws {
        var feed = DeadLetterFeed()
        try fill(&feed, queue(ready: 3, published: 3), at: 0)
        #expect(next(&feed, queue(ready: 1, published: 3), at: 1) == nil)
        let request = try #require(next(&feed, queue(ready: 1, published: 3), at: 6))
        #expect(request.after == nil)
        #expect(feed.held["dead"]?.letters.count == 3, "the old picture stays until then")
    }

    @Test("A queue that is gone or empty is forgotten without being read")
    func forgets() throws {
        var feed = DeadLetterFeed()
        try fill(&feed, queue(ready: 3, published: 3), at: 0)
        #expect(next(&feed, queue(ready: 0, published: 3), at: 6) == nil)
        #expect(feed.held["dead"]?.letters.isEmpty == true)
        #expect(feed.queuesSampled([], now: .testStart) == false)
        #expect(feed.held.isEmpty)
    }

    @Test("An answer to somebody else's request is left alone, a failure is kept")
    func takesOnlyItsOwnAnswers() throws {
        var feed = DeadLetterFeed()
        let request = try #require(next(&feed, queue(ready: 3, published: 3), at: 0))
        var other = request
        other.countMax = 1
        let page = BrowsePage(queue: "dead", messages: self.read, hasMore: false)
        #expect(feed.browsed(other, .success(page), now: .testStart) == false)
        let error = LinkError.disconnected(reason: "reset")
        #expect(feed.browsed(request, .failure(error), now: .testStart) == true)
        #expect(feed.held["dead"]?.failure == error)
    }

    private func queue(ready: Int, published: UInt64) -> QueueSample {
        QueueSample(
            name: "dead", ready: ready, receivesDeadLetters: true,
            totals: QueueTotals(published: published))
    }

    private func next(
        _ feed: inout DeadLetterFeed, _ queue: QueueSample, at second: Int64
    ) -> BrowseRequest? {
        let now = Timestamp.testStart.adding(seconds: second)
        var history = SampleHistory()
        history.append(BrokerSample(at: now, queues: [queue]))
        _ = feed.queuesSampled(history.queues, now: now)
        return feed.next()
    }

    private func fill(
        _ feed: inout DeadLetterFeed, _ queue: QueueSample, at second: Int64
    ) throws {
        let request = try #require(next(&feed, queue, at: second))
        let page = BrowsePage(queue: "dead", messages: self.read, hasMore: false)
        let now = Timestamp.testStart.adding(seconds: second)
        #expect(feed.browsed(request, .success(page), now: now) == true)
    }
}
