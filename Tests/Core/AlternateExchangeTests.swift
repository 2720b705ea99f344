import Core
import Messaging
import Testing

/// Where messages go that an exchange sends nowhere.
@Suite struct AlternateExchangeTests {
    /// An exchange `main` that sends what is unroutable to `spare`, and a queue bound to that.
    private func broker(_ type: String = "direct") -> TestBroker {
        let broker = TestBroker()
        broker.declareExchange(
            "main", type, arguments: ["alternate-exchange": .string("spare")])
        broker.declareExchange("spare")
        broker.declare("q")
        broker.declare("rest")
        broker.bind("rest", to: "spare")
        return broker
    }

    @Test("Only what goes nowhere else goes there")
    func unroutable() {
        let broker = self.broker()
        broker.bind("q", to: "main", key: "k")
        broker.publish("1", to: "k", exchange: "main")
        broker.publish("2", to: "other", exchange: "main")
        #expect(broker.drain("q") == ["1"])
        #expect(broker.drain("rest") == ["2"])
        #expect(broker.broker.sample(now: broker.now).unroutableTotal == 0)
    }

    @Test("Of two messages with one key, each by its headers")
    func headers() {
        let broker = self.broker("headers")
        broker.bind("q", to: "main", arguments: ["a": .void])
        broker.publish("1", to: "k", exchange: "main", properties: .headers(["a": .bool(true)]))
        broker.publish("2", to: "k", exchange: "main")
        #expect(broker.drain("q") == ["1"])
        #expect(broker.drain("rest") == ["2"])
    }

    @Test("An alternate may have one itself, and circles end unroutable")
    func chain() {
        let broker = TestBroker()
        for (name, alternate) in [("a", "b"), ("b", "c"), ("c", "a")] {
            broker.declareExchange(
                name, "direct", arguments: ["alternate-exchange": .string(alternate)])
        }
        broker.declare("q")
        broker.bind("q", to: "c", key: "k")
        broker.publish("1", to: "k", exchange: "a")
        #expect(broker.drain("q") == ["1"])
        broker.add("2", to: "other", exchange: "a", isMandatory: true)
        broker.finish()
        guard case .returned(_, let returned) = broker.takeEffects().last else {
            Issue.record("the message was not returned")
            return
        }
        #expect(returned.code == .noRoute)
    }

    @Test("A mandatory message that it takes does not come back")
    func mandatory() {
        let broker = self.broker()
        _ = broker.takeEffects()
        broker.add("1", to: "k", exchange: "main", isMandatory: true)
        broker.finish()
        #expect(broker.takeEffects() == [])
        #expect(broker.drain("rest") == ["1"])
    }

    @Test("One that is not there drops, and one declared later takes what comes then")
    func missing() {
        let broker = self.broker()
        broker.deleteExchange("spare")
        broker.publish("1", to: "k", exchange: "main")
        #expect(broker.refusal() == nil)
        broker.declareExchange("spare")
        broker.bind("rest", to: "spare")
        broker.publish("2", to: "k", exchange: "main")
        #expect(broker.drain("rest") == ["2"])
    }

    @Test("An exchange in the middle of the way has its alternate too")
    func behindBinding() {
        let broker = self.broker()
        broker.declareExchange("start")
        broker.bind(exchange: "main", to: "start")
        broker.bind("q", to: "start")
        broker.publish("1", to: "k", exchange: "start")
        #expect(broker.drain("q") == ["1"])
        #expect(broker.drain("rest") == ["1"])
    }

    @Test("It is part of what an exchange was declared with, and has to be a text")
    func equivalence() {
        let broker = self.broker()
        broker.declareExchange("main", "direct", arguments: ["alternate-exchange": .string("b")])
        #expect(
            broker.refusal()?.text == "PRECONDITION_FAILED - inequivalent arg "
                + "'alternate-exchange' for exchange 'main' in vhost '/': received 'b' but current "
                + "is 'spare'")
        broker.send(.openChannel)
        broker.declareExchange("x", arguments: ["alternate-exchange": .int32(1)])
        #expect(
            broker.refusal()?.text == "PRECONDITION_FAILED - invalid type 'signedint' for arg "
                + "'alternate-exchange' in exchange 'x' in vhost '/'")
    }
}
