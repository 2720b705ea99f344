import Core
import Messaging

/// A run of records of one queue that lies in one place on disk: one or more append entries.
///
/// Its positions may have holes, where records were settled before it was written; extents of one
/// queue never overlap.
package struct Extent: Hashable, Sendable {
    /// Position of its first record.
    package var start: UInt64
    /// Past its last record.
    package var end: UInt64
    /// Slot of its file; see ``FileTable``.
    package var file: Int32
    /// Which records are settled, as a slot of ``BitmapPool``; -1 while none is.
    package var settled: Int32 = -1
    /// Where its entries begin in the file.
    package var offset: UInt64
    /// Bytes of its entries.
    package var bytes: UInt32
    /// Records in it.
    package var count: UInt32
    /// Those that are not settled.
    package var live: UInt32
    package var summary = ExtentSummary()

    package init(
        start: UInt64, end: UInt64, file: Int32, offset: UInt64, bytes: UInt32, count: UInt32,
        live: UInt32
    ) {
        self.start = start
        self.end = end
        self.file = file
        self.offset = offset
        self.bytes = bytes
        self.count = count
        self.live = live
    }
}

/// What a broker has to know of records that it has not read.
package struct ExtentSummary: Hashable, Sendable {
    /// Bytes of their bodies.
    package var bodyBytes: UInt64 = 0
    package var firstEnqueuedAt: Int64 = 0
    /// No record expires before; `.max` when none does.
    package var earliestExpiry = Int64.max
    /// Some died in another queue, which only reading tells.
    package var hasDead = false

    package init() {}

    /// Counts a record in.
    package mutating func add(_ record: Record) {
        if self.firstEnqueuedAt == 0 { self.firstEnqueuedAt = record.enqueuedAt.microseconds }
        self.bodyBytes += UInt64(record.bodyBytes)
        if let expiresAt = record.expiresAt {
            self.earliestExpiry = min(self.earliestExpiry, expiresAt.microseconds)
        }
        if record.origin != nil { self.hasDead = true }
    }
}

/// Which records of extents are settled: a bit for each 8 bytes of positions.
///
/// An extent has one only while some of it is settled and some is not.
package struct BitmapPool {
    private var words: [[UInt64]] = []
    private var free: [Int32] = []

    package init() {}

    private static func place(_ position: UInt64, in extent: Extent) -> (word: Int, bit: UInt64) {
        let slot = Int((position - extent.start) / 8)
        return (slot / 64, 1 << UInt64(slot % 64))
    }

    /// Whether the record there is settled.
    package func isSettled(_ position: UInt64, in extent: Extent) -> Bool {
        guard extent.settled >= 0 else { return false }
        let (word, bit) = Self.place(position, in: extent)
        return self.words[Int(extent.settled)][word] & bit != 0
    }

    /// Settles the record there.
    ///
    /// - Returns: Whether it was not settled before.
    package mutating func settle(_ position: UInt64, in extent: inout Extent) -> Bool {
        let (word, bit) = Self.place(position, in: extent)
        self.open(&extent)
        let slot = Int(extent.settled)
        guard self.words[slot][word] & bit == 0 else { return false }
        self.words[slot][word] |= bit
        return true
    }

    /// Gives an extent a bitmap, if it has none.
    private mutating func open(_ extent: inout Extent) {
        guard extent.settled < 0 else { return }
        let count = Int((extent.end - extent.start) / 8 + 63) / 64
        let words = [UInt64](repeating: 0, count: count)
        if let slot = self.free.popLast() {
            self.words[Int(slot)] = words
            extent.settled = slot
        } else {
            extent.settled = Int32(self.words.count)
            self.words.append(words)
        }
    }

    /// Takes its bitmap from an extent, if it has one.
    package mutating func close(_ extent: inout Extent) {
        guard extent.settled >= 0 else { return }
        self.words[Int(extent.settled)] = []
        self.free.append(extent.settled)
        extent.settled = -1
    }

    /// The bits of an extent, none while all of it is alive.
    package func words(of extent: Extent) -> [UInt64] {
        extent.settled < 0 ? [] : self.words[Int(extent.settled)]
    }

    /// Gives an extent the bits that it had when they were written down.
    package mutating func restore(_ words: [UInt64], to extent: inout Extent) {
        guard !words.isEmpty else { return }
        self.open(&extent)
        self.words[Int(extent.settled)] = words
    }
}
