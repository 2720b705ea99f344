import Core
import Messaging
import Store
import TestSupport
import Testing

@Suite("Slices of a checkpoint")
struct SliceTests {
    private static let queue = QueueID(slot: 0, incarnation: 1)
    private static let writer = SegmentWriter(slot: 1, bytes: 480)

    private static func slice(
        _ records: [(UInt64, TestRecord)], spanMax: UInt64 = 100_000, breakAt: UInt64? = nil
    ) -> Slice {
        var slice = Slice(into: Self.writer, spanMax: spanMax)
        slice.begin(Self.queue, level: 0, from: 0)
        for (position, record) in records {
            if position == breakAt { slice.closeBlock() }
            record.bytes.withUnsafeBytes { bytes in
                Record.forEach(in: bytes, from: position) { position, record in
                    slice.add(record, at: position, of: Self.queue)
                }
            }
        }
        slice.end(upTo: 10_000)
        return slice
    }

    @Test("records without a hole are one extent of one entry")
    func withoutHole() throws {
        let record = TestRecord("one")
        let slice = Self.slice([(24, record), (24 + record.size, record)])
        let move = try #require(slice.moves.first)
        let (extent, settled) = try #require(move.extents.first)
        let bytes = slice.finished()
        #expect(move.extents.count == 1 && settled.isEmpty)
        #expect(move.from == 0 && move.upTo == 10_000)
        #expect(extent.start == 24 && extent.end == 24 + 2 * record.size)
        #expect(extent.offset == 480 && Int(extent.bytes) == bytes.count && extent.file == 1)
        #expect(extent.count == 2 && extent.live == 2)
        #expect(extent.summary.bodyBytes == 6)
        #expect(
            EntryValue.entries(of: bytes) == [
                .append(Self.queue, from: 24, records: 2, record.bytes + record.bytes)
            ])
    }

    @Test("a hole begins an entry and counts as settled, so that nothing in it counts twice")
    func hole() throws {
        let record = TestRecord("one")
        let slice = Self.slice([(0, record), (240, record)])
        let (extent, settled) = try #require(slice.moves.first?.extents.first)
        #expect(EntryValue.entries(of: slice.finished()).count == 2)
        var pool = BitmapPool()
        var restored = extent
        pool.restore(settled, to: &restored)
        for position in stride(from: extent.start, to: extent.end, by: 8) {
            let isRecord = position == 0 || position == 240
            #expect(pool.isSettled(position, in: restored) == !isRecord, "\(position)")
        }
    }

    @Test("no extent spans more than it may, unless one record does")
    func spans() {
        let small = TestRecord(bodyBytes: 44)
        let big = TestRecord(bodyBytes: 3_000)
        let slice = Self.slice(
            [(0, small), (64, small), (400, small), (464, big), (464 + big.size, small)],
            spanMax: 256)
        let extents = slice.moves.flatMap(\.extents).map(\.extent)
        #expect(extents.map(\.start) == [0, 400, 464, 464 + big.size])
        #expect(extents.map(\.end) == [128, 464, 464 + big.size, 528 + big.size])
        #expect(extents.reduce(480) { $0 + UInt64($1.bytes) } == 480 + UInt64(slice.bytes))
        for (one, next) in zip(extents, extents.dropFirst()) {
            #expect(next.offset == one.offset + UInt64(one.bytes))
        }
    }

    @Test("what lies behind another extent gets an extent of its own")
    func closed() {
        let record = TestRecord("one")
        let slice = Self.slice([(0, record), (record.size, record)], breakAt: record.size)
        #expect(slice.moves.flatMap(\.extents).map(\.extent.start) == [0, record.size])
        #expect(EntryValue.entries(of: slice.finished()).count == 2)
    }

    @Test("what was copied takes the place of its source, and what is not a source stays")
    func performed() throws {
        let disk = SimulatedDisk(seed: 1)
        var index = StoreIndex()
        for kind in [.log(1), .segment(1), .log(2)] as [StoredFile.Kind] {
            _ = index.files.add(
                StoredFile(kind: kind, handle: try disk.create(StoredFile.name(kind)), bytes: 0))
        }
        let record = TestRecord("one")
        func add(_ start: UInt64, count: UInt64, file: Int32) {
            index.add(
                Extent(
                    start: start, end: start + count * record.size, file: file, offset: 48,
                    bytes: 0, count: UInt32(count), live: UInt32(count)),
                to: Self.queue)
        }
        add(0, count: 4, file: 0)
        add(1_000, count: 1, file: 2)
        add(2_000, count: 2, file: 0)
        index.settle(record.size, of: Self.queue)
        index.settle(2_000, of: Self.queue)
        let slice = Self.slice(
            [
                (0, record), (2 * record.size, record), (3 * record.size, record),
                (2_000 + record.size, record),
            ], breakAt: 2_000 + record.size)
        let move = try #require(slice.moves.first)
        index.perform(move, sources: [0])

        let list = try #require(index[0].levels.first).list
        #expect(list.alive.map(\.start) == [0, 1_000, 2_000 + record.size])
        #expect(list.alive.map(\.live) == [3, 1, 1])
        #expect(list.alive.map(\.file) == [1, 2, 1])
        #expect(index.files[0].live == 0 && index.files[0].extents == 0)
        #expect(index.files[1].live == 4 && index.files[1].extents == 2)
        // A settle of what was not copied any more finds it settled.
        index.settle(record.size, of: Self.queue)
        index.settle(2_000, of: Self.queue)
        #expect(index.files[1].live == 4)
        index.settle(2 * record.size, of: Self.queue)
        #expect(index.files[1].live == 3)
    }
}

extension EntryValue {
    /// Those of a segment, whose entries stand in no batch.
    fileprivate static func entries(of bytes: [UInt8]) -> [EntryValue] {
        Self.all(in: [UInt8](repeating: 0, count: LogFormat.batchHeaderBytes) + bytes)
    }
}
