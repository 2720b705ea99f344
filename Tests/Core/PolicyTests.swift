import Core
import Messaging
import Testing

/// Rules that give queues and exchanges arguments by their names.
@Suite struct PolicyTests {
    private func policy(
        _ name: String = "p", _ pattern: String = "^q", _ definition: FieldTable,
        _ target: Policy.Target = .all, priority: Int64 = 0, host: VirtualHostName = .default,
        isOperator: Bool = false
    ) -> Definitions.HostPolicy {
        Definitions.HostPolicy(
            host: host,
            policy: Policy(
                name: name, pattern: pattern, target: target, priority: priority,
                definition: definition),
            isOperator: isOperator)
    }

    @discardableResult
    private func apply(_ broker: TestBroker, _ policies: Definitions.HostPolicy...) -> [String] {
        var definitions = Definitions()
        definitions.policies = policies
        return broker.apply(definitions)
    }

    private static let short: FieldTable = ["max-length": .int32(1)]
    private static let long: FieldTable = ["max-length": .int32(3)]

    /// How many of five messages a queue keeps.
    private func kept(_ broker: TestBroker, _ queue: String = "q") -> Int {
        _ = broker.purge(QueueName(queue))
        for number in 0..<5 { broker.publish("\(number)", to: queue) }
        return broker.depth(queue)[0]
    }

    // MARK: Which one holds

    @Test("The most urgent that matches holds alone; of equals the first by name")
    func precedence() {
        let broker = TestBroker()
        self.apply(
            broker, self.policy("b", "q", Self.short, priority: 1),
            self.policy("a", "q", Self.long, priority: 1),
            self.policy("c", "q", ["message-ttl": .int32(1)]))
        broker.declare("q")
        #expect(broker.detail("q")?.policy == "a")
        #expect(broker.detail("q")?.effectivePolicy == Self.long, "nothing is merged")
        #expect(self.kept(broker) == 3)
    }

    @Test(
        "A pattern is searched for anywhere in a name, unless it says otherwise",
        arguments: [
            ("q", true), ("^q", true), ("^1", false), ("1$", true), ("^q\\d$", true), (".*", true),
            ("^(q|r)", true), ("Q", false), ("", true),
        ])
    func patterns(pattern: String, matches: Bool) {
        let broker = TestBroker()
        broker.declare("q1")
        #expect(self.apply(broker, self.policy("p", pattern, Self.short)) == [])
        #expect(broker.detail("q1")?.policy == (matches ? "p" : nil))
    }

    @Test(
        "It is for queues, for exchanges or for both",
        arguments: [(Policy.Target.queues, 1, 0), (.exchanges, 5, 1), (.all, 1, 1)])
    func targets(target: Policy.Target, kept: Int, alternate: Int) {
        let broker = TestBroker()
        broker.declare("q")
        broker.declare("spare")
        broker.declareExchange("q-exchange", "direct")
        broker.bind("spare", to: "amq.fanout")
        let definition: FieldTable = [
            "max-length": .int32(1), "alternate-exchange": .string("amq.fanout"),
        ]
        self.apply(broker, self.policy("p", "^q", definition, target))
        #expect(self.kept(broker) == kept)
        broker.publish("m", to: "nowhere", exchange: "q-exchange")
        #expect(broker.depth("spare") == [alternate, 0])
    }

    @Test("Beside an argument, the lower number holds", arguments: [(1, 1), (2, 2), (4, 3)])
    func lowerNumber(argument: Int32, kept: Int) {
        let broker = TestBroker()
        self.apply(broker, self.policy("p", "q", Self.long))
        broker.declare("q", arguments: ["x-max-length": .int32(argument)])
        #expect(self.kept(broker) == kept)
    }

    @Test("Of names and words the argument holds, and each for itself")
    func argumentFirst() {
        let broker = TestBroker()
        for name in ["mine", "theirs"] { broker.declare(name) }
        self.apply(
            broker,
            self.policy(
                "p", "q",
                [
                    "dead-letter-exchange": .string("amq.fanout"),
                    "dead-letter-routing-key": .string("theirs"),
                    "overflow": .string("reject-publish"), "max-length": .int32(1),
                ]))
        broker.bind("theirs", to: "amq.fanout")
        broker.declare(
            "q",
            arguments: ["x-dead-letter-exchange": .string(""), "x-overflow": .string("drop-head")])
        broker.publish("a", "b", to: "q")
        #expect(broker.drain("q") == ["b"])
        #expect(broker.drain("theirs") == ["a"], "the argument's exchange, the policy's key")
    }

