import Core
import Messaging
import Testing

/// Queues and consumers that get messages no faster than they may.
@Suite struct DeliveryRateTests {
    private func broker(_ arguments: FieldTable) -> TestBroker {
        let broker = TestBroker()
        broker.declare("q", arguments: arguments)
        return broker
    }

    private func fill(_ broker: TestBroker, _ count: Int = 20) {
        for number in 0..<count { broker.add("\(number)", to: "q") }
        broker.finish()
    }

    @Test("A burst at once, then one each interval, by timers alone")
    func queueRate() {
        let broker = self.broker(["x-delivery-rate": .int32(10), "x-delivery-burst": .int32(3)])
        self.fill(broker, 8)
        broker.consume("q", tag: "t", autoAck: true)
        #expect(broker.deliveries() == ["0", "1", "2"])
        #expect(broker.followTimers(milliseconds: 1_000) == [100, 200, 300, 400, 500])
        #expect(broker.nextTimer == nil, "nothing is left to wait for")
        #expect(broker.flow("q")?.deliveriesPerSecondMax == 10)
    }

    @Test("To the microsecond: none before the token is there")
    func exact() {
        let broker = self.broker(["x-delivery-rate": .double(0.5)])
        broker.consume("q", tag: "t", autoAck: true)
        self.fill(broker, 2)
        #expect(broker.deliveries() == ["0"], "the burst is one where the rate is less")
        broker.now = broker.now.adding(microseconds: 1_999_999)
        broker.advance(milliseconds: 0)
        #expect(broker.deliveries() == [])
        broker.now = broker.now.adding(microseconds: 1)
        broker.advance(milliseconds: 0)
        #expect(broker.deliveries() == ["1"])
    }

    @Test("A rate that divides no second evenly keeps its rate", arguments: [3, 7, 999])
    func uneven(rate: Int32) {
        let broker = self.broker([
            "x-delivery-rate": .int32(rate), "x-delivery-burst": .int32(1),
        ])
        self.fill(broker, Int(rate) + 10)
        broker.consume("q", tag: "t", autoAck: true)
        #expect(broker.deliveries().count == 1)
        // Timers fire at whole microseconds, which costs each delivery less than one.
        #expect(broker.followTimers(milliseconds: 1_001).count == Int(rate))
    }

    @Test("The burst is a second's worth where nobody says")
    func usualBurst() {
        let broker = self.broker(["x-delivery-rate": .double(7.9)])
        self.fill(broker)
        broker.consume("q", tag: "t", autoAck: true)
        #expect(broker.deliveries().count == 7)
        broker.advance(milliseconds: 60_000)
        #expect(broker.deliveries().count == 7, "a long pause saves no more than the burst")
    }

    @Test("basic.get takes what it wants, and expiry goes on")
    func notHeldBack() {
        let broker = self.broker([
            "x-delivery-rate": .double(0.001), "x-message-ttl": .int32(1_000),
        ])
        broker.consume("q", tag: "t", autoAck: true)
        self.fill(broker, 4)
        #expect(broker.deliveries() == ["0"])
        #expect(broker.get("q")?.body == "1")
        broker.advance(milliseconds: 1_000)
        #expect(broker.depth("q") == [0, 0])
    }

    @Test("Consumers take turns under a queue's rate")
    func turns() {
        let broker = self.broker(["x-delivery-rate": .int32(1)])
        let second = broker.connect(2)
        broker.consume("q", tag: "a", autoAck: true)
        broker.consume("q", tag: "b", autoAck: true, second)
        self.fill(broker, 4)
        var counts = [broker.deliveries().count, broker.deliveries(second).count]
        for _ in 0..<3 {
            // A publish makes the queue due, and must not cost anybody a turn.
            broker.publish("more", to: "q")
            broker.advance(milliseconds: 1_000)
            counts[0] += broker.deliveries().count
            counts[1] += broker.deliveries(second).count
        }
        #expect(counts == [2, 2])
    }

    @Test("A consumer's own rate holds back nobody else", arguments: [true, false])
    func consumerRate(isAutoAck: Bool) {
        let broker = self.broker([:])
        let second = broker.connect(2)
        broker.consume(
            "q", tag: "slow", arguments: ["x-delivery-rate": .int32(2)], autoAck: isAutoAck)
        self.fill(broker, 5)
        #expect(broker.deliveries().count == 2)
        #expect(broker.followTimers(milliseconds: 1_000) == [500, 1_000])
        broker.consume("q", tag: "fast", autoAck: true, second)
        #expect(broker.deliveries(second) == ["4"])
        self.fill(broker, 3)
        #expect(broker.deliveries(second) == ["0", "1", "2"])
    }

    @Test("A single active consumer with a rate is woken too")
    func singleActive() {
        let broker = self.broker(["x-single-active-consumer": .bool(true)])
        broker.consume("q", tag: "t", arguments: ["x-delivery-rate": .int32(1)])
        self.fill(broker, 3)
        #expect(broker.deliveries() == ["0"])
        #expect(broker.followTimers(milliseconds: 2_000) == [1_000, 2_000])
    }

    @Test("A consumer that left is not woken, nor is a queue that is gone")
    func gone() {
        let broker = self.broker(["x-delivery-rate": .int32(1)])
        broker.consume("q", tag: "t", arguments: ["x-delivery-rate": .double(0.5)])
        self.fill(broker, 3)
        #expect(broker.deliveries() == ["0"])
        broker.send(.cancel("t", isNoWait: true))
        broker.deleteQueue("q")
        broker.advance(milliseconds: 10_000)
        #expect(broker.deliveries() == [])
        #expect(broker.nextTimer == nil)
    }

    @Test("A policy's rate holds at once, the lower of two counts, and its end frees what waits")
    func policy() {
        let broker = self.broker(["x-delivery-rate": .int32(100)])
        #expect(broker.setPolicy(["delivery-rate": .double(0.001)]) == [])
        broker.consume("q", tag: "t", autoAck: true)
        self.fill(broker, 3)
        #expect(broker.deliveries() == ["0"])
        #expect(broker.setPolicy(nil) == [])
        #expect(broker.deliveries() == ["1", "2"])
    }

    @Test("A rejecting queue under a rate refuses what has no room")
    func rejecting() {
        let broker = self.broker([
            "x-delivery-rate": .int32(1), "x-max-length": .int32(1),
            "x-overflow": .string("reject-publish"),
        ])
        broker.consume("q", tag: "t", autoAck: true)
        broker.send(.selectConfirms(isNoWait: true))
        for body in ["a", "b", "c"] { broker.add(body, to: "q") }
        broker.finish()
        #expect(broker.answers().contains("!3"))
        #expect(broker.deliveries() == ["a"])
    }
}
