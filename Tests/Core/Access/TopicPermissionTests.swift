import Core
import Messaging
import Testing

/// Which keys users may use with topic exchanges.
@Suite struct TopicPermissionTests {
    private let id = ConnectionID(2)

    private func broker(write: String, read: String) -> TestBroker {
        let broker = TestBroker()
        #expect(broker.putUser(User("u")) == nil)
        #expect(broker.setPermission(.all("u", in: .default)) == nil)
        let topic = TopicPermission(
            "u", in: .default, exchange: "amq.topic", write: write, read: read)
        #expect(broker.setTopicPermission(topic) == nil)
        broker.finish()
        broker.open(self.id, user: "u")
        broker.declare("q")
        return broker
    }

    private func publish(_ broker: TestBroker, _ key: String, exchange: String) -> String? {
        _ = broker.takeEffects(self.id)
        broker.add("m", to: key, exchange: exchange, self.id)
        broker.finish()
        let text = broker.refusal(self.id)?.text
        if text != nil { broker.send(.openChannel, self.id) }
        return text
    }

    @Test("A key is refused by its exchange's pattern, in other exchanges it is not asked for")
    func writing() {
        let broker = self.broker(write: "^a\\.", read: "")
        #expect(self.publish(broker, "a.b", exchange: "amq.topic") == nil)
        #expect(self.publish(broker, "a.b", exchange: "amq.topic") == nil)
        #expect(
            self.publish(broker, "b.a", exchange: "amq.topic")
                == "ACCESS_REFUSED - access to topic 'b.a' in exchange 'amq.topic' in vhost '/' "
                + "refused for user 'u'")
        #expect(self.publish(broker, "b.a", exchange: "amq.direct") == nil)
        broker.clearTopicPermissions(of: "u", in: .default, exchange: "amq.topic")
        #expect(self.publish(broker, "b.a", exchange: "amq.topic") == nil)
    }

    @Test("The user's and the virtual host's names stand in for themselves")
    func variables() {
        let broker = self.broker(write: "^{username}\\.{vhost}$", read: "")
        #expect(self.publish(broker, "u./", exchange: "amq.topic") == nil)
        #expect(self.publish(broker, "x./", exchange: "amq.topic") != nil)
    }

    @Test("A binding's key is read")
    func reading() {
        let broker = self.broker(write: "", read: "^a")
        for (key, isAllowed) in [("a.#", true), ("b.#", false)] {
            _ = broker.takeEffects(self.id)
            broker.send(
                .bind(.init(.queue("q"), to: "amq.topic", routingKey: key)), self.id)
            #expect((broker.refusal(self.id) == nil) == isAllowed)
        }
    }
}
