import Core
import Messaging
import Testing

/// Quorum queues count how often a message comes back, and bury it when that is too often.
@Suite struct ReturnTests {
    /// A broker with a quorum queue `q` whose dead letters come into `dead`.
    private func broker(
        limit: Int32? = nil, isBurying: Bool = true, _ further: FieldTable = [:]
    ) -> TestBroker {
        let broker = TestBroker()
        broker.declare("dead")
        var arguments = FieldTable(QuorumTests.quorum.fields + further.fields)
        if let limit { arguments["x-delivery-limit"] = .int32(limit) }
        if isBurying { arguments = .dying(into: "dead", arguments) }
        broker.declare("q", durable: true, arguments: arguments)
        return broker
    }

    /// Gets the first message and gives it back, so often.
    private func giveBack(_ broker: TestBroker, times: Int) {
        for _ in 0..<times {
            guard let message = broker.get("q", autoAck: false) else { return }
            broker.reject(message.tag, requeue: true)
        }
    }

    private func count(_ broker: TestBroker) -> FieldValue? {
        broker.properties.last?.headers?["x-delivery-count"]
    }

    @Test("A get tells the count from the first on, a delivery from the first return on")
    func header() {
        let broker = self.broker()
        broker.publish("a", to: "q", properties: .headers(["z": .int32(1), "b": .int32(2)]))
        for returns in 0..<3 as Range<Int64> {
            let tag = broker.get("q", autoAck: false)?.tag ?? 0
            #expect(self.count(broker) == .int64(returns))
            broker.reject(tag, requeue: true)
        }
        #expect(
            broker.properties.last?.headers?.fields.map(\.name) == ["b", "x-delivery-count", "z"])
        broker.publish("b", to: "q")
        broker.consume("q", tag: "t", autoAck: true)
        #expect(broker.deliveries().suffix(2) == ["a", "b"])
        #expect(broker.properties.suffix(2).first?.headers?["x-delivery-count"] == .int64(3))
        #expect(broker.properties.last?.headers == nil, "it was never returned")
    }

    @Test("A publisher's own count is passed on until there is a real one")
    func publishers() {
        let broker = self.broker()
        broker.publish("a", to: "q", properties: .headers(["x-delivery-count": .string("many")]))
        broker.consume("q", tag: "t")
        #expect(self.count(broker) == .string("many"))
        broker.send(.recover(isRequeue: true, isAsync: false))
        #expect(self.count(broker) == .int64(1))
        broker.ack(2)
        broker.publish("b", to: "q", properties: .headers(["x-delivery-count": .int32(9)]))
        broker.send(.cancel("t", isNoWait: true))
        broker.send(.recover(isRequeue: true, isAsync: false))
        _ = broker.get("q")
        #expect(self.count(broker) == .int64(1))
    }

    @Test("Classic queues count nothing")
    func classic() {
        let broker = TestBroker()
        broker.declare("q", durable: true)
        broker.publish("a", to: "q", properties: .persistent)
        broker.storeEffects = []
        self.giveBack(broker, times: 30)
        #expect(broker.get("q")?.isRedelivered == true)
        #expect(broker.properties.last?.headers == nil)
        #expect(!broker.storeEffects.contains { if case .note = $0 { true } else { false } })
    }

    @Test("One return more than the limit, and it dies of that", arguments: [0, 1, 3])
    func limit(limit: Int) {
        let broker = self.broker(limit: Int32(limit))
        broker.publish("a", to: "q", properties: .headers(["a": .int32(1)]))
        self.giveBack(broker, times: limit)
        #expect(broker.depth("q") == [1, 0] && broker.depth("dead") == [0, 0])
        self.giveBack(broker, times: 1)
        #expect(broker.depth("q") == [0, 0])
        let dead = broker.browse("dead")
        #expect(dead.map(\.text) == ["a"])
        #expect(dead.first?.deaths.map(\.reason) == [.deliveryLimit])
        #expect(dead.first?.message.properties.headers?["x-delivery-count"] == nil)
        #expect(broker.figures("q")?.tally.returnedTooOften == 1)
        #expect(broker.figures("q")?.tally.deadLettered == 1)
        #expect(broker.figures("q")?.dead == 1)
    }

    @Test("Twenty returns are the default, and a negative limit is none")
    func defaults() {
        let broker = self.broker()
        broker.publish("a", to: "q")
        self.giveBack(broker, times: 20)
        #expect(broker.depth("q") == [1, 0])
        self.giveBack(broker, times: 1)
        #expect(broker.depth("dead") == [1, 0])
        let endless = self.broker(limit: -1)
        #expect(endless.detail("q")?.deliveryLimit == nil)
        endless.publish("a", to: "q")
        self.giveBack(endless, times: 50)
        #expect(endless.depth("q") == [1, 0])
    }

    @Test("Without a dead-letter exchange it is dropped")
    func drop() {
        let broker = self.broker(limit: 0, isBurying: false)
        broker.publish("a", "b", to: "q")
        self.giveBack(broker, times: 1)
        #expect(broker.drain("q") == ["b"])
        #expect(broker.figures("q")?.tally.returnedTooOften == 1)
        #expect(broker.figures("q")?.tally.deadLettered == 0)
    }

    @Test("The end of a channel counts, and a nack of several counts for each")
    func otherReturns() {
        let broker = self.broker(limit: 1)
        for number in 0..<4 { broker.publish("m\(number)", to: "q") }
        for _ in 0..<3 { _ = broker.get("q", autoAck: false) }
        broker.send(.nack(DeliveryTag(2), isMultiple: true, isRequeue: true))
        #expect(broker.depth("q") == [3, 1])
        broker.send(.closeChannel)
        broker.send(.openChannel)
        #expect(broker.depth("q") == [4, 0])
        for _ in 0..<3 { _ = broker.get("q", autoAck: false) }
        broker.send(.nack(DeliveryTag(3), isMultiple: true, isRequeue: true))
        #expect(broker.browse("dead").map(\.text) == ["m0", "m1", "m2"])
        #expect(broker.drain("q") == ["m3"])
    }

    @Test("A policy limits too, and the lower limit holds")
    func policy() {
        let broker = self.broker(limit: 3)
        var definitions = Definitions()
        func set(_ limit: Int32) {
            definitions.policies = [
                .init(
                    host: .default,
                    policy: Policy(
                        name: "p", pattern: "", definition: ["delivery-limit": .int32(limit)]),
                    isOperator: false)
            ]
            #expect(broker.apply(definitions) == [])
        }
        set(5)
        #expect(broker.detail("q")?.deliveryLimit == 3)
        set(1)
        #expect(broker.detail("q")?.deliveryLimit == 1)
        broker.declare("classic")
        #expect(broker.detail("classic")?.deliveryLimit == nil)
        definitions.policies[0].policy.definition = ["delivery-limit": .int32(-1)]
        #expect(broker.apply(definitions).count == 1)
    }

    @Test("A message dies in its turn though its chunk has to be loaded")
    func evicted() {
        let broker = self.broker(limit: 0)
        let body = String(repeating: "x", count: 100_000)
        for number in 0..<8 { broker.publish("\(number) \(body)", to: "q") }
        for _ in 0..<2 { _ = broker.get("q", autoAck: false) }
        broker.loadsAtOnce = false
        #expect(broker.evict("q") > 0)
        broker.send(.nack(DeliveryTag(2), isMultiple: true, isRequeue: true))
        #expect(broker.depth("dead") == [0, 0])
        while !broker.loading.isEmpty {
            broker.answerLoads()
            broker.finish()
        }
        #expect(broker.browse("dead").map { $0.text.prefix(1) } == ["0", "1"])
    }

    // MARK: What outlives the process

    private func notes(_ broker: TestBroker) -> [StoreEffect] {
        broker.storeEffects.filter { if case .note = $0 { true } else { false } }
    }

    @Test("A count is durable with its return, and forgotten with its message")
    func noted() throws {
        let broker = self.broker(limit: 2)
        broker.publish("a", to: "q")
        let id = try #require(broker.id(of: "q"))
        let key = NoteKey(.returns, [UInt8](repeating: 0, count: 8))
        broker.storeEffects = []
        self.giveBack(broker, times: 1)
        #expect(broker.storeEffects.first == .note(id, key, [0, 0, 0, 1]))
        guard case .commit = broker.storeEffects.last else {
            Issue.record("nothing makes it durable")
            return
        }
        self.giveBack(broker, times: 1)
        #expect(self.notes(broker).last == .note(id, key, [0, 0, 0, 2]))
        broker.storeEffects = []
        self.giveBack(broker, times: 1)
        #expect(self.notes(broker) == [.note(id, key, nil)])
    }

    @Test("Purging and removing forget the counts too")
    func forgotten() throws {
        let broker = self.broker()
        for _ in 0..<2 { broker.publish("a", to: "q") }
        let tags = (0..<2).compactMap { _ in broker.get("q", autoAck: false)?.tag }
        for tag in tags { broker.reject(tag, requeue: true) }
        let positions = broker.browse("q").map(\.position)
        broker.storeEffects = []
        #expect(broker.delete([positions[1]], from: "q") == 1)
        #expect(self.notes(broker).count == 1)
        broker.storeEffects = []
        #expect(broker.purge("q") == 1)
        #expect(self.notes(broker).count == 1)
        broker.storeEffects = []
        broker.publish("b", to: "q")
        #expect(broker.purge("q") == 1)
        #expect(self.notes(broker) == [], "it was never returned")
    }

    @Test("What was noted holds after a restart")
    func restored() throws {
        let broker = self.broker(limit: 3)
        broker.publish("a", "b", to: "q")
        let positions = broker.browse("q").map(\.position)
        let slot = Int(try #require(broker.id(of: "q")).slot)
        func restore(_ position: Position, _ value: [UInt8], _ kind: NoteKey.Kind = .returns) {
            let key = (0..<8).reversed().map {
                UInt8(truncatingIfNeeded: position.offset >> ($0 * 8))
            }
            broker.broker.restoreReturns(NoteKey(kind, key), value, of: slot, now: broker.now)
        }
        restore(positions[1], [0, 0, 0, 3])
        restore(positions[0], [0, 0, 0, 3], .offset)
        restore(positions[0], [3])
        restore(Position(1_000_000), [0, 0, 0, 3])
        #expect(broker.browse("q").map(\.isRedelivered) == [false, true])
        let first = broker.get("q", autoAck: false)
        #expect(first?.isRedelivered == false)
        #expect(self.count(broker) == .int64(0))
        let second = broker.get("q", autoAck: false)
        #expect(second?.isRedelivered == true)
        #expect(self.count(broker) == .int64(3))
        broker.send(.nack(DeliveryTag(2), isMultiple: true, isRequeue: true))
        #expect(broker.browse("dead").map(\.text) == ["b"])
        #expect(broker.drain("q") == ["a"])
    }
}
