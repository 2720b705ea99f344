import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport
import Testing

/// The list of queues as a person sees and uses it.
struct QueuesScreenTests {
    @Test("At 80x24: the worst first, and in words what is wrong with it")
    func at80x24() {
        #expect(
            Fleet.driver().text == #"""
                 queuetop  embedded  guest@/           ▲ 3,660/s  ▼ 2,769/s  3 alarms  18:33:40
                  Overview   [Queues]   Dead letters    Consumers    Connections    Load
                ╭─ Queues  8 ───────────────────────────────────────────── sort worst first ▼ ─╮
                │    NAME                   READY  UNACK    IN/s   OUT/s   OLDEST  CONS   DEAD │
                │▸ ! orders.payment       119,280    250   1,204     310   2m 41s     2     41 │
                │  ! email.outbound         9,001     40      88      92  41m 10s     1  1,204 │
                │  ! audit.archive            122      0       1       0   2h 11m     0      – │
                │    orders.dead            1,241      0       0       0   2h 10m     0      0 │
                │    orders.inventory         312     64   1,204   1,204   300 ms     4      0 │
                │    orders.shipping            0     12   1,163   1,163     6 ms     4      0 │
                │    evil␛[31m…\u{202E}         3      0       0       0    90 ms     1      0 │
                │    idle                       0      0       0       0        –     1      0 │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │ ! no consumer keeps up: orders.payment grows by 894/s; at this rate          │
                │   1,000,000 in 16m 25s                                                       │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                 enter open  p peek  r requeue  P purge  D delete  : actions  ? help
                """#)
    }

    @Test("At 120x40: all columns")
    func at120x40() {
        #expect(
            Fleet.driver(columns: 120, rows: 40).text == #"""
                 queuetop  embedded  guest@/                                        ▲ 3,660/s  ▼ 2,769/s  3 alarms  every 1 s  18:33:40
                  Overview   [Queues]   Dead letters    Consumers    Connections    Load
                ╭─ Queues  8 ───────────────────────────────────────────────────────────────────────────────────── sort worst first ▼ ─╮
                │    NAME                           READY UNACK   IN/s  OUT/s  OLDEST   DRAIN PROC p50     p99 CONS  DEAD LAST 2 MIN   │
                │▸ ! orders.payment               119,280   250  1,204    310  2m 41s   never   180 ms   1.9 s    2    41 ⣀⣠⣤⣤⣤⣶⣶⣶⣾⣿⣿⣿ │
                │  ! email.outbound                 9,001    40     88     92 41m 10s 37m 40s    95 ms  410 ms    1 1,204 ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ │
                │  ! audit.archive                    122     0      1      0  2h 11m   never        –       –    0     – ⣀⣀⣠⣤⣤⣴⣶⣶⣾⣿⣿⣿ │
                │    orders.dead                    1,241     0      0      0  2h 10m   never        –       –    0     0 ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ │
                │    orders.inventory                 312    64  1,204  1,204  300 ms  steady    11 ms   48 ms    4     0 ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ │
                │    orders.shipping                    0    12  1,163  1,163    6 ms  steady     6 ms   22 ms    4     0 ⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀ │
                │    evil␛[31m␇名前キュー\u{202E}       3     0      0      0   90 ms   never        –       –    1     0 ⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀ │
                │    idle                               0     0      0      0       –       –        –       –    1     0 ⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀ │
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
                │ ! no consumer keeps up: orders.payment grows by 894/s; at this rate 1,000,000 in 16m 25s                             │
                ╰──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────╯
                 enter open  p peek  r requeue  P purge  D delete  space mark  / filter  1-9 sort  f freeze  : actions  ? help
                """#)
    }

    @Test("At 40x12: name, depth and age")
    func at40x12() {
        #expect(
            Fleet.driver(columns: 40, rows: 12).text == """
                 embedded  guest@/             3 alarms
                  Over [Queue] Dead  Cons  Conn  Load
                ╭─ Queues  8 ───── sort worst first ▼ ─╮
                │    NAME               READY   OLDEST │
                │▸ ! orders.payment   119,280   2m 41s │
                │  ! email.outbound     9,001  41m 10s │
                │  ! audit.archive        122   2h 11m │
                │    orders.dead        1,241   2h 10m │
                │    orders.…ventory      312   300 ms │
                │ ! no consumer keeps up: orders.paym… │
                ╰──────────────────────────────────────╯
                 enter open  p peek  : actions  ? help
                """)
    }

    @Test("In ASCII nothing else is sent")
    func ascii() {
        var queues = Fleet.queues
        queues.removeAll { $0.sample.name.text.hasPrefix("evil") }
        let text = Fleet.driver(queues: queues, symbols: .ascii).text
        #expect(text.allSatisfy { $0.isASCII })
        #expect(text.contains("> ! orders.payment"))
    }

    @Test("Names full of escape sequences and wide characters keep every column in its place")
    func hostileNames() {
        for columns in [40, 80, 120, 200] {
            let driver = Fleet.driver(columns: columns)
            #expect(driver.text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
            #expect(!driver.text.unicodeScalars.contains("\u{202E}"))
            for row in driver.rows where row.hasPrefix("│") {
                #expect(TextWidth.columns(of: row) == columns)
            }
        }
    }

    @Test("At 120x40 a name of 24 cells is whole, and no column is missing for it")
    func longNames() {
        let name = "orders.payment.declined2"
        let driver = Fleet.driver(
            columns: 120, rows: 40,
            queues: [SteadyQueue(QueueSample(name: QueueName(name), ready: 12_000))])
        #expect(driver.rows[4].contains(name + " "))
        for title in ["PROC p50", "p99", "DEAD", "LAST 2 MIN"] {
            #expect(driver.rows[3].contains(title))
        }
        let long = String(repeating: "n", count: 100)
        let wide = Fleet.driver(
            columns: 200, rows: 40, queues: [SteadyQueue(QueueSample(name: QueueName(long)))])
        #expect(wide.rows[4].count { $0 == "n" } == 76, "two fifths of the table, one for the cut")
        #expect(wide.rows[3].contains("LAST 2 MIN"))
    }

    @Test("Where there is room, what is special about a queue stands in its row")
    func features() {
        let queues = [
            SteadyQueue(
                QueueSample(
                    name: "all",
                    features: [
                        .durable, .exclusive, .autoDelete, .priorities, .singleActiveConsumer,
                        .messageTTL, .expires, .limited, .deadLettering, .policy,
                    ])),
            SteadyQueue(QueueSample(name: "dlx", features: [.durable, .deadLettering])),
        ]
        let wide = Fleet.driver(columns: 160, queues: queues)
        #expect(wide.rows[3].contains("FEATURES"))
        #expect(wide.text.contains("D AD Excl Pri SAC TTL E"), "cut where it ends")
        #expect(wide.rows[5].contains("D DLX  "))
        #expect(!Fleet.driver(columns: 120, queues: queues).rows[3].contains("FEATURES"))
    }

    @Test("Below 40x12 one line says so")
    func tooSmall() {
        #expect(
            Fleet.driver(columns: 60, rows: 11).rows.filter { !$0.isEmpty }
                == ["Too small: 60x11, needs 40x12"])
        #expect(Fleet.driver(columns: 39, rows: 12).rows[0] == "Too small: 39x12, needs 40x12")
        #expect(Fleet.driver(columns: 20, rows: 5).rows[0] == "20x5, needs 40x12")
        #expect(Fleet.driver(columns: 11, rows: 1).rows[0] == "needs 40x12")
    }

    @Test("A broker without queues says how to get some")
    func empty() {
        #expect(
            Fleet.driver(queues: []).text == """
                 queuetop  embedded  guest@/       ▲ 0/s  ▼ 0/s  no alarms  every 1 s  18:33:40
                  Overview   [Queues]   Dead letters    Consumers    Connections    Load
                ╭─ Queues  0 ───────────────────────────────────────────── sort worst first ▼ ─╮
                │                                                                              │
                │   No queues yet                                                              │
                │                                                                              │
                │   Connect any AMQP 0-9-1 client to                                           │
                │   amqp://guest:guest@127.0.0.1:5672/                                         │
                │                                                                              │
                │   or try it from another terminal:                                           │
                │   amqp-declare-queue -u amqp://guest:guest@127.0.0.1:5672/ -q hello          │
                │   amqp-publish -u amqp://guest:guest@127.0.0.1:5672/ -r hello -b world       │
                │                                                                              │
                │   queuetop --demo starts with queues and a load of its own.                  │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                 enter open  p peek  r requeue  P purge  D delete  : actions  ? help
                """)
    }

    @Test("A column's digit sorts by it, and again the other way round")
    func sorting() {
        var driver = Fleet.driver()
        driver.press(.character("2"))
        #expect(
            Self.names(in: driver).prefix(3) == ["orders.payment", "email.outbound", "orders.dead"])
        #expect(driver.rows[2].contains("sort ready messages ▼"))
        driver.press(.character("2"))
        #expect(Self.names(in: driver).prefix(2) == ["idle", "orders.shipping"])
        #expect(driver.rows[2].contains("sort ready messages ▲"))
        driver.press(.character("1"))
        #expect(Self.names(in: driver).first == "audit.archive")
        driver.press(.character("0"))
        #expect(Self.names(in: driver).first == "orders.payment")
        driver.press(.character("0"))
        #expect(Self.names(in: driver).first == "orders.payment", "asked for again, it stays so")
    }

    @Test("A queue whose messages died is worse than an empty one")
    func deadIsBad() {
        let driver = Fleet.driver(queues: [
            SteadyQueue(QueueSample(name: "a", consumers: 1)),
            SteadyQueue(QueueSample(name: "b", ready: 30, consumers: 1)),
            SteadyQueue(QueueSample(name: "c", consumers: 1, dead: .exact(60))),
        ])
        #expect(Self.names(in: driver) == ["c", "b", "a"])
    }

    @Test("Queues without the figure come last in both directions")
    func sortingByWhatIsMissing() {
        var driver = Fleet.driver()
        driver.press(.character("9"))
        #expect(Self.names(in: driver).prefix(2) == ["orders.payment", "email.outbound"])
        let withoutFigure = Self.names(in: driver).suffix(4)
        driver.press(.character("9"))
        #expect(Self.names(in: driver).prefix(2) == ["orders.shipping", "orders.inventory"])
        #expect(Self.names(in: driver).suffix(4) == withoutFigure)
    }

    @Test("The selection stays on its queue when the order changes")
    func selectionFollows() {
        var driver = Fleet.driver()
        driver.press(.down, .down)
        #expect(Self.selected(in: driver) == "audit.archive")
        driver.press(.character("2"))
        #expect(Self.selected(in: driver) == "audit.archive")
        var queues = Fleet.queues
        queues.removeAll { $0.sample.name == "audit.archive" }
        driver.send(.sampled(.success(.of(queues, second: 122))))
        #expect(Self.selected(in: driver) != nil, "what took its place")
    }

    @Test("A filter narrows while it is typed, ! turns a word around, esc takes it back")
    func filter() {
        var driver = Fleet.driver()
        driver.press(.character("/"))
        driver.type("OR")
        #expect(Self.names(in: driver).allSatisfy { $0.contains("or") })
        #expect(driver.rows[2].contains("4 of 8 · filter OR"))
        driver.type("ders !dead")
        #expect(
            Set(Self.names(in: driver))
                == ["orders.payment", "orders.inventory", "orders.shipping"])
        driver.press(.escape)
        #expect(Self.names(in: driver).count == 8)
        driver.press(.character("/"))
        driver.type("zzz")
        driver.press(.enter)
        #expect(driver.text.contains("No queue matches zzz"))
        driver.press(.escape)
        #expect(Self.names(in: driver).count == 8)
    }

    @Test("Marks are kept by name, and esc clears them")
    func marks() {
        var driver = Fleet.driver()
        driver.press(.character(" "), .character(" "))
        #expect(driver.rows[2].contains("2 marked"))
        #expect(driver.rows[4].contains(" ✓! orders.payment"))
        driver.press(.character("*"))
        #expect(driver.rows[2].contains("8 marked"))
        driver.press(.character("*"))
        #expect(!driver.rows[2].contains("marked"))
        driver.press(.character(" "), .escape)
        #expect(!driver.rows[2].contains("marked"))
    }

    @Test("Clicks select a row, open it, and sort by a title")
    func mouse() throws {
        var driver = Fleet.driver()
        driver.click(row: 6, column: 20)
        #expect(Self.selected(in: driver) == "audit.archive")
        let title = try #require(driver.rows[3].firstRange(of: "UNACK"))
        let column = driver.rows[3].prefix(upTo: title.lowerBound).count
        driver.click(row: 3, column: column)
        #expect(driver.rows[2].contains("sort unacked messages ▼"))
        driver.click(row: 4, column: 20, isDouble: true)
        #expect(driver.rows[2].contains("Queue  orders.payment"))
    }

    @Test("Keys lead to the screens of a queue")
    func destinations() {
        var driver = Fleet.driver()
        driver.press(.enter)
        #expect(driver.effects.contains(.detail("orders.payment")))
        driver.press(.escape, .character("p"))
        #expect(driver.rows[2].contains("Messages  orders.payment"))
        driver.press(.escape, .character("r"))
        #expect(driver.text.contains("Cannot requeue its dead letters: orders.payment is not"))
        driver.press(.down, .down, .down, .character("r"))
        #expect(driver.rows[1].contains("[Dead letters]"))
    }

    @Test("What this broker cannot do is refused with its reason")
    func capabilities() {
        let identity = BrokerIdentity.fake(
            product: "RabbitMQ", address: "10.0.0.7:5672",
            unavailable: [.purge: "the user may not configure"])
        var driver = Fleet.driver(identity: identity)
        #expect(driver.rows[0].contains("RabbitMQ 10.0.0.7:5672"))
        driver.press(.character("P"))
        #expect(driver.text.contains("Cannot purge: the user may not configure."))
        #expect(!driver.text.contains("Purge orders.payment?"))
    }

    /// The names of the rows in view, from the top.
    private static func names(in driver: ConsoleDriver) -> [String] {
        driver.rows.dropFirst(4).prefix { !$0.hasPrefix("╰") }.compactMap { row in
            let cells = row.dropFirst(5).split(separator: " ")
            guard row.dropFirst(4).first == " ", cells.count > 3 else { return nil }
            return cells.first.map(String.init)
        }
    }

    private static func selected(in driver: ConsoleDriver) -> String? {
        driver.rows.first { $0.hasPrefix("│▸") }?.dropFirst(5).split(separator: " ").first
            .map(String.init)
    }
}
