import Core
import Messaging
import Testing

@Suite struct DeadLetterTests {
    private func dying(_ arguments: FieldTable = [:]) -> FieldTable {
        var all: FieldTable = [
            "x-dead-letter-exchange": .string(""), "x-dead-letter-routing-key": .string("dead"),
        ]
        for field in arguments.fields { all[field.name] = field.value }
        return all
    }

    /// A broker with a queue `work` whose dead letters go to `dead`.
    private func broker(_ arguments: FieldTable = [:]) -> TestBroker {
        let broker = TestBroker()
        broker.declare("work", arguments: self.dying(arguments))
        broker.declare("dead")
        return broker
    }

    private func reject(_ broker: TestBroker, from queue: String) {
        guard let message = broker.get(queue, autoAck: false) else { return }
        broker.reject(message.tag, requeue: false)
    }

    @Test("A rejected message carries its whole history, as RabbitMQ writes it")
    func rejected() {
        let broker = self.broker()
        var properties = MessageProperties()
        properties.expiration = "60000"
        properties.headers = ["CC": .array([.string("also")]), "z": .bool(true)]
        broker.publish("a", to: "work", properties: properties)
        self.reject(broker, from: "work")
        _ = broker.get("dead")
        let headers = broker.properties.last?.headers
        let death: FieldTable = [
            "count": .int64(1), "reason": .string("rejected"), "queue": .string("work"),
            "time": .timestamp(seconds: 1_700_000_000), "exchange": .string(""),
            "routing-keys": .array([.string("work"), .string("also")]),
            "original-expiration": .string("60000"),
        ]
        #expect(
            headers == [
                "x-death": .array([.table(death)]), "x-first-death-exchange": .string(""),
                "x-first-death-queue": .string("work"),
                "x-first-death-reason": .string("rejected"), "z": .bool(true),
            ], "sorted by name; CC is gone because the key was overridden")
        #expect(broker.properties.last?.expiration == nil)
    }

    @Test("Dying again in the same way counts, and keeps the time of the first death")
    func counted() {
        let broker = self.broker()
        broker.publish("a", to: "work")
        for _ in 0..<3 {
            self.reject(broker, from: "work")
            broker.advance(milliseconds: 5_000)
            broker.redrive(
                "dead", .readyBelow(broker.broker.end(of: "dead") ?? .nowhere),
                to: .queueItDiedIn)
        }
        let deaths = broker.browse("work").first?.deaths
        #expect(deaths?.count == 1)
        #expect(deaths?.first?.count == 3)
        #expect(deaths?.first?.timeSeconds == 1_700_000_000)
    }

    @Test("The newest death comes first")
    func newestFirst() {
        let broker = TestBroker()
        broker.declare("a", arguments: self.dying(["x-dead-letter-routing-key": .string("b")]))
        broker.declare(
            "b",
            arguments: self.dying([
                "x-dead-letter-routing-key": .string("c"), "x-message-ttl": .int32(10),
            ]))
        broker.declare("c")
        broker.publish("m", to: "a")
        self.reject(broker, from: "a")
        broker.advance(milliseconds: 10)
        let deaths = broker.browse("c").first?.deaths ?? []
        #expect(deaths.map(\.queue) == ["b", "a"])
        #expect(deaths.map(\.reason) == [.expired, .rejected])
        let headers = broker.browse("c").first?.message.properties.headers
        #expect(headers?["x-first-death-queue"] == .string("a"))
    }

    @Test("Without a key of its own the exchange gets the message's")
    func ownKey() {
        let broker = TestBroker()
        broker.declare("work", arguments: ["x-dead-letter-exchange": .string("amq.topic")])
        broker.declare("dead")
        broker.send(
            .bind(BindingRequest(.queue("dead"), to: "amq.topic", routingKey: "*")))
        broker.publish("a", to: "work")
        self.reject(broker, from: "work")
        let record = broker.browse("dead").first
        #expect(record?.message.exchange == "amq.topic")
        #expect(record?.message.routingKey == "work")
    }

    @Test("A dead-letter exchange that does not exist drops silently")
    func missingExchange() {
        let broker = TestBroker()
        broker.declare("work", arguments: ["x-dead-letter-exchange": .string("none")])
        broker.publish("a", to: "work")
        self.reject(broker, from: "work")
        #expect(broker.refusal() == nil)
        #expect(broker.depth("work") == [0, 0])
        #expect(broker.figures("work")?.tally.deadLettered == 0)
    }

    @Test("A cycle without a rejection in it is cut, one with a rejection goes on")
    func cycles() {
        let broker = TestBroker()
        let back: FieldTable = [
            "x-dead-letter-exchange": .string(""), "x-dead-letter-routing-key": .string("a"),
            "x-message-ttl": .int32(10),
        ]
        broker.declare("a", arguments: back)
        broker.publish("m", to: "a")
        broker.advance(milliseconds: 10)
        #expect(broker.depth("a") == [0, 0], "expired into its own queue: cut")
        broker.publish("n", to: "a")
        self.reject(broker, from: "a")
        #expect(broker.depth("a") == [1, 0], "rejected into its own queue: goes on")
    }

    @Test("What exceeds the length is dropped at the head, and dead-lettered")
    func maxLength() {
        let broker = self.broker(["x-max-length": .int32(2)])
        broker.publish("a", "b", "c", "d", to: "work")
        #expect(broker.drain("dead") == ["a", "b"])
        #expect(broker.drain("work") == ["c", "d"])
        #expect(broker.figures("work")?.tally.droppedByLength == 2)
    }

    @Test("A length limit counts what is left after consumers had theirs")
    func maxLengthAfterDelivery() {
        let broker = self.broker(["x-max-length": .int32(1)])
        broker.consume("work", tag: "t")
        broker.publish("a", "b", "c", to: "work")
        #expect(broker.deliveries() == ["a", "b", "c"])
        #expect(broker.depth("dead") == [0, 0])
    }

    @Test("A limit in bytes counts the bodies that are ready")
    func maxBytes() {
        let broker = self.broker(["x-max-length-bytes": .int32(5)])
        broker.publish("aaa", "bb", "c", to: "work")
        #expect(broker.drain("work") == ["bb", "c"])
    }

    @Test("The queue a message died in knows how many still lie somewhere")
    func deadCount() {
        let broker = self.broker()
        broker.publish("a", "b", "c", "d", to: "work")
        for _ in 0..<4 { self.reject(broker, from: "work") }
        #expect(broker.figures("work")?.dead == 4)
        #expect(broker.figures("dead")?.receivesDeadLetters == true)
        #expect(broker.figures("work")?.receivesDeadLetters == false)
        let held = broker.get("dead", autoAck: false)
        #expect(broker.figures("work")?.dead == 4, "an unacked one still lies there")
        broker.ack(held?.tag ?? 0)
        #expect(broker.figures("work")?.dead == 3)
        _ = broker.get("dead", autoAck: false)
        _ = broker.purge("dead")
        broker.finish()
        #expect(broker.figures("work")?.dead == 1)
        broker.send(.deleteQueue("dead", ifUnused: false, ifEmpty: false, isNoWait: true))
        #expect(broker.figures("work")?.dead == 0)
    }

    @Test("What a client writes into x-death goes through, and a wrong type starts anew")
    func foreignHistory() {
        let broker = self.broker()
        var properties = MessageProperties()
        properties.headers = ["x-death": .array([.string("odd")])]
        broker.publish("a", to: "work", properties: properties)
        properties.headers = ["x-death": .bool(true)]
        broker.publish("b", to: "work", properties: properties)
        self.reject(broker, from: "work")
        self.reject(broker, from: "work")
        let histories = broker.browse("dead").map { record -> [FieldValue] in
            guard case .array(let deaths) = record.message.properties.headers?["x-death"] else {
                return []
            }
            return deaths
        }
        #expect(histories.map(\.count) == [2, 1])
        #expect(histories.first?.last == .string("odd"))
    }

    @Test("A queue may be its own dead-letter queue, whatever its tail does meanwhile")
    func ownDeadLetterQueue() {
        let broker = TestBroker()
        broker.declare("a", arguments: self.dying(["x-dead-letter-routing-key": .string("a")]))
        let body = String(repeating: "x", count: 400)
        broker.publish(body, to: "a")
        for _ in 0..<100 { self.reject(broker, from: "a") }
        #expect(broker.browse("a").map(\.text) == [body])
        #expect(broker.browse("a").first?.deaths.first?.count == 100)
    }
}
