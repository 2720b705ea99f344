import Core
import Messaging
import Testing

@Suite struct ExpiryTests {
    private func expiring(_ milliseconds: String) -> MessageProperties {
        var properties = MessageProperties()
        properties.expiration = milliseconds
        return properties
    }

    @Test("A queue's messages expire in time, not before")
    func queueTTL() {
        let broker = TestBroker()
        broker.declare("q", arguments: ["x-message-ttl": .int32(100)])
        broker.publish("a", to: "q")
        broker.advance(milliseconds: 60)
        broker.publish("b", to: "q")
        broker.advance(milliseconds: 39)
        #expect(broker.depth("q") == [2, 0])
        broker.advance(milliseconds: 1)
        #expect(broker.depth("q") == [1, 0])
        broker.advance(milliseconds: 60)
        #expect(broker.depth("q") == [0, 0])
        #expect(broker.figures("q")?.tally.expired == 2)
    }

    @Test("The broker says when it wants to be woken")
    func timer() {
        let broker = TestBroker()
        broker.declare("q", arguments: ["x-message-ttl": .int32(100)])
        #expect(broker.broker.nextTimer == nil)
        broker.publish("a", to: "q")
        #expect(broker.broker.nextTimer == broker.now.adding(microseconds: 100_000))
        broker.advance(milliseconds: 100)
        #expect(broker.broker.nextTimer == nil)
    }

    @Test("The shorter of both times to live counts")
    func shorter() {
        let broker = TestBroker()
        broker.declare("q", arguments: ["x-message-ttl": .int32(100)])
        broker.publish("a", to: "q", properties: self.expiring("50"))
        broker.publish("b", to: "q", properties: self.expiring("500"))
        broker.advance(milliseconds: 50)
        #expect(broker.browse("q").map(\.text) == ["b"])
        broker.advance(milliseconds: 50)
        #expect(broker.depth("q") == [0, 0])
    }

    @Test("Expiry acts at the head: what stands behind a lasting message waits for it")
    func headOnly() {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("lasting", to: "q")
        broker.publish("short", to: "q", properties: self.expiring("10"))
        broker.advance(milliseconds: 1_000)
        #expect(broker.depth("q") == [2, 0])
        #expect(broker.get("q")?.body == "lasting")
        #expect(broker.depth("q") == [0, 0])
    }

    @Test("With no time to live a message reaches a consumer that is ready, or nobody")
    func zero() {
        let broker = TestBroker()
        broker.declare("q", arguments: ["x-message-ttl": .int32(0)])
        broker.publish("nobody", to: "q")
        #expect(broker.depth("q") == [0, 0])
        broker.consume("q", tag: "t")
        broker.publish("somebody", to: "q")
        #expect(broker.deliveries() == ["somebody"])
    }

    @Test("An unacked message does not expire, but does when it is requeued too late")
    func unacked() {
        let broker = TestBroker()
        broker.declare("q", arguments: ["x-message-ttl": .int32(100)])
        broker.publish("a", to: "q")
        let message = broker.get("q", autoAck: false)
        broker.advance(milliseconds: 500)
        #expect(broker.depth("q") == [0, 1])
        broker.reject(message?.tag ?? 0, requeue: true)
        #expect(broker.depth("q") == [0, 0])
        #expect(broker.figures("q")?.tally.expired == 1)
    }

    @Test("Many queues' timers come in their order")
    func manyTimers() {
        let broker = TestBroker()
        var numbers = Numbers(state: 3)
        var ttls: [Int32] = []
        for number in 0..<200 {
            let ttl = Int32.random(in: 1...1_000, using: &numbers)
            ttls.append(ttl)
            broker.declare("q\(number)", arguments: ["x-message-ttl": .int32(ttl)])
            broker.publish("a", to: "q\(number)")
        }
        for moment in stride(from: Int32(0), to: 1_000, by: 100) {
            let left = broker.broker.sample(now: broker.now).queues.reduce(0) { $0 + $1.ready }
            #expect(left == ttls.count { $0 > moment })
            broker.advance(milliseconds: 100)
        }
    }
}
