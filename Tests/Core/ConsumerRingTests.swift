import Core
import Messaging
import Testing

/// Whose turn it is among the consumers of one queue.
@Suite struct ConsumerRingTests {
    /// The consumers of one queue in the plainest way: for each priority a line, of which the
    /// first is served and goes to its end. Who turns out to be full leaves it until an ack.
    private struct Model {
        struct Member {
            var priority: Int64
            var prefetch: Int
            var held: [UInt64] = []
            var isFull: Bool { self.prefetch > 0 && self.held.count >= self.prefetch }
        }

        var members: [String: Member] = [:]
        private var lines: [Int64: [String]] = [:]
        /// Those that left their line, in that order.
        private var parked: [String] = []
        var ready = 0
        private(set) var lastTag: UInt64 = 0

        mutating func add(_ tag: String, _ member: Member) {
            self.members[tag] = member
            self.lines[member.priority, default: []].append(tag)
        }

        mutating func remove(_ tag: String) {
            guard let member = self.members.removeValue(forKey: tag) else { return }
            self.lines[member.priority]?.removeAll { $0 == tag }
            self.parked.removeAll { $0 == tag }
        }

        /// Another prefetch may mean room for everybody: all stand in line again.
        mutating func prefetchSet() {
            let parked = self.parked
            for tag in parked { self.unpark(tag) }
        }

        private mutating func unpark(_ tag: String) {
            guard let index = self.parked.firstIndex(of: tag), let member = self.members[tag]
            else { return }
            self.parked.remove(at: index)
            self.lines[member.priority, default: []].append(tag)
        }

        /// - Returns: Who gets a message, in order.
        mutating func deliver() -> [String] {
            var takers: [String] = []
            while self.ready > 0, let tag = self.next() {
                self.ready -= 1
                self.lastTag += 1
                self.members[tag]?.held.append(self.lastTag)
                takers.append(tag)
            }
            return takers
        }

        private mutating func next() -> String? {
            for priority in self.lines.keys.sorted(by: >) {
                while let tag = self.lines[priority]?.first {
                    self.lines[priority]?.removeFirst()
                    guard self.members[tag]?.isFull == true else {
                        self.lines[priority]?.append(tag)
                        return tag
                    }
                    self.parked.append(tag)
                }
            }
            return nil
        }

        mutating func ack(_ number: UInt64) {
            for (tag, member) in self.members where member.held.contains(number) {
                self.members[tag]?.held.removeAll { $0 == number }
                self.unpark(tag)
            }
        }
    }

    private func consume(
        _ broker: TestBroker, _ tag: String, priority: Int64 = 0, prefetch: UInt16 = 0
    ) {
        broker.send(.setPrefetch(count: prefetch, bytes: 0, isGlobal: false))
        broker.send(
            .consume(
                ConsumeRequest(
                    queue: "q", tag: ConsumerTag(tag),
                    arguments: priority == 0 ? [:] : ["x-priority": .int64(priority)])))
    }

    private func takers(_ broker: TestBroker) -> [String] {
        (broker.received.removeValue(forKey: broker.first) ?? []).map(\.consumer)
    }

    @Test(
        "Turns equal the model's, while consumers come, go and fill up", arguments: UInt64(1)...99)
    func equalsModel(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let broker = TestBroker()
        broker.declare("q")
        var model = Model()
        var count = 0
        for step in 0..<150 {
            switch Int.random(in: 0..<10, using: &numbers) {
            case 0..<4:
                let more = Int.random(in: 1...5, using: &numbers)
                for number in 0..<more { broker.add("\(number)", to: "q") }
                broker.finish()
                model.ready += more
            case 4..<8:
                let held = model.members.values.flatMap(\.held).sorted()
                guard let tag = held.randomElement(using: &numbers) else { continue }
                broker.ack(tag)
                model.ack(tag)
            case 8:
                count += 1
                let priority = Int64.random(in: -1...1, using: &numbers)
                let prefetch = UInt16.random(in: 0...3, using: &numbers)
                self.consume(broker, "c\(count)", priority: priority, prefetch: prefetch)
                model.prefetchSet()
                model.add("c\(count)", .init(priority: priority, prefetch: Int(prefetch)))
            default:
                let tags = model.members.filter(\.value.held.isEmpty).keys.sorted()
                guard let tag = tags.randomElement(using: &numbers) else { continue }
                broker.send(.cancel(ConsumerTag(tag), isNoWait: true))
                model.remove(tag)
            }
            try #require(self.takers(broker) == model.deliver(), "seed \(seed), step \(step)")
            try #require(broker.figures("q")?.ready == model.ready, "seed \(seed), step \(step)")
        }
    }

