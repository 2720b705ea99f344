import Core
import Messaging
import Testing

/// A store that answers late: nothing else is held up, and the order stays.
@Suite struct EvictionTests {
    private let body = String(repeating: "x", count: 50_000)

    /// A queue of 20 messages in five chunks, all but the last of them evicted.
    private func broker(_ arguments: FieldTable = [:]) -> TestBroker {
        let broker = TestBroker()
        broker.loadsAtOnce = false
        broker.declare("q", arguments: arguments)
        for number in 0..<20 { broker.publish("\(number) \(self.body)", to: "q") }
        return broker
    }

    private func evictAll(_ broker: TestBroker) {
        let before = broker.broker.sample(now: broker.now).messageMemoryBytes
        #expect(broker.evict("q") == 3)
        let after = broker.broker.sample(now: broker.now).messageMemoryBytes
        #expect(after < before / 2)
    }

    /// Lets the store answer all it was asked.
    private func load(_ broker: TestBroker) {
        while !broker.loading.isEmpty {
            broker.answerLoads()
            broker.finish()
        }
    }

    private func numbers(_ broker: TestBroker) -> [Int] {
        (broker.received.removeValue(forKey: broker.first) ?? []).map(\.number)
    }

    @Test("Deliveries wait for their chunk, go on in order, and others are not held up")
    func deliver() {
        let broker = self.broker()
        self.evictAll(broker)
        broker.declare("other")
        broker.consume("q", tag: "t", autoAck: true)
        broker.consume("other", tag: "u", autoAck: true)
        broker.publish("100", to: "other")
        #expect(self.numbers(broker) == [100])
        broker.publish("20", to: "q")
        #expect(broker.loading.count == 3, "each asked once: the head's, and what comes next")
        self.load(broker)
        #expect(self.numbers(broker) == Array(0...20))
        #expect(broker.depth("q") == [0, 0])
    }

    @Test("A get is answered once its chunk is back, in turn")
    func get() {
        let broker = self.broker()
        self.evictAll(broker)
        _ = broker.takeEffects()
        for _ in 0..<3 { broker.send(.get("q", isAutoAck: true)) }
        #expect(self.numbers(broker) == [])
        #expect(broker.takeEffects() == [])
        self.load(broker)
        #expect(self.numbers(broker) == [0, 1, 2])
    }

    @Test("A get whose queue goes meanwhile finds nothing")
    func getOfDeletedQueue() {
        let broker = self.broker()
        self.evictAll(broker)
        broker.send(.get("q", isAutoAck: true))
        let second = broker.connect(2)
        broker.send(.deleteQueue("q", ifUnused: false, ifEmpty: false, isNoWait: true), second)
        #expect(broker.takeEffects().last == .reply(broker.channel, .gotNothing))
        self.load(broker)
        #expect(self.numbers(broker) == [])
    }

    @Test("Messages that die while evicted are dead-lettered in the order of their deaths")
    func deadLetter() {
        let broker = self.broker([
            "x-dead-letter-exchange": .string(""), "x-dead-letter-routing-key": .string("dead"),
        ])
        broker.declare("dead")
        broker.send(.setPrefetch(count: 20, bytes: 0, isGlobal: false))
        broker.consume("q", tag: "t")
        #expect(self.numbers(broker) == Array(0..<20))
        broker.evict("q")
        for tag in [6, 1, 20, 12] as [UInt64] { broker.reject(tag, requeue: false) }
        #expect(broker.depth("dead") == [0, 0])
        #expect(broker.depth("q") == [0, 20], "unsettled until they are safe elsewhere")
        self.load(broker)
        #expect(broker.patientBrowse("dead").map(\.number) == [5, 0, 19, 11])
        #expect(broker.depth("q") == [0, 16])
    }

    @Test("A requeued message whose chunk was evicted comes again at its place")
    func requeue() {
        let broker = self.broker()
        broker.consume("q", tag: "t")
        _ = self.numbers(broker)
        broker.evict("q")
        broker.send(.cancel("t", isNoWait: true))
        broker.send(.nack(DeliveryTag(8), isMultiple: true, isRequeue: true))
        broker.consume("q", tag: "t", autoAck: true)
        #expect(self.numbers(broker) == [])
        self.load(broker)
        #expect(self.numbers(broker) == Array(0..<8))
    }

    @Test("Expiry waits for the bytes only when something may have expired")
    func expiry() {
        let broker = self.broker(["x-message-ttl": .int32(1_000)])
        self.evictAll(broker)
        broker.advance(milliseconds: 999)
        #expect(broker.loading.isEmpty, "nothing has expired: nothing is read")
        broker.advance(milliseconds: 1)
        #expect(broker.loading.count == 1)
        #expect(broker.depth("q") == [20, 0])
        self.load(broker)
        #expect(broker.depth("q") == [0, 0])
        #expect(broker.figures("q")?.tally.expired == 20)
    }

    @Test("Browsing, deleting and redriving ask again once the bytes are there")
    func operators() {
        let broker = self.broker()
        self.evictAll(broker)
        broker.loadsAtOnce = true
        let records = broker.patientBrowse("q")
        #expect(records.map(\.number) == Array(0..<20))
        broker.evict("q")
        #expect(broker.delete(records.prefix(6).map(\.position), from: "q") == 6)
        broker.evict("q")
        broker.declare("target")
        let limit = broker.broker.end(of: "q") ?? .nowhere
        let step = broker.redrive("q", .readyBelow(limit), to: .queue("target"))
        #expect(step.moved == 14)
        #expect(broker.patientBrowse("target").map(\.number) == Array(6..<20))
        #expect(broker.depth("q") == [0, 0])
    }

    @Test("Purging needs no bytes, and tells the store what it may forget")
    func purge() {
        let broker = self.broker()
        self.evictAll(broker)
        broker.storeEffects = []
        #expect(broker.purge("q") == 20)
        broker.finish()
        #expect(broker.loading.isEmpty)
        #expect(broker.depth("q") == [0, 0])
        let released = broker.storeEffects.count { effect in
            guard case .releaseChunk = effect else { return false }
            return true
        }
        #expect(released == 3)
    }

    @Test("An answer that comes after its queue was purged or deleted is ignored")
    func lateAnswer() {
        let broker = self.broker()
        self.evictAll(broker)
        broker.consume("q", tag: "t", autoAck: true)
        _ = broker.purge("q")
        broker.finish()
        self.load(broker)
        #expect(self.numbers(broker) == [])
        broker.publish("21", to: "q")
        #expect(self.numbers(broker) == [21])
    }

    @Test("What is being delivered from is not evicted")
    func headStays() {
        let broker = self.broker()
        _ = broker.get("q")
        let first = broker.browse("q", countMax: 1).map(\.number)
        broker.evict("q")
        #expect(first == [1])
        #expect(broker.get("q")?.number == 1, "the head's chunk is not taken in mid-stream")
    }
}
