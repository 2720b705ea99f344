import Core
import Messaging
import Testing

@Suite struct ConsumeTests {
    @Test("Messages come in the order in which they were published")
    func order() {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", "b", "c", to: "q")
        broker.consume("q", tag: "t")
        #expect(
            broker.received[broker.first] == [
                .init(tag: 1, body: "a", consumer: "t"), .init(tag: 2, body: "b", consumer: "t"),
                .init(tag: 3, body: "c", consumer: "t"),
            ])
        #expect(broker.depth("q") == [0, 3])
        broker.ack(3, multiple: true)
        #expect(broker.depth("q") == [0, 0])
    }

    @Test("A consumer gets as much as its prefetch allows, and more as it acks")
    func prefetch() {
        let broker = TestBroker()
        broker.declare("q")
        broker.send(.setPrefetch(count: 2, bytes: 0, isGlobal: false))
        broker.consume("q", tag: "t")
        broker.publish("a", "b", "c", "d", to: "q")
        #expect(broker.deliveries() == ["a", "b"])
        broker.ack(1)
        #expect(broker.deliveries() == ["c"])
        broker.reject(2, requeue: true)
        #expect(broker.deliveries() == ["b"], "requeued at its place, so it comes first again")
        #expect(broker.depth("q") == [1, 2])
    }

    @Test("A prefetch counts for consumers that come after it only")
    func prefetchIsForNewConsumers() {
        let broker = TestBroker()
        broker.declare("q")
        broker.consume("q", tag: "unlimited")
        broker.send(.setPrefetch(count: 1, bytes: 0, isGlobal: false))
        broker.publish("a", "b", "c", to: "q")
        #expect(broker.deliveries() == ["a", "b", "c"])
    }

    @Test("A global prefetch counts for all consumers of the channel together")
    func globalPrefetch() {
        let broker = TestBroker()
        broker.declare("q")
        broker.declare("r")
        broker.send(.setPrefetch(count: 3, bytes: 0, isGlobal: true))
        broker.consume("q", tag: "t")
        broker.consume("r", tag: "u")
        broker.publish("a", "b", to: "q")
        broker.publish("c", "d", to: "r")
        #expect(broker.deliveries() == ["a", "b", "c"])
        broker.ack(1)
        #expect(broker.deliveries() == ["d"])
        #expect(broker.get("q") == nil)
    }

    @Test("basic.get is not counted by a global prefetch")
    func getIsNotPrefetched() {
        let broker = TestBroker()
        broker.declare("q")
        broker.send(.setPrefetch(count: 1, bytes: 0, isGlobal: true))
        broker.publish("a", "b", to: "q")
        #expect(broker.get("q", autoAck: false)?.body == "a")
        _ = broker.deliveries()
        broker.consume("q", tag: "t")
        #expect(broker.deliveries() == ["b"])
    }

    @Test("Consumers of one queue take turns")
    func roundRobin() {
        let broker = TestBroker()
        let second = broker.connect(2)
        broker.declare("q")
        broker.consume("q", tag: "a")
        broker.consume("q", tag: "b", second)
        broker.publish("1", "2", "3", "4", to: "q")
        #expect(broker.deliveries() == ["1", "3"])
        #expect(broker.deliveries(second) == ["2", "4"])
    }

    @Test("An unwritable connection gets nothing until it is writable again")
    func backPressure() {
        let broker = TestBroker()
        broker.declare("q")
        broker.consume("q", tag: "t")
        broker.broker.setWritable(broker.first, false)
        broker.publish("a", to: "q")
        #expect(broker.deliveries() == [])
        #expect(broker.depth("q") == [1, 0])
        broker.broker.setWritable(broker.first, true)
        broker.finish()
        #expect(broker.deliveries() == ["a"])
    }

    @Test("Without ack a message is settled as it is delivered")
    func autoAck() {
        let broker = TestBroker()
        broker.declare("q")
        broker.consume("q", tag: "t", autoAck: true)
        broker.publish("a", to: "q")
        #expect(broker.deliveries() == ["a"])
        #expect(broker.depth("q") == [0, 0])
        #expect(broker.figures("q")?.tally.deliveredWithoutAck == 1)
    }

    @Test("A closing channel puts its messages back in their order, redelivered")
    func closingRequeues() {
        let broker = TestBroker()
        let second = broker.connect(2)
        broker.declare("q")
        broker.publish("a", "b", "c", "d", to: "q")
        broker.send(.get("q", isAutoAck: false), second)
        broker.send(.get("q", isAutoAck: false))
        broker.send(.get("q", isAutoAck: false), second)
        broker.broker.connectionClosed(second, now: broker.now)
        broker.finish()
        #expect(broker.depth("q") == [3, 1])
        let message = broker.get("q")
        #expect(message?.body == "a")
        #expect(message?.isRedelivered == true)
        #expect(broker.drain("q") == ["c", "d"])
    }

    @Test("recover puts everything back")
    func recover() {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", "b", to: "q")
        _ = broker.get("q", autoAck: false)
        _ = broker.get("q", autoAck: false)
        broker.send(.recover(isRequeue: true, isAsync: false))
        #expect(broker.takeEffects().last == .reply(broker.channel, .recovered))
        #expect(broker.drain("q") == ["a", "b"])
    }

    @Test("Cancelling ends the consumer and keeps what it holds")
    func cancel() {
        let broker = TestBroker()
        broker.declare("q")
        broker.consume("q", tag: "t")
        broker.publish("a", to: "q")
        broker.send(.cancel("t", isNoWait: false))
        broker.publish("b", to: "q")
        #expect(broker.deliveries() == ["a"])
        #expect(broker.depth("q") == [1, 1])
        #expect(broker.takeEffects().last == .reply(broker.channel, .cancelled("t")))
        broker.send(.cancel("unknown", isNoWait: false))
        #expect(broker.refusal() == nil)
    }

    @Test("What is published before a cancel in one batch still reaches the consumer")
    func publishThenCancel() {
        let broker = TestBroker()
        broker.declare("q")
        broker.consume("q", tag: "t")
        broker.add("a", to: "q")
        broker.send(.cancel("t", isNoWait: true))
        #expect(broker.deliveries() == ["a"])
    }

    @Test("Deleting a queue tells its consumers")
    func cancelNotify() {
        let broker = TestBroker()
        let second = broker.connect(2)
        broker.declare("q")
        broker.consume("q", tag: "t", second)
        broker.send(
            .deleteQueue("q", ifUnused: false, ifEmpty: false, isNoWait: false))
        #expect(broker.takeEffects(second).last == .consumerCancelled(broker.channel, "t"))
        #expect(broker.figures("q") == nil)
    }

    @Test("A message that was got without ack and a queue that goes in the same batch")
    func getThenDelete() {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", to: "q")
        broker.broker.handle(
            .get("q", isAutoAck: true), from: broker.first, on: broker.channel, now: broker.now)
        broker.send(.deleteQueue("q", ifUnused: false, ifEmpty: false, isNoWait: true))
        #expect(broker.deliveries() == ["a"], "its bytes outlive the queue until they are sent")
    }

    @Test("A server-named consumer gets a tag of its own")
    func serverNamed() throws {
        let broker = TestBroker()
        broker.declare("q")
        broker.send(.consume(ConsumeRequest(queue: "q")))
        guard case .reply(_, .consuming(let tag)) = broker.takeEffects().last else {
            Issue.record("no consume-ok")
            return
        }
        #expect(tag.text.hasPrefix("amq.ctag-") && tag.text.utf8.count == 31)
    }

    @Test(
        "What cannot be consumed is refused",
        arguments: [
            ("none", "t", false, ReplyCode.notFound, "no queue 'none' in vhost '/'"),
            ("q", "mine", false, .notAllowed, "attempt to reuse consumer tag 'mine'"),
            ("q", "t", true, .accessRefused, "queue 'q' in vhost '/' in exclusive use"),
        ])
    func refused(
        queue: String, tag: String, isExclusive: Bool, code: ReplyCode, text: String
    ) {
        let broker = TestBroker()
        broker.declare("q")
        broker.consume("q", tag: "mine")
        broker.send(
            .consume(
                ConsumeRequest(
                    queue: QueueName(queue), tag: ConsumerTag(tag), isExclusive: isExclusive)))
        #expect(
            broker.refusal()
                == Refusal(code: code, text: "\(code.name) - \(text)", cause: .consume))
    }

    @Test("An exclusive consumer keeps others out until it ends")
    func exclusive() {
        let broker = TestBroker()
        let second = broker.connect(2)
        broker.declare("q")
        broker.send(.consume(ConsumeRequest(queue: "q", tag: "only", isExclusive: true)))
        broker.consume("q", tag: "t", second)
        #expect(broker.refusal(second)?.code == .accessRefused)
        broker.send(.cancel("only", isNoWait: false))
        broker.send(.openChannel, second)
        broker.effects = [:]
        broker.consume("q", tag: "t", second)
        #expect(broker.refusal(second) == nil)
    }

    @Test("A connection cannot use another one's exclusive queue")
    func exclusiveQueue() {
        let broker = TestBroker()
        let second = broker.connect(2)
        broker.send(
            .declareQueue(QueueDeclaration(name: "mine", isExclusive: true)), second)
        broker.consume("mine", tag: "t")
        #expect(broker.refusal()?.code == .resourceLocked)
        broker.broker.connectionClosed(second, now: broker.now)
        broker.finish()
        #expect(broker.figures("mine") == nil, "it goes with its connection")
    }

    @Test("At the limit of unacked messages a channel gets no more")
    func unackedMax() {
        let broker = TestBroker()
        broker.declare("q")
        broker.consume("q", tag: "t")
        for _ in 0...Limits.unackedMax { broker.add("", to: "q") }
        broker.finish()
        #expect(broker.depth("q") == [1, Limits.unackedMax])
        #expect(broker.get("q", autoAck: true) != nil, "what needs no ack is not counted")
        broker.publish("one more", to: "q")
        broker.ack(0, multiple: true)
        #expect(broker.depth("q") == [0, 1])
        for _ in 1..<Limits.unackedMax { broker.add("", to: "q") }
        broker.finish()
        broker.publish("one too many", to: "q")
        #expect(broker.get("q", autoAck: false) == nil)
        #expect(broker.refusal()?.code == .preconditionFailed)
    }

    @Test("Every queue has its turn, however much one of them has to hand out")
    func fairness() {
        let broker = TestBroker()
        let body = String(repeating: "x", count: 100_000)
        for name in ["big", "small"] {
            broker.declare(name)
            broker.broker.setWritable(broker.first, false)
            broker.consume(name, tag: name)
        }
        for _ in 0..<200 { broker.add(body, to: "big") }
        broker.add("small", to: "small")
        broker.finish()
        broker.broker.setWritable(broker.first, true)
        broker.broker.endBatch(now: broker.now)
        let hasMore = broker.broker.hasMoreToDo
        #expect(hasMore)
        let effects = broker.broker.outboxes.first?.effects.count ?? 0
        #expect((2...20).contains(effects), "one MiB of the big ones, and the small one")
        broker.finish()
        #expect(broker.deliveries().count == 201)
    }
}
