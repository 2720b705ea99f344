import Core
import Messaging
import Testing

@Suite struct DeclareTests {
    private func refusal(
        of commands: [Command], after arguments: FieldTable = [:]
    ) -> String? {
        let broker = TestBroker()
        broker.declare("q", arguments: arguments)
        for command in commands { broker.send(command) }
        return broker.refusal()?.text
    }

    private func declare(
        _ name: QueueName = "q", isDurable: Bool = false, isExclusive: Bool = false,
        isAutoDelete: Bool = false, _ arguments: FieldTable = [:]
    ) -> Command {
        .declareQueue(
            QueueDeclaration(
                name: name, isDurable: isDurable, isExclusive: isExclusive,
                isAutoDelete: isAutoDelete, arguments: arguments))
    }

    @Test("Declaring twice tells the same queue, with what is in it")
    func twice() {
        let broker = TestBroker()
        broker.declare("q")
        broker.consume("q", tag: "t")
        broker.broker.setWritable(broker.first, false)
        broker.publish("a", "b", to: "q")
        broker.declare("q")
        #expect(
            broker.takeEffects().last
                == .reply(broker.channel, .queueDeclared("q", messages: 2, consumers: 1)))
    }

    @Test("A server-named queue, and the empty name that stands for it")
    func serverNamed() throws {
        let broker = TestBroker()
        broker.declare("")
        guard case .reply(_, .queueDeclared(let name, 0, 0)) = broker.takeEffects().last else {
            Issue.record("not declared")
            return
        }
        #expect(name.text.hasPrefix("amq.gen-") && name.text.utf8.count == 30)
        broker.publish("a", to: name.text)
        #expect(broker.get("")?.body == "a")
        broker.send(
            .bind(BindingRequest(.queue(""), to: "amq.direct", routingKey: "")))
        broker.publish("b", to: name.text, exchange: "amq.direct")
        #expect(broker.get("")?.body == "b", "an empty key stands for the name too")
    }

    @Test("What differs from the first declaration is named")
    func inequivalent() {
        let prefix = "PRECONDITION_FAILED - inequivalent arg"
        let queue = "for queue 'q' in vhost '/'"
        #expect(
            self.refusal(of: [self.declare(isDurable: true)])
                == "\(prefix) 'durable' \(queue): received 'true' but current is 'false'")
        #expect(
            self.refusal(of: [self.declare(isAutoDelete: true)])
                == "\(prefix) 'auto_delete' \(queue): received 'true' but current is 'false'")
        #expect(
            self.refusal(of: [self.declare("q", ["x-message-ttl": .int32(5)])])
                == "\(prefix) 'x-message-ttl' \(queue): received the value '5' of type "
                + "'signedint' but current is none")
        #expect(
            self.refusal(
                of: [self.declare("q", ["x-max-length": .int64(2)])],
                after: ["x-max-length": .int32(1)])
                == "\(prefix) 'x-max-length' \(queue): received '2' but current is '1'")
        #expect(
            self.refusal(of: [self.declare()], after: ["x-dead-letter-exchange": .string("x")])
                == "\(prefix) 'x-dead-letter-exchange' \(queue): received none but current is "
                + "the value 'x' of type 'longstr'")
    }

    @Test("The same number in another type is the same argument")
    func equivalentTypes() {
        #expect(
            self.refusal(
                of: [self.declare("q", ["x-max-length": .int64(1)])],
                after: ["x-max-length": .uint8(1)]) == nil)
        #expect(
            self.refusal(of: [self.declare("q", ["x-queue-type": .string("classic")])]) == nil)
    }

    @Test(
        "Invalid arguments are refused in RabbitMQ's words",
        arguments: [
            ("x-message-ttl", FieldValue.string("a"), "\"expected integer, got longstr\""),
            ("x-message-ttl", .int32(-1), "{value_negative,-1}"),
            ("x-message-ttl", .int64(315_360_000_001), "{value_too_large,315360000001}"),
            ("x-expires", .int32(0), "{value_zero,0}"),
            ("x-max-length", .int32(-1), "{value_negative,-1}"),
            ("x-dead-letter-routing-key", .string("k"), "routing_key_but_no_dlx_defined"),
            ("x-overflow", .string("spill"), "invalid_overflow"),
            ("x-max-priority", .int32(256), "{max_value_exceeded,256}"),
            ("x-queue-type", .string("odd"), "\"unsupported queue type 'odd'\""),
            ("x-single-active-consumer", .int32(1), "{unacceptable_type,signedint}"),
        ])
    func invalid(key: String, value: FieldValue, reason: String) {
        let text = self.refusal(of: [self.declare("new", FieldTable([.init(key, value)]))])
        #expect(
            text == "PRECONDITION_FAILED - invalid arg '\(key)' for queue 'new' in vhost '/': "
                + reason)
    }

    @Test("Arguments that nobody knows are accepted, those of other queue types are not")
    func unknown() {
        #expect(self.refusal(of: [self.declare("new", ["x-anything": .bool(true)])]) == nil)
        #expect(
            self.refusal(of: [self.declare("new", ["x-max-age": .string("1D")])])
                == "PRECONDITION_FAILED - invalid arg 'x-max-age' for queue 'new' in vhost '/' "
                + "of queue type rabbit_classic_queue")
    }

    @Test("A passive declaration asks, and 404 answers")
    func passive() {
        let broker = TestBroker()
        broker.send(.declareQueue(QueueDeclaration(name: "none", isPassive: true)))
        #expect(broker.refusal()?.text == "NOT_FOUND - no queue 'none' in vhost '/'")
        broker.send(.openChannel)
        broker.send(
            .declareExchange(ExchangeDeclaration(name: "none", type: "", isPassive: true)))
        #expect(broker.refusal()?.text == "NOT_FOUND - no exchange 'none' in vhost '/'")
    }

    @Test("Reserved names are refused")
    func reserved() {
        #expect(
            self.refusal(of: [self.declare("amq.mine")])
                == "ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'")
        #expect(
            self.refusal(of: [.declareExchange(.init(name: "amq.mine", type: "direct"))])
                == "ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'")
        #expect(
            self.refusal(of: [
                .deleteExchange("amq.topic", ifUnused: false, isNoWait: false)
            ]) == "ACCESS_REFUSED - deletion of system exchange 'amq.topic' in vhost '/' "
                + "not allowed")
    }

    @Test("Exchanges: unknown types, other declarations, and the default one")
    func exchanges() {
        #expect(
            self.refusal(of: [.declareExchange(.init(name: "x", type: "odd"))])
                == "COMMAND_INVALID - unknown exchange type 'odd'")
        #expect(
            self.refusal(of: [
                .declareExchange(.init(name: "x", type: "direct")),
                .declareExchange(.init(name: "x", type: "topic")),
            ]) == "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'x' in vhost '/': "
                + "received 'topic' but current is 'direct'")
        #expect(
            self.refusal(of: [
                .bind(.init(.queue("q"), to: "", routingKey: "k"))
            ]) == "ACCESS_REFUSED - operation not permitted on the default exchange")
    }

    @Test("Conditions of deletion hold, and what is not there is deleted")
    func deletion() {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", "b", to: "q")
        broker.send(.deleteQueue("q", ifUnused: false, ifEmpty: true, isNoWait: false))
        #expect(broker.refusal()?.text == "PRECONDITION_FAILED - queue 'q' in vhost '/' not empty")
        broker.send(.openChannel)
        broker.broker.setWritable(broker.first, false)
        broker.consume("q", tag: "t")
        broker.send(.deleteQueue("q", ifUnused: true, ifEmpty: false, isNoWait: false))
        #expect(broker.refusal()?.text == "PRECONDITION_FAILED - queue 'q' in vhost '/' in use")
        broker.send(.openChannel)
        broker.send(.deleteQueue("q", ifUnused: false, ifEmpty: false, isNoWait: false))
        #expect(broker.takeEffects().last == .reply(broker.channel, .queueDeleted(messages: 2)))
        broker.send(.deleteQueue("q", ifUnused: false, ifEmpty: false, isNoWait: false))
        #expect(broker.takeEffects().last == .reply(broker.channel, .queueDeleted(messages: 0)))
    }

    @Test("An auto-delete queue goes with its last consumer, an exchange with its last binding")
    func autoDelete() {
        let broker = TestBroker()
        let predeclared = broker.broker.sample(now: broker.now).exchanges
        broker.send(.declareExchange(.init(name: "x", type: "fanout", isAutoDelete: true)))
        broker.send(self.declare(isAutoDelete: true))
        broker.send(.bind(.init(.queue("q"), to: "x", routingKey: "")))
        #expect(broker.figures("q") != nil, "not before it had a consumer")
        broker.consume("q", tag: "t")
        broker.send(.cancel("t", isNoWait: false))
        #expect(broker.figures("q") == nil)
        #expect(broker.broker.sample(now: broker.now).exchanges == predeclared)
    }

    @Test("An exchange in use is deleted unless asked not to, and its bindings with it")
    func exchangeDeletion() {
        let broker = TestBroker()
        broker.send(.declareExchange(.init(name: "x", type: "topic")))
        broker.declare("q")
        broker.send(.bind(.init(.queue("q"), to: "x", routingKey: "a.#")))
        broker.send(.deleteExchange("x", ifUnused: true, isNoWait: false))
        #expect(
            broker.refusal()?.text == "PRECONDITION_FAILED - exchange 'x' in vhost '/' in use")
        broker.send(.openChannel)
        broker.send(.deleteExchange("x", ifUnused: false, isNoWait: false))
        #expect(broker.detail("q")?.bindings == [])
    }

    @Test("A binding with other arguments keeps routing when the first one goes")
    func bindingArguments() {
        let broker = TestBroker()
        broker.declare("q")
        let plain = BindingRequest(.queue("q"), to: "amq.direct", routingKey: "k")
        var marked = plain
        marked.arguments = ["mark": .bool(true)]
        for request in [plain, marked, marked] { broker.send(.bind(request)) }
        broker.publish("a", to: "k", exchange: "amq.direct")
        broker.send(.unbind(plain))
        broker.publish("b", to: "k", exchange: "amq.direct")
        broker.send(.unbind(marked))
        broker.publish("c", to: "k", exchange: "amq.direct")
        #expect(broker.drain("q") == ["a", "b"])
    }

    @Test("An unused queue with x-expires goes, a used one does not")
    func expires() {
        let broker = TestBroker()
        broker.declare("q", arguments: ["x-expires": .int32(1_000)])
        broker.advance(milliseconds: 900)
        _ = broker.get("q")
        broker.advance(milliseconds: 900)
        #expect(broker.figures("q") != nil)
        broker.consume("q", tag: "t")
        broker.advance(milliseconds: 5_000)
        #expect(broker.figures("q") != nil)
        broker.send(.cancel("t", isNoWait: true))
        broker.advance(milliseconds: 1_000)
        #expect(broker.figures("q") == nil)
    }

    @Test("Purging removes what is ready and says how much")
    func purge() {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", "b", "c", to: "q")
        _ = broker.get("q", autoAck: false)
        broker.send(.purgeQueue("q", isNoWait: false))
        #expect(broker.takeEffects().last == .reply(broker.channel, .queuePurged(messages: 2)))
        #expect(broker.depth("q") == [0, 1])
        broker.publish("d", to: "q")
        broker.reject(1, requeue: true)
        #expect(broker.drain("q") == ["a", "d"])
    }

    @Test("One queue more than the limit is refused")
    func queuesMax() {
        let broker = TestBroker()
        for number in 0..<Limits.queuesMax {
            broker.broker.handle(
                .declareQueue(QueueDeclaration(name: QueueName("q\(number)"), isNoWait: true)),
                from: broker.first, on: broker.channel, now: broker.now)
        }
        broker.finish()
        #expect(broker.refusal() == nil)
        broker.declare("one more")
        #expect(broker.refusal()?.code == .preconditionFailed)
    }

    @Test("A long text is cut to what a reply can hold")
    func longText() {
        let name = String(repeating: "é", count: 127)
        let broker = TestBroker()
        broker.send(.declareQueue(QueueDeclaration(name: QueueName(name), isPassive: true)))
        let text = broker.refusal()?.text ?? ""
        #expect(text.hasSuffix("é...") && (250...255).contains(text.utf8.count))
    }
}
