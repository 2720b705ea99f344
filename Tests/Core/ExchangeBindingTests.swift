import Core
import Messaging
import Testing

/// Exchanges that send messages on to other exchanges.
@Suite struct ExchangeBindingTests {
    /// A broker with fanout exchanges of those names.
    private func broker(_ names: String..., autoDelete: Bool = false) -> TestBroker {
        let broker = TestBroker()
        for name in names { broker.declareExchange(name, autoDelete: autoDelete) }
        broker.declare("q")
        return broker
    }

    /// A chain of that many auto-delete exchanges, the last of which leads to the queue `q`.
    private func chain(_ count: Int) -> TestBroker {
        let broker = TestBroker()
        broker.declare("q")
        func handle(_ command: Command) {
            broker.broker.handle(
                command, from: broker.first, on: broker.channel, now: broker.now)
        }
        for number in 0..<count {
            let name = ExchangeName("e\(number)")
            handle(
                .declareExchange(
                    ExchangeDeclaration(
                        name: name, type: "fanout", isAutoDelete: true, isNoWait: true)))
            guard number > 0 else { continue }
            handle(
                .bind(
                    BindingRequest(
                        .exchange(name), to: ExchangeName("e\(number - 1)"), routingKey: "",
                        isNoWait: true)))
        }
        broker.finish()
        broker.bind("q", to: "e\(count - 1)")
        return broker
    }

    @Test("A message follows the chain, each exchange by its own type and with the same key")
    func chainOfTypes() {
        let broker = self.broker("start")
        broker.declareExchange("by-topic", "topic")
        broker.bind(exchange: "by-topic", to: "start")
        broker.bind(exchange: "amq.direct", to: "by-topic", key: "a.*")
        broker.bind("q", to: "amq.direct", key: "a.b")
        broker.publish("1", to: "a.b", exchange: "start")
        broker.publish("2", to: "a.c", exchange: "start")
        broker.publish("3", to: "b", exchange: "start")
        #expect(broker.drain("q") == ["1"])
    }

    @Test("However many ways lead to a queue, it gets a message once")
    func diamond() {
        let broker = self.broker("top", "left", "right")
        for side in ["left", "right"] {
            broker.bind(exchange: side, to: "top")
            broker.bind("q", to: side)
        }
        broker.bind("q", to: "top")
        broker.publish("m", to: "", exchange: "top")
        #expect(broker.drain("q") == ["m"])
    }

    @Test("Circles come to an end, the smallest too")
    func circles() {
        let broker = self.broker("a", "b", "self")
        broker.bind(exchange: "b", to: "a")
        broker.bind(exchange: "a", to: "b")
        broker.bind(exchange: "self", to: "self")
        broker.bind(exchange: "self", to: "b")
        broker.bind("q", to: "self")
        broker.publish("1", to: "", exchange: "a")
        broker.publish("2", to: "", exchange: "self")
        #expect(broker.drain("q") == ["1", "2"])
        for name in ["self", "a", "b"] { broker.deleteExchange(name) }
        #expect(broker.exchangeCount == TestBroker().exchangeCount)
        #expect(broker.detail("q")?.bindings == [])
    }

    @Test("Unbinding ends it, and what is not bound can be unbound")
    func unbind() {
        let broker = self.broker("a", "b")
        broker.bind(exchange: "b", to: "a", key: "1")
        broker.bind(exchange: "b", to: "a", key: "2")
        broker.bind("q", to: "b")
        broker.unbind(exchange: "b", from: "a", key: "1")
        broker.unbind(exchange: "b", from: "a", key: "3")
        broker.unbind(exchange: "b", from: "never there")
        broker.publish("1", to: "", exchange: "a")
        broker.unbind(exchange: "b", from: "a", key: "2")
        broker.publish("2", to: "", exchange: "a")
        #expect(broker.drain("q") == ["1"])
        #expect(broker.replies().suffix(2) == [.exchangeUnbound, .gotNothing])
        #expect(broker.refusal() == nil)
    }

