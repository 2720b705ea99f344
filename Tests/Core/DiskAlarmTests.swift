import Core
import Messaging
import Testing

/// What happens when the disk runs short or fails: publishers wait, consumers go on.
@Suite struct DiskAlarmTests {
    private let low = DiskState.low(freeBytes: 10, limitBytes: 50)
    private let failing = DiskState.failing(reason: "EIO")

    private func broker() -> TestBroker {
        let broker = TestBroker()
        broker.declare("q")
        _ = broker.takeEffects()
        return broker
    }

    @Test("Who publishes is blocked, once, and hears when it is over", arguments: 0...1)
    func blocked(way: Int) {
        let broker = self.broker()
        broker.setDisk(way == 0 ? self.low : self.failing)
        #expect(broker.takeEffects() == [], "who does not publish hears nothing")
        broker.publish("a", "b", to: "q")
        #expect(broker.takeEffects() == [.blocked(reason: "low on disk")])
        #expect(broker.drain("q") == ["a", "b"], "what was read is taken, and consumers go on")
        broker.setDisk(way == 0 ? self.failing : self.low)
        _ = broker.takeEffects()
        #expect(broker.isRefusingPublishers)
        broker.setDisk(.fine)
        #expect(broker.takeEffects() == [.unblocked])
        broker.publish("c", to: "q")
        #expect(broker.takeEffects() == [])
    }

    @Test("Figures say what is wrong, and nothing when all is well")
    func figures() {
        let broker = self.broker()
        #expect(broker.trouble.disk == .fine)
        broker.setDisk(self.low)
        broker.publish("a", to: "q")
        #expect(broker.trouble.disk == self.low)
        #expect(broker.trouble.blockedConnections == 1)
        #expect(broker.trouble.memoryUsedBytes == nil)
        broker.setDisk(.fine)
        #expect(broker.trouble.disk == .fine)
        #expect(broker.trouble.blockedConnections == 0)
    }

    @Test(
        "With memory low too RabbitMQ names both, and both have to end", arguments: [true, false])
    func bothLow(diskEndsFirst: Bool) {
        let broker = self.broker()
        broker.limitMemory(toBytesMore: 200_000)
        broker.publish(String(repeating: "x", count: 300_000), to: "q")
        broker.setDisk(self.low)
        _ = broker.takeEffects()
        broker.publish("a", to: "q")
        #expect(broker.takeEffects() == [.blocked(reason: "low on disk & memory")])
        if diskEndsFirst { broker.setDisk(.fine) } else { _ = broker.purge("q") }
        #expect(broker.takeEffects() == [])
        #expect(broker.isRefusingPublishers)
        if diskEndsFirst { _ = broker.purge("q") } else { broker.setDisk(.fine) }
        #expect(broker.takeEffects() == [.unblocked])
        #expect(!broker.isRefusingPublishers)
    }

    @Test("Who was blocked for memory hears nothing more when the disk joins")
    func diskJoins() {
        let broker = self.broker()
        broker.limitMemory(toBytesMore: 200_000)
        broker.publish(String(repeating: "x", count: 300_000), to: "q")
        broker.publish("a", to: "q")
        #expect(broker.takeEffects() == [.blocked(reason: "low on memory")])
        broker.setDisk(self.low)
        broker.publish("b", to: "q")
        #expect(broker.takeEffects() == [])
        #expect(broker.browse("q").count == 3)
    }
}

extension TestBroker {
    func setDisk(_ state: DiskState) {
        self.broker.setDisk(state)
        self.finish()
    }

    var trouble: BrokerTrouble { self.broker.sample(now: self.now).trouble }
}
