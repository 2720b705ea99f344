import Core
import Messaging
import Testing

/// A stream after a restart: its offsets, its groups, and what it goes on to keep.
@Suite struct StreamRestoreTests {
    /// What an earlier process left to the store.
    private struct Left {
        var definitions = StoredDefinitions()
        var queue: RecoveredQueue
        /// The bytes of its chunks.
        var bytes: [ChunkID: [UInt8]] = [:]
    }

    /// A stream that retention has cut, a group that has read a part, and what of it is durable.
    private func left(chunks: Int) throws -> (left: Left, first: UInt64) {
        let broker = TestBroker()
        broker.declareStream(
            "s",
            [
                "x-stream-max-segment-size-bytes": .int32(1_000),
                "x-max-length-bytes": .int32(2_500),
            ])
        for number in 0..<40 { broker.publish("m\(number)", to: "s") }
        broker.read("s", tag: "t", group: "g", prefetch: 20)
        broker.ack(5, multiple: true)
        let known = broker.broker.id(of: "s")
        var left = Left(queue: RecoveredQueue(id: try #require(known)))
        var notes: [NoteKey: [UInt8]] = [:]
        var positions: [Position] = []
        for effect in broker.storeEffects {
            switch effect {
            case .define(.queueDeclared(let id, let declaration, let host)):
                left.definitions.queues.append(
                    .init(id: id, host: host, declaration: declaration))
            case .append(_, let position): positions.append(position)
            case .settleReady(_, let from, let end):
                positions.removeAll { from <= $0 && $0 < end }
            case .note(_, let key, let value): notes[key] = value
            case .settle, .define, .commit, .loadChunk, .releaseChunk, .keepChunk: break
            }
        }
        left.queue.notes = notes.map { ($0.key, $0.value) }
        let first = try #require(broker.stream("s")?.firstOffset)
        self.fill(&left, positions, of: broker, chunks: chunks)
        return (left, first)
    }

    /// Cuts what is left into chunks, wherever they were cut before.
    private func fill(
        _ left: inout Left, _ positions: [Position], of broker: TestBroker, chunks: Int
    ) {
        let each = (positions.count + chunks - 1) / chunks
        var level = RecoveredLevel(end: Position(0), redeliveredBelow: Position(0))
        for start in stride(from: 0, to: positions.count, by: each) {
            let run = positions[start..<min(start + each, positions.count)]
            var bytes: [UInt8] = []
            for position in run {
                bytes += Array(broker.broker.recordBytes(of: left.queue.id, at: position))
            }
            let first = run[start]
            let end = Position(first.offset + UInt64(bytes.count))
            level.chunks.append(RecoveredChunk(start: first, end: end, live: run.count))
            level.end = end
            left.bytes[ChunkID(start: first, end: end)] = bytes
        }
        left.queue.levels = [level]
    }

    private func restored(_ left: Left) -> TestBroker {
        let broker = TestBroker()
        var contents = RecoveredContents()
        contents.queues = [left.queue]
        let problems = broker.broker.restore(left.definitions, contents, now: broker.now)
        #expect(problems == [])
        broker.loadsAtOnce = false
        broker.finish()
        return broker
    }

    /// Answers what the store is asked for until it is asked no more.
    private func load(_ broker: TestBroker, _ left: Left) {
        var answered = 0
        while answered < broker.loading.count {
            let (queue, chunk) = broker.loading[answered]
            answered += 1
            left.bytes[chunk]?.withUnsafeBytes {
                broker.broker.chunkLoaded(queue, chunk: chunk, bytes: $0, now: broker.now)
            }
            broker.finish()
        }
    }

    @Test("Offsets go on, a group goes on, and its lag is known at once", arguments: [1, 2, 5])
    func goesOn(_ chunks: Int) throws {
        let (left, first) = try self.left(chunks: chunks)
        #expect(first > 5)
        let broker = self.restored(left)
        #expect(broker.stream("s")?.firstOffset == first)
        #expect(broker.stream("s")?.nextOffset == 40)
        #expect(broker.depth("s") == [40 - Int(first), 0])
        #expect(broker.groups("s") == ["g \(first + 5) \(35 - Int(first)) 0"])
        broker.publish("m40", to: "s")
        broker.read("s", tag: "t", group: "g")
        self.load(broker, left)
        #expect(broker.offsets() == Array(Int64(first) + 5...40))
        #expect(broker.deliveries() == (Int(first) + 5...40).map { "m\($0)" })
    }

    @Test("Retention goes on where it was, and any offset is found")
    func retention() throws {
        let (left, first) = try self.left(chunks: 3)
        let broker = self.restored(left)
        broker.read("s", tag: "t", from: .int32(38))
        self.load(broker, left)
        #expect(broker.deliveries() == ["m38", "m39"])
        for number in 40..<60 { broker.publish("m\(number)", to: "s") }
        let kept = try #require(broker.stream("s"))
        #expect(kept.firstOffset > first)
        #expect(kept.nextOffset == 60)
        #expect(broker.depth("s") == [60 - Int(kept.firstOffset), 0])
        #expect((broker.figures("s")?.readyBytes ?? 0) <= 2_500 + 1_000)
    }

    @Test("A stream of which nothing is left counts on behind what was noted")
    func empty() throws {
        var (left, first) = try self.left(chunks: 1)
        left.queue.levels = []
        let broker = self.restored(left)
        #expect(broker.stream("s")?.nextOffset == first + 5, "no offset is given twice")
        left.queue.notes.append((NoteKey(.offset, [1]), [1, 2, 3]))
        #expect(self.restored(left).detail("s")?.groups.count == 1, "what is no offset is nothing")
    }
}