    @Test("Equals take turns, one message each")
    func fairness() {
        let broker = TestBroker()
        broker.declare("q")
        for tag in ["a", "b", "c"] { self.consume(broker, tag) }
        for number in 0..<6 { broker.add("\(number)", to: "q") }
        broker.finish()
        #expect(self.takers(broker) == ["a", "b", "c", "a", "b", "c"])
    }

    @Test("The less urgent get what the more urgent have no room for")
    func priorities() {
        let broker = TestBroker()
        broker.declare("q")
        self.consume(broker, "low", priority: -5, prefetch: 1)
        self.consume(broker, "high", priority: 5, prefetch: 2)
        self.consume(broker, "usual", prefetch: 1)
        for number in 0..<5 { broker.add("\(number)", to: "q") }
        broker.finish()
        #expect(self.takers(broker) == ["high", "high", "usual", "low"])
        broker.ack(4)
        #expect(self.takers(broker) == ["low"], "nobody more urgent has room")
        broker.publish("5", to: "q")
        broker.ack(1)
        #expect(self.takers(broker) == ["high"])
    }

    @Test("A priority is any whole number, and nothing else")
    func values() {
        let broker = TestBroker()
        broker.declare("q")
        self.consume(broker, "least", priority: .min)
        self.consume(broker, "most", priority: .max)
        broker.publish("m", to: "q")
        #expect(self.takers(broker) == ["most"])
        broker.send(
            .consume(ConsumeRequest(queue: "q", arguments: ["x-priority": .string("high")])))
        #expect(
            broker.refusal()?.text == "PRECONDITION_FAILED - invalid arg 'x-priority' for queue "
                + "'q' in vhost '/': \"expected integer, got longstr\"")
    }

    @Test("Room that all consumers of a channel share goes to who waited longest")
    func sharedRoom() {
        let broker = TestBroker()
        broker.declare("q")
        broker.send(.setPrefetch(count: 2, bytes: 0, isGlobal: true))
        for tag in ["a", "b", "c"] {
            broker.send(.consume(ConsumeRequest(queue: "q", tag: ConsumerTag(tag))))
        }
        for number in 0..<6 { broker.add("\(number)", to: "q") }
        broker.finish()
        #expect(self.takers(broker) == ["a", "b"])
        for tag in UInt64(1)...4 { broker.ack(tag) }
        #expect(self.takers(broker) == ["c", "a", "b", "c"])
    }

    @Test("A connection that can take nothing is passed over, and has its turn again afterwards")
    func unwritable() {
        let broker = TestBroker()
        broker.declare("q")
        let second = broker.connect(2)
        self.consume(broker, "a")
        broker.send(.consume(ConsumeRequest(queue: "q", tag: "b")), second)
        broker.broker.setWritable(second, false)
        broker.publish("1", "2", "3", to: "q")
        #expect(self.takers(broker) == ["a", "a", "a"])
        broker.broker.setWritable(second, true)
        broker.finish()
        broker.publish("4", "5", to: "q")
        #expect(broker.deliveries(second).count == 1)
        #expect(self.takers(broker) == ["a"])
    }

    @Test("Among a thousand consumers that are full, the one with room gets everything")
    func manyFull() {
        let broker = TestBroker()
        broker.declare("q")
        for number in 0..<1_000 { self.consume(broker, "full\(number)", prefetch: 1) }
        for _ in 0..<1_000 { broker.add("x", to: "q") }
        broker.finish()
        #expect(Set(self.takers(broker)).count == 1_000, "one each")
        self.consume(broker, "free")
        // Ten million looks at full consumers, if they were not parked.
        for _ in 0..<10_000 { broker.add("x", to: "q") }
        broker.finish()
        let takers = self.takers(broker)
        #expect(takers.count == 10_000 && Set(takers) == ["free"])
        broker.ack(500)
        broker.publish("x", "y", to: "q")
        #expect(Set(self.takers(broker)).count == 2, "who has room again takes part again")
    }
}
