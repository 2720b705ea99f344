import Core
import Messaging
import Testing

/// Queues of which one consumer at a time gets everything.
struct SingleActiveTests {
    private func broker() -> TestBroker {
        let broker = TestBroker()
        broker.declare("q", arguments: ["x-single-active-consumer": .bool(true)])
        return broker
    }

    private func consume(_ broker: TestBroker, _ tag: String, priority: Int64 = 0) {
        broker.send(
            .consume(
                ConsumeRequest(
                    queue: "q", tag: ConsumerTag(tag), isAutoAck: true,
                    arguments: ["x-priority": .int64(priority)])))
    }

    private func takers(_ broker: TestBroker) -> [String] {
        (broker.received.removeValue(forKey: broker.first) ?? []).map(\.consumer)
    }

    @Test("The first consumer gets everything, and the next one once it has gone")
    func order() {
        let broker = self.broker()
        for tag in ["a", "b", "c"] { self.consume(broker, tag) }
        broker.publish("1", "2", "3", to: "q")
        #expect(self.takers(broker) == ["a", "a", "a"])
        broker.send(.cancel("a", isNoWait: false))
        broker.publish("4", "5", to: "q")
        #expect(self.takers(broker) == ["b", "b"])
        self.consume(broker, "a")
        broker.send(.cancel("b", isNoWait: false))
        broker.publish("6", to: "q")
        #expect(self.takers(broker) == ["c"])
    }

    @Test("The most urgent of those who wait is next, and nobody is pushed aside")
    func priority() {
        let broker = self.broker()
        self.consume(broker, "a")
        self.consume(broker, "low", priority: 1)
        self.consume(broker, "high", priority: 2)
        broker.publish("1", to: "q")
        #expect(self.takers(broker) == ["a"])
        broker.send(.cancel("a", isNoWait: false))
        broker.publish("2", to: "q")
        #expect(self.takers(broker) == ["high"])
    }

    @Test("Nobody may consume such a queue exclusively")
    func exclusive() {
        let broker = self.broker()
        broker.send(.consume(ConsumeRequest(queue: "q", isExclusive: true)))
        #expect(
            broker.refusal()?.text == "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use")
    }
}
