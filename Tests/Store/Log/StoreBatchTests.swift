import Core
import Messaging
import Store
import Testing

@Suite("Batches of the log")
struct StoreBatchTests {
    private static let queue = QueueID(slot: 3, incarnation: 9)
    private static let other = QueueID(slot: 4, incarnation: 9)
    private static let record = TestRecord("a message")

    private static func header(_ bytes: [UInt8], at offset: Int = 0) -> BatchHeader? {
        bytes.withUnsafeBytes { BatchHeader($0, at: offset) }
    }

    @Test("a sealed batch says its number, its time and the watermark")
    func headerComesBack() throws {
        var batch = StoreBatch()
        batch.append(Self.record, to: Self.queue, at: 64)
        let bytes = batch.sealed(sequence: 7, syncedUpTo: 5)
        let header = try #require(Self.header(bytes))
        #expect(header.sequence == 7)
        #expect(header.timeMicroseconds == 99)
        #expect(header.syncedUpTo == 5)
        #expect(header.bytes == bytes.count)
        #expect(bytes.count % 8 == 0)
    }

    @Test("an empty batch is one too")
    func empty() throws {
        let header = try #require(Self.header(StoreBatch().sealed()))
        #expect(header.bytes == LogFormat.batchHeaderBytes)
    }

    @Test("records that lie one behind the other share an entry, others do not")
    func runs() {
        var batch = StoreBatch()
        var next = batch.append(Self.record, to: Self.queue, at: 64)
        next = batch.append(TestRecord("longer than the first one"), to: Self.queue, at: next)
        // A hole, another queue, the first one again behind it, and after something else.
        let behindHole = batch.append(Self.record, to: Self.queue, at: next + 40)
        batch.append(Self.record, to: Self.other, at: behindHole)
        batch.append(Self.record, to: Self.queue, at: behindHole)
        batch.settle(Position(0), of: Self.queue)
        batch.append(Self.record, to: Self.queue, at: behindHole + Self.record.size)
        let bytes = Self.record.bytes
        #expect(
            EntryValue.all(in: batch.sealed()) == [
                .append(
                    Self.queue, from: 64, records: 2,
                    bytes + TestRecord("longer than the first one").bytes),
                .append(Self.queue, from: next + 40, records: 1, bytes),
                .append(Self.other, from: behindHole, records: 1, bytes),
                .append(Self.queue, from: behindHole, records: 1, bytes),
                .settle(Self.queue, [0]),
                .append(
                    Self.queue, from: behindHole + Self.record.size, records: 1, bytes),
            ])
    }

    @Test("settles of one queue share an entry and keep their order")
    func settles() {
        var batch = StoreBatch()
        for position in [48, 8, 48] as [UInt64] {
            batch.settle(Position(position), of: Self.queue)
        }
        batch.settle(Position(48), of: Self.other)
        batch.settleReady(of: Self.other, from: Position(8), upTo: Position(80))
        batch.settle(Position(16), of: Self.other)
        #expect(
            EntryValue.all(in: batch.sealed()) == [
                .settle(Self.queue, [48, 8, 48]), .settle(Self.other, [48]),
                .settleReady(Self.other, from: 8, upTo: 80), .settle(Self.other, [16]),
            ])
    }

    @Test("notes come back with keys and values of any length, and forgotten ones without")
    func notes() {
        let long = (0..<5_003).map { UInt8(truncatingIfNeeded: $0) }
        var batch = StoreBatch()
        var expected: [EntryValue] = []
        for kind in NoteKey.Kind.allCases {
            for (key, value) in [
                ([], []), ([1], []), ([1, 2, 3], nil), (Array(0..<8), [1]), (long, [9]),
                ([7], long), (long, long), ([], nil),
            ] as [([UInt8], [UInt8]?)] {
                batch.note(NoteKey(kind, key), value, of: Self.queue)
                expected.append(.note(Self.queue, NoteKey(kind, key), value))
            }
        }
        let bytes = batch.sealed()
        #expect(EntryValue.all(in: bytes) == expected)
        #expect(Self.header(bytes)?.bytes == bytes.count)
    }

    @Test("queues, cursors and the end in order are entries; other definitions are not")
    func otherKinds() {
        var batch = StoreBatch()
        batch.define(.hostAdded("h"))
        batch.define(.queueDeclared(Self.queue, QueueDeclaration(name: "q"), in: "h"))
        batch.define(.queueDeleted(Self.other))
        batch.cursor(Position(1 << 56 | 24), of: Self.queue)
        batch.stopped()
        #expect(batch.definitions.count == 3)
        #expect(
            EntryValue.all(in: batch.sealed()) == [
                .declared(Self.queue), .deleted(Self.other), .cursor(Self.queue, 1 << 56 | 24),
                .closed,
            ])
    }

    @Test("a flipped bit is found, wherever it is")
    func flippedBits() {
        var batch = StoreBatch()
        batch.append(Self.record, to: Self.queue, at: 64)
        batch.settle(Position(8), of: Self.queue)
        batch.note(NoteKey(.published, [1, 2, 3]), [4], of: Self.queue)
        let bytes = batch.sealed()
        // Behind it zeros, as in a file: a length that grew must not help it.
        var file = bytes + [UInt8](repeating: 0, count: 4_096)
        for bit in 0..<bytes.count * 8 {
            file[bit / 8] ^= 1 << UInt8(bit % 8)
            if Self.header(file) != nil {
                Issue.record("bit \(bit % 8) of byte \(bit / 8) is not found")
            }
            file[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        #expect(Self.header(file) != nil)
    }

    @Test("a batch that is cut off anywhere is none")
    func cutOff() {
        var batch = StoreBatch()
        batch.append(Self.record, to: Self.queue, at: 64)
        batch.settle(Position(8), of: Self.queue)
        let bytes = batch.sealed()
        for count in 0..<bytes.count where Self.header(Array(bytes.prefix(count))) != nil {
            Issue.record("\(count) of \(bytes.count) bytes count as a batch")
        }
    }

    @Test("memory of a batch that was holds nothing of it")
    func reused() {
        var batch = StoreBatch()
        batch.append(Self.record, to: Self.queue, at: 64)
        var next = StoreBatch(reusing: batch.sealed())
        next.append(Self.record, to: Self.queue, at: 64 + Self.record.size)
        #expect(
            EntryValue.all(in: next.sealed())
                == [
                    .append(
                        Self.queue, from: 64 + Self.record.size, records: 1, Self.record.bytes)
                ])
    }
}