    // MARK: Operator policies

    @Test("An operator's limit goes beside the other policy, and the lower one holds")
    func operators() {
        let broker = TestBroker()
        broker.declare("q")
        self.apply(
            broker, self.policy("user", "q", ["max-length": .int32(3), "expires": .int32(60_000)]),
            self.policy("limit", "q", Self.short, isOperator: true))
        #expect(self.kept(broker) == 1)
        let detail = broker.detail("q")
        #expect(detail?.policy == "user" && detail?.operatorPolicy == "limit")
        #expect(detail?.effectivePolicy["max-length"] == .int64(1))
        #expect(detail?.effectivePolicy["expires"] == .int32(60_000))
        self.apply(
            broker, self.policy("user", "q", Self.short),
            self.policy("limit", "q", Self.long, isOperator: true))
        #expect(self.kept(broker) == 1)
        self.apply(broker, self.policy("limit", "q", Self.long, isOperator: true))
        #expect(self.kept(broker) == 3)
        #expect(broker.detail("q")?.policy == nil)
        #expect(broker.figures("q")?.traits.contains(.policy) == true)
    }

    // MARK: Live

    @Test("A length that comes to hold drops heads at once, dead-lettering them where they go then")
    func liveLength() {
        let broker = TestBroker()
        broker.declare("q")
        broker.declare("dead")
        broker.publish("a", "b", "c", to: "q")
        self.apply(
            broker,
            self.policy(
                "p", "q",
                [
                    "max-length": .int32(1), "dead-letter-exchange": .string(""),
                    "dead-letter-routing-key": .string("dead"),
                ]))
        #expect(broker.browse("q").map(\.text) == ["c"])
        #expect(broker.browse("dead").map(\.text) == ["a", "b"])
        #expect(broker.figures("dead")?.receivesDeadLetters == true)
        self.apply(broker)
        #expect(self.kept(broker) == 5)
        #expect(broker.figures("q")?.traits.contains(.policy) == false)
    }

    @Test("A time to live holds for what comes while it does")
    func liveTTL() {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("before", to: "q")
        self.apply(broker, self.policy("p", "q", ["message-ttl": .int32(10)]))
        broker.declare("q2")
        broker.publish("short", to: "q2")
        broker.advance(milliseconds: 10)
        #expect(broker.depth("q2") == [0, 0])
        self.apply(broker)
        broker.publish("after", to: "q2")
        broker.advance(milliseconds: 10_000)
        #expect(broker.browse("q").map(\.text) == ["before"])
        #expect(broker.browse("q2").map(\.text) == ["after"])
    }

    @Test("Unused queues go once a policy says so, and stay once none does")
    func liveExpires() {
        let broker = TestBroker()
        for name in ["q1", "q2"] { broker.declare(name) }
        broker.consume("q2", tag: "t")
        self.apply(broker, self.policy("p", "q", ["expires": .int32(100)]))
        broker.advance(milliseconds: 99)
        #expect(broker.figures("q1") != nil)
        broker.advance(milliseconds: 1)
        #expect(broker.figures("q1") == nil)
        #expect(broker.figures("q2") != nil, "a consumer uses it")
        broker.send(.cancel("t", isNoWait: true))
        self.apply(broker)
        broker.advance(milliseconds: 1_000)
        #expect(broker.figures("q2") != nil)
    }

    @Test("What refuses publishes does so as long as its policy holds")
    func liveOverflow() {
        let broker = TestBroker()
        broker.declare("q")
        broker.send(.selectConfirms(isNoWait: true))
        broker.publish("a", to: "q")
        self.apply(
            broker,
            self.policy(
                "p", "q", ["overflow": .string("reject-publish"), "max-length": .int32(1)]))
        _ = broker.takeEffects()
        broker.publish("b", to: "q")
        self.apply(broker)
        broker.publish("c", to: "q")
        #expect(broker.answers() == ["!2", "3"])
        #expect(broker.drain("q") == ["a", "c"])
    }

