import Core
import Messaging
import Testing

/// Which guarantee really holds, and why.
@Suite struct GuaranteeTests {
    /// One row of the table: what differs from a durable queue with confirmed persistent messages.
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var guarantee: DeliveryGuarantee
        var reasons: GuaranteeReasons
        var change: @Sendable (inout GuaranteeFacts) -> Void

        init(
            _ name: String, _ guarantee: DeliveryGuarantee, _ reasons: GuaranteeReasons,
            _ change: @escaping @Sendable (inout GuaranteeFacts) -> Void = { _ in }
        ) {
            self.testDescription = name
            self.guarantee = guarantee
            self.reasons = reasons
            self.change = change
        }
    }

    static let table: [Row] = [
        Row("plain", .atLeastOnce, .noDeduplication),
        Row("nothing published", .atLeastOnce, .noDeduplication) { $0.habits = [] },
        Row("without ack", .atMostOnce, .autoAck) { $0.autoAckConsumers = 1 },
        Row("not durable", .atMostOnce, .notDurable) { $0.isDurable = false },
        Row("goes away", .atMostOnce, .goesAway) { $0.goesAway = true },
        Row("transient messages", .atMostOnce, .transientMessages) {
            $0.habits.insert(.transient)
        },
        Row("no confirms", .atMostOnce, .unconfirmedPublishes) { $0.habits.insert(.unconfirmed) },
        Row("drop-head", .atMostOnce, .dropsOldest) { $0.dropsOldest = true },
        Row("drop-head to dead letters", .atLeastOnce, .noDeduplication) {
            $0.dropsOldest = true
            $0.keepsDeadLetters = true
        },
        Row("TTL", .atMostOnce, .dropsExpired) { $0.hasTimeToLive = true },
        Row("TTL to dead letters", .atLeastOnce, .noDeduplication) {
            $0.hasTimeToLive = true
            $0.keepsDeadLetters = true
        },
        Row("limit of returns", .atMostOnce, .dropsReturned) { $0.limitsReturns = true },
        Row("limit of returns to dead letters", .atLeastOnce, .noDeduplication) {
            $0.limitsReturns = true
            $0.keepsDeadLetters = true
        },
        Row("retention", .atLeastOnce, [.noDeduplication, .endsWithRetention]) {
            $0.hasRetention = true
        },
        Row("retention, deduplicating", .effectivelyOnce, .endsWithRetention) {
            $0.hasRetention = true
            $0.deduplicates = true
        },
        Row("retention, no confirms", .atMostOnce, [.unconfirmedPublishes, .endsWithRetention]) {
            $0.hasRetention = true
            $0.habits.insert(.unconfirmed)
        },
        Row("deduplicating", .effectivelyOnce, []) { $0.deduplicates = true },
        Row("deduplicating without ids", .atLeastOnce, .publishesWithoutID) {
            $0.deduplicates = true
            $0.habits.insert(.withoutID)
        },
        Row("deduplicating, nothing published", .atLeastOnce, .noPublishes) {
            $0.deduplicates = true
            $0.habits = []
        },
        Row("deduplicating, lost even so", .atMostOnce, [.autoAck, .notDurable]) {
            $0.deduplicates = true
            $0.autoAckConsumers = 2
            $0.isDurable = false
        },
        Row("everything", .atMostOnce, .losses) {
            ($0.isDurable, $0.goesAway, $0.autoAckConsumers) = (false, true, 1)
            ($0.dropsOldest, $0.hasTimeToLive, $0.limitsReturns) = (true, true, true)
            $0.deduplicates = true
            $0.habits = [.published, .transient, .unconfirmed, .withoutID]
        },
    ]

    @Test("The table", arguments: Self.table)
    func ruleTable(row: Row) {
        var facts = GuaranteeFacts()
        row.change(&facts)
        #expect(facts.guarantee == QueueGuarantee(row.guarantee, row.reasons))
    }

    // MARK: What is in the queue

    /// Looks at a queue for so long that nobody remembers what was published.
    private func forget(_ broker: TestBroker) {
        for _ in 0..<4 {
            broker.advance(milliseconds: 60_000)
            _ = broker.reasons("q")
        }
    }

    @Test("A transient message is known of as long as it is there, ready or unacked")
    func transientStays() {
        let broker = TestBroker()
        broker.declare("q", durable: true)
        broker.send(.selectConfirms(isNoWait: true))
        for _ in 0..<3 { self.publish(broker) }
        for _ in 0..<2 { self.publish(broker, MessageProperties()) }
        self.publish(broker)
        self.forget(broker)
        #expect(broker.reasons("q") == .transientMessages)
        broker.consume("q", tag: "t")
        broker.ack(4, multiple: true)
        #expect(broker.reasons("q") == .transientMessages, "one is unacked")
        broker.reject(5, requeue: true)
        #expect(broker.reasons("q") == .transientMessages, "and ready, and unacked again")
        broker.ack(7)
        #expect(broker.depth("q") == [0, 1])
        #expect(broker.reasons("q") == .noDeduplication, "what is left is persistent")
    }

    @Test("However it leaves, it is forgotten with it, and never before")
    func transientLeaves() {
        let ways: [(String, FieldTable, (TestBroker) -> Void)] = [
            ("without ack", [:], { _ = $0.drain("q") }),
            ("rejected", [:], { $0.reject($0.get("q", autoAck: false)?.tag ?? 0, requeue: false) }),
            ("expired", ["x-message-ttl": .int32(500_000)], { $0.advance(milliseconds: 500_000) }),
            ("purged", [:], { _ = $0.purge("q") }),
            ("removed", [:], { $0.delete($0.browse("q").map(\.position), from: "q") }),
            ("too many", ["x-max-length": .int32(1)], { self.publish($0) }),
            (
                "redriven", [:],
                {
                    let all = $0.browse("q").map(\.position)
                    $0.redrive("q", .positions(all), to: .queue("other"))
                }
            ),
        ]
        for (name, further, leave) in ways {
            let broker = TestBroker()
            broker.declare("other", durable: true)
            broker.declare("q", durable: true, arguments: further)
            broker.send(.selectConfirms(isNoWait: true))
            self.publish(broker, MessageProperties())
            self.forget(broker)
            #expect(broker.reasons("q")?.contains(.transientMessages) == true, "\(name)")
            leave(broker)
            #expect(broker.reasons("q")?.contains(.transientMessages) == false, "\(name)")
        }
    }

    @Test("A purge leaves what is unacked; a retry is known of while it waits; letters are, too")
    func transientElsewhere() {
        let broker = TestBroker()
        broker.declare("dead", durable: true)
        broker.declare(
            "q", durable: true,
            arguments: .dying(
                into: "dead", ["x-retry-max": .int32(1), "x-retry-jitter": .int32(0)]))
        broker.send(.selectConfirms(isNoWait: true))
        for _ in 0..<2 { self.publish(broker, MessageProperties()) }
        let tag = broker.get("q", autoAck: false)?.tag ?? 0
        self.forget(broker)
        _ = broker.purge("q")
        #expect(broker.reasons("q") == .transientMessages)
        broker.reject(tag, requeue: false)
        #expect(broker.figures("q")?.waiting == 1)
        #expect(broker.reasons("q") == .transientMessages)
        broker.advance(milliseconds: 1_000)
        #expect(broker.reasons("q") == .transientMessages)
        broker.reject(broker.get("q", autoAck: false)?.tag ?? 0, requeue: false)
        #expect(broker.reasons("q") == .noDeduplication)
        #expect(broker.reasons("dead") == .transientMessages, "a restart loses the letter")
        #expect(broker.restarted().reasons("dead") == .noDeduplication)
    }

    @Test("A stream keeps every message, until its retention ends")
    func streams() {
        let broker = TestBroker()
        broker.declareStream("s")
        broker.send(.selectConfirms(isNoWait: true))
        broker.publish("m", to: "s")
        #expect(broker.reasons("s") == .noDeduplication, "whatever its publisher says")
        for (name, argument) in [
            ("x-max-age", FieldValue.string("1h")), ("x-max-length-bytes", .int32(1_000)),
        ] {
            broker.declareStream(name, FieldTable([.init(name, argument)]))
            #expect(broker.guarantee(name) == .atLeastOnce)
            #expect(broker.reasons(name) == [.noDeduplication, .endsWithRetention])
        }
        broker.declareStream(
            "once", ["x-max-age": .string("1h"), "x-deduplication-window": .int32(1_000)])
        broker.publish("m", to: "once", properties: .id("1"))
        #expect(broker.guarantee("once") == .effectivelyOnce)
        #expect(broker.reasons("once") == .endsWithRetention)
    }

    // MARK: From a broker

    private func publish(_ broker: TestBroker, _ properties: MessageProperties = .persistent) {
        broker.publish("m", to: "q", properties: properties)
    }

    @Test("A queue is judged by what its publishers and consumers do")
    func habits() {
        let broker = TestBroker()
        broker.declare("q", durable: true)
        #expect(broker.guarantee("q") == .atLeastOnce)
        self.publish(broker)
        #expect(broker.reasons("q") == .unconfirmedPublishes)
        broker.send(.selectConfirms(isNoWait: true))
        self.publish(broker)
        broker.advance(milliseconds: 30_000)
        #expect(broker.reasons("q") == .unconfirmedPublishes, "it is not long ago")
        self.publish(broker)
        broker.advance(milliseconds: 30_000)
        _ = broker.reasons("q")
        #expect(broker.guarantee("q") == .atLeastOnce)
        self.publish(broker, MessageProperties())
        #expect(broker.reasons("q") == .transientMessages)
        broker.consume("q", tag: "t", autoAck: true)
        #expect(broker.reasons("q") == [.transientMessages, .autoAck])
        broker.send(.cancel("t", isNoWait: true))
        #expect(broker.reasons("q") == .transientMessages)
    }

    @Test("A transaction and an operator know what became of their messages")
    func transactions() {
        let broker = TestBroker()
        broker.declare("q", durable: true)
        broker.send(.selectTransactions)
        self.publish(broker)
        broker.send(.commitTransaction)
        #expect(broker.guarantee("q") == .atLeastOnce)
        let message = Message(
            exchange: .default, routingKey: "q", properties: .persistent, body: [])
        #expect(broker.broker.publish(message, now: broker.now) == 1)
        broker.finish()
        #expect(broker.guarantee("q") == .atLeastOnce)
    }

    @Test("Deduplication with ids makes it effectively once, one message without does not")
    func deduplicating() {
        let broker = TestBroker()
        broker.declare("q", durable: true, arguments: ["x-deduplication-window": .int32(1_000)])
        #expect(broker.reasons("q") == .noPublishes)
        broker.send(.selectConfirms(isNoWait: true))
        self.publish(broker, .id("a", persistent: true))
        #expect(broker.guarantee("q") == .effectivelyOnce)
        self.publish(broker)
        #expect(broker.reasons("q") == .publishesWithoutID)
    }

    @Test("Settings: what drops messages is at most once, unless some other queue gets them")
    func settings() {
        let cases: [(FieldTable, GuaranteeReasons)] = [
            (["x-max-length": .int32(5)], .dropsOldest),
            (["x-max-length-bytes": .int32(5)], .dropsOldest),
            (
                ["x-max-length": .int32(5), "x-overflow": .string("reject-publish")],
                .noDeduplication
            ),
            (["x-message-ttl": .int32(5)], .dropsExpired), (["x-expires": .int32(5)], .goesAway),
            (.dying(into: "dead", ["x-message-ttl": .int32(5)]), .noDeduplication),
            (.dying(into: "nowhere", ["x-message-ttl": .int32(5)]), .dropsExpired),
            (.dying(into: "7", ["x-max-length": .int32(5)]), .dropsOldest),
            (
                ["x-dead-letter-exchange": .string("bound"), "x-message-ttl": .int32(5)],
                .noDeduplication
            ),
            (
                ["x-dead-letter-exchange": .string("unbound"), "x-message-ttl": .int32(5)],
                .dropsExpired
            ),
        ]
        let broker = TestBroker()
        broker.declare("dead", durable: true)
        broker.declareExchange("bound")
        broker.declareExchange("unbound")
        broker.bind("dead", to: "bound")
        for (number, (arguments, reasons)) in cases.enumerated() {
            broker.declare("\(number)", durable: true, arguments: arguments)
            #expect(broker.reasons("\(number)") == reasons, "\(arguments)")
        }
        let quorum: FieldTable = ["x-queue-type": .string("quorum")]
        broker.declare("quorum", durable: true, arguments: quorum)
        broker.send(.selectConfirms(isNoWait: true))
        broker.publish("m", to: "quorum")
        #expect(broker.reasons("quorum") == .dropsReturned, "nothing in it is transient")
        broker.declare("transient")
        #expect(broker.reasons("transient") == .notDurable)
    }
}
