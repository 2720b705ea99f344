import Core
import Messaging
import Testing

/// Queues whose more urgent messages go first.
@Suite struct PriorityTests {
    private let padding = String(repeating: "x", count: 50_000)

    private func broker(_ max: Int32 = 5, _ arguments: FieldTable = [:]) -> TestBroker {
        let broker = TestBroker()
        broker.declare(
            "q",
            arguments: FieldTable([.init("x-max-priority", .int32(max))] + arguments.fields))
        return broker
    }

    /// Publishes bodies such as `3a`, each with the priority that it begins with.
    private func publish(_ broker: TestBroker, _ bodies: String..., to queue: String = "q") {
        for body in bodies {
            broker.publish(
                body, to: queue, properties: .priority(UInt8(body.prefix(1)) ?? 0))
        }
    }

    /// Ready messages by level, the most urgent first, such as `5:1`.
    private func levels(_ broker: TestBroker) -> [String] {
        (broker.detail("q")?.readyByLevel ?? []).map { "\($0.priority):\($0.ready)" }
    }

    // MARK: Order

    @Test("The most urgent first, and within a priority the oldest")
    func order() {
        let broker = self.broker()
        self.publish(broker, "1a", "5a", "0a", "1b", "5b", "3a")
        broker.publish("none", to: "q")
        #expect(broker.drain("q") == ["5a", "5b", "3a", "1a", "1b", "0a", "none"])
    }

    @Test("A priority above the highest counts as that", arguments: [1, 5, 255] as [Int32])
    func clamped(max: Int32) {
        let broker = self.broker(max)
        for (body, priority) in [("zero", 0), ("most", UInt8(max)), ("beyond", 255)] {
            broker.publish(body, to: "q", properties: .priority(priority))
        }
        #expect(broker.drain("q") == ["most", "beyond", "zero"])
        #expect(self.levels(broker).count == Int(max) + 1)
    }

    @Test("Without priorities of its own, a queue keeps the order in which messages came")
    func withoutPriorities() {
        let broker = TestBroker()
        broker.declare("q")
        self.publish(broker, "1", "5", "3")
        #expect(broker.drain("q") == ["1", "5", "3"])
        #expect(self.levels(broker) == [])
    }

