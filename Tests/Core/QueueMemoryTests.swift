import Core
import Messaging
import Testing

/// Bytes, memory and the time stamp of a queue's messages, as lists show them.
@Suite struct QueueMemoryTests {
    private func listing(_ broker: TestBroker) throws -> QueueListing {
        let places = broker.broker.queuePlaces(in: [.default])
        return try #require(broker.listings(of: places.map(\.id)).first)
    }

    @Test("Bytes go from ready to unacked, back and away")
    func bytes() throws {
        let broker = TestBroker()
        broker.declare("q")
        func bytes() throws -> [UInt64] {
            let figures = try self.listing(broker).figures
            return [figures.readyBytes, figures.unackedBytes]
        }
        broker.add("12345", to: "q")
        broker.add("123", to: "q")
        broker.finish()
        #expect(try bytes() == [8, 0])
        let first = try #require(broker.get("q", autoAck: false))
        #expect(first.body == "12345")
        #expect(try bytes() == [3, 5])
        broker.send(.nack(DeliveryTag(1), isMultiple: false, isRequeue: true))
        #expect(try bytes() == [8, 0])
        _ = broker.get("q", autoAck: false)
        broker.ack(2)
        broker.finish()
        #expect(try bytes() == [3, 0])
        _ = broker.get("q")
        #expect(try bytes() == [0, 0])
    }

    @Test("What is in memory counts, and the first message's time stamp is seen")
    func memory() throws {
        let broker = TestBroker()
        broker.declare("q")
        var properties = MessageProperties()
        properties.timestampSeconds = 1_234
        broker.add("stamped", to: "q", properties: properties)
        broker.add("not stamped", to: "q")
        broker.finish()
        let before = try self.listing(broker)
        #expect(before.memory.messages == 2)
        #expect(before.memory.evictedMessages == 0)
        #expect(before.memory.bytes > 0)
        #expect(before.headTimestampSeconds == 1_234)
        _ = broker.get("q", autoAck: false)
        #expect(try self.listing(broker).headTimestampSeconds == nil)
        broker.send(.nack(DeliveryTag(1), isMultiple: false, isRequeue: true))
        #expect(try self.listing(broker).headTimestampSeconds == 1_234)
    }
}

extension TestBroker {
    fileprivate func listings(of queues: [QueueID]) -> [QueueListing] {
        self.broker.listings(of: queues, now: self.now)
    }
}
