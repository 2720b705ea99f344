import Core
import Messaging
import Testing

/// What users may do, and how they are told that they may not.
@Suite struct PermissionTests {
    private let user: UserName = "u"
    private let id = ConnectionID(2)

    /// A broker with a user on connection 2 who has these permissions.
    private func broker(
        _ configure: String = "", _ write: String = "", _ read: String = ""
    ) -> TestBroker {
        let broker = TestBroker()
        #expect(broker.putUser(User(self.user)) == nil)
        self.permit(broker, configure, write, read)
        broker.open(self.id, user: "u")
        return broker
    }

    private func permit(
        _ broker: TestBroker, _ configure: String, _ write: String, _ read: String
    ) {
        let permission = Permission(
            self.user, in: .default, configure: configure, write: write, read: read)
        #expect(broker.setPermission(permission) == nil)
        broker.finish()
    }

    private func send(_ broker: TestBroker, _ command: Command) -> String? {
        _ = broker.takeEffects(self.id)
        broker.send(command, self.id)
        let text = broker.refusal(self.id)?.text
        if text != nil { broker.send(.openChannel, self.id) }
        return text
    }

    private func refusal(_ resource: String) -> String {
        "ACCESS_REFUSED - access to \(resource) in vhost '/' refused for user 'u'"
    }

    @Test("Every command on a queue asks for its own kind of permission")
    func queues() {
        let commands: [(Command, needs: String)] = [
            (.declareQueue(.init(name: "q")), "configure"),
            (.deleteQueue("q", ifUnused: false, ifEmpty: false, isNoWait: false), "configure"),
            (.purgeQueue("q", isNoWait: false), "read"),
            (.get("q", isAutoAck: true), "read"),
            (.consume(.init(queue: "q")), "read"),
            (.bind(.init(.queue("q"), to: "amq.fanout", routingKey: "")), "write"),
            (.unbind(.init(.queue("q"), to: "amq.fanout", routingKey: "")), "write"),
        ]
        for (command, needs) in commands {
            for kind in ["configure", "write", "read"] {
                let broker = self.broker(
                    kind == "configure" ? ".*" : "^amq", kind == "write" ? ".*" : "^amq",
                    kind == "read" ? ".*" : "^amq")
                broker.declare("q")
                let expected = kind == needs ? nil : self.refusal("queue 'q'")
                #expect(self.send(broker, command) == expected, "\(command) by \(kind)")
            }
        }
    }

    @Test("Looking whether a queue or an exchange is there asks for none")
    func passive() {
        let broker = self.broker()
        broker.declare("q")
        let queue = QueueDeclaration(name: "q", isPassive: true)
        #expect(self.send(broker, .declareQueue(queue)) == nil)
        let exchange = ExchangeDeclaration(name: "amq.topic", type: "topic", isPassive: true)
        #expect(self.send(broker, .declareExchange(exchange)) == nil)
    }

    @Test("A binding is written to its destination and read from its source")
    func bindings() {
        let broker = self.broker("", "^a$", "^b$")
        for name in ["a", "b"] {
            broker.send(.declareExchange(.init(name: ExchangeName(name), type: "fanout")))
        }
        func bind(_ destination: ExchangeName, _ source: ExchangeName) -> String? {
            self.send(
                broker, .bind(.init(.exchange(destination), to: source, routingKey: "")))
        }
        #expect(bind("a", "b") == nil)
        #expect(bind("b", "b") == self.refusal("exchange 'b'"))
        #expect(bind("a", "a") == self.refusal("exchange 'a'"))
        #expect(bind("", "b") == self.refusal("exchange 'amq.default'"))
        #expect(bind("a", "")?.contains("not permitted on the default exchange") == true)
    }