    @Test(
        "Both ends have to be there, and the default exchange is neither",
        arguments: [
            ("none", "a", "NOT_FOUND - no exchange 'none' in vhost '/'"),
            ("a", "none", "NOT_FOUND - no exchange 'none' in vhost '/'"),
            ("", "a", "ACCESS_REFUSED - operation not permitted on the default exchange"),
            ("a", "", "ACCESS_REFUSED - operation not permitted on the default exchange"),
        ])
    func missingEnds(destination: String, source: String, text: String) {
        let broker = self.broker("a")
        broker.bind(exchange: destination, to: source)
        #expect(broker.refusal()?.text == text)
        #expect(broker.refusal()?.cause == .bindExchange)
    }

    @Test("An internal exchange takes what another sends on, and nothing from clients")
    func internalExchange() {
        let broker = self.broker("open")
        broker.declareExchange("inner", isInternal: true)
        broker.bind(exchange: "inner", to: "open")
        broker.bind("q", to: "inner")
        broker.publish("1", to: "", exchange: "open")
        #expect(broker.drain("q") == ["1"])
        broker.publish("2", to: "", exchange: "inner")
        #expect(
            broker.refusal()?.text
                == "ACCESS_REFUSED - cannot publish to internal exchange 'inner' in vhost '/'")
    }

    @Test("An exchange in use is not deleted by who asks for that")
    func ifUnused() {
        let broker = self.broker("a", "b")
        broker.bind(exchange: "b", to: "a")
        broker.deleteExchange("b", ifUnused: true)
        #expect(broker.refusal() == nil, "being a destination is no use")
        broker.bind(exchange: "amq.fanout", to: "a")
        broker.deleteExchange("a", ifUnused: true)
        #expect(broker.refusal()?.text == "PRECONDITION_FAILED - exchange 'a' in vhost '/' in use")
    }

    // MARK: Exchanges that live by their bindings

    @Test("It goes with the last binding of which it is the source, and not before")
    func autoDelete() {
        let broker = self.broker("a", "b", autoDelete: true)
        let before = broker.exchangeCount
        broker.bind(exchange: "b", to: "a")
        broker.bind("q", to: "a")
        broker.unbind("q", from: "a")
        #expect(broker.exchangeCount == before)
        broker.unbind(exchange: "b", from: "a")
        #expect(broker.exchangeCount == before - 1, "b never had a binding to lose")
        broker.bind("q", to: "b")
        broker.deleteQueue("q")
        #expect(broker.exchangeCount == before - 2)
    }

    @Test("Deleting the last queue takes a long chain with it, and a message goes through it")
    func longChain() {
        let count = 20_000
        let broker = self.chain(count)
        let before = TestBroker().exchangeCount
        #expect(broker.exchangeCount == before + count)
        broker.publish("through", to: "", exchange: "e0")
        #expect(broker.depth("q") == [1, 0])
        broker.deleteQueue("q")
        #expect(broker.exchangeCount == before)
        #expect(broker.refusal() == nil)
    }

    @Test("Deleting the middle of a chain takes those before it, and leaves those behind it")
    func middle() {
        let broker = self.chain(9)
        broker.deleteExchange("e4")
        #expect(broker.exchangeCount == TestBroker().exchangeCount + 4)
        broker.publish("m", to: "", exchange: "e5")
        #expect(broker.drain("q") == ["m"])
        broker.publish("m", to: "", exchange: "e3")
        #expect(broker.refusal()?.code == .notFound)
    }

    @Test("A circle of exchanges that live by their bindings goes as a whole")
    func autoDeleteCircle() {
        let broker = self.broker("a", "b", "c", autoDelete: true)
        for (name, source) in [("b", "a"), ("c", "b"), ("a", "c"), ("a", "a")] {
            broker.bind(exchange: name, to: source)
        }
        broker.deleteExchange("b")
        #expect(broker.exchangeCount == TestBroker().exchangeCount + 2, "a and c have a each")
        broker.unbind(exchange: "a", from: "a")
        #expect(broker.exchangeCount == TestBroker().exchangeCount, "then c had only a")
    }
}
