import Core
import Messaging
import Testing

/// Sequences within one batch, and names at their limits, that once went wrong.
struct RarePathTests {
    @Test("A consumer that is cancelled in the batch that acks its last message gets no more")
    func cancelAndAck() {
        let broker = TestBroker()
        broker.declare("q")
        broker.declare("other")
        broker.send(.setPrefetch(count: 1, bytes: 0, isGlobal: false))
        broker.consume("q", tag: "leaving")
        broker.publish("1", "2", "3", to: "q")
        #expect(broker.deliveries() == ["1"])
        let last: [Command] = [
            .cancel("leaving", isNoWait: false), .ack(.init(1), isMultiple: false),
        ]
        for command in last {
            broker.broker.handle(command, from: broker.first, on: broker.channel, now: broker.now)
        }
        broker.finish()
        #expect(broker.deliveries().isEmpty)
        broker.consume("other", tag: "takes its slot", autoAck: true)
        broker.publish("4", to: "q")
        #expect(broker.deliveries().isEmpty)
        #expect(broker.depth("q") == [3, 0])
    }

    @Test("A queue that dead-letters into itself refuses what it has no room for, once")
    func ownDeadLetterQueue() {
        let broker = TestBroker()
        broker.declare(
            "q",
            arguments: [
                "x-max-length": .int32(1), "x-overflow": .string("reject-publish"),
                "x-dead-letter-exchange": .string(""),
            ])
        broker.publish("1", to: "q")
        _ = broker.get("q", autoAck: false)
        broker.add("2", to: "q")
        broker.broker.handle(
            .reject(.init(1), isRequeue: false), from: broker.first, on: broker.channel,
            now: broker.now)
        broker.finish()
        #expect(broker.drain("q") == ["2"])
    }

    @Test("Keys are compared by their octets, however alike they look")
    func normalisation() {
        let broker = TestBroker()
        broker.declare("q")
        broker.send(.bind(.init(.queue("q"), to: "amq.direct", routingKey: "\u{e9}")))
        broker.send(.unbind(.init(.queue("q"), to: "amq.direct", routingKey: "e\u{301}")))
        broker.publish("1", to: "\u{e9}", exchange: "amq.direct")
        broker.publish("2", to: "e\u{301}", exchange: "amq.direct")
        #expect(broker.drain("q") == ["1"])
        broker.declare("\u{e9}")
        broker.declare("e\u{301}")
        broker.send(.deleteQueue("q", ifUnused: false, ifEmpty: false, isNoWait: false))
        broker.publish("3", to: "\u{e9}", exchange: "amq.direct")
        broker.publish("4", to: "e\u{301}")
        #expect(broker.depth("\u{e9}") == [0, 0])
        #expect(broker.drain("e\u{301}") == ["4"])
    }

    @Test("A dead-letter key of 255 octets serves, one more is refused")
    func deadLetterKeyLimit() {
        let broker = TestBroker()
        func declare(_ bytes: Int) {
            broker.declare(
                "q\(bytes)",
                arguments: [
                    "x-dead-letter-exchange": .string("amq.fanout"), "x-message-ttl": .int32(0),
                    "x-dead-letter-routing-key": .string(String(repeating: "k", count: bytes)),
                ])
        }
        broker.declare("dead")
        broker.send(.bind(.init(.queue("dead"), to: "amq.fanout", routingKey: "")))
        declare(Limits.nameBytesMax)
        broker.publish("1", to: "q255")
        broker.advance(milliseconds: 1)
        #expect(broker.drain("dead") == ["1"])
        declare(Limits.nameBytesMax + 1)
        #expect(broker.refusal()?.code == .preconditionFailed)
    }

    @Test("Full queues that dead-letter to one another answer, however many there are")
    func manyRefusals() {
        let broker = TestBroker()
        for number in 0..<300 {
            broker.declare(
                "q\(number)",
                arguments: [
                    "x-max-length": .int32(0), "x-overflow": .string("reject-publish-dlx"),
                    "x-dead-letter-exchange": .string(""),
                    "x-dead-letter-routing-key": .string("q\(number + 1)"),
                ])
        }
        broker.declare("q300")
        broker.publish("1", to: "q0")
        #expect(broker.drain("q300") == ["1"])
    }

    @Test("What a full queue does not take back stays where it is, and is one message")
    func redriveIntoFull() {
        let broker = TestBroker()
        broker.declare("dead")
        broker.declare(
            "work",
            arguments: .dying(
                into: "dead",
                ["x-max-length": .int32(1), "x-overflow": .string("reject-publish-dlx")]))
        broker.publish("1", "2", to: "work")
        #expect(broker.depth("dead") == [1, 0])
        for _ in 0..<3 {
            let end = broker.broker.end(of: "dead") ?? .nowhere
            let step = broker.redrive("dead", .readyBelow(end), to: .queueItDiedIn)
            #expect(step.moved == 0)
            #expect(step.unroutable == 1)
        }
        #expect(broker.depth("dead") == [1, 0])
        #expect(broker.depth("work") == [1, 0])
    }

    @Test("What a publisher was told was refused is never confirmed by name afterwards")
    func refusedIsNotConfirmed() {
        let broker = TestBroker()
        broker.commitsAtOnce = false
        broker.declare("safe", durable: true)
        broker.declare(
            "full",
            arguments: ["x-max-length": .int32(0), "x-overflow": .string("reject-publish")])
        broker.send(.selectConfirms(isNoWait: false))
        _ = broker.takeEffects()
        var persistent = MessageProperties()
        persistent.deliveryMode = 2
        broker.add("1", to: "safe", properties: persistent)
        broker.add("2", to: "full")
        broker.finish()
        broker.broker.durable(upTo: CommitNumber(100))
        broker.finish()
        let channel = broker.channel
        #expect(
            broker.takeEffects() == [
                .reject(channel, .init(2)), .confirm(channel, .init(1), isMultiple: false),
            ])
    }

    @Test("A policy's time to live of a queue begins when the policy does")
    func expiresByPolicy() {
        let broker = TestBroker()
        broker.declare("q", durable: true)
        broker.publish("1", to: "q")
        broker.advance(milliseconds: 5_000)
        var definitions = Definitions()
        definitions.policies = [
            .init(
                host: "/",
                policy: Policy(
                    name: "p", pattern: "^q$", target: .queues,
                    definition: ["expires": .int64(2_000)]),
                isOperator: false)
        ]
        #expect(broker.broker.apply(definitions, now: broker.now) == [])
        broker.advance(milliseconds: 1_999)
        #expect(broker.depth("q") == [1, 0])
        broker.advance(milliseconds: 1)
        #expect(broker.figures("q") == nil)
    }
}