    @Test("Who names a dead-letter or an alternate exchange has to be allowed to use it so")
    func further() {
        let broker = self.broker("^mine", "^mine", "^mine")
        func queue(_ name: QueueName, _ exchange: String) -> String? {
            self.send(
                broker,
                .declareQueue(
                    .init(
                        name: name, arguments: ["x-dead-letter-exchange": .string(exchange)])))
        }
        func exchange(_ name: ExchangeName, _ alternate: String) -> String? {
            self.send(
                broker,
                .declareExchange(
                    .init(
                        name: name, type: "fanout",
                        arguments: ["alternate-exchange": .string(alternate)])))
        }
        #expect(queue("mine.q", "other") == self.refusal("exchange 'other'"))
        #expect(queue("mine.q", "") == self.refusal("exchange 'amq.default'"))
        #expect(queue("mine.q", "mine.dlx") == nil)
        #expect(exchange("mine.e", "other") == self.refusal("exchange 'other'"))
        #expect(exchange("mine.e", "mine.e2") == nil)
        self.permit(broker, "^mine", "^mine", "")
        #expect(queue("mine.q2", "mine.dlx") == self.refusal("queue 'mine.q2'"))
        #expect(exchange("mine.e3", "mine.e2") == self.refusal("exchange 'mine.e3'"))
        // What is there already is only compared.
        #expect(queue("mine.q", "mine.dlx") == nil)
    }

    @Test("An empty pattern matches no name, another one anywhere in a name")
    func patterns() {
        for (pattern, name, isAllowed) in [
            ("", "q", false), ("rder", "orders", true), ("^rder", "orders", false),
            ("ord$", "orders", false), ("a|b", "xbx", true), (".", "q", true),
            ("^(a", "a", false),
        ] {
            let broker = self.broker()
            let problem = broker.setPermission(
                Permission(self.user, in: .default, configure: pattern, write: "", read: ""))
            #expect((problem == nil) == (pattern != "^(a"))
            let command = Command.declareQueue(.init(name: QueueName(name)))
            #expect((self.send(broker, command) == nil) == isAllowed, "\(pattern) on \(name)")
        }
    }

    @Test("A queue that the broker names has to be allowed by that name")
    func serverNamed() {
        let broker = self.broker("^mine")
        let declare = Command.declareQueue(.init(name: "", isExclusive: true))
        #expect(self.send(broker, declare)?.contains("access to queue 'amq.gen-") == true)
        self.permit(broker, "^amq\\.gen-", "", "")
        #expect(self.send(broker, declare) == nil)
    }

    @Test("A change of permissions holds at once, also for a route that is remembered")
    func changes() {
        let broker = self.broker("", "^amq.default$")
        broker.declare("q")
        for expected in [1, 2] {
            broker.add("a", to: "q", self.id)
            broker.finish()
            #expect(broker.depth("q") == [expected, 0])
        }
        self.permit(broker, "", "", "")
        broker.add("b", to: "q", self.id)
        broker.finish()
        #expect(broker.refusal(self.id)?.text == self.refusal("exchange 'amq.default'"))
        #expect(broker.depth("q") == [2, 0])
    }

    @Test("A missing exchange is told only to who could publish to it")
    func missing() {
        let broker = self.broker("", "^there")
        for (exchange, expected) in [
            ("there", "NOT_FOUND - no exchange 'there' in vhost '/'"),
            ("elsewhere", self.refusal("exchange 'elsewhere'")),
        ] {
            broker.add("a", to: "k", exchange: exchange, self.id)
            broker.finish()
            #expect(broker.refusal(self.id)?.text == expected)
            broker.send(.openChannel, self.id)
        }
    }

    @Test("Decisions are remembered up to a limit and right beyond it")
    func decisions() {
        let broker = self.broker("^q")
        for number in 0...Limits.accessDecisionsMax {
            let name = QueueName((number % 2 == 0 ? "q" : "x") + "\(number)")
            let answer = self.send(broker, .declareQueue(.init(name: name)))
            #expect((answer == nil) == (number % 2 == 0))
        }
    }
}
