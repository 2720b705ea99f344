import Core
import Messaging
import Testing

/// One run of a stream and its readers, from a seed.
private struct StreamSimulation {
    /// A client that reads, and what it holds.
    private struct Reader {
        var connection: ConnectionID
        var group: String?
        /// Tags and offsets that it has not acked.
        var held: [(tag: UInt64, offset: Int)] = []
        /// The offset that has to come next, or a later one when some were dropped.
        var next: Int
        var passed = 0
    }

    private let broker = TestBroker()
    private var random: Numbers
    private var readers: [Reader] = []
    private var published = 0
    private var connections: UInt64 = 1

    init(seed: UInt64) {
        self.random = Numbers(state: seed)
        var arguments: FieldTable = ["x-stream-max-segment-size-bytes": .int32(600)]
        if Bool.random(using: &self.random) { arguments["x-max-length-bytes"] = .int32(4_000) }
        if Bool.random(using: &self.random) { arguments["x-max-age"] = .string("20s") }
        self.broker.declareStream("s", arguments)
        self.broker.loadsAtOnce = false
    }

    private var first: Int { Int(self.broker.stream("s")?.firstOffset ?? 0) }

    mutating func step() throws {
        switch Int.random(in: 0..<12, using: &self.random) {
        case 0..<4: self.publish(Int.random(in: 1...8, using: &self.random))
        case 4: self.broker.evict("s")
        case 5, 6: if !self.broker.loading.isEmpty { self.broker.answerLoads() }
        case 7: self.broker.advance(milliseconds: .random(in: 1...4_000, using: &self.random))
        case 8: if self.readers.count < 6 { self.open() }
        case 9: self.close()
        default: self.ack()
        }
        self.broker.finish()
        try self.check()
    }

    /// Lets the store answer and everybody ack until nothing more comes.
    mutating func settle() throws {
        self.broker.loadsAtOnce = true
        while !self.broker.loading.isEmpty { self.broker.answerLoads() }
        self.broker.finish()
        try self.check()
        while self.readers.contains(where: { !$0.held.isEmpty }) {
            for index in self.readers.indices where !self.readers[index].held.isEmpty {
                self.broker.send(
                    .ack(DeliveryTag(0), isMultiple: true), self.readers[index].connection)
                self.readers[index].held = []
            }
            try self.check()
        }
        for reader in self.readers where reader.group == nil {
            try #require(reader.next == self.published, "every reader comes to the end")
        }
        for group in self.broker.detail("s")?.groups ?? [] where group.consumers > 0 {
            try #require(group.lag == 0)
        }
    }

    private mutating func publish(_ count: Int) {
        for _ in 0..<count {
            let padding = String(repeating: ".", count: .random(in: 0...200, using: &self.random))
            self.broker.add("\(self.published) \(padding)", to: "s")
            self.published += 1
        }
        self.broker.finish()
    }

    private mutating func open() {
        self.connections += 1
        let connection = self.broker.connect(self.connections)
        let group = [nil, "a", "b"].randomElement(using: &self.random) ?? nil
        let first = self.first
        var next = Int.random(in: first...self.published, using: &self.random)
        let known = self.broker.detail("s")?.groups.first { $0.name == group }
        if let known { next = Int(known.nextOffset) }
        self.broker.read(
            "s", tag: "t", from: .int64(Int64(next)), group: group,
            prefetch: .random(in: 1...12, using: &self.random), connection)
        self.readers.append(Reader(connection: connection, group: group, next: next))
    }

    private mutating func close() {
        guard !self.readers.isEmpty else { return }
        let reader = self.readers.remove(
            at: .random(in: self.readers.indices, using: &self.random))
        self.broker.broker.connectionClosed(reader.connection, now: self.broker.now)
        guard let group = reader.group,
            let heir = self.readers.firstIndex(where: { $0.group == group }),
            self.readers[heir].next >= 0
        else { return }
        // Who stood by begins where the group is now; who reads already goes on.
        if self.readers[heir].held.isEmpty, self.readers[heir].passed == 0 {
            let known = self.broker.detail("s")?.groups.first { $0.name == group }
            self.readers[heir].next = Int(known?.nextOffset ?? 0)
        }
    }

    private mutating func ack() {
        guard let index = self.readers.indices.randomElement(using: &self.random),
            !self.readers[index].held.isEmpty
        else { return }
        let place = Int.random(in: self.readers[index].held.indices, using: &self.random)
        let isMultiple = Bool.random(using: &self.random)
        let tag = self.readers[index].held[place].tag
        self.readers[index].held.removeSubrange(isMultiple ? 0..<place + 1 : place..<place + 1)
        self.broker.send(
            .ack(DeliveryTag(tag), isMultiple: isMultiple), self.readers[index].connection)
    }

    private mutating func check() throws {
        let stream = try #require(self.broker.stream("s"))
        try #require(stream.nextOffset == UInt64(self.published))
        let depth = self.broker.depth("s")
        try #require(depth == [self.published - self.first, 0])
        for index in self.readers.indices { try self.takeDeliveries(of: index) }
        for group in self.broker.detail("s")?.groups ?? [] {
            let active = self.readers.first { $0.group == group.name }
            if let held = active?.held.first {
                try #require(group.nextOffset == UInt64(held.offset), "the first that is not acked")
            }
            let start = max(Int(group.nextOffset), self.first)
            try #require(group.lag == UInt64(self.published - start))
        }
    }

    private mutating func takeDeliveries(of index: Int) throws {
        let connection = self.readers[index].connection
        let received = self.broker.received.removeValue(forKey: connection) ?? []
        for message in received {
            let offset = try #require(Int(message.body.prefix { $0 != " " }))
            let expected = self.readers[index].next
            try #require(offset >= expected, "nothing comes twice or out of turn")
            // A gap is what retention took: all that is missing lies before the first.
            try #require(offset == expected || offset <= self.first || expected < self.first)
            self.readers[index].next = offset + 1
            self.readers[index].passed += 1
            self.readers[index].held.append((message.tag, offset))
        }
    }
}

/// Whatever readers, retention and the store do, each reader gets everything that is left, in
/// order, and each group's lag is exact.
@Suite struct StreamSimulationTests {
    @Test("Readers get what is left, in order, and lag is exact", arguments: UInt64(1)...60)
    func runs(seed: UInt64) throws {
        var simulation = StreamSimulation(seed: seed)
        for _ in 0..<150 { try simulation.step() }
        try simulation.settle()
    }
}
