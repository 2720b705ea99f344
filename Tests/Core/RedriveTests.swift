import Core
import Messaging
import Testing

@Suite struct RedriveTests {
    /// Queues `a` and `b`, whose rejected messages lie in `dead`.
    private func broker(_ bodies: [(String, in: String)]) -> TestBroker {
        let broker = TestBroker()
        for name in ["a", "b"] {
            broker.declare(
                name,
                arguments: [
                    "x-dead-letter-exchange": .string(""),
                    "x-dead-letter-routing-key": .string("dead"),
                ])
        }
        broker.declare("dead")
        for (body, queue) in bodies {
            var properties = MessageProperties()
            properties.expiration = "900000"
            properties.headers = ["CC": .array([]), "mine": .bool(true)]
            broker.publish(body, to: queue, properties: properties)
            guard let message = broker.get(queue, autoAck: false) else { continue }
            broker.reject(message.tag, requeue: false)
        }
        return broker
    }

    private func all(_ broker: TestBroker) -> RedriveSelection {
        .readyBelow(broker.broker.end(of: "dead") ?? .nowhere)
    }

    @Test("What came into a queue since is counted, whatever its priority")
    func arrivals() {
        let broker = TestBroker()
        broker.declare("q", arguments: ["x-max-priority": .int32(9)])
        func end() -> QueueEnd { broker.broker.end(of: "q") ?? .nowhere }
        let empty = end()
        func publish(_ priority: UInt8) {
            var properties = MessageProperties()
            properties.priority = priority
            broker.publish("m", to: "q", properties: properties)
        }
        publish(5)
        publish(5)
        let some = end()
        for priority: UInt8 in [0, 5, 9] { publish(priority) }
        _ = broker.get("q", autoAck: true)
        #expect(empty.arrivals(until: end()) == 5)
        #expect(some.arrivals(until: end()) == 3)
        #expect(end().arrivals(until: end()) == 0)
    }

    @Test("Each goes back to the queue it died in, in order, step by step", arguments: [1, 2, 100])
    func whereTheyDied(countMax: Int) {
        let bodies = (0..<9).map { ("\($0)", in: $0 % 2 == 0 ? "a" : "b") }
        let broker = self.broker(bodies)
        let step = broker.redrive("dead", self.all(broker), to: .queueItDiedIn, countMax: countMax)
        #expect(step.moved == 9 && step.movedTo == ["a": 5, "b": 4])
        #expect(broker.depth("dead") == [0, 0])
        #expect(broker.figures("a")?.dead == 0)
        #expect(broker.drain("a") == ["0", "2", "4", "6", "8"])
        #expect(broker.drain("b") == ["1", "3", "5", "7"])
    }

    @Test("It loses its expiration and its CC, and keeps its deaths")
    func properties() throws {
        let broker = self.broker([("x", in: "a")])
        broker.redrive("dead", self.all(broker), to: .queueItDiedIn)
        let record = try #require(broker.browse("a").first)
        #expect(record.message.routingKey == "a")
        #expect(record.message.properties.expiration == nil)
        #expect(record.message.properties.headers?["CC"] == nil)
        #expect(record.message.properties.headers?["mine"] == .bool(true))
        #expect(record.deaths.map(\.queue) == ["a"])
    }

    @Test("What has no target stays, and what lies behind it moves")
    func unroutable() {
        let broker = self.broker([("1", in: "a"), ("2", in: "b"), ("3", in: "a")])
        broker.publish("never died", to: "dead")
        broker.send(.deleteQueue("a", ifUnused: false, ifEmpty: false, isNoWait: true))
        let step = broker.redrive("dead", self.all(broker), to: .queueItDiedIn, countMax: 2)
        #expect(step.moved == 1 && step.unroutable == 3)
        #expect(broker.browse("dead").map(\.text) == ["1", "3", "never died"])
        #expect(broker.drain("b") == ["2"])
    }

    @Test("Chosen ones move; those that a consumer holds or that are gone are missing")
    func chosen() {
        let broker = self.broker([("1", in: "a"), ("2", in: "a"), ("3", in: "a")])
        let positions = broker.browse("dead").map(\.position)
        _ = broker.get("dead", autoAck: false)
        let step = broker.redrive(
            "dead", .positions([positions[0], positions[2], Position(9_999)]),
            to: .queueItDiedIn, countMax: 1)
        #expect(step.moved == 1 && step.missing == 2)
        #expect(broker.drain("a") == ["3"])
        #expect(broker.depth("dead") == [1, 1])
    }

    @Test("To a queue of one's choice, even one where nothing died")
    func named() {
        let broker = self.broker([("1", in: "a")])
        broker.declare("elsewhere")
        let step = broker.redrive("dead", self.all(broker), to: .queue("elsewhere"))
        #expect(step.movedTo == ["elsewhere": 1])
        #expect(broker.drain("elsewhere") == ["1"])
    }

    @Test("A missing source or target is said, and nothing moves")
    func missing() {
        let broker = self.broker([("1", in: "a")])
        #expect(
            broker.redrive("none", self.all(broker), to: .queueItDiedIn).next == .sourceNotFound)
        #expect(
            broker.redrive("dead", self.all(broker), to: .queue("none")).next == .targetNotFound)
        #expect(broker.depth("dead") == [1, 0])
    }

    @Test("A station on the way of dead letters is passed over")
    func stations() {
        let broker = self.broker([])
        broker.declare(
            "dead-too",
            arguments: [
                "x-dead-letter-exchange": .string(""),
                "x-dead-letter-routing-key": .string("dead"), "x-message-ttl": .int32(10),
            ])
        broker.declare(
            "c",
            arguments: [
                "x-dead-letter-exchange": .string(""),
                "x-dead-letter-routing-key": .string("dead-too"),
            ])
        broker.publish("1", to: "c")
        if let message = broker.get("c", autoAck: false) {
            broker.reject(message.tag, requeue: false)
        }
        broker.advance(milliseconds: 10)
        #expect(broker.browse("dead").first?.deaths.map(\.queue) == ["dead-too", "c"])
        broker.redrive("dead", self.all(broker), to: .queueItDiedIn)
        #expect(broker.drain("c") == ["1"])
    }

    @Test("What dies again while a redrive runs is not moved again")
    func frozen() {
        let broker = self.broker([("1", in: "a"), ("2", in: "a")])
        broker.send(.deleteQueue("a", ifUnused: false, ifEmpty: false, isNoWait: true))
        broker.declare(
            "a",
            arguments: [
                "x-dead-letter-exchange": .string(""),
                "x-dead-letter-routing-key": .string("dead"), "x-max-length": .int32(0),
            ])
        let step = broker.redrive("dead", self.all(broker), to: .queueItDiedIn, countMax: 1)
        #expect(step.moved == 2)
        #expect(broker.depth("dead") == [2, 0], "they came back, and lie behind the end")
    }
}
