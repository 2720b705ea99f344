import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport
import Testing

/// What is asked before a connection is closed, a consumer cancelled, or a queue deleted on
/// conditions.
@Suite("Dialogs about clients")
struct ClientDialogTests {
    /// A console on the tab that is so many to the right of the queues, knowing the shop's clients.
    private static func driver(
        tabs: Int, columns: Int = 80, rows: Int = 24, isReadOnly: Bool = false,
        queues: [SteadyQueue] = Shop.queues, identity: BrokerIdentity = .fake(),
        roster: ClientRoster = Shop.roster()
    ) -> ConsoleDriver {
        var driver = Fleet.driver(
            columns: columns, rows: rows, queues: queues, identity: identity,
            isReadOnly: isReadOnly)
        for _ in 0..<tabs { driver.press(.tab) }
        driver.send(.rostered(.success(roster)))
        driver.clearEffects()
        return driver
    }

    @Test("Closing names the connection, what goes with it and what comes back")
    func close() {
        var driver = Self.driver(tabs: 3)
        driver.press(.character("j"), .character("D"))
        #expect(
            driver.text == """
                 queuetop  embedded  guest@/   ▲ 1,204/s  ▼ 310/s  1 alarm  every 1 s  18:33:40
                  Overview    Queues    Dead letters    Consumers   [Connections]   Load
                ╭─ Connections  4 · 1 blocked ──────────────────────────── sort worst first ▼ ─╮
                │    CLIENT           NAME          CONS   UNACK     HELD   OUT/s  STATE       │
                │  ! 127.0.0.1:51236  bunny 2.19       0       0        –       –  blocked     │
                │▸ ! 127╭─ Close 127.0.0.1:51240? ─────────────────────────────────────╮reader │
                │  ! 127│                                                              │ng     │
                │    127│  mailer, user mail on virtual host /shop.                    │ng     │
                │       │  3 consumers go with it.                                     │       │
                │       │  2 unacked messages return to their queues.                  │       │
                │       │  1 queue is deleted with it: reply.mailer.                   │       │
                │       │                                                              │       │
                │       │  Its client may connect again at once.                       │       │
                │       │                                                              │       │
                │       │  reason: Closed via console                                  │       │
                │       │                                                              │       │
                │       │                        [ Cancel ]    Close the connection    │       │
                │       │                                                              │       │
                │       ╰──────────────────────────────────────────────────────────────╯       │
                │                                                                              │
                │ ! slow reader: 127.0.0.1:51240 (mailer) does not read what it is sent; its   │
                │   consumers get nothing                                                      │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                 enter open  D close  / filter  1-9 sort  f freeze  : actions  ? help
                """)
        #expect(driver.effects.filter(\.changesBroker).isEmpty)
        driver.press(.enter)
        #expect(!driver.text.contains("Close 127.0.0.1:51240?"), "Cancel was focused")
        #expect(driver.effects.filter(\.changesBroker).isEmpty)
        driver.press(.character("D"), .character("y"))
        #expect(
            driver.effects.filter(\.changesBroker) == [
                .closeConnection(
                    Shop.connectionID(3), client: "127.0.0.1:51240", reason: "Closed via console")
            ])
    }

    @Test("The console's own connection is named as such, and the question says what closing means")
    func closeOwn() {
        var roster = Shop.roster()
        for index in roster.connections.indices { roster.connections[index].isOwn = true }
        var driver = Self.driver(tabs: 3, roster: roster)
        #expect(driver.text.contains("this console"))
        driver.press(.character("j"), .character("D"))
        #expect(driver.text.contains("It is this console's own: what is under way on it"))
        #expect(!driver.text.contains("Its client may connect again"))
    }

    @Test("On the smallest screen the question can still be read and answered")
    func closeSmall() {
        var driver = Self.driver(tabs: 3, columns: 40, rows: 12)
        driver.press(.character("j"), .character("D"))
        #expect(
            driver.text == """
                 ╭─ Close 127.0.0.1:51240? ───────────╮
                 │  mailer, user mail on virtual      │
                ╭│  host /shop.                       │╮
                ││  3 consumers go with it.           ││
                ││  2 unacked messages return to      ││
                ││  their queues.                     ││
                ││  1 queue is deleted with it:       ││
                ││  reply.mailer.                     ││
                ││  reason: Closed via console        ││
                ││                        [ Cancel ]  ││
                ╰│            Close the connection    │╯
                 ╰────────────────────────────────────╯
                """)
    }

    @Test("A reason can be typed; letters are no commands meanwhile")
    func reason() {
        var driver = Self.driver(tabs: 3)
        driver.press(.character("D"), .backTab, .control("u"))
        driver.type("yes, no, q")
        #expect(driver.text.contains("reason: yes, no, q"))
        #expect(driver.effects.filter(\.changesBroker).isEmpty)
        driver.press(.enter, .enter)
        #expect(
            driver.effects.filter(\.changesBroker) == [
                .closeConnection(
                    Shop.connectionID(2), client: "127.0.0.1:51236", reason: "yes, no, q")
            ])
    }

    @Test("A reason can be pasted where it is typed, and nowhere else")
    func pastedReason() {
        var driver = Self.driver(tabs: 3)
        driver.press(.character("D"))
        driver.send(.pasted("y"))
        #expect(driver.text.contains("no text is asked for here"))
        #expect(driver.effects.filter(\.changesBroker).isEmpty)
        driver.press(.backTab)
        driver.send(.pasted(" at night"))
        #expect(driver.text.contains("reason: Closed via console at night"))
    }

    @Test("Cancelling says that the messages stay with the channel")
    func cancel() throws {
        var driver = Self.driver(tabs: 2)
        driver.press(.character("D"))
        #expect(
            driver.text == """
                 queuetop  embedded  guest@/   ▲ 1,204/s  ▼ 310/s  1 alarm  every 1 s  18:33:40
                  Overview    Queues    Dead letters   [Consumers]   Connections    Load
                ╭─ Consumers  4 · 1 waiting ────────────────────────────── sort worst first ▼ ─╮
                │    QUEUE            TAG       CLIENT               UNACK     HELD  STATE     │
                │▸ ! orders.payment   paym…t-1  127.0.0.1:51234 (2)    150  41m 10s  active    │
                │    orders.dead      reader    127.0.0.1:51240 (1)      2     20 s  exclusive │
                │    ord╭─ Cancel consumer payment-1? ─────────────────────────────────╮ive    │
                │    ord│                                                              │ting   │
                │       │  It consumes orders.payment for 127.0.0.1:51234.             │       │
                │       │  150 unacked messages stay with its channel until that acks  │       │
                │       │  them or closes. Close the connection to have them back at   │       │
                │       │  once.                                                       │       │
                │       │                                                              │       │
                │       │  The client is told with basic.cancel.                       │       │
                │       │                                                              │       │
                │       │                        [ Keep it ]    Cancel the consumer    │       │
                │       │                                                              │       │
                │       ╰──────────────────────────────────────────────────────────────╯       │
                │                                                                              │
                │                                                                              │
                │ ! stuck consumer: payment-1 on 127.0.0.1:51234 has held a message of         │
                │   orders.payment for 41m 10s                                                 │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                 enter queue  c connection  D cancel  / filter  1-9 sort  : actions  ? help
                """)
        driver.press(.character("y"))
        let id = try #require(Shop.roster().consumers.first { $0.unacked == 150 }?.id)
        #expect(
            driver.effects.filter(\.changesBroker)
                == [.cancelConsumer(id, of: "orders.payment", client: "127.0.0.1:51234")])
    }

    @Test("It warns when the client will not be told, and when the queue goes too")
    func cancelWarns() {
        let letters = SteadyQueue(
            QueueSample(name: "orders.dead", features: .autoDelete, consumers: 1))
        var driver = Self.driver(tabs: 2, queues: [Shop.queues[0], letters])
        driver.press(.character("G"), .character("D"))
        #expect(driver.text.contains("Cancel consumer payment-2?"))
        #expect(driver.text.contains("did not ask to be told"))
        driver.press(.escape, .character("g"), .character("j"), .character("D"))
        #expect(driver.text.contains("orders.dead is auto-delete"))
        driver.press(.escape, .tab)
        driver.send(.rostered(.success(Shop.roster())))
        driver.press(.character("j"), .character("D"))
        #expect(driver.text.contains("2 queues are deleted with it: orders.dead, reply.mailer."))
    }

    @Test("Deleting can be made to depend on emptiness and on consumers")
    func conditions() {
        var driver = Self.driver(tabs: 0)
        driver.press(.character("D"))
        #expect(driver.text.contains("[ ] only if it is empty"))
        #expect(driver.text.contains("[ ] only if nobody consumes it"))
        driver.press(.character("u"))
        #expect(driver.text.contains("[x] only if nobody consumes it"))
        driver.press(.up, .up, .character(" "))
        #expect(driver.text.contains("[x] only if it is empty"))
        driver.press(.enter)
        #expect(driver.text.contains("[ ] only if it is empty"), "enter turns it as well")
        driver.press(.character("y"))
        #expect(
            driver.effects.filter(\.changesBroker)
                == [.deleteQueue("orders.payment", ifUnused: true, ifEmpty: false)])
    }

    @Test("A condition that holds now can be given up, by key and by mouse")
    func conditionsGivenUp() throws {
        var driver = Self.driver(
            tabs: 0, queues: [SteadyQueue(QueueSample(name: "lonely"))])
        driver.press(.character("D"), .character("e"))
        let row = try #require(
            driver.rows.firstIndex { $0.contains("[x] only if nobody consumes it") })
        driver.click(row: row, column: 20)
        driver.press(.character("y"))
        #expect(
            driver.effects.filter(\.changesBroker)
                == [.deleteQueue("lonely", ifUnused: false, ifEmpty: false)])
    }

    @Test("For several queues a condition that was not touched stays each queue's own")
    func conditionsOfSeveral() {
        var driver = Self.driver(
            tabs: 0,
            queues: [
                SteadyQueue(QueueSample(name: "a", consumers: 1)),
                SteadyQueue(QueueSample(name: "b", ready: 1)),
            ])
        driver.press(.character("*"), .character("D"))
        driver.type("delete")
        // Past the harmless button and the one that does it, to the first condition.
        driver.press(.tab, .tab, .tab, .character(" "), .backTab, .enter)
        #expect(
            driver.effects.filter(\.changesBroker) == [
                .deleteQueue("a", ifUnused: false, ifEmpty: true),
                .deleteQueue("b", ifUnused: true, ifEmpty: true),
            ])
    }

    @Test(
        "Read-only mode and a broker that cannot do it refuse before they ask", arguments: [2, 3])
    func refuses(tabs: Int) {
        var readOnly = Self.driver(tabs: tabs, isReadOnly: true)
        readOnly.press(.character("D"))
        #expect(readOnly.text.contains("the console was started with --read-only"))
        #expect(!readOnly.text.contains("[ "))
        var unable = Self.driver(
            tabs: tabs,
            identity: .fake(unavailable: [
                .closeConnection: "not an administrator", .cancelConsumer: "not an administrator",
            ]))
        unable.press(.character("D"))
        #expect(unable.text.contains("not an administrator."))
        #expect(unable.effects.filter(\.changesBroker).isEmpty)
    }

    @Test("What came of it is said, and everything is asked for again")
    func outcomes() {
        var driver = Self.driver(tabs: 3)
        let id = Shop.connectionID(3)
        driver.send(.closedConnection(id, client: "127.0.0.1:51240", .success(2)))
        #expect(
            driver.text.contains("Closed 127.0.0.1:51240; 2 messages returned to their queues."))
        #expect(driver.effects == [.sample])
        driver.send(.closedConnection(id, client: "127.0.0.1:51240", .failure(.connectionNotFound)))
        #expect(driver.text.contains("There is no such connection: it ended meanwhile."))
        let consumer = ClientConsumer.ID(connection: id, channel: ChannelNumber(1), tag: "reader")
        driver.send(.cancelledConsumer(consumer, .success(1)))
        #expect(driver.text.contains("Cancelled reader; 1 message stays with its channel."))
        driver.send(.cancelledConsumer(consumer, .failure(.consumerNotFound("reader"))))
        #expect(driver.text.contains("There is no consumer reader: it ended meanwhile."))
    }
}
