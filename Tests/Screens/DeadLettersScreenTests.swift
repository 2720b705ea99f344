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
        #expect(
            text(of: loaded(in: context), in: context) == """
                ╭─ Dead letters  6 in 1 queue ──────────────────────────────────────────────────────────────────────────────── +0/min ─╮
                │    CAUSE                                             COUNT  SHARE    FIRST     LAST  ORIGIN                 TREND    │
                │▸ + rejected  PaymentDeclined: card <n> expired           3   50 %   2h 10m      6 s  orders.payment         ⣇⣀⣀⣀⣀⣀⣀⣿ │
                │  + rejected  TimeoutError: upstream <host> after …       2   33 %  41m 00s     40 s  orders.payment         ⣀⣀⣀⣀⣀⣇⣀⣸ │
                │  + expired   time to live of the queue ran out           1   17 %  31m 40s  31m 40s  mail.gone              ⣀⣀⣀⣀⣀⣀⣇⣀ │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │ r requeues 3: 2 → orders.payment; 1 stays: a consumer holds them                                                     │
                │                                                                                                                      │
                ╰──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────╯
                """)
    }

    @Test("At 80x24: a group opens to its letters, marks are shown")
    func opensGroups() {
        let context = Shop.context()
        var screen = loaded(in: context)
        _ = screen.perform(.open, in: context)
        _ = screen.update(.moved(.down), in: context)
        _ = screen.perform(.mark, in: context)
        #expect(
            text(of: screen, in: context) == """
                ╭─ Dead letters  6 in 1 queue · 1 marked ───────────────────────────── +0/min ─╮
                │    CAUSE                             COUNT  SHARE     LAST  ORIGIN           │
                │ .- rejected  PaymentDeclined: car…       3   50 %      6 s  orders.payment   │
                │ ✓        6 s  shop.orders → ord…  held by a consumer            {"id":88201… │
                │▸     10m 00s  shop.orders → ord…  PaymentDeclined: card 5500……  {"id":88201… │
                │       2h 10m  shop.orders → ord…  PaymentDeclined: card 4111……  {"id":88201… │
                │  + rejected  TimeoutError: upstre…       2   33 %     40 s  orders.payment   │
                │  + expired   time to live of the …       1   17 %  31m 40s  mail.gone        │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │ r requeues marked 1: 1 stays: a consumer holds them                          │
                │                                                                              │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                """)
    }

    @Test("At 40x12 cause, count and last death are left")
    func showsInLittleRoom() {
        let context = Shop.context(columns: 40, rows: 12)
        #expect(
            text(of: loaded(in: context), in: context) == """
                ╭─ Dead letters  6 in 1 queue ─────────╮
                │    CAUSE              COUNT     LAST │
                │▸ + rejected  Payme…       3      6 s │
                │  + rejected  Timeo…       2     40 s │
                │  + expired   time …       1  31m 40s │
                │                                      │
                │                                      │
                │ r requeues 3: 2 → orders.payment; 1… │
                ╰──────────────────────────────────────╯
                """)
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
        #expect(moves(dialog) == [move([15, 18], to: "orders.payment")])
    }

    @Test("Requeue takes the selected letter, and marked ones before it")
    func requeuesLetters() throws {
        let context = Shop.context()
        var screen = loaded(in: context)
        _ = screen.perform(.open, in: context)
        _ = screen.update(.moved(.down), in: context)
        _ = screen.update(.moved(.down), in: context)
        let one = try #require(screen.perform(.requeue, in: context).dialogs.first)
        #expect(moves(one) == [move([18], to: "orders.payment")])
        _ = screen.perform(.mark, in: context)
        _ = screen.perform(.mark, in: context)
        let marked = try #require(screen.perform(.requeue, in: context).dialogs.first)
        #expect(moves(marked) == [move([15, 18], to: "orders.payment")])
        let all = try #require(screen.perform(.requeueAll, in: context).dialogs.first)
        #expect(moves(all) == [move([15, 16, 18, 19], to: "orders.payment")])
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
        #expect(dialog.title == "Move 2 messages of orders.dead?")
        #expect(moves(dialog) == [move([15, 18], to: "orders.shipping")])
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
        let group = try #require(screen.perform(.requeue, in: context).dialogs.first)
        #expect(group.lines.contains("39,000 messages of orders.dead that were not read stay."))
        _ = screen.update(.promptChanged(.filter, "rare"), in: context)
        #expect(
            text(of: screen, in: context).contains(
                "No dead letter among the first 2,000 of 41,000 in orders.dead matches rare."))
        _ = screen.giveUp(in: context)
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
        #expect(moves(dialog) == [move([16, 19], to: "orders.payment")])
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
            text(of: refused, in: blind).contains(
                "The dead letters cannot be shown: it is a stream"))
    }

    @Test("Errors and payloads full of escapes are shown, never stored as such")
    func isHarmless() {
        let context = Shop.context(columns: 120, rows: 24)
        var screen = loaded(
            [
                Shop.letter(
                    1, ageSeconds: 5, error: "\u{1b}[2J\u{202e}boom\u{7}", body: "\u{9b}31m\u{200b}"
                )
            ], in: context)
        _ = screen.perform(.open, in: context)
        let shown = text(of: screen, in: context)
        #expect(shown.contains("boom"))
        #expect(hostileScalars(in: shown) == [])
    }

    /// What saying yes to a dialog asks the broker for; every effect has to be a redrive.
    private func moves(_ dialog: Dialog) -> [RedriveRequest]? {
        dialog.effects.reduce(into: Optional([])) { requests, effect in
            guard case .work(.redrive(let plan)) = effect else {
                requests = nil
                return
            }
            requests?.append(contentsOf: plan.steps.map(\.request))
        }
    }

    private func move(_ positions: [UInt64], to target: QueueName) -> RedriveRequest {
        RedriveRequest(
            source: "orders.dead",
            selection: .messages(positions.map { MessageID(Position($0)) }),
            target: .queue(target))
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