    @Test("More than 255 priorities are refused, and a negative number of them")
    func tooMany() {
        for (max, reason) in [(256, "max_value_exceeded,256"), (-1, "value_negative,-1")] {
            let broker = self.broker(Int32(max))
            #expect(
                broker.refusal()?.text == "PRECONDITION_FAILED - invalid arg 'x-max-priority' for "
                    + "queue 'q' in vhost '/': {\(reason)}")
        }
    }

    @Test("What comes back stands at its place in its own level")
    func requeue() {
        let broker = self.broker()
        self.publish(broker, "1a", "3a", "3b", "1b")
        var tags: [UInt64] = []
        while let message = broker.get("q", autoAck: false) { tags.append(message.tag) }
        self.publish(broker, "3c", "1c", "2a")
        for tag in tags.reversed() { broker.reject(tag, requeue: true) }
        #expect(self.levels(broker) == ["5:0", "4:0", "3:3", "2:1", "1:3", "0:0"])
        #expect(broker.drain("q") == ["3a", "3b", "3c", "2a", "1a", "1b", "1c"])
    }

    @Test("A more urgent message that comes later goes before one that came back")
    func urgentBeforeRequeued() {
        let broker = self.broker()
        self.publish(broker, "1a", "1b")
        let message = broker.get("q", autoAck: false)
        broker.reject(message?.tag ?? 0, requeue: true)
        self.publish(broker, "2a", "0a")
        #expect(broker.drain("q") == ["2a", "1a", "1b", "0a"])
    }

    @Test(
        "Whatever happens, the order of a browse is the order of delivery",
        arguments: UInt64(1)...30)
    func browseOrder(seed: UInt64) throws {
        let broker = self.broker()
        var numbers = Numbers(state: seed)
        var held: [UInt64] = []
        for number in 0..<120 {
            switch Int.random(in: 0..<6, using: &numbers) {
            case 0..<3:
                let priority = UInt8.random(in: 0...7, using: &numbers)
                broker.publish("\(number)", to: "q", properties: .priority(priority))
            case 3:
                if let message = broker.get("q", autoAck: false) { held.append(message.tag) }
            case 4:
                guard let index = held.indices.randomElement(using: &numbers) else { continue }
                broker.reject(held.remove(at: index), requeue: true)
            default:
                let chosen = broker.browse("q").filter { _ in
                    Int.random(in: 0..<8, using: &numbers) == 0
                }
                broker.delete(chosen.map(\.position), from: "q")
            }
            let records = broker.browse("q")
            try #require(
                records.count { !$0.isUnacked } == broker.figures("q")?.ready, "seed \(seed)")
            let levels = broker.detail("q")?.readyByLevel ?? []
            for level in levels {
                let there = records.count {
                    !$0.isUnacked
                        && min(5, $0.message.properties.priority ?? 0) == level.priority
                }
                try #require(level.ready == there, "seed \(seed), priority \(level.priority)")
            }
        }
        let expected = broker.browse("q").filter { !$0.isUnacked }.map(\.text)
        #expect(broker.drain("q") == expected, "seed \(seed)")
    }

    @Test("Pages follow one another through the levels")
    func pages() {
        let broker = self.broker()
        self.publish(broker, "1a", "5a", "5b", "1b", "3a", "5c")
        var pages: [[String]] = []
        var after: Position?
        for _ in 0..<4 {
            let page = broker.browse("q", after: after, countMax: 2)
            pages.append(page.map(\.text))
            after = page.last?.position ?? after
        }
        #expect(pages == [["5a", "5b"], ["5c", "3a"], ["1a", "1b"], []])
    }

    // MARK: Taking out

    @Test("A purge empties every level, and leaves what consumers hold")
    func purge() {
        let broker = self.broker()
        self.publish(broker, "5a", "1a", "3a", "0a")
        _ = broker.get("q", autoAck: false)
        #expect(broker.purge("q") == 3)
        #expect(self.levels(broker).allSatisfy { $0.hasSuffix(":0") })
        broker.reject(1, requeue: true)
        self.publish(broker, "4a")
        #expect(broker.drain("q") == ["5a", "4a"])
    }

    @Test("Chosen messages of several levels go; positions of no level and of none are harmless")
    func deleteChosen() {
        let broker = self.broker()
        self.publish(broker, "1a", "5a", "3a", "1b", "3b", "5b")
        _ = broker.get("q", autoAck: false)
        let chosen = broker.browse("q").filter { ["5a", "3a", "1b", "5b"].contains($0.text) }
        var positions = chosen.map(\.position)
        positions += [Position(1), Position(.max), Position(7 << 56), Position(4 << 56 + 1)]
        #expect(broker.delete(positions, from: "q") == 3, "5a is with a consumer")
        #expect(self.levels(broker) == ["5:0", "4:0", "3:1", "2:0", "1:1", "0:0"])
        #expect(broker.drain("q") == ["3b", "1a"])
    }

    @Test("The length drops the head, which is the most urgent")
    func maxLength() {
        let broker = self.broker(5, ["x-max-length": .int32(2)])
        self.publish(broker, "1a", "5a", "3a")
        #expect(broker.drain("q") == ["3a", "1a"])
    }

    // MARK: Redrives

    @Test("Dead letters go back in order, and stand at their own priority again")
    func redriveInto() {
        let broker = self.broker(5, .dying(into: "dead"))
        broker.declare("dead")
        self.publish(broker, "1a", "5a", "3a")
        while let message = broker.get("q", autoAck: false) {
            broker.reject(message.tag, requeue: false)
        }
        #expect(broker.browse("dead").map(\.text) == ["5a", "3a", "1a"])
        self.publish(broker, "4a")
        broker.redrive(
            "dead", .readyBelow(broker.broker.end(of: "dead") ?? .nowhere), to: .queueItDiedIn,
            countMax: 1)
        #expect(broker.drain("q") == ["5a", "4a", "3a", "1a"])
    }

    @Test("A redrive out of a priority queue ends where it ended in every level", arguments: 1...6)
    func redriveOut(countMax: Int) {
        let broker = self.broker()
        broker.declare("target")
        self.publish(broker, "1a", "5a", "3a", "1b", "5b")
        let held = broker.get("q", autoAck: false)
        broker.reject(held?.tag ?? 0, requeue: true)
        let end = broker.broker.end(of: "q") ?? .nowhere
        self.publish(broker, "5c", "4c", "1c")
        let step = broker.redrive("q", .readyBelow(end), to: .queue("target"), countMax: countMax)
        #expect(step.moved == 5)
        #expect(broker.drain("target") == ["5a", "5b", "3a", "1a", "1b"])
        #expect(broker.drain("q") == ["5c", "4c", "1c"])
    }

    // MARK: Eviction

    /// Forty messages in two levels of five chunks each, all evicted that can be, and a store
    /// that answers late.
    private func evicted() -> TestBroker {
        let broker = self.broker(2)
        broker.loadsAtOnce = false
        for number in 0..<20 {
            for priority in [0, 2] as [UInt8] {
                broker.publish(
                    "\(Int(priority) * 100 + number) \(self.padding)", to: "q",
                    properties: .priority(priority))
            }
        }
        let before = broker.memory
        #expect(broker.evict("q") == 6)
        #expect(broker.memory < before / 2)
        return broker
    }

    private func numbers(_ broker: TestBroker) -> [Int] {
        (broker.received.removeValue(forKey: broker.first) ?? []).map(\.number)
    }

    private func load(_ broker: TestBroker) {
        while !broker.loading.isEmpty {
            broker.answerLoads()
            broker.finish()
        }
    }

    @Test("Deliveries wait for the urgent level's chunk, however much of the other is there")
    func evictedDeliveries() {
        let broker = self.evicted()
        broker.consume("q", tag: "t", autoAck: true)
        #expect(self.numbers(broker) == [])
        #expect(broker.loading.allSatisfy { $0.chunk.start < Position(1 << 56) })
        self.load(broker)
        #expect(self.numbers(broker) == Array(200..<220) + Array(0..<20))
        #expect(broker.depth("q") == [0, 0])
        broker.deleteQueue("q")
        #expect(broker.memory == TestBroker().memory)
    }

    @Test("What comes back to both levels is loaded again, and comes at its place")
    func evictedRequeue() {
        let broker = self.broker(2)
        broker.loadsAtOnce = false
        broker.consume("q", tag: "t")
        for number in 0..<12 {
            for priority in [0, 2] as [UInt8] {
                broker.publish(
                    "\(Int(priority) * 100 + number) \(self.padding)", to: "q",
                    properties: .priority(priority))
            }
        }
        _ = self.numbers(broker)
        broker.evict("q")
        broker.send(.cancel("t", isNoWait: true))
        broker.send(.nack(DeliveryTag(0), isMultiple: true, isRequeue: true))
        broker.consume("q", tag: "t", autoAck: true)
        #expect(self.numbers(broker) == [])
        self.load(broker)
        #expect(self.numbers(broker) == Array(200..<212) + Array(0..<12))
    }

    @Test("Operators see, choose and move what is evicted in several levels")
    func evictedOperators() {
        let broker = self.evicted()
        broker.loadsAtOnce = true
        let records = broker.patientBrowse("q")
        #expect(records.map(\.number) == Array(200..<220) + Array(0..<20))
        broker.evict("q")
        let chosen = records.filter { $0.number % 100 < 6 }.map(\.position)
        #expect(broker.delete(chosen, from: "q") == 12)
        #expect(self.levels(broker) == ["2:14", "1:0", "0:14"])
        broker.evict("q")
        broker.declare("target")
        let end = broker.broker.end(of: "q") ?? .nowhere
        #expect(broker.redrive("q", .readyBelow(end), to: .queue("target")).moved == 28)
        #expect(
            broker.patientBrowse("target").map(\.number) == Array(206..<220) + Array(6..<20))
    }
}
