import Core
import Messaging
import Testing

/// One run of the broker beside the model, from a seed.
private struct Simulation {
    let broker = TestBroker()
    var model: SimulationModel
    var random: Numbers
    var published = 0
    private static let padding = String(repeating: "x", count: 60_000)
    let arguments: FieldTable

    init(seed: UInt64) {
        self.random = Numbers(state: seed)
        self.model = SimulationModel(now: self.broker.now)
        var work = SimulationModel.Queue(deadLettersTo: "dead")
        self.arguments = Self.limits(of: &work, using: &self.random)
        var dead = SimulationModel.Queue()
        var deadArguments: FieldTable = [:]
        if Int.random(in: 0..<3, using: &self.random) == 0 {
            dead.ttl = 250
            dead.deadLettersTo = "work"
            deadArguments = .dying(into: "work", ["x-message-ttl": .int32(250)])
        }
        self.model.queues = ["work": work, "dead": dead]
        self.broker.declare("work", durable: true, arguments: self.arguments)
        self.broker.declare("dead", arguments: deadArguments)
    }

    /// Gives a queue some limits by chance.
    private static func limits(
        of queue: inout SimulationModel.Queue, using random: inout Numbers
    ) -> FieldTable {
        var arguments = FieldTable.dying(into: "dead")
        if Bool.random(using: &random) {
            queue.lengthMax = Int.random(in: 0...12, using: &random)
            arguments["x-max-length"] = .int32(Int32(queue.lengthMax ?? 0))
        }
        if Bool.random(using: &random) {
            queue.ttl = Int64.random(in: 0...400, using: &random)
            arguments["x-message-ttl"] = .int64(queue.ttl ?? 0)
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            queue.overflow = .reject
            arguments["x-overflow"] = .string("reject-publish")
        case 1:
            queue.overflow = .rejectAndDeadLetter
            arguments["x-overflow"] = .string("reject-publish-dlx")
        default: break
        }
        if Bool.random(using: &random) {
            queue.priorityMax = Int.random(in: 1...4, using: &random)
            arguments["x-max-priority"] = .int32(Int32(queue.priorityMax))
        }
        return arguments
    }

    mutating func step() {
        switch Int.random(in: 0..<20, using: &self.random) {
        case 0..<5: self.publish()
        case 5..<8: self.get()
        case 8..<10: self.ack()
        case 10, 11: self.nack(isRequeue: true)
        case 12, 13: self.nack(isRequeue: false)
        case 14, 15: self.advance()
        case 16: self.purgeOrDelete()
        case 17: self.redrive()
        case 18: self.toggleConsumer()
        default:
            self.broker.evict("work")
            self.broker.evict("dead")
        }
    }

    private var name: String {
        mutating get { Bool.random(using: &self.random) ? "work" : "dead" }
    }

    private mutating func publish() {
        for _ in 0..<Int.random(in: 1...8, using: &self.random) {
            self.published += 1
            var properties = MessageProperties()
            properties.deliveryMode = UInt8.random(in: 1...2, using: &self.random)
            var ttl: Int64?
            if Int.random(in: 0..<4, using: &self.random) == 0 {
                ttl = Int64.random(in: 1...500, using: &self.random)
                properties.expiration = ttl.map { "\($0)" }
            }
            let priority = Int.random(in: 0...5, using: &self.random)
            properties.priority = priority > 0 ? UInt8(priority) : nil
            // Big ones now and then, so that there are many chunks.
            let isBig = Int.random(in: 0..<6, using: &self.random) == 0
            let body = "\(self.published) " + (isBig ? Self.padding : "x")
            self.broker.publish(body, to: "work", properties: properties)
            let message = SimulationModel.Message(id: self.published, priority: priority)
            self.model.publish(message, to: "work", ttl: ttl)
            self.model.settleDown()
        }
    }

    private mutating func get() {
        let name = self.name
        let autoAck = Bool.random(using: &self.random)
        _ = self.broker.get(name, autoAck: autoAck)
        _ = self.model.take(from: name, autoAck: autoAck)
        self.model.settleDown()
    }

    private mutating func ack() {
        guard let tag = self.model.unackedTags.randomElement(using: &self.random) else { return }
        let isMultiple = Bool.random(using: &self.random)
        self.broker.ack(tag, multiple: isMultiple)
        for other in self.model.unackedTags where isMultiple ? other <= tag : other == tag {
            _ = self.model.release(other)
        }
        self.model.settleDown()
    }

    private mutating func nack(isRequeue: Bool) {
        guard let tag = self.model.unackedTags.randomElement(using: &self.random) else { return }
        let isMultiple = Bool.random(using: &self.random)
        self.broker.send(.nack(DeliveryTag(tag), isMultiple: isMultiple, isRequeue: isRequeue))
        let tags = self.model.unackedTags.filter { isMultiple ? $0 <= tag : $0 == tag }
        if isRequeue {
            for tag in tags { self.model.requeue(tag) }
        } else {
            // All make room before the first of them is a dead letter.
            for (message, queue) in tags.compactMap({ self.model.release($0) }) {
                self.model.bury(message, from: queue, .rejected)
            }
        }
        self.model.settleDown()
    }