    @Test("An alternate exchange comes and goes with its policy, though routes are cached")
    func liveAlternate() {
        let broker = TestBroker()
        broker.declare("spare")
        broker.bind("spare", to: "amq.fanout")
        broker.publish("1", to: "k", exchange: "amq.direct")
        self.apply(
            broker,
            self.policy("p", "direct", ["alternate-exchange": .string("amq.fanout")]))
        broker.publish("2", to: "k", exchange: "amq.direct")
        self.apply(broker)
        broker.publish("3", to: "k", exchange: "amq.direct")
        #expect(broker.drain("spare") == ["2"])
    }

    // MARK: What is wrong

    @Test(
        "What cannot be understood is said, and everything stays as it was",
        arguments: [
            ("(", "max-length", FieldValue.int32(1), "its pattern '(' is no regular expression"),
            ("q", "max-lenght", .int32(1), "'max-lenght' is not recognised"),
            ("q", "max-length", .int32(-1), "-1 is no valid value of 'max-length'"),
            ("q", "max-length", .string("1"), "1 is no valid value of 'max-length'"),
            ("q", "expires", .int32(0), "0 is no valid value of 'expires'"),
            (
                "q", "message-ttl", .int64(315_360_000_001),
                "315360000001 is no valid value of 'message-ttl'"
            ),
            ("q", "overflow", .string("drop"), "drop is no valid value of 'overflow'"),
            (
                "q", "dead-letter-exchange", .int32(1),
                "1 is no valid value of 'dead-letter-exchange'"
            ),
        ])
    func mistakes(pattern: String, key: String, value: FieldValue, text: String) {
        let broker = TestBroker()
        broker.declare("q")
        self.apply(broker, self.policy("good", "q", Self.long))
        var definitions = Definitions()
        definitions.virtualHosts = ["new"]
        definitions.policies = [
            self.policy("fine", "q", Self.short),
            self.policy("bad", pattern, FieldTable([.init(key, value)])),
        ]
        definitions.queues = [.init(host: .default, queue: QueueDeclaration(name: "q9"))]
        #expect(broker.apply(definitions) == ["policy 'bad': \(text)"])
        #expect(broker.detail("q")?.policy == "good")
        #expect(self.kept(broker) == 3)
        #expect(broker.figures("q9") == nil)
        #expect(!broker.connect(9, to: "new"))
    }

    @Test("Policies define something, and operators limit and do nothing else")
    func emptyAndForeign() {
        let broker = TestBroker()
        #expect(
            self.apply(
                broker, self.policy("empty", "q", [:]),
                self.policy("far", "q", Self.short, host: "none"),
                self.policy("op", "q", ["overflow": .string("drop-head")], isOperator: true))
                == [
                    "there is no vhost 'none'", "policy 'empty': it defines nothing",
                    "policy 'op': 'overflow' is not for operator policies",
                ])
    }

    @Test("What clashes with something that is there is said, and the rest is done")
    func clashes() {
        let broker = TestBroker()
        broker.declare("old", durable: false)
        var definitions = Definitions()
        for name in ["old", "new"] as [QueueName] {
            definitions.queues.append(
                .init(
                    host: .default, queue: QueueDeclaration(name: name, isDurable: true)))
        }
        definitions.exchanges = [
            .init(
                host: .default,
                exchange: ExchangeDeclaration(name: "amq.fanout", type: "direct", isDurable: true)),
            .init(
                host: .default,
                exchange: ExchangeDeclaration(name: "e", type: "fanout", isDurable: true)),
        ]
        for name in ["none", "new"] as [QueueName] {
            definitions.bindings.append(
                .init(
                    host: .default,
                    binding: BindingRequest(.queue(name), to: "e", routingKey: "")))
        }
        let problems = broker.apply(definitions)
        #expect(problems.count == 3)
        #expect(problems.last == "no queue 'none' in vhost '/'")
        broker.publish("m", to: "", exchange: "e")
        #expect(broker.drain("new") == ["m"])
        #expect(broker.apply(definitions) == problems, "what is there already is no clash")
    }
}
