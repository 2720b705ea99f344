import Core
import Messaging
import Testing

/// Deliveries that nobody acknowledges.
@Suite struct TimeoutTests {
    /// A broker on which a delivery may stay unacked for a second, with queues `q` and `slow`, of
    /// which the second allows two.
    private func broker() -> TestBroker {
        let broker = TestBroker()
        broker.declare("q")
        broker.declare("slow", arguments: ["x-consumer-timeout": .int32(2_000)])
        broker.broker.setConsumerTimeout(microseconds: 1_000_000, now: broker.now)
        broker.advance(milliseconds: 0)
        return broker
    }

    private let text =
        "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value "
        + "used: 1000 ms. This timeout value can be configured, see consumers doc guide to learn "
        + "more"

    @Test("To the moment: not a microsecond before, and the message goes back")
    func moment() {
        let broker = self.broker()
        broker.advance(milliseconds: 777)
        broker.publish("a", to: "q")
        broker.consume("q", tag: "t")
        let deliveredAt = broker.now
        broker.now = deliveredAt.adding(microseconds: 999_999)
        broker.advance(milliseconds: 0)
        #expect(broker.refusal() == nil)
        #expect(broker.nextTimer == deliveredAt.adding(microseconds: 1_000_000))
        broker.now = deliveredAt.adding(microseconds: 1_000_000)
        broker.advance(milliseconds: 0)
        #expect(
            broker.refusal()
                == Refusal(code: .preconditionFailed, text: self.text, cause: .none))
        #expect(broker.browse("q").map(\.isRedelivered) == [true])
        #expect(broker.figures("q")?.consumers == 0)
    }

    @Test("Timers alone lead there, whenever deliveries come", arguments: UInt64(1)...40)
    func byTimers(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let broker = self.broker()
        for _ in 0..<Int.random(in: 0...6, using: &numbers) {
            // As busy consumers do, whose deliveries are gone when a timer looks.
            broker.now = broker.now.adding(
                microseconds: Int64.random(in: 1...900_000, using: &numbers))
            broker.advance(milliseconds: 0)
            broker.publish("a", to: "q")
            if let message = broker.get("q", autoAck: false) { broker.ack(message.tag) }
        }
        broker.publish("stuck", to: "q")
        _ = broker.get("q", autoAck: false)
        let due = broker.now.adding(microseconds: 1_000_000)
        while broker.refusal() == nil {
            let next = try #require(broker.nextTimer, "seed \(seed)")
            try #require(next <= due, "seed \(seed)")
            broker.now = max(broker.now, next)
            broker.advance(milliseconds: 0)
        }
        #expect(broker.now == due, "seed \(seed)")
    }

    @Test("Only the channel that holds too long closes, of several on one connection")
    func oneChannel() {
        let broker = self.broker()
        broker.send(.openChannel, nil, ChannelNumber(2))
        broker.publish("old", "young", to: "q")
        _ = broker.get("q", autoAck: false)
        broker.advance(milliseconds: 500)
        broker.send(.get("q", isAutoAck: false), nil, ChannelNumber(2))
        broker.advance(milliseconds: 500)
        let closed = broker.takeEffects().compactMap { effect -> ChannelNumber? in
            guard case .closeChannel(let channel, _) = effect else { return nil }
            return channel
        }
        #expect(closed == [ChannelNumber(1)])
        #expect(broker.depth("q") == [1, 1])
        broker.advance(milliseconds: 500)
        #expect(broker.depth("q") == [2, 0])
    }

    @Test("The oldest delivery counts, and an ack of it in time helps")
    func oldest() {
        let broker = self.broker()
        broker.publish("a", "b", to: "q")
        _ = broker.get("q", autoAck: false)
        broker.advance(milliseconds: 900)
        _ = broker.get("q", autoAck: false)
        broker.ack(1)
        broker.advance(milliseconds: 999)
        #expect(broker.refusal() == nil)
        broker.advance(milliseconds: 1)
        #expect(broker.refusal()?.text == self.text)
    }

    @Test("A queue's own timeout is the one that counts, longer or shorter")
    func ownTimeout() {
        let broker = self.broker()
        broker.publish("a", to: "slow")
        _ = broker.get("slow", autoAck: false)
        broker.advance(milliseconds: 1_999)
        #expect(broker.refusal() == nil)
        broker.advance(milliseconds: 1)
        #expect(broker.refusal()?.text.contains("2000 ms") == true)
    }

    @Test("A later delivery of a stricter queue may be the first that is overdue")
    func stricterQueue() {
        let broker = self.broker()
        broker.publish("a", to: "slow")
        broker.publish("b", to: "q")
        _ = broker.get("slow", autoAck: false)
        broker.advance(milliseconds: 100)
        _ = broker.get("q", autoAck: false)
        broker.advance(milliseconds: 999)
        #expect(broker.refusal() == nil)
        broker.advance(milliseconds: 1)
        #expect(broker.refusal()?.text == self.text)
        #expect(broker.depth("slow") == [1, 0])
    }

    @Test("A policy's timeout holds at once, and ends with it")
    func policy() {
        let broker = self.broker()
        broker.publish("a", to: "q")
        _ = broker.get("q", autoAck: false)
        var definitions = Definitions()
        definitions.policies = [
            .init(
                host: .default,
                policy: Policy(
                    name: "p", pattern: "^q$", definition: ["consumer-timeout": .int32(300)]),
                isOperator: false)
        ]
        broker.apply(definitions)
        broker.apply(Definitions())
        broker.advance(milliseconds: 400)
        #expect(broker.refusal() == nil)
        broker.apply(definitions)
        broker.advance(milliseconds: 0)
        #expect(broker.refusal()?.text.contains("300 ms") == true)
    }

    @Test("Without a timeout nobody is closed, and one set later counts what is held already")
    func setLater() {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", to: "q")
        _ = broker.get("q", autoAck: false)
        broker.advance(milliseconds: 10_000_000)
        #expect(broker.refusal() == nil)
        broker.broker.setConsumerTimeout(microseconds: 10_000_001_000, now: broker.now)
        broker.advance(milliseconds: 0)
        #expect(broker.refusal() == nil)
        broker.advance(milliseconds: 1)
        #expect(broker.refusal()?.code == .preconditionFailed)
    }

    @Test("What needs no ack is never overdue")
    func autoAck() {
        let broker = self.broker()
        broker.consume("q", tag: "t", autoAck: true)
        broker.publish("a", to: "q")
        broker.advance(milliseconds: 5_000)
        #expect(broker.refusal() == nil)
    }
}
