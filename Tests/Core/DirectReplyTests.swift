import Core
import Messaging
import Testing

/// Replies that go to a waiting consumer without a queue between.
@Suite struct DirectReplyTests {
    private let pseudoQueue = "amq.rabbitmq.reply-to"

    /// A broker whose connection 1 waits for replies and connection 2 serves the queue `rpc`.
    private func broker() -> TestBroker {
        let broker = TestBroker()
        broker.declare("rpc")
        broker.consume(self.pseudoQueue, tag: "replies", autoAck: true)
        broker.connect(2)
        _ = broker.takeEffects()
        return broker
    }

    private var request: MessageProperties {
        var properties = MessageProperties()
        properties.replyTo = self.pseudoQueue
        properties.correlationID = "7"
        return properties
    }

    /// Publishes a request and returns the address that its server finds in it.
    private func address(_ broker: TestBroker) -> String {
        broker.publish("request", to: "rpc", properties: self.request)
        let record = broker.browse("rpc").last
        return record?.message.properties.replyTo ?? ""
    }

    /// Answers from connection 2.
    private func reply(_ broker: TestBroker, _ body: String, to address: String) {
        broker.add(body, to: address, isMandatory: true, ConnectionID(2))
        broker.finish()
    }

    private func heard(_ broker: TestBroker) -> [DirectReply] {
        broker.takeEffects().compactMap { effect in
            guard case .directReply(_, let reply) = effect else { return nil }
            return reply
        }
    }

    @Test("A request names an address instead, and what is sent there arrives")
    func roundTrip() throws {
        let broker = self.broker()
        let address = self.address(broker)
        #expect(address.hasPrefix("amq.rabbitmq.reply-to.g"))
        #expect(address != self.address(TestBroker.seededOtherwise(self.pseudoQueue)))
        #expect(broker.browse("rpc").last?.message.properties.correlationID == "7")
        self.reply(broker, "answer", to: address)
        let replies = self.heard(broker)
        let reply = try #require(replies.first)
        #expect(replies.count == 1)
        #expect(String(decoding: reply.body, as: UTF8.self) == "answer")
        #expect(String(decoding: reply.consumerTag, as: UTF8.self) == "replies")
        #expect(String(decoding: reply.routingKey, as: UTF8.self) == address)
        #expect(reply.exchange == [] && reply.tag == DeliveryTag(1))
    }

    @Test("A consumer of replies takes no acks, and there is one a channel")
    func consumerRules() {
        let broker = TestBroker()
        broker.consume(self.pseudoQueue, tag: "a")
        #expect(
            broker.refusal()?.text == "PRECONDITION_FAILED - reply consumer cannot acknowledge")
        broker.send(.openChannel)
        broker.consume(self.pseudoQueue, tag: "a", autoAck: true)
        broker.consume(self.pseudoQueue, tag: "b", autoAck: true)
        #expect(broker.refusal()?.text == "PRECONDITION_FAILED - reply consumer already set")
    }

    @Test("Who does not wait for replies cannot ask for one")
    func withoutConsumer() {
        let broker = TestBroker()
        broker.declare("rpc")
        broker.publish("request", to: "rpc", properties: self.request)
        #expect(
            broker.refusal()?.text
                == "PRECONDITION_FAILED - fast reply consumer does not exist")
        #expect(broker.depth("rpc") == [0, 0])
    }

    @Test("Another reply-to goes through untouched")
    func ordinaryReplyTo() {
        let broker = self.broker()
        var properties = MessageProperties()
        properties.replyTo = "amq.rabbitmq.reply-tos"
        broker.publish("m", to: "rpc", properties: properties)
        #expect(broker.browse("rpc").map(\.message.properties) == [properties])
    }

    @Test("An address can be asked for as long as somebody waits", arguments: [false, true])
    func declare(isPassive: Bool) {
        let broker = self.broker()
        let address = QueueName(self.address(broker))
        func declare(_ name: QueueName) -> [Reply] {
            broker.send(
                .declareQueue(QueueDeclaration(name: name, isPassive: isPassive)), ConnectionID(2))
            return broker.replies(ConnectionID(2))
        }
        #expect(declare(address) == [.queueDeclared(address, messages: 0, consumers: 1)])
        broker.send(.cancel("replies", isNoWait: false))
        #expect(declare(address) == [])
        broker.send(.openChannel, ConnectionID(2))
        broker.publish("again", to: "rpc")
        #expect(broker.figures(address.text) == nil, "it never is a queue")
    }

    @Test(
        "Once nobody waits, a reply is lost",
        arguments: [
            Command.cancel("replies", isNoWait: false), .closeChannel, .dropChannel,
        ])
    func gone(command: Command) {
        let broker = self.broker()
        let address = self.address(broker)
        broker.send(command)
        _ = broker.takeEffects()
        self.reply(broker, "late", to: address)
        #expect(self.heard(broker) == [])
        guard case .returned(_, let returned) = broker.takeEffects(ConnectionID(2)).last else {
            Issue.record("the reply was not returned")
            return
        }
        #expect(returned.code == .noRoute)
    }

    @Test("A channel that waits again has another address")
    func anotherAddress() {
        let broker = self.broker()
        let old = self.address(broker)
        broker.send(.cancel("replies", isNoWait: true))
        broker.consume(self.pseudoQueue, tag: "new", autoAck: true)
        let new = self.address(broker)
        #expect(new != old)
        _ = broker.takeEffects()
        self.reply(broker, "1", to: old)
        self.reply(broker, "2", to: new)
        #expect(self.heard(broker).map { String(decoding: $0.body, as: UTF8.self) } == ["2"])
    }

    @Test("A reply is confirmed like any message")
    func confirmed() {
        let broker = self.broker()
        let address = self.address(broker)
        broker.send(.selectConfirms(isNoWait: true), ConnectionID(2))
        broker.add("answer", to: address, ConnectionID(2))
        broker.finish()
        #expect(
            broker.takeEffects(ConnectionID(2))
                == [.confirm(broker.channel, DeliveryTag(1), isMultiple: false)])
        #expect(self.heard(broker).count == 1)
    }

    @Test("A reply in a transaction goes out with its commit")
    func transaction() {
        let broker = self.broker()
        let address = self.address(broker)
        broker.send(.selectTransactions, ConnectionID(2))
        broker.add("answer", to: address, ConnectionID(2))
        broker.finish()
        #expect(self.heard(broker) == [])
        broker.send(.commitTransaction, ConnectionID(2))
        #expect(self.heard(broker).count == 1)
    }
}

extension TestBroker {
    /// A broker that gives other names, with a queue `rpc` and somebody who waits for replies.
    fileprivate static func seededOtherwise(_ pseudoQueue: String) -> TestBroker {
        let broker = TestBroker()
        broker.broker = Broker(seed: 8)
        broker.connect(1)
        broker.declare("rpc")
        broker.consume(pseudoQueue, tag: "t", autoAck: true)
        return broker
    }
}
