import Core
import Messaging
import Testing

/// What a stream keeps: whole chunks, by bytes and by age, and never less than its last one.
@Suite struct StreamRetentionTests {
    /// A stream of chunks of ten messages each.
    private func stream(_ further: FieldTable = [:]) -> TestBroker {
        let broker = TestBroker()
        broker.declareStream(
            "s",
            FieldTable(
                [.init("x-stream-max-segment-size-bytes", .int32(1_000))] + further.fields))
        return broker
    }

    /// Publishes messages whose records have 104 bytes.
    private func fill(_ broker: TestBroker, _ numbers: Range<Int>, milliseconds: Int64 = 0) {
        for number in numbers {
            let text = "\(number)"
            broker.publish(text + String(repeating: ".", count: 40 - text.count), to: "s")
            if milliseconds > 0 { broker.advance(milliseconds: milliseconds) }
        }
    }

    private func kept(_ broker: TestBroker) -> [UInt64] {
        broker.stream("s").map { [$0.firstOffset, $0.nextOffset] } ?? []
    }

    @Test("Bytes over the limit go from the front in whole chunks")
    func bytes() {
        let broker = self.stream(["x-max-length-bytes": .int32(3_000)])
        self.fill(broker, 0..<25)
        #expect(self.kept(broker) == [0, 25], "less than the limit")
        broker.storeEffects = []
        self.fill(broker, 25..<30)
        #expect(self.kept(broker) == [10, 30])
        #expect(broker.depth("s") == [20, 0])
        #expect(broker.figures("s")?.readyBytes == 20 * 104)
        #expect(broker.figures("s")?.tally.droppedByLength == 10)
        let settled = broker.storeEffects.compactMap { effect -> Int? in
            guard case .settleReady(_, let from, let end) = effect else { return nil }
            return Int(end.offset - from.offset)
        }
        #expect(settled == [10 * 104], "the store may forget just that chunk")
        #expect(broker.browse("s").count == 20)
    }

    @Test("The last chunk stays, however small the limit")
    func lastChunk() {
        let broker = self.stream(["x-max-length-bytes": .int32(0)])
        self.fill(broker, 0..<35)
        #expect(self.kept(broker) == [30, 35])
        broker.read("s", tag: "t")
        #expect(broker.offsets() == [30, 31, 32, 33, 34])
    }

    @Test("A chunk goes once all in it is too old, without anybody publishing")
    func age() {
        let broker = self.stream(["x-max-age": .string("1m")])
        self.fill(broker, 0..<25, milliseconds: 1_000)
        broker.advance(milliseconds: 60_000 - 25_000 + 9_999)
        #expect(self.kept(broker) == [0, 25], "the second chunk's first is not a minute old")
        let timer = broker.nextTimer
        broker.advance(milliseconds: 1)
        #expect(timer == broker.now, "the broker asked to be woken just then")
        #expect(self.kept(broker) == [10, 25])
        broker.advance(milliseconds: 3_600_000)
        #expect(self.kept(broker) == [20, 25], "the last chunk stays")
        #expect(broker.figures("s")?.tally.expired == 20)
    }

    @Test("A policy's age and length hold too, of two the smaller, and no other policy does")
    func policies() {
        let broker = self.stream(["x-max-length-bytes": .int32(3_000)])
        self.fill(broker, 0..<25)
        let problems = broker.apply(
            .policy([
                "max-length-bytes": .int32(1_500), "max-age": .string("1h"),
                "max-length": .int32(1), "message-ttl": .int32(1),
                "overflow": .string("reject-publish"), "dead-letter-exchange": .string(""),
            ]))
        #expect(problems == [])
        #expect(self.kept(broker) == [20, 25])
        #expect(broker.stream("s")?.ageMaxMicroseconds == 3_600_000_000)
        #expect(broker.stream("s")?.bytesMax == 1_500)
        broker.advance(milliseconds: 10)
        #expect(broker.depth("s") == [5, 0])
        #expect(broker.apply(.policy(["max-age": .string("1x")])).count == 1)
    }

    @Test("A reader below the first offset goes on from the first, and is said to have lost some")
    func lost() {
        let broker = self.stream(["x-max-length-bytes": .int32(2_500)])
        self.fill(broker, 0..<20)
        broker.read("s", tag: "slow", prefetch: 5)
        broker.read("s", tag: "group", group: "g", prefetch: 5, broker.connect(2))
        #expect(broker.offsets().count == 10)
        self.fill(broker, 20..<40)
        #expect(self.kept(broker) == [20, 40])
        #expect(broker.groups("g") == [])
        #expect(broker.groups("s") == ["g 0 20 20"], "what it will find missing is lost already")
        broker.properties = []
        broker.ack(5, multiple: true)
        #expect(broker.offsets() == [20, 21, 22, 23, 24])
        #expect(broker.detail("s")?.consumers.first?.reader?.lost == 15)
        broker.send(.ack(DeliveryTag(5), isMultiple: true), ConnectionID(2))
        #expect(broker.groups("s") == ["g 20 20 15"], "what it was sent is not lost")
    }

    @Test("Memory and store get back what was dropped, evicted or not")
    func memory() {
        let broker = self.stream(["x-max-length-bytes": .int32(1_000_000)])
        self.fill(broker, 0..<100)
        #expect(broker.evict("s") == 9)
        broker.apply(.policy(["max-length-bytes": .int32(2_500)]))
        broker.finish()
        #expect(self.kept(broker) == [80, 100])
        let noted = broker.storeEffects.compactMap { effect -> UInt64? in
            guard case .note(_, .retained, let value?) = effect else { return nil }
            return NotedOffset.offset(value)
        }
        #expect(noted == [80], "a restart knows where it begins")
        #expect(broker.loading.isEmpty, "nothing has to be read to be dropped")
        broker.read("s", tag: "t", from: .int32(79))
        #expect(broker.offsets() == Array(80..<100))
    }

    @Test("Readers wait for evicted chunks, and nobody waits for them")
    func eviction() {
        let broker = self.stream()
        broker.loadsAtOnce = false
        self.fill(broker, 0..<50, milliseconds: 1_000)
        #expect(broker.evict("s") == 4)
        broker.read("s", tag: "tail", from: .int32(45), broker.connect(2))
        broker.read("s", tag: "all", from: .string("first"))
        broker.read("s", tag: "time", from: .timestamp(seconds: 1_700_000_025), broker.connect(3))
        #expect(broker.offsets() == [45, 46, 47, 48, 49])
        #expect(broker.loading.count == 2, "one for each that reads where nothing is")
        self.fill(broker, 50..<51)
        #expect(broker.deliveries(ConnectionID(2)).count == 6)
        broker.properties = []
        while !broker.loading.isEmpty {
            broker.answerLoads()
            broker.finish()
        }
        #expect(broker.deliveries().count == 51)
        #expect(broker.deliveries(ConnectionID(3)).count == 26)
        #expect(broker.depth("s") == [51, 0])
    }
}

extension Definitions {
    /// One policy for every queue.
    fileprivate static func policy(_ definition: FieldTable) -> Definitions {
        var definitions = Definitions()
        definitions.policies = [
            .init(
                host: .default,
                policy: Policy(name: "p", pattern: ".*", target: .queues, definition: definition),
                isOperator: false)
        ]
        return definitions
    }
}
