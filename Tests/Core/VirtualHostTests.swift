import Core
import Messaging
import Testing

/// Namespaces that know nothing of one another.
@Suite struct VirtualHostTests {
    private let other: VirtualHostName = "other"
    private let guest = ConnectionID(2)

    /// A broker with a second virtual host, in which connection 2 is.
    private func broker() -> TestBroker {
        let broker = TestBroker()
        var definitions = Definitions()
        definitions.virtualHosts = [self.other]
        broker.apply(definitions)
        #expect(broker.connect(2, to: self.other))
        return broker
    }

    private func declare(
        _ broker: TestBroker, _ name: QueueName, isPassive: Bool = false,
        arguments: FieldTable = [:]
    ) {
        broker.send(
            .declareQueue(
                QueueDeclaration(name: name, isPassive: isPassive, arguments: arguments)),
            self.guest)
    }

    private func ready(_ broker: TestBroker, _ host: VirtualHostName) -> [String: Int] {
        let queues = broker.broker.sample(in: host, now: broker.now).queues
        return Dictionary(uniqueKeysWithValues: queues.map { ($0.name.text, $0.ready) })
    }

    @Test("The same names mean other queues and exchanges")
    func apart() {
        let broker = self.broker()
        broker.declare("q")
        self.declare(broker, "q", arguments: ["x-max-length": .int32(1)])
        for connection in [broker.first, self.guest] {
            broker.send(
                .bind(BindingRequest(.queue("q"), to: "amq.fanout", routingKey: "")), connection)
        }
        broker.publish("a", "b", to: "q")
        broker.publish("c", to: "", exchange: "amq.fanout")
        #expect(self.ready(broker, .default) == ["q": 3])
        #expect(self.ready(broker, self.other) == ["q": 0])
        broker.add("d", to: "", exchange: "amq.fanout", self.guest)
        broker.finish()
        #expect(self.ready(broker, self.other) == ["q": 1])
        broker.deleteQueue("q")
        #expect(self.ready(broker, self.other) == ["q": 1])
    }

    @Test("Each has the exchanges that every one has")
    func exchanges() {
        let broker = self.broker()
        #expect(broker.exchangeCount == 2 * TestBroker().exchangeCount)
        for type in ["direct", "fanout", "topic", "headers"] {
            broker.send(
                .declareExchange(
                    ExchangeDeclaration(
                        name: ExchangeName("amq.\(type)"), type: type, isPassive: true)
                ), self.guest)
        }
        #expect(broker.refusal(self.guest) == nil)
        let hosts = broker.broker.virtualHosts
        #expect(hosts == ["/", "other"])
    }

    @Test("What is refused names the virtual host")
    func texts() {
        let broker = self.broker()
        broker.declare("q")
        broker.declareExchange("e")
        self.declare(broker, "q", isPassive: true)
        #expect(
            broker.refusal(self.guest)?.text == "NOT_FOUND - no queue 'q' in vhost 'other'")
        broker.send(.openChannel, self.guest)
        broker.add("m", to: "", exchange: "e", self.guest)
        broker.finish()
        #expect(
            broker.refusal(self.guest)?.text == "NOT_FOUND - no exchange 'e' in vhost 'other'")
        broker.send(.openChannel, self.guest)
        broker.send(.deleteExchange("amq.topic", ifUnused: false, isNoWait: false), self.guest)
        #expect(
            broker.refusal(self.guest)?.text == "ACCESS_REFUSED - deletion of system exchange "
                + "'amq.topic' in vhost 'other' not allowed")
    }

    @Test("Dead letters stay in their virtual host")
    func deadLetters() {
        let broker = self.broker()
        broker.declare("dead")
        self.declare(broker, "dead")
        self.declare(
            broker, "q", arguments: .dying(into: "dead", ["x-max-length": .int32(0)]))
        broker.add("m", to: "q", self.guest)
        broker.finish()
        #expect(self.ready(broker, .default) == ["dead": 0])
        #expect(self.ready(broker, self.other) == ["dead": 1, "q": 0])
        let end = broker.broker.end(of: "dead", in: self.other) ?? .nowhere
        let step = broker.broker.redriveStep(
            source: "dead", in: self.other, selection: .readyBelow(end), target: .queue("dead"),
            from: .start, countMax: 9, now: broker.now)
        broker.finish()
        #expect(step.moved == 1)
        #expect(self.ready(broker, .default) == ["dead": 0])
    }

    @Test("Operators look at one at a time, and one that is not there is no queue")
    func operators() {
        let broker = self.broker()
        self.declare(broker, "q")
        let message = Message(exchange: "", routingKey: "q", body: [1])
        let reached = [self.other, .default, "none"].map { host in
            broker.broker.publish(message, in: host, now: broker.now)
        }
        broker.finish()
        #expect(reached == [1, 0, nil])
        let detail = broker.broker.detail(of: "q", in: self.other, now: broker.now)
        #expect(detail?.name == "q")
        #expect(broker.detail("q") == nil)
        #expect(broker.purge("q") == nil)
        let (end, id) = (broker.broker.end(of: "q"), broker.broker.id(of: "q"))
        #expect(end == nil && id == nil)
        let otherID = broker.broker.id(of: "q", in: self.other)
        #expect(otherID != nil)
        guard
            case .queueNotFound = broker.broker.browse(
                "q", after: nil, countMax: 1, bodyBytesMax: 1)
        else {
            Issue.record("browsed a queue of another virtual host")
            return
        }
        let purged = broker.broker.purge("q", in: self.other, now: broker.now)
        broker.finish()
        #expect(purged == 1)
        #expect(broker.deleteQueue("q", ifUnused: false, ifEmpty: false) == .notFound)
        #expect(self.ready(broker, "none") == [:])
    }

    @Test("Nobody connects to one that is not there, and to be there twice does nothing")
    func connecting() {
        let broker = self.broker()
        #expect(!broker.connect(3, to: "none"))
        self.declare(broker, "q")
        var definitions = Definitions()
        definitions.virtualHosts = [self.other, .default]
        #expect(broker.apply(definitions) == [])
        #expect(self.ready(broker, self.other) == ["q": 0])
        for host in [.default, self.other] {
            let clients = broker.broker.clients(in: host, now: broker.now).connections
            #expect(clients.map(\.virtualHost) == [host], "the roster is of one virtual host")
        }
    }

    @Test("A policy holds in its own virtual host")
    func policies() {
        let broker = self.broker()
        broker.declare("q")
        self.declare(broker, "q")
        var definitions = Definitions()
        definitions.policies = [
            .init(
                host: self.other,
                policy: Policy(name: "p", pattern: "", definition: ["max-length": .int32(0)]),
                isOperator: false)
        ]
        broker.apply(definitions)
        #expect(broker.detail("q")?.policy == nil)
        let detail = broker.broker.detail(of: "q", in: self.other, now: broker.now)
        #expect(detail?.policy == "p")
    }
}