    private mutating func advance() {
        let milliseconds = Int64.random(in: 1...200, using: &self.random)
        // One moment at a time, because what expires at one may expire again at the next.
        for _ in 0..<milliseconds {
            self.broker.advance(milliseconds: 1)
            self.model.now = self.broker.now
            self.model.settleDown()
        }
    }

    private mutating func purgeOrDelete() {
        let name = self.name
        if Bool.random(using: &self.random) {
            _ = self.broker.broker.purge(QueueName(name), now: self.broker.now)
            self.model.queues[name]?.ready = []
        } else {
            let records = self.broker.patientBrowse(name)
            let chosen = records.filter { _ in Bool.random(using: &self.random) }
            self.broker.delete(chosen.map(\.position), from: name)
            let gone = Set(chosen.filter { !$0.isUnacked }.map(\.number))
            self.model.queues[name]?.ready.removeAll { gone.contains($0.id) }
        }
        self.broker.finish()
        self.model.settleDown()
    }

    private mutating func redrive() {
        // The model knows publishes only, and such a queue dead-letters those that it refuses.
        guard self.model.queues["work"]?.overflow != .rejectAndDeadLetter else { return }
        // An evicted chunk would cut it into batches, after each of which the most urgent may be
        // dropped: in the model it is one.
        if self.model.queues["work"]?.priorityMax != 0 { _ = self.broker.patientBrowse("dead") }
        let limit = self.broker.broker.end(of: "dead") ?? .nowhere
        self.broker.redrive("dead", .readyBelow(limit), to: .queueItDiedIn, countMax: 10_000)
        // Those that never died stay, and those that the queue does not take.
        let all = self.model.queues["dead"]?.ready ?? []
        for var message in all where !message.deaths.isEmpty {
            let id = message.id
            message.origin = nil
            guard self.model.publish(message, to: "work", ttl: nil) else { continue }
            self.model.queues["dead"]?.ready.removeAll { $0.id == id }
        }
        self.model.settleDown()
    }

    private mutating func toggleConsumer() {
        if self.model.prefetch == nil {
            let prefetch = UInt16.random(in: 1...6, using: &self.random)
            self.broker.send(.setPrefetch(count: prefetch, bytes: 0, isGlobal: false))
            self.broker.consume("work", tag: "t")
            self.model.prefetch = Int(prefetch)
        } else {
            self.broker.send(.cancel("t", isNoWait: true))
            self.model.prefetch = nil
            self.model.queues["work"]?.consumed = []
        }
        self.model.settleDown()
    }

    // MARK: Comparing

    mutating func compare(_ place: Comment) throws {
        let got = self.broker.received.removeValue(forKey: self.broker.first) ?? []
        try #require(got.map(\.number) == self.model.delivered.map(\.id), place)
        try #require(
            got.map(\.isRedelivered) == self.model.delivered.map(\.isRedelivered), place)
        let deaths = self.broker.properties.map { properties in
            DeathRecord.records(in: properties.headers).map {
                SimulationModel.Death(queue: $0.queue.text, reason: $0.reason, count: $0.count)
            }
        }
        try #require(deaths == self.model.delivered.map(\.deaths), place)
        self.broker.properties = []
        self.model.delivered = []
        for (name, queue) in self.model.queues {
            let figures = try #require(self.broker.figures(name))
            try #require(
                [figures.ready, figures.unacked] == [queue.ready.count, queue.unacked.count],
                place)
            try #require(figures.dead == self.model.dead(from: name), place)
            for level in self.broker.detail(QueueName(name))?.readyByLevel ?? [] {
                let there = queue.ready.count { queue.priorityMax - $0.level == level.priority }
                try #require(level.ready == there, place)
            }
            let tally = figures.tally
            let left = tally.acked + tally.deliveredWithoutAck + tally.expired + tally.rejected
            let removed = tally.droppedByLength + tally.purged + tally.removed + tally.redriven
            try #require(
                tally.published == UInt64(figures.ready + figures.unacked) + left + removed, place)
        }
    }

    /// Everything that lies anywhere, compared one by one.
    func compareContents(_ place: Comment) throws {
        for (name, queue) in self.model.queues {
            let records = self.broker.patientBrowse(name)
            let all = (queue.ready + queue.unacked.values).sorted { $0.precedes($1) }
            try #require(records.map(\.number) == all.map(\.id), place)
            let unacked = Set(queue.unacked.values.map(\.id))
            try #require(
                records.filter(\.isUnacked).map(\.number)
                    == all.map(\.id).filter { unacked.contains($0) }, place)
        }
    }
}

/// The same numbers from the same seed (SplitMix64).
struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension TestBroker.Received {
    /// The number that a simulated message's body begins with.
    var number: Int { Int(self.body.prefix { $0 != " " }) ?? -1 }
}

extension BrowsedRecord {
    var number: Int { Int(self.text.prefix { $0 != " " }) ?? -1 }
}

@Suite struct SimulationTests {
    /// Counts, order, redelivery flags and deaths are the model's after every step.
    @Test("The broker does what the model does", arguments: UInt64(1)...200)
    func equalsModel(seed: UInt64) throws {
        var simulation = Simulation(seed: seed)
        for step in 0..<150 {
            simulation.step()
            try simulation.compare("seed \(seed), step \(step)")
            if step % 10 == 0 { try simulation.compareContents("seed \(seed), step \(step)") }
        }
    }
}
