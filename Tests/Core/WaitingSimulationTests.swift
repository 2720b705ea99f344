import Core
import Messaging
import Testing

/// A queue with retries, its dead letters and a delayed exchange in random use, from a seed.
///
/// All that is published is persistent, so what the store was told says where each message lies.
private struct WaitingRun {
    private struct Place: Hashable {
        var queue: QueueID
        var position: Position
    }

    /// What the store keeps: which message lies where.
    private final class Durable {
        var places: [Place: Int] = [:]
        /// A message that lay in two places when a commit was closed.
        var doubled: Int?

        func take(_ effect: StoreEffect, _ body: String?) {
            switch effect {
            case .append(let queue, let position):
                let number = Int((body ?? "").prefix { $0 != " " }) ?? -1
                self.places[Place(queue: queue, position: position)] = number
            case .settle(let queue, let position):
                self.places[Place(queue: queue, position: position)] = nil
            case .settleReady(let queue, let from, let upTo):
                for place in self.places.keys
                where place.queue == queue && place.position >= from && place.position < upTo {
                    self.places[place] = nil
                }
            case .commit:
                var seen: Set<Int> = []
                for number in self.places.values where !seen.insert(number).inserted {
                    self.doubled = number
                }
            case .note, .define, .loadChunk, .keepChunk, .releaseChunk: break
            }
        }
    }

    let broker = TestBroker()
    private let durable = Durable()
    private var random: Numbers
    private var published = 0
    private var finished: Set<Int> = []
    private var held: [TestBroker.Received] = []
    private static let padding = String(repeating: "x", count: 60_000)

    init(seed: UInt64) {
        self.random = Numbers(state: seed)
        let durable = self.durable
        self.broker.storeObserver = { durable.take($0, $1) }
        self.broker.declare("dead", durable: true)
        var arguments: FieldTable = [
            "x-retry-max": .int32(Int32.random(in: 1...4, using: &self.random)),
            "x-retry-base": .int32(Int32.random(in: 0...200, using: &self.random)),
        ]
        if Bool.random(using: &self.random) {
            arguments["x-queue-type"] = .string("quorum")
            arguments["x-delivery-limit"] = .int32(2)
        }
        self.broker.declare("q", durable: true, arguments: .dying(into: "dead", arguments))
        self.broker.declareExchange(
            "e", "x-delayed-message", arguments: ["x-delayed-type": .string("fanout")])
        self.broker.bind("q", to: "e")
        // Some runs come to the limit, at which nothing may get lost.
        let limit = Bool.random(using: &self.random) ? 5 : 1_000
        self.broker.broker.setWaitingMax(limit)
        self.broker.loadsAtOnce = Bool.random(using: &self.random)
    }

    mutating func step() {
        switch Int.random(in: 0..<10, using: &self.random) {
        case 0, 1: self.publish(delay: nil)
        case 2: self.publish(delay: Int32.random(in: 1...500, using: &self.random))
        case 3, 4:
            if let message = self.broker.get("q", autoAck: false) { self.held.append(message) }
        case 5, 6: self.settle()
        case 7:
            self.broker.evict("q")
            if let log = self.broker.waitingLog { self.broker.evict(log) }
        case 8: self.load()
        default:
            self.broker.advance(milliseconds: Int64.random(in: 0...300, using: &self.random))
        }
        // Gets that had to wait for the store are answered later.
        self.takeLate()
    }

    private mutating func publish(delay: Int32?) {
        // Past the limit it would be refused, and its publisher would have to keep it.
        if delay != nil, self.broker.delayed + (self.broker.figures("q")?.waiting ?? 0) >= 5 {
            return
        }
        var properties = MessageProperties.persistent
        if let delay { properties.headers = ["x-delay": .int32(delay)] }
        let padding = Bool.random(using: &self.random) ? Self.padding : ""
        self.broker.publish(
            "\(self.published) \(padding)", to: delay == nil ? "q" : "",
            exchange: delay == nil ? "" : "e", properties: properties)
        self.published += 1
    }

    private mutating func settle() {
        guard let index = self.held.indices.randomElement(using: &self.random) else { return }
        let message = self.held.remove(at: index)
        switch Int.random(in: 0..<4, using: &self.random) {
        case 0:
            self.finished.insert(message.number)
            self.broker.ack(message.tag)
        case 1: self.broker.reject(message.tag, requeue: true)
        default: self.broker.reject(message.tag, requeue: false)
        }
    }

    private func load() {
        self.broker.answerLoads()
        self.broker.finish()
    }

    /// Holds what came without having been taken yet.
    private mutating func takeLate() {
        let known = Set(self.held.map(\.tag))
        let all = self.broker.received[self.broker.first] ?? []
        for message in all where !known.contains(message.tag) && message.tag > self.lastTag {
            self.held.append(message)
        }
        self.lastTag = max(self.lastTag, all.map(\.tag).max() ?? 0)
    }
    private var lastTag: UInt64 = 0

    /// Lets everything come back that waits.
    func settleDown() {
        self.broker.loadsAtOnce = true
        self.load()
        for _ in 0..<50 { self.broker.advance(milliseconds: 5_000) }
    }

    /// Whether each message that was not acked lies in exactly one place.
    var isComplete: Bool {
        self.durable.doubled == nil
            && self.durable.places.count == Set(self.durable.places.values).count
            && Set(self.durable.places.values) == Set(0..<self.published).subtracting(self.finished)
    }

    /// Messages that the broker knows of.
    var counted: Int {
        let (queue, dead) = (self.broker.depth("q"), self.broker.depth("dead"))
        return queue[0] + queue[1] + dead[0] + self.broker.delayed
            + (self.broker.figures("q")?.waiting ?? 0)
    }

    var expected: Int { self.published - self.finished.count }
}

@Suite struct WaitingSimulationTests {
    @Test("Whatever is rejected, delayed, evicted and loaded lies in one place", arguments: 1...60)
    func simulate(seed: Int) throws {
        var run = WaitingRun(seed: UInt64(seed))
        for step in 0..<200 {
            run.step()
            // Values of their own: a failure that shows the whole run shows nothing.
            let (isComplete, counted, expected) = (run.isComplete, run.counted, run.expected)
            try #require(isComplete, "seed \(seed), step \(step)")
            try #require(counted == expected, "seed \(seed), step \(step)")
        }
        run.settleDown()
        let isComplete = run.isComplete
        #expect(isComplete, "seed \(seed)")
        let (delayed, waiting) = (run.broker.delayed, run.broker.figures("q")?.waiting)
        #expect(delayed == 0 && waiting == 0, "seed \(seed)")
    }
}
