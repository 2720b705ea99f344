import Core
import Messaging
import Testing

/// What happens when messages take too much memory: publishers wait, consumers go on.
@Suite struct AlarmTests {
    private static let chunk = 262_144
    private let body = String(repeating: "x", count: 60_000)
    private let consumer = ConnectionID(2)

    /// A broker that may hold a megabyte of messages, with a queue `q` and two connections.
    private func broker() -> TestBroker {
        let broker = TestBroker()
        broker.declare("q")
        broker.connect(2)
        broker.limitMemory(toBytesMore: 4 * Self.chunk)
        _ = broker.takeEffects()
        _ = broker.takeEffects(self.consumer)
        return broker
    }

    /// Publishes until the alarm is raised, and once more, which blocks who does.
    private func fill(_ broker: TestBroker) {
        while !broker.isRefusingPublishers { broker.publish(self.body, to: "q") }
        broker.publish("last", to: "q")
    }

    private func blocking(_ effects: [Effect]) -> [Effect] {
        effects.filter { effect in
            switch effect {
            case .blocked, .unblocked: true
            case .deliver, .awaitCommit, .got, .confirm, .reject, .directReply, .reply, .returned,
                .consumerCancelled, .stopReading, .startReading, .closeChannel, .closeConnection:
                false
            }
        }
    }

    private let blocked = Effect.blocked(reason: "low on memory")

    @Test("Who publishes is blocked, once; who does not is not")
    func blockedOnPublish() {
        let broker = self.broker()
        while !broker.isRefusingPublishers { broker.publish(self.body, to: "q") }
        #expect(broker.takeEffects() == [], "what raised the alarm was taken without a word")
        broker.publish("a", "b", to: "q")
        broker.publish("c", to: "q")
        #expect(broker.takeEffects() == [self.blocked])
        _ = broker.get("q")
        broker.send(.get("q", isAutoAck: true), self.consumer)
        #expect(self.blocking(broker.takeEffects(self.consumer)) == [])
        #expect(broker.browse("q").suffix(3).map(\.text) == ["a", "b", "c"], "nothing is lost")
        let blocked = broker.broker.clients(now: broker.now).connections.map(\.isBlocked)
        #expect(blocked == [true, false])
        let trouble = broker.broker.sample(now: broker.now).trouble
        #expect(trouble.blockedConnections == 1)
        #expect((trouble.memoryUsedBytes ?? 0) > (trouble.memoryLimitBytes ?? .max))
    }

    @Test("Whatever frees memory unblocks, and the next publish is free", arguments: 0...4)
    func unblocked(way: Int) {
        let broker = self.broker()
        self.fill(broker)
        #expect(broker.takeEffects() == [self.blocked])
        switch way {
        case 0: _ = broker.purge("q")
        case 1: _ = broker.deleteQueue("q", ifUnused: false, ifEmpty: false)
        case 2:
            broker.send(.consume(ConsumeRequest(queue: "q", isAutoAck: true)), self.consumer)
        case 3:
            broker.delete(broker.patientBrowse("q").map(\.position), from: "q")
        default:
            broker.broker.setMessageMemoryMax(Limits.messageMemoryBytesMax)
            broker.finish()
        }
        #expect(broker.takeEffects() == [.unblocked])
        #expect(!broker.isRefusingPublishers)
        broker.publish("again", to: "q")
        #expect(broker.takeEffects() == [])
        #expect(broker.broker.sample(now: broker.now).trouble.blockedConnections == 0)
    }

    @Test("Evicting to the store frees publishers too")
    func evicted() {
        let broker = self.broker()
        self.fill(broker)
        _ = broker.takeEffects()
        #expect(broker.evict("q") > 0)
        broker.finish()
        #expect(broker.takeEffects() == [.unblocked])
    }

    @Test("It ends when an eighth is free, and not before")
    func hysteresis() {
        let broker = self.broker()
        self.fill(broker)
        _ = broker.takeEffects()
        let used = broker.memory
        for limit in [used, used + used / 7 - 8] {
            broker.broker.setMessageMemoryMax(limit)
            broker.finish()
            #expect(broker.isRefusingPublishers, "\(used) of \(limit)")
        }
        broker.broker.setMessageMemoryMax(used + used / 7 + 8)
        broker.finish()
        #expect(broker.takeEffects() == [.unblocked])
    }

    @Test("At the limit nobody is blocked, one byte past it they are")
    func limit() {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", to: "q")
        _ = broker.takeEffects()
        broker.limitMemory(toBytesMore: 0)
        broker.publish("b", to: "q")
        #expect(broker.takeEffects() == [], "there is room in the chunk that is there")
        broker.limitMemory(toBytesMore: -1)
        broker.publish("c", to: "q")
        #expect(broker.takeEffects() == [self.blocked])
    }

    @Test("A blocked connection is forgotten with its close, and others are unblocked")
    func closed() {
        let broker = self.broker()
        self.fill(broker)
        broker.add("m", to: "q", self.consumer)
        broker.finish()
        #expect(broker.takeEffects(self.consumer) == [self.blocked])
        broker.broker.connectionClosed(broker.first, now: broker.now)
        broker.finish()
        _ = broker.takeEffects()
        _ = broker.purge("q")
        #expect(broker.takeEffects() == [])
        #expect(broker.takeEffects(self.consumer) == [.unblocked])
    }

    @Test("A transaction that is not committed takes memory, and a rollback gives it back")
    func transaction() {
        let broker = self.broker()
        broker.send(.selectTransactions)
        _ = broker.takeEffects()
        self.fill(broker)
        #expect(broker.takeEffects() == [self.blocked])
        broker.send(.rollBackTransaction)
        #expect(self.blocking(broker.takeEffects()) == [.unblocked])
    }

    // MARK: The gauge

    @Test("Whatever happened, deleted queues leave nothing", arguments: UInt64(1)...30)
    func gauge(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let broker = TestBroker()
        let start = broker.memory
        broker.declare("q", arguments: .dying(into: "other", ["x-max-priority": .int32(3)]))
        broker.declare("other", durable: true)
        for number in 0..<120 {
            let name = Bool.random(using: &numbers) ? "q" : "other"
            switch Int.random(in: 0..<8, using: &numbers) {
            case 0..<4:
                let bytes = [10, 1_000, 50_000, 300_000].randomElement(using: &numbers) ?? 0
                broker.publish(
                    String(repeating: "x", count: bytes), to: name,
                    properties: .priority(UInt8.random(in: 0...3, using: &numbers)))
            case 4:
                if let message = broker.get(name, autoAck: false) {
                    broker.reject(message.tag, requeue: Bool.random(using: &numbers))
                }
            case 5: broker.evict(name)
            case 6: _ = broker.get(name)
            default:
                broker.consume(name, tag: "\(number)")
                broker.send(.cancel(ConsumerTag("\(number)"), isNoWait: true))
            }
        }
        for name in ["q", "other"] {
            _ = broker.purge(QueueName(name))
            broker.evict(name)
        }
        broker.send(.closeChannel)
        for name in ["q", "other"] {
            _ = broker.drain(name)
            _ = broker.deleteQueue(QueueName(name), ifUnused: false, ifEmpty: false)
        }
        try #require(broker.memory == start, "seed \(seed)")
    }

    @Test("A queue that was full and is empty keeps a kilobyte at most")
    func emptied() {
        let broker = self.broker()
        let before = broker.memory
        self.fill(broker)
        _ = broker.drain("q")
        #expect(broker.memory <= before + 1_024)
        broker.deleteQueue("q")
        #expect(broker.memory == before)
    }
}
