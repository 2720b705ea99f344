import Core
import Messaging
import Testing

@Suite struct SettleTests {
    private func broker(holding bodies: [String]) -> TestBroker {
        let broker = TestBroker()
        broker.declare("q")
        broker.consume("q", tag: "t")
        for body in bodies { broker.publish(body, to: "q") }
        _ = broker.deliveries()
        return broker
    }

    @Test("An ack of several settles all up to its tag")
    func multiple() {
        let broker = self.broker(holding: ["a", "b", "c"])
        broker.ack(2, multiple: true)
        #expect(broker.depth("q") == [0, 1])
        #expect(broker.browse("q").map(\.text) == ["c"])
    }

    @Test("Tag 0 with multiple means everything, even when that is nothing")
    func everything() {
        let broker = self.broker(holding: ["a", "b"])
        broker.ack(0, multiple: true)
        broker.ack(0, multiple: true)
        #expect(broker.depth("q") == [0, 0])
        #expect(broker.refusal() == nil)
    }

    @Test("Acks may come in any order")
    func anyOrder() {
        let bodies = (0..<600).map { "\($0)" }
        let broker = self.broker(holding: bodies)
        for tag in UInt64(2)...599 { broker.ack(tag) }
        #expect(broker.browse("q").map(\.text) == ["0", "599"])
        broker.ack(600)
        broker.ack(1)
        #expect(broker.depth("q") == [0, 0])
    }

    @Test(
        "A tag that is not held closes the channel, and settles nothing",
        arguments: [
            Command.ack(DeliveryTag(9), isMultiple: false),
            .ack(DeliveryTag(9), isMultiple: true), .ack(DeliveryTag(0), isMultiple: false),
            .nack(DeliveryTag(9), isMultiple: true, isRequeue: true),
            .reject(DeliveryTag(9), isRequeue: false),
        ])
    func unknownTag(command: Command) {
        let broker = self.broker(holding: ["a"])
        broker.send(command)
        let tag = command == .ack(DeliveryTag(0), isMultiple: false) ? 0 : 9
        #expect(
            broker.refusal()
                == Refusal(
                    code: .preconditionFailed,
                    text: "PRECONDITION_FAILED - unknown delivery tag \(tag)",
                    cause: command.kind))
        #expect(broker.depth("q") == [1, 0], "the closed channel's messages went back")
    }

    @Test("A tag can be settled once")
    func twice() {
        let broker = self.broker(holding: ["a", "b"])
        broker.ack(1)
        broker.ack(1)
        #expect(broker.refusal()?.code == .preconditionFailed)
    }

    @Test("Rejecting without requeue and without a dead-letter exchange drops")
    func reject() {
        let broker = self.broker(holding: ["a"])
        broker.reject(1, requeue: false)
        #expect(broker.depth("q") == [0, 0])
        #expect(broker.figures("q")?.tally.rejected == 1)
    }

    @Test("Requeued messages come back in their places, whatever the order of the nacks")
    func requeueOrder() {
        let broker = self.broker(holding: ["a", "b", "c", "d", "e"])
        broker.send(.cancel("t", isNoWait: true))
        for tag in [4, 2, 5, 1] as [UInt64] { broker.reject(tag, requeue: true) }
        broker.publish("f", to: "q")
        #expect(broker.drain("q") == ["a", "b", "d", "e", "f"])
    }

    @Test("A message keeps its place however often it is requeued")
    func requeueAgain() {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", "b", to: "q")
        for tag in UInt64(1)...50 {
            #expect(broker.get("q", autoAck: false)?.body == "a")
            broker.reject(tag, requeue: true)
        }
        #expect(broker.drain("q") == ["a", "b"])
    }

    @Test("recover without requeue is not implemented")
    func recoverWithoutRequeue() {
        let broker = self.broker(holding: [])
        broker.send(.recover(isRequeue: false, isAsync: false))
        #expect(broker.refusal()?.text == "NOT_IMPLEMENTED - requeue=false")
    }
}
