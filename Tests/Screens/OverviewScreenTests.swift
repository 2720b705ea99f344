import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport
import Testing

/// The whole broker at one look.
struct OverviewScreenTests {
    private static func driver(columns: Int = 80, rows: Int = 24) -> ConsoleDriver {
        var driver = Fleet.driver(columns: columns, rows: rows)
        driver.press(.backTab)
        return driver
    }

    @Test("At 80x24: totals, flow, alarms, and the worst queues by three measures")
    func at80x24() {
        #expect(
            Self.driver().text == """
                 queuetop  embedded  guest@/           ▲ 3,660/s  ▼ 2,769/s  3 alarms  18:33:40
                 [Overview]   Queues    Dead letters    Consumers    Connections    Load
                ╭─ Broker ───────────── clients connect to amqp://guest:guest@127.0.0.1:5672/ ─╮
                │ ready 129,959   unacked 366   memory 41 MB   queues 8   connections 14       │
                │ channels 20   exchanges 9   unroutable 0/s                                   │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                ╭─ In ───────── 3,660/s ─╮╭─ Consumed ──── 2,769/s ─╮╭─ Depth ─────── 130,325 ─╮
                │ 3,660 ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ││ 2,769 ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ││ 130,325         ⢀⣀⣤⣴⣶⣿⣿ │
                │       ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ││       ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ││           ⢀⣀⣤⣴⣶⣿⣿⣿⣿⣿⣿⣿⣿ │
                │     0 ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ││     0 ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ││       0 ⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ │
                ╰────────────────────────╯╰─────────────────────────╯╰─────────────────────────╯
                ╭─ Alarms ─────────────────────────────────────────────────────────────────────╮
                │▸! no consumer keeps up: orders.payment grows by 894/s; at this rate 1,000,0… │
                │ ! stuck consumer: email.outbound has a delivery unacked for 41m 10s          │
                │ ! no consumer: 122 messages in audit.archive, the oldest for 2h 11m          │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                ╭─ Deepest ──────────────╮╭─ Most dead letters ─────╮╭─ Oldest message ────────╮
                │  orders…ayment 119,530 ││  email.outbound   1,204 ││  audit.archive   2h 11m │
                │  email.outbound  9,041 ││  orders.payment      41 ││  orders.dead     2h 10m │
                │  orders.dead     1,241 ││                         ││  email.outbound 41m 10s │
                │  orders.inventory  376 ││                         ││  orders.payment  2m 41s │
                │  audit.archive     122 ││                         ││  orders.…ventory 300 ms │
                ╰────────────────────────╯╰─────────────────────────╯╰─────────────────────────╯
                 enter open  f freeze  : actions  ? help
                """)
    }

    @Test("At 40x12: totals and the worst alarm")
    func at40x12() {
        #expect(
            Self.driver(columns: 40, rows: 12).text == """
                 embedded  guest@/             3 alarms
                 [Over] Queue  Dead  Cons  Conn  Load
                ╭─ Broker ─────────────────────────────╮
                │ ready 129,959   unacked 366          │
                │ memory 41 MB   queues 8              │
                │ connections 14   channels 20         │
                │ exchanges 9   unroutable 0/s         │
                ╰──────────────────────────────────────╯
                ╭─ Alarms ────────── 2 more in Queues ─╮
                │▸! no consumer keeps up: orders.paym… │
                ╰──────────────────────────────────────╯
                 enter open  : actions  ? help
                """)
    }

    @Test("What is wrong with the broker itself comes first, and counts as an alarm")
    func brokerAlarm() {
        #expect(
            Self.alarmed(columns: 80, rows: 24).text == """
                 queuetop  embedded  guest@/           ▲ 3,660/s  ▼ 2,769/s  4 alarms  18:33:40
                 [Overview]   Queues    Dead letters    Consumers    Connections    Load
                ╭─ Broker ───────────── clients connect to amqp://guest:guest@127.0.0.1:5672/ ─╮
                │ ready 131,741   unacked 366   connections 14 (2 blocked)   memory 41 MB      │
                │ queues 8   channels 20   exchanges 9   unroutable 0/s                        │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                ╭─ In ───────── 3,660/s ─╮╭─ Consumed ──── 2,769/s ─╮╭─ Depth ─────── 132,107 ─╮
                │ 3,660 ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ││ 2,769 ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ││ 132,107         ⢀⣀⣤⣴⣶⣿⣿ │
                │       ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ││       ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ││           ⢀⣀⣤⣴⣶⣿⣿⣿⣿⣿⣿⣿⣿ │
                │     0 ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ││     0 ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ││       0 ⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ │
                ╰────────────────────────╯╰─────────────────────────╯╰─────────────────────────╯
                ╭─ Alarms ────────────────────────────────────────────────── 1 more in Queues ─╮
                │ ! memory alarm: 412 MB in use, the limit is 400 MB; 2 connections blocked    │
                │▸! no consumer keeps up: orders.payment grows by 894/s; at this rate 1,000,0… │
                │ ! stuck consumer: email.outbound has a delivery unacked for 41m 10s          │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                ╭─ Deepest ──────────────╮╭─ Most dead letters ─────╮╭─ Oldest message ────────╮
                │  orders…ayment 121,318 ││  email.outbound   1,204 ││  audit.archive   2h 11m │
                │  email.outbound  9,033 ││  orders.payment      41 ││  orders.dead     2h 10m │
                │  orders.dead     1,241 ││                         ││  email.outbound 41m 10s │
                │  orders.inventory  376 ││                         ││  orders.payment  2m 41s │
                │  audit.archive     124 ││                         ││  orders.…ventory 300 ms │
                ╰────────────────────────╯╰─────────────────────────╯╰─────────────────────────╯
                 enter open  f freeze  : actions  ? help
                """)
    }

    @Test("At 40x12 the broker's own alarm leaves room for the worst queue")
    func brokerAlarmSmall() {
        #expect(
            Self.alarmed(columns: 40, rows: 12).text == """
                 embedded  guest@/             4 alarms
                 [Over] Queue  Dead  Cons  Conn  Load
                ╭─ Broker ─────────────────────────────╮
                │ ready 131,741   unacked 366          │
                │ connections 14 (2 blocked)           │
                │ memory 41 MB   queues 8              │
                ╰──────────────────────────────────────╯
                ╭─ Alarms ────────── 2 more in Queues ─╮
                │ ! memory alarm: 412 MB in use, the … │
                │▸! no consumer keeps up: orders.paym… │
                ╰──────────────────────────────────────╯
                 enter open  : actions  ? help
                """)
    }

    @Test("The broker's own alarm is not selected, and clicks go to the queue below them")
    func brokerAlarmClicks() throws {
        var driver = Self.alarmed(columns: 80, rows: 24)
        let row = try #require(driver.rows.firstIndex { $0.contains("! memory alarm") })
        driver.click(row: row, column: 10, isDouble: true)
        #expect(driver.text.contains("[Overview]"))
        driver.click(row: row + 2, column: 10, isDouble: true)
        #expect(driver.text.contains("Queue  email.outbound"))
    }

    @Test("Blocked connections are an alarm without one of memory, and nothing wrong is none")
    func blockedConnections() {
        var driver = Self.driver()
        var sample = BrokerSample.of([], second: 122)
        sample.queues = [QueueSample(name: "idle", consumers: 1)]
        sample.blockedConnections = 1
        var history = SampleHistory()
        history.append(sample)
        driver.send(.sampled(.success(history)))
        #expect(driver.text.contains("! 1 connection may not publish"))
        #expect(driver.text.contains("connections 14 (1 blocked)"))
        #expect(!driver.text.contains("Nothing is wrong."))
        sample.at = sample.at.adding(seconds: 1)
        sample.blockedConnections = 0
        history.append(sample)
        driver.send(.sampled(.success(history)))
        #expect(driver.text.contains("Nothing is wrong."))
        #expect(driver.rows[0].contains("no alarms"))
    }

    @Test("In the list of queues the broker's own alarm is said before a queue's")
    func brokerAlarmInQueues() {
        var driver = Self.alarmed(columns: 80, rows: 24)
        driver.press(.tab)
        #expect(driver.text.contains("! memory alarm: 412 MB in use"))
        #expect(!driver.text.contains("no consumer keeps up"))
    }

    @Test("Dead letters that a broker does not count are not none")
    func unknownDead() {
        var queue = QueueSample(name: "orders.dead", ready: 5)
        queue.dead = .unavailable(because: "it does not count them")
        let context = Shop.context(queues: [SteadyQueue(queue)])
        var screen = OverviewScreen()
        _ = screen.update(.sampled, in: context)
        #expect(text(of: screen, in: context).contains("not told by this brok"))
        #expect(!text(of: screen, in: context).contains("no dead letters"))
    }

    @Test("What waits for its time has its place before what always is there")
    func delayed() {
        var driver = Self.driver(columns: 120, rows: 36)
        var sample = BrokerSample.of(Fleet.queues, second: 122)
        sample.delayed = 33
        var history = SampleHistory.of(Fleet.queues, second: 120)
        history.append(sample)
        driver.send(.sampled(.success(history)))
        #expect(driver.text.contains("unacked 366   delayed 33   memory "))
    }

    private static func alarmed(columns: Int, rows: Int) -> ConsoleDriver {
        var driver = Self.driver(columns: columns, rows: rows)
        var sample = BrokerSample.of(Fleet.queues, second: 122)
        sample.blockedConnections = 2
        sample.memoryAlarm = MemoryAlarm(usedBytes: 412_000_000, limitBytes: 400_000_000)
        var history = SampleHistory.of(Fleet.queues, second: 120)
        history.append(sample)
        driver.send(.sampled(.success(history)))
        return driver
    }

    @Test("At 120x40 and 200x50 every row is as wide as the screen", arguments: [120, 200])
    func wide(columns: Int) {
        let driver = Self.driver(columns: columns, rows: columns / 4 + 10)
        for row in driver.rows.dropFirst(2).dropLast() {
            #expect(TextWidth.columns(of: row) == columns)
        }
    }

    @Test("Left and right go from list to list, enter opens the selected queue")
    func selection() {
        var driver = Self.driver()
        driver.press(.right, .right, .down, .enter)
        #expect(driver.rows[2].contains("Queue  orders.payment"), "second by dead letters")
        driver.press(.escape, .left, .left, .character("j"), .enter)
        #expect(driver.rows[2].contains("Queue  audit.archive"), "the alarm below the second one")
    }

    @Test("Without alarms it says that nothing is wrong")
    func calm() {
        var driver = Fleet.driver(
            queues: [SteadyQueue(QueueSample(name: "idle", consumers: 1))])
        driver.press(.backTab)
        #expect(driver.text.contains("Nothing is wrong."))
        #expect(driver.rows[0].contains("no alarms"))
        driver.press(.enter)
        #expect(driver.text.contains("Cannot open the selected queue: no queue is selected."))
    }

    @Test("A click selects in any list")
    func click() throws {
        var driver = Self.driver()
        let row = try #require(driver.rows.firstIndex { $0.contains("Oldest message") })
        driver.click(row: row + 2, column: 60)
        #expect(driver.rows[row + 2].contains("▸ orders.dead"))
        driver.click(row: row + 2, column: 60, isDouble: true)
        #expect(driver.rows[2].contains("Queue  orders.dead"))
    }
}
