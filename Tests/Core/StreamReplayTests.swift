import Core
import Messaging
import Testing

/// What operators read of a stream, from wherever they say, and copy into queues.
@Suite struct StreamReplayTests {
    /// A stream of chunks of nine messages each, a second apart.
    private func stream(_ count: Int = 45) -> TestBroker {
        let broker = TestBroker()
        broker.declareStream("s", ["x-stream-max-segment-size-bytes": .int32(1_000)])
        for number in 0..<count {
            let text = "\(number)"
            broker.publish(
                text + String(repeating: ".", count: 40 - text.count), to: "s",
                properties: .expiring(60_000))
            broker.advance(milliseconds: 1_000)
        }
        return broker
    }

    private func page(
        _ broker: TestBroker, from start: StreamStart, countMax: Int = 3
    ) -> (numbers: [Int], hasMore: Bool) {
        while true {
            switch broker.broker.browse("s", from: start, countMax: countMax, bodyBytesMax: 99) {
            case .value(let page): return (page.records.map { Self.number($0) }, page.hasMore)
            case .loading: broker.finish()
            case .queueNotFound: return ([], false)
            }
        }
    }

    private static func number(_ record: BrowsedRecord) -> Int {
        Int(record.text.prefix { $0 != "." }) ?? -1
    }

    /// Copies to the end; returns how many and what came of it.
    private func replay(
        _ broker: TestBroker, from start: StreamStart, to target: QueueName,
        before end: UInt64? = nil
    ) -> (copied: Int, lost: UInt64, steps: Int, ending: ReplayNext) {
        var (copied, lost, steps) = (0, UInt64(0), 0)
        var start = start
        while true {
            let step = broker.broker.replayStep(
                source: "s", from: start, before: end ?? broker.broker.nextOffset(of: "s") ?? 0,
                to: target, countMax: 7, now: broker.now)
            broker.broker.endBatch(now: broker.now)
            broker.finish()
            copied += step.copied
            lost += step.lost
            steps += 1
            switch step.next {
            case .goOn(let next), .loading(let next): start = next
            case .finished, .targetFull, .sourceNotFound, .targetNotFound:
                return (copied, lost, steps, step.next)
            }
        }
    }

    @Test(
        "A page begins at an offset or a time, and the next one behind it",
        arguments: [false, true])
    func pages(_ isEvicted: Bool) {
        let broker = self.stream()
        if isEvicted { broker.evict("s") }
        #expect(self.page(broker, from: .first) == ([0, 1, 2], true))
        #expect(self.page(broker, from: .offset(9)) == ([9, 10, 11], true))
        #expect(self.page(broker, from: .offset(42)) == ([42, 43, 44], false))
        #expect(self.page(broker, from: .offset(43)) == ([43, 44], false))
        #expect(self.page(broker, from: .last) == ([44], false))
        #expect(self.page(broker, from: .next) == ([], false))
        #expect(self.page(broker, from: .offset(1_000)) == ([], false))
        let time = Timestamp(seconds: 1_700_000_019)
        #expect(self.page(broker, from: .time(time)) == ([19, 20, 21], true))
        #expect(
            self.page(broker, from: .time(time.adding(microseconds: 1))) == ([20, 21, 22], true))
        let last = broker.patientBrowse("s").first { Self.number($0) == 21 }?.position
        #expect(broker.browse("s", after: last, countMax: 2).map { Self.number($0) } == [22, 23])
    }

    @Test("A replay copies from there to where the stream ended, and the stream keeps it")
    func copies() {
        let broker = self.stream()
        broker.declare("q")
        broker.evict("s")
        let replay = self.replay(broker, from: .offset(5), to: "q", before: 40)
        #expect(replay.copied == 35)
        #expect(replay.ending == .finished)
        let copies = broker.patientBrowse("q")
        #expect(copies.map { Self.number($0) } == Array(5..<40))
        #expect(copies.allSatisfy { $0.message.properties.headers == nil })
        #expect(copies.allSatisfy { $0.message.properties.expiration == nil })
        #expect(copies.first?.message.routingKey == "q")
        #expect(broker.depth("s") == [45, 0])
    }

    @Test("A replay from a time waits for what is evicted, and finds its first message")
    func fromTime() {
        let broker = self.stream()
        broker.declare("q")
        broker.evict("s")
        let replay = self.replay(
            broker, from: .time(Timestamp(seconds: 1_700_000_033)), to: "q")
        #expect(replay.copied == 12)
        #expect(broker.patientBrowse("q").map { Self.number($0) } == Array(33..<45))
    }

    @Test("A full target stops it where it is, and a missing one before it begins")
    func obstacles() {
        let broker = self.stream(10)
        broker.declare(
            "q", arguments: ["x-max-length": .int32(4), "x-overflow": .string("reject-publish")])
        let replay = self.replay(broker, from: .first, to: "q")
        #expect(replay.copied == 4)
        #expect(replay.ending == .targetFull(.offset(4)))
        #expect(self.replay(broker, from: .first, to: "missing").ending == .targetNotFound)
        broker.deleteQueue("s")
        broker.declare("s")
        #expect(self.replay(broker, from: .first, to: "q").ending == .sourceNotFound)
    }

    @Test("A stream replays into another, where copies get offsets of their own, or into itself")
    func intoStreams() {
        let broker = self.stream(12)
        broker.declareStream("t")
        #expect(self.replay(broker, from: .offset(10), to: "t").copied == 2)
        broker.properties = []
        broker.read("t", tag: "t")
        #expect(broker.offsets() == [0, 1])
        #expect(self.replay(broker, from: .first, to: "s", before: 12).copied == 12)
        #expect(broker.stream("s")?.nextOffset == 24)
    }

    @Test("What retention drops under way is told")
    func lost() {
        let broker = self.stream(20)
        broker.declare("q")
        let first = broker.broker.replayStep(
            source: "s", from: .first, before: 20, to: "q", countMax: 5, now: broker.now)
        #expect(first.next == .goOn(.offset(5)))
        broker.finish()
        var definitions = Definitions()
        definitions.policies = [
            .init(
                host: .default,
                policy: Policy(
                    name: "p", pattern: "^s$", definition: ["max-length-bytes": .int32(1_500)]),
                isOperator: false)
        ]
        broker.apply(definitions)
        let rest = self.replay(broker, from: .offset(5), to: "q", before: 20)
        let kept = Int(broker.stream("s")?.firstOffset ?? 0)
        #expect(kept > 5)
        #expect(rest.copied == 20 - kept)
        #expect(rest.lost == UInt64(kept - 5))
    }
}
