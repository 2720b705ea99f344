import Core
import Messaging

/// The bytes of one slice of a checkpoint, and what is to refer to them once they are synced.
package struct Slice {
    /// What takes the place of the sources' extents in a part of one level.
    package struct Move {
        package let queue: QueueID
        package let level: UInt64
        /// The part: from one position up to another.
        package let from: UInt64
        package var upTo: UInt64
        package var extents: [(extent: Extent, settled: [UInt64])] = []
    }

    /// An extent being written: an entry for each run of records without a hole.
    private struct Block {
        var extent: Extent
        /// Where it began in `bytes`.
        let start: Int
        var recordBytes: UInt64 = 0
        var positions: [UInt64] = []

        /// With holes, a bit for everything but the starts of its records: a settle of one that is
        /// not in it any more finds it settled.
        var settled: [UInt64] {
            let span = self.extent.end - self.extent.start
            guard self.recordBytes < span else { return [] }
            var words = [UInt64](repeating: .max, count: (Int(span / 8) + 63) / 64)
            for position in self.positions {
                let slot = Int((position - self.extent.start) / 8)
                words[slot / 64] &= ~(1 << UInt64(slot % 64))
            }
            return words
        }
    }

    package private(set) var moves: [Move] = []
    private var entries: EntryWriter
    /// Where in the file it will begin.
    private let start: UInt64
    private let file: Int32
    private let spanMax: UInt64
    private var block: Block?

    package init(
        into segment: SegmentWriter, spanMax: UInt64, reusing memory: consuming [UInt8] = []
    ) {
        self.entries = EntryWriter(behind: 0, reusing: memory)
        self.start = segment.bytes
        self.file = Int32(segment.slot)
        self.spanMax = spanMax
    }

    package var bytes: Int { self.entries.bytes.count }

    /// The bytes with their sums.
    package consuming func finished() -> [UInt8] { self.entries.bytes }

    /// Begins with a part of one level, from a position on.
    package mutating func begin(_ queue: QueueID, level: UInt64, from position: UInt64) {
        self.moves.append(Move(queue: queue, level: level, from: position, upTo: position))
    }

    /// Adds a record that is alive.
    package mutating func add(_ record: Record, at position: UInt64, of queue: QueueID) {
        let size = record.size
        let end = position + UInt64(size)
        if let block = self.block, end - block.extent.start > self.spanMax { self.closeBlock() }
        var block =
            exchange(&self.block, with: nil)
            ?? Block(
                extent: Extent(
                    start: position, end: position, file: self.file,
                    offset: self.start + UInt64(self.bytes), bytes: 0, count: 0, live: 0),
                start: self.bytes)
        if block.positions.isEmpty { self.entries.breakRun() }
        self.entries.append(
            UnsafeRawBufferPointer(start: record.base, count: size), to: queue, at: position)
        block.positions.append(position)
        block.recordBytes += UInt64(size)
        block.extent.end = end
        block.extent.count += 1
        block.extent.live += 1
        block.extent.summary.add(record)
        self.block = block
    }

    /// Adds an extent of which every record is alive: its entries as they lie there, their sums
    /// with them.
    mutating func add(
        whole extent: Extent, settled: [UInt64], entries: UnsafeRawBufferPointer,
        _ summary: ExtentSummary
    ) {
        self.closeBlock()
        var moved = extent
        moved.file = self.file
        moved.offset = self.start + UInt64(self.bytes)
        moved.settled = -1
        moved.summary = summary
        self.entries.breakRun()
        self.entries.bytes.append(contentsOf: entries)
        self.moves[self.moves.count - 1].extents.append((moved, settled))
    }

    /// Ends an extent: what follows must not lie in the same one.
    package mutating func closeBlock() {
        guard var block = exchange(&self.block, with: nil) else { return }
        block.extent.bytes = UInt32(self.bytes - block.start)
        self.entries.seal(from: block.start)
        self.moves[self.moves.count - 1].extents.append((block.extent, block.settled))
    }

    /// Says up to where the level was read.
    package mutating func end(upTo position: UInt64) {
        self.closeBlock()
        self.moves[self.moves.count - 1].upTo = position
    }
}
