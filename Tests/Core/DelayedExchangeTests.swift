import Core
import Messaging
import Testing

/// Exchanges that keep messages for a while, as RabbitMQ's plugin has them.
@Suite struct DelayedExchangeTests {
    /// A broker with a delayed exchange `e` of a type, and a queue `q` bound to it by `k`.
    private func broker(_ type: String = "direct") -> TestBroker {
        let broker = TestBroker()
        broker.declare("q")
        broker.declareExchange(
            "e", "x-delayed-message", arguments: ["x-delayed-type": .string(type)])
        broker.bind("q", to: "e", key: "k")
        _ = broker.takeEffects()
        return broker
    }

    private func delayed(
        _ value: FieldValue, _ further: FieldTable = [:], persistent: Bool = false
    ) -> MessageProperties {
        var properties = MessageProperties.headers(
            FieldTable([.init("x-delay", value)] + further.fields))
        if persistent { properties.deliveryMode = 2 }
        return properties
    }

    @Test("A message waits as long as its header says, and tells it negated")
    func waits() {
        let broker = self.broker()
        broker.publish("late", to: "k", exchange: "e", properties: self.delayed(.int32(500)))
        broker.publish("soon", to: "k", exchange: "e", properties: self.delayed(.int32(100)))
        broker.publish("now", to: "k", exchange: "e")
        #expect(broker.drain("q") == ["now"])
        #expect(broker.delayed == 2)
        broker.advance(milliseconds: 99)
        #expect(broker.depth("q") == [0, 0])
        broker.advance(milliseconds: 1)
        #expect(broker.browse("q").map(\.text) == ["soon"])
        #expect(
            broker.browse("q").first?.message.properties.headers == ["x-delay": .int32(-100)])
        #expect(broker.browse("q").first?.message.exchange == "e")
        broker.advance(milliseconds: 400)
        #expect(broker.drain("q") == ["soon", "late"])
        #expect(broker.delayed == 0)
    }

    @Test("Each exchange tells how many messages wait in it, and others say nothing of that")
    func counted() {
        let broker = self.broker()
        broker.declareExchange(
            "f", "x-delayed-message", arguments: ["x-delayed-type": .string("fanout")])
        func count(_ exchange: ExchangeName) -> Int? {
            broker.broker.exchangeFigures(of: exchange, in: .default)?.delayed
        }
        #expect([count("e"), count("f")] == [0, 0])
        broker.publish("a", to: "k", exchange: "e", properties: self.delayed(.int32(100)))
        broker.publish("b", to: "k", exchange: "e", properties: self.delayed(.int32(500)))
        broker.publish("c", to: "k", exchange: "f", properties: self.delayed(.int32(500)))
        #expect([count("e"), count("f")] == [2, 1])
        #expect(count("amq.fanout") == nil)
        #expect(count(.default) == nil)
        #expect(broker.broker.waitingTotal == 3)
        broker.advance(milliseconds: 100)
        #expect([count("e"), count("f")] == [1, 1])
        broker.advance(milliseconds: 400)
        #expect([count("e"), count("f")] == [0, 0])
        #expect(broker.broker.waitingTotal == 0)
    }

    @Test(
        "What is no delay delays nothing",
        arguments: [
            FieldValue.int32(0), .int32(-5), .int64(4_294_967_296), .string("soon"), .bool(true),
            .double(.infinity), .double(0.9), .void, .double(1e300),
        ])
    func atOnce(value: FieldValue) {
        let broker = self.broker()
        broker.publish("a", to: "k", exchange: "e", properties: self.delayed(value))
        #expect(broker.browse("q").map(\.message.properties.headers) == [["x-delay": value]])
    }

    @Test(
        "Numbers of any kind and text are delays",
        arguments: [
            FieldValue.uint8(200), .int16(200), .int64(200), .string("200"), .float(200.5),
            .double(200.9),
        ])
    func kinds(value: FieldValue) {
        let broker = self.broker()
        broker.publish("a", to: "k", exchange: "e", properties: self.delayed(value))
        broker.advance(milliseconds: 199)
        #expect(broker.depth("q") == [0, 0])
        broker.advance(milliseconds: 1)
        #expect(broker.depth("q") == [1, 0])
    }

    @Test("The longest delay is that of the plugin")
    func longest() {
        let broker = self.broker()
        broker.publish(
            "a", to: "k", exchange: "e", properties: self.delayed(.int64(4_294_967_295)))
        #expect(broker.delayed == 1)
        broker.advance(milliseconds: 4_294_967_295)
        #expect(
            broker.browse("q").first?.message.properties.headers
                == ["x-delay": .int64(-4_294_967_295)])
    }

    @Test("What waits is confirmed, and returned when it has to reach a queue at once")
    func confirms() throws {
        let broker = self.broker()
        broker.send(.selectConfirms(isNoWait: true))
        broker.publish("a", to: "k", exchange: "e", properties: self.delayed(.int32(9)))
        #expect(broker.answers() == ["1"])
        broker.add(
            "b", to: "k", exchange: "e", properties: self.delayed(.int32(9)), isMandatory: true)
        broker.finish()
        let effects = broker.takeEffects()
        guard case .returned(_, let message) = effects.first else {
            Issue.record("not returned")
            return
        }
        #expect(message.code == .noRoute && message.body == Array("b".utf8))
        #expect(effects.last == .confirm(broker.channel, DeliveryTag(2), isMultiple: false))
        #expect(broker.unroutableTotal == 0)
        broker.advance(milliseconds: 9)
        #expect(broker.drain("q") == ["a", "b"])
    }

    @Test("A persistent one is confirmed when it is durable where it waits")
    func durable() {
        let broker = self.broker()
        broker.send(.selectConfirms(isNoWait: true))
        broker.commitsAtOnce = false
        broker.publish(
            "a", to: "k", exchange: "e", properties: self.delayed(.int32(9), persistent: true))
        #expect(broker.answers() == [])
        broker.broker.durable(upTo: CommitNumber(99))
        broker.finish()
        #expect(broker.answers() == ["1"])
    }

    @Test("Bindings of the moment when it is due decide, by the type that routes")
    func bindings() {
        let broker = self.broker("topic")
        broker.declare("later")
        broker.publish("a", to: "x.y", exchange: "e", properties: self.delayed(.int32(10)))
        broker.bind("later", to: "e", key: "x.*")
        broker.advance(milliseconds: 10)
        #expect(broker.drain("later") == ["a"])
        broker.publish("b", to: "x.y", exchange: "e", properties: self.delayed(.int32(10)))
        broker.unbind("later", from: "e", key: "x.*")
        broker.advance(milliseconds: 10)
        #expect(broker.depth("later") == [0, 0])
        #expect(broker.unroutableTotal == 1)
    }

    @Test("Headers route, and further keys lead on, those of BCC unseen")
    func further() {
        let byHeaders = self.broker("headers")
        byHeaders.declare("eu")
        byHeaders.bind("eu", to: "e", arguments: ["region": .string("eu")])
        byHeaders.publish(
            "a", to: "", exchange: "e",
            properties: self.delayed(.int32(10), ["region": .string("eu")]))
        byHeaders.advance(milliseconds: 10)
        #expect(byHeaders.drain("eu") == ["a"])
        let broker = self.broker()
        for name in ["copy", "blind"] {
            broker.declare(name)
            broker.bind(name, to: "e", key: name)
        }
        broker.publish(
            "a", to: "k", exchange: "e",
            properties: self.delayed(
                .int32(10),
                ["CC": .array([.string("copy")]), "BCC": .array([.string("blind")])]))
        broker.advance(milliseconds: 10)
        for name in ["q", "copy", "blind"] {
            let headers = broker.browse(name).first?.message.properties.headers
            #expect(headers?["CC"] != nil && headers?["BCC"] == nil, "in \(name)")
        }
    }

    @Test("Behind another exchange it delays too, and what is not behind it comes at once")
    func behind() {
        let broker = self.broker("fanout")
        broker.declare("direct")
        broker.declareExchange("front")
        broker.bind(exchange: "e", to: "front")
        broker.bind("direct", to: "front")
        broker.publish("a", to: "k", exchange: "front", properties: self.delayed(.int32(10)))
        #expect(broker.drain("direct") == ["a"])
        #expect(broker.depth("q") == [0, 0])
        broker.advance(milliseconds: 10)
        #expect(broker.browse("q").first?.message.exchange == "front")
    }

    @Test("Once delayed is not delayed again by the next one")
    func chain() {
        let broker = self.broker("fanout")
        broker.declareExchange(
            "second", "x-delayed-message", arguments: ["x-delayed-type": .string("fanout")])
        broker.declare("last")
        broker.bind(exchange: "second", to: "e")
        broker.bind("last", to: "second")
        broker.publish("a", to: "", exchange: "e", properties: self.delayed(.int32(10)))
        broker.advance(milliseconds: 10)
        #expect(broker.depth("last") == [1, 0] && broker.depth("q") == [1, 0])
    }

    @Test("The alternate exchange gets what reaches no queue when it is due")
    func alternate() {
        let broker = self.broker()
        broker.declareExchange("rest")
        broker.declare("unrouted")
        broker.bind("unrouted", to: "rest")
        broker.declareExchange(
            "f", "x-delayed-message",
            arguments: [
                "x-delayed-type": .string("direct"), "alternate-exchange": .string("rest"),
            ])
        broker.publish("a", to: "none", exchange: "f", properties: self.delayed(.int32(10)))
        #expect(broker.depth("unrouted") == [0, 0])
        broker.advance(milliseconds: 10)
        #expect(broker.drain("unrouted") == ["a"])
    }

    @Test("What is due when its exchange is gone is dropped")
    func gone() {
        let broker = self.broker()
        broker.publish("a", to: "k", exchange: "e", properties: self.delayed(.int32(10)))
        broker.deleteExchange("e")
        broker.advance(milliseconds: 10)
        #expect(broker.depth("q") == [0, 0])
        #expect(broker.delayed == 0)
    }

    @Test("A time to live begins when it is due")
    func expiration() {
        let broker = self.broker()
        var properties = self.delayed(.int32(100))
        properties.expiration = "50"
        broker.publish("a", to: "k", exchange: "e", properties: properties)
        broker.advance(milliseconds: 100)
        #expect(broker.depth("q") == [1, 0])
        broker.advance(milliseconds: 50)
        #expect(broker.depth("q") == [0, 0])
    }

    @Test("A transaction's messages wait from its commit on")
    func transaction() {
        let broker = self.broker()
        broker.send(.selectTransactions)
        broker.publish("a", to: "k", exchange: "e", properties: self.delayed(.int32(100)))
        #expect(broker.delayed == 0)
        broker.send(.rollBackTransaction)
        broker.publish("b", to: "k", exchange: "e", properties: self.delayed(.int32(100)))
        broker.advance(milliseconds: 100)
        broker.send(.commitTransaction)
        #expect(broker.delayed == 1)
        broker.advance(milliseconds: 100)
        #expect(broker.drain("q") == ["b"])
    }

    @Test("A dead letter waits as well when it comes into such an exchange")
    func deadLetters() {
        let broker = self.broker()
        broker.declare(
            "work",
            arguments: [
                "x-dead-letter-exchange": .string("e"), "x-dead-letter-routing-key": .string("k"),
            ])
        broker.publish("a", to: "work", properties: self.delayed(.int32(100)))
        broker.reject(broker.get("work", autoAck: false)?.tag ?? 0, requeue: false)
        #expect(broker.depth("q") == [0, 0])
        broker.advance(milliseconds: 100)
        #expect(broker.browse("q").first?.deaths.map(\.reason) == [.rejected])
    }

    @Test("An operator's message waits too")
    func operators() {
        let broker = self.broker()
        let message = Message(
            exchange: "e", routingKey: "k", properties: self.delayed(.int32(100)), body: [65])
        let reached = broker.broker.publish(message, now: broker.now)
        #expect(reached == 1)
        broker.finish()
        #expect(broker.depth("q") == [0, 0])
        broker.advance(milliseconds: 100)
        #expect(broker.drain("q") == ["A"])
    }

    @Test("It has to name a type that routes")
    func types() {
        func refusal(_ arguments: FieldTable) -> Refusal? {
            let broker = TestBroker()
            broker.declareExchange("e", "x-delayed-message", arguments: arguments)
            return broker.refusal()
        }
        #expect(
            refusal([:])?.text
                == "PRECONDITION_FAILED - Invalid argument, 'x-delayed-type' must be an existing "
                + "exchange type")
        #expect(refusal(["x-delayed-type": .int32(1)])?.code == .preconditionFailed)
        #expect(refusal(["x-delayed-type": .string("odd")])?.code == .commandInvalid)
        #expect(
            refusal(["x-delayed-type": .string("x-delayed-message")])?.code == .preconditionFailed)
        #expect(refusal(["x-delayed-type": .string("topic")]) == nil)
        let headers = self.broker("headers")
        headers.bind("q", to: "e", arguments: ["x-match": .string("some")])
        #expect(headers.refusal() != nil, "its bindings are checked by the type that routes")
    }
}
