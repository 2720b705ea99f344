import BrokerLink
import Canvas
import DeadLetters
import Messaging
import Screens
import TestSupport
import Testing

/// Nothing is destroyed before a person has said yes to exactly that.
struct DialogTests {
    @Test("It names queue and count, and Cancel is focused")
    func purgeDialog() {
        var driver = Fleet.driver()
        driver.press(.character("P"))
        #expect(
            driver.text == """
                 queuetop  embedded  guest@/           ▲ 3,660/s  ▼ 2,769/s  3 alarms  18:33:40
                  Overview   [Queues]   Dead letters    Consumers    Connections    Load
                ╭─ Queues  8 ───────────────────────────────────────────── sort worst first ▼ ─╮
                │    NAME                   READY  UNACK    IN/s   OUT/s   OLDEST  CONS   DEAD │
                │▸ ! orders.payment       119,280    250   1,204     310   2m 41s     2     41 │
                │  ! email.outbound         9,001     40      88      92  41m 10s     1  1,204 │
                │  ! aud╭─ Purge orders.payment? ──────────────────────────────────────╮     – │
                │    ord│                                                              │     0 │
                │    ord│  119,280 messages that are ready will be removed.            │     0 │
                │    ord│  250 unacked ones stay with their consumers.                 │     0 │
                │    evi│  2 consumers will find nothing to do.                        │     0 │
                │    idl│                                                              │     0 │
                │       │  This cannot be undone.                                      │       │
                │       │                                                              │       │
                │       │                      [ Cancel ]    Purge 119,280 messages    │       │
                │       │                                                              │       │
                │       ╰──────────────────────────────────────────────────────────────╯       │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │ ! no consumer keeps up: orders.payment grows by 894/s; at this rate          │
                │   1,000,000 in 16m 25s                                                       │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                 enter open  p peek  r requeue  P purge  D delete  : actions  ? help
                """)
        #expect(driver.effects.filter(\.changesBroker).isEmpty)
    }

    @Test("On the smallest screen all of it can still be read")
    func smallDialog() {
        var driver = Fleet.driver(columns: 40, rows: 12)
        driver.press(.character("P"))
        #expect(
            driver.text == """
                 ╭─ Purge orders.payment? ────────────╮
                 │  119,280 messages that are ready   │
                ╭│  will be removed.                  │╮
                ││  250 unacked ones stay with their  ││
                ││  consumers.                        ││
                ││  2 consumers will find nothing to  ││
                ││  do.                               ││
                ││  This cannot be undone.            ││
                ││                        [ Cancel ]  ││
                ││          Purge 119,280 messages    ││
                ╰╰────────────────────────────────────╯╯
                 enter open  p peek  : actions  ? help
                """)
    }

    @Test(
        "Only yes does it",
        arguments: [
            [Key.character("y")], [.right, .enter], [.tab, .enter], [.left, .right, .enter],
            [.character("l"), .enter],
        ])
    func yes(keys: [Key]) {
        var driver = Fleet.driver()
        driver.press(.character("P"))
        for key in keys { driver.press(key) }
        #expect(driver.effects.filter(\.changesBroker) == [.purge("orders.payment")])
        #expect(!driver.text.contains("Purge orders.payment?"))
    }

    @Test(
        "Everything else does nothing",
        arguments: [
            [Key.character("n")], [.enter], [.escape], [.character("q")], [.tab, .tab, .enter],
            [.right, .left, .enter], [.character("P")], [.character("x"), .escape],
        ])
    func no(keys: [Key]) {
        var driver = Fleet.driver()
        driver.press(.character("P"))
        for key in keys { driver.press(key) }
        driver.press(.escape)
        #expect(driver.effects.filter(\.changesBroker).isEmpty)
    }

    /// A console that asks whether 1,241 dead letters are to be requeued.
    private static func paced() -> ConsoleDriver {
        var driver = Fleet.driver()
        driver.press(.tab)
        var answered = 0
        while let request = driver.effects.lazy.compactMap(\.browse).dropFirst(answered).first {
            let first = (request.after?.position.offset ?? 0) + 1
            let last = min(1_241, first + UInt64(request.countMax) - 1)
            let messages = (first...last).map { Shop.letter($0, ageSeconds: 60) }
            let page = BrowsePage(
                queue: request.queue, messages: messages, hasMore: last < 1_241)
            driver.send(.browsed(request, .success(page)))
            answered += 1
        }
        driver.press(.character("a"))
        return driver
    }

    @Test(
        "The pace is a step slower or faster by keys",
        arguments: [
            ([], 1_000), ([.character("-")], 500), ([.character("+")], 5_000),
            ([.character("+"), .character("+")], nil),
            ([.character("+"), .character("+"), .character("-")], 5_000),
            ([.tab, .tab, .left, .left, .tab], 100),
        ] as [([Key], Int?)])
    func paceKeys(keys: [Key], rate: Int?) {
        var driver = Self.paced()
        for key in keys { driver.press(key) }
        driver.press(.character("y"))
        #expect(driver.redrives.map(\.perSecondMax) == [rate])
        #expect(driver.redrives.map(\.count) == [1_241])
    }

    @Test("The pace is shown with how long it takes, and can be clicked")
    func paceClicks() throws {
        var driver = Self.paced()
        let row = try #require(driver.rows.firstIndex { $0.contains("[-]") })
        let asked = "rate: at most 1,000/s, 1 s in all                  [-] [+]"
        #expect(driver.rows[row].contains(asked))
        let line = Array(driver.rows[row])
        let slower = try #require(line.firstIndex(of: "["))
        driver.click(row: row, column: slower + 1)
        driver.click(row: row, column: slower + 1)
        #expect(driver.rows[row].contains("rate: at most 100/s, 12 s in all"))
        driver.click(row: row, column: slower + 5)
        #expect(driver.rows[row].contains("rate: at most 500/s, 2 s in all"))
        driver.click(row: row, column: slower - 10)
        driver.press(.enter)
        #expect(driver.redrives.isEmpty, "enter on the pace goes on to the button")
        driver.press(.enter)
        #expect(driver.redrives.map(\.perSecondMax) == [500])
    }

    @Test("The buttons can be clicked")
    func clicks() throws {
        var driver = Fleet.driver()
        driver.press(.character("P"))
        let row = try #require(driver.rows.firstIndex { $0.contains("[ Cancel ]") })
        driver.click(row: row, column: 32)
        #expect(!driver.text.contains("Cancel"))
        #expect(driver.effects.filter(\.changesBroker).isEmpty)
        driver.press(.character("P"))
        driver.click(row: row, column: 50)
        #expect(driver.effects.filter(\.changesBroker) == [.purge("orders.payment")])
    }

    @Test("Deleting makes a condition of what the dialog said")
    func delete() {
        var driver = Fleet.driver()
        driver.press(.character("D"), .character("y"))
        #expect(
            driver.effects.last
                == .deleteQueue("orders.payment", ifUnused: false, ifEmpty: false))
        var lonely = Fleet.driver(queues: [SteadyQueue(QueueSample(name: "lonely"))])
        lonely.press(.character("D"))
        #expect(lonely.text.contains("It is empty."))
        #expect(lonely.text.contains("No consumer is connected."))
        lonely.press(.character("y"))
        #expect(lonely.effects.last == .deleteQueue("lonely", ifUnused: true, ifEmpty: true))
    }

    @Test("Marked queues go together, each by its own effect")
    func marked() {
        var driver = Fleet.driver()
        driver.press(.character(" "), .character(" "), .character("P"))
        #expect(driver.text.contains("Purge 2 queues?"))
        #expect(driver.text.contains("email.outbound: 9,001 messages"))
        driver.press(.character("y"))
        #expect(
            driver.effects.filter(\.changesBroker)
                == [.purge("email.outbound"), .purge("orders.payment")])
    }

    @Test("Several queues are deleted only after a word was typed")
    func typedText() {
        var driver = Fleet.driver()
        driver.press(.character(" "), .character(" "), .character("D"))
        #expect(driver.text.contains("type delete:"))
        for text in ["y", "\u{7F}delet", "es"] {
            driver.type(text)
            driver.press(.enter, .enter)
            #expect(driver.effects.filter(\.changesBroker).isEmpty, "\(text)")
            #expect(driver.text.contains("not yet: type delete:"))
        }
        driver.press(.control("u"))
        driver.type("delete")
        driver.press(.enter)
        #expect(
            driver.effects.filter(\.changesBroker).isEmpty, "the text alone does nothing")
        driver.press(.enter)
        #expect(
            driver.effects.filter(\.changesBroker)
                == [
                    .deleteQueue("email.outbound", ifUnused: false, ifEmpty: false),
                    .deleteQueue("orders.payment", ifUnused: false, ifEmpty: false),
                ])
    }

    @Test("Read-only mode refuses before it asks")
    func readOnly() {
        var driver = Fleet.driver(isReadOnly: true)
        for key in ["P", "D"] {
            driver.press(.character(Character(key)))
            #expect(driver.text.contains("the console was started with --read-only"))
            #expect(!driver.text.contains("Cancel"))
        }
        #expect(driver.rows[0].contains("READ-ONLY"))
        driver.press(.character(":"))
        driver.type("purge")
        driver.press(.enter)
        #expect(driver.effects.filter(\.changesBroker).isEmpty)
    }

    @Test("An empty queue cannot be purged, and that is said")
    func nothingToPurge() {
        var driver = Fleet.driver(queues: [SteadyQueue(QueueSample(name: "idle"))])
        driver.press(.character("P"))
        #expect(driver.text.contains("Cannot purge: idle has no ready messages."))
    }

    @Test("What came of it is said, and the figures are asked for again")
    func outcomes() {
        var driver = Fleet.driver()
        driver.clearEffects()
        driver.send(.purged("orders.payment", .success(1)))
        #expect(driver.text.contains("Purged 1 message from orders.payment."))
        #expect(driver.effects == [.sample])
        driver.send(.deletedQueue("mail", .failure(.outcomeUnknown(action: "delete"))))
        #expect(driver.text.contains("it may or may not have"))
        driver.send(.deletedQueue("mail", .success(12)))
        #expect(driver.text.contains("Deleted mail and 12 messages in it."))
    }
}

extension ConsoleEffect {
    fileprivate var browse: BrowseRequest? {
        if case .browse(let request) = self { request } else { nil }
    }
}

extension ConsoleDriver {
    fileprivate var redrives: [RedrivePlan] {
        self.effects.compactMap { if case .redrive(let plan) = $0 { plan } else { nil } }
    }
}
