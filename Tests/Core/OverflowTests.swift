import Core
import Messaging
import Testing

/// Queues that refuse what is one too many, and what publishers hear of it.
@Suite struct OverflowTests {
    /// A broker on whose channel 1 publishes are confirmed, and a queue `q` of two at most.
    private func broker(
        _ overflow: String = "reject-publish", _ further: FieldTable = [:], length: Int32? = 2
    ) -> TestBroker {
        let broker = TestBroker()
        var arguments: FieldTable = ["x-overflow": .string(overflow)]
        if let length { arguments["x-max-length"] = .int32(length) }
        broker.declare("q", arguments: FieldTable(arguments.fields + further.fields))
        broker.send(.selectConfirms(isNoWait: true))
        _ = broker.takeEffects()
        return broker
    }

    @Test("The newest is refused with a nack, and those that lie there stay")
    func nack() {
        let broker = self.broker()
        for body in ["a", "b", "c", "d"] { broker.add(body, to: "q") }
        broker.finish()
        #expect(broker.answers() == ["≤2", "!3", "!4"])
        #expect(broker.figures("q")?.tally.refused == 2)
        #expect(broker.figures("q")?.tally.published == 2)
        #expect(broker.drain("q") == ["a", "b"])
        broker.publish("e", to: "q")
        #expect(broker.answers() == ["5"])
    }

    @Test("Without confirms it is refused without a word")
    func silent() {
        let broker = TestBroker()
        broker.declare(
            "q",
            arguments: ["x-overflow": .string("reject-publish"), "x-max-length": .int32(1)])
        _ = broker.takeEffects()
        broker.publish("a", "b", to: "q")
        #expect(broker.takeEffects() == [])
        #expect(broker.drain("q") == ["a"])
    }

    @Test("A limit in bytes counts the message that comes; one that just fits is taken")
    func bytes() {
        let broker = self.broker("reject-publish", ["x-max-length-bytes": .int32(5)], length: nil)
        broker.publish("aaa", "bbb", "cc", "", "d", to: "q")
        #expect(broker.answers() == ["1", "!2", "3", "4", "!5"])
        #expect(broker.drain("q") == ["aaa", "cc", ""])
    }

    @Test("One queue's refusal is a nack, and the others keep their copies")
    func severalQueues() {
        let broker = self.broker("reject-publish", length: 1)
        broker.declare("wide")
        for name in ["q", "wide"] { broker.bind(name, to: "amq.fanout") }
        _ = broker.takeEffects()
        for body in ["a", "b"] { broker.publish(body, to: "", exchange: "amq.fanout") }
        #expect(broker.answers() == ["1", "!2"])
        #expect(broker.drain("q") == ["a"])
        #expect(broker.drain("wide") == ["a", "b"])
    }

    @Test("Consumers have theirs before it is counted")
    func consumer() {
        let broker = self.broker("reject-publish", length: 1)
        broker.consume("q", tag: "t", autoAck: true)
        _ = broker.takeEffects()
        for body in ["a", "b", "c"] { broker.add(body, to: "q") }
        broker.finish()
        #expect(broker.answers() == ["≤3"])
        #expect(broker.deliveries() == ["a", "b", "c"])
    }

    @Test("What consumers hold does not count, and what comes back may make it too long")
    func unacked() {
        let broker = self.broker("reject-publish", length: 1)
        broker.publish("a", to: "q")
        let held = broker.get("q", autoAck: false)
        broker.publish("b", to: "q")
        broker.reject(held?.tag ?? 0, requeue: true)
        #expect(broker.depth("q") == [2, 0], "nothing is dropped to make room")
        broker.publish("c", to: "q")
        #expect(broker.answers() == ["1", "2", "!3"])
        #expect(broker.drain("q") == ["a", "b"])
    }

    @Test("What has expired at the head makes room")
    func expired() {
        let broker = self.broker("reject-publish", ["x-message-ttl": .int32(10)], length: 1)
        broker.publish("a", "b", to: "q")
        broker.advance(milliseconds: 10)
        broker.publish("c", to: "q")
        #expect(broker.answers() == ["1", "!2", "3"])
        #expect(broker.drain("q") == ["c"])
    }

    @Test("A mandatory message that is refused reached a queue, and does not come back")
    func mandatory() {
        let broker = self.broker("reject-publish", length: 0)
        broker.add("a", to: "q", isMandatory: true)
        broker.finish()
        #expect(broker.takeEffects() == [.reject(broker.channel, DeliveryTag(1))])
    }

    // MARK: With a dead-letter exchange

    @Test("What is refused lies in the dead-letter queue, with its death")
    func deadLettered() throws {
        let broker = self.broker("reject-publish-dlx", .dying(into: "dead"), length: 1)
        broker.declare("dead")
        _ = broker.takeEffects()
        broker.publish("a", "b", to: "q", properties: .expiring(60_000))
        #expect(broker.answers() == ["1", "!2"])
        let record = try #require(broker.browse("dead").first)
        #expect(record.text == "b")
        #expect(record.message.properties.expiration == nil)
        #expect(record.deaths.map(\.reason) == [.maxLength])
        #expect(record.deaths.first?.originalExpiration == "60000")
        #expect(broker.figures("q")?.tally.deadLettered == 1)
        #expect(broker.figures("q")?.dead == 1)
        #expect(broker.depth("q") == [1, 0])
    }

    @Test("reject-publish alone dead-letters nothing")
    func notDeadLettered() {
        let broker = self.broker("reject-publish", .dying(into: "dead"), length: 0)
        broker.declare("dead")
        broker.publish("a", to: "q")
        #expect(broker.depth("dead") == [0, 0])
    }

    @Test("A dead letter that is refused is lost, and its queue goes on", arguments: [true, false])
    func fullDeadLetterQueue(deadLetters: Bool) {
        let broker = TestBroker()
        broker.declare("work", arguments: .dying(into: "full", ["x-message-ttl": .int32(1)]))
        broker.declare(
            "full",
            arguments: .dying(
                into: "last",
                [
                    "x-overflow": .string(deadLetters ? "reject-publish-dlx" : "reject-publish"),
                    "x-max-length": .int32(1),
                ]))
        broker.declare("last")
        broker.publish("a", "b", "c", to: "work")
        broker.advance(milliseconds: 1)
        #expect(broker.depth("work") == [0, 0])
        #expect(broker.browse("full").map(\.text) == ["a"])
        #expect(broker.browse("last").map(\.text) == (deadLetters ? ["b", "c"] : []))
        #expect(broker.figures("work")?.dead == 1)
    }

    @Test("A redrive into a full queue leaves what is refused where it is")
    func redrive() {
        let broker = self.broker("reject-publish", length: 1)
        broker.declare("source")
        broker.publish("a", "b", "c", to: "source")
        let end = broker.broker.end(of: "source") ?? .nowhere
        let step = broker.redrive("source", .readyBelow(end), to: .queue("q"), countMax: 1)
        #expect(step.moved == 1 && step.unroutable == 2)
        #expect(broker.drain("q") == ["a"])
        #expect(broker.drain("source") == ["b", "c"])
    }
}
