import Messaging

/// A run of records of one queue's log, in memory or evicted from it.
struct Chunk {
    /// Bytes that the memory of a chunk begins with; it doubles from there.
    static let capacityMin = 512
    /// Bytes of a full-grown chunk; a record that is bigger gets one of its own.
    static let capacityMax = 262_144

    /// Where its first record stands in the log.
    private(set) var start: UInt64
    /// Bytes of its records.
    private(set) var used = 0
    /// nil while it is evicted.
    private(set) var memory: ChunkMemory?
    /// Records that are not settled.
    var live = 0
    private(set) var firstEnqueuedAt = Timestamp(microseconds: 0)
    /// In a stream, the offset of its first message.
    var firstOffset: UInt64 = 0
    /// No record expires before; tells without the bytes whether any has.
    private(set) var earliestExpiry: Timestamp?
    /// The store was asked for its bytes and has not answered yet.
    var isLoading = false
    /// The last commit that added a record to it which the store has.
    private(set) var lastCommit: UInt64 = 0
    /// Some record of it is in no commit, so the store has it only when it keeps the whole chunk.
    private(set) var isVolatile = false
    var keeping = Keeping.none
    /// It was loaded lately, for somebody who may not have come to it yet.
    var isRecent = false

    /// Whether the store has its bytes as a whole, besides what is in commits.
    enum Keeping {
        case none
        /// It was asked to.
        case asked
        case kept
    }

    private let gauge: MemoryGauge

    init(start: UInt64, capacity: Int, gauge: MemoryGauge) {
        self.start = start
        self.gauge = gauge
        self.memory = ChunkMemory(capacity: capacity, gauge: gauge)
    }

    /// One that the store has, from before this process.
    init(_ recovered: RecoveredChunk, gauge: MemoryGauge) {
        self.start = recovered.start.offset
        self.used = Int(recovered.end.offset - recovered.start.offset)
        self.live = recovered.live
        self.firstEnqueuedAt = recovered.firstEnqueuedAt
        self.earliestExpiry = recovered.earliestExpiry
        self.gauge = gauge
    }

    var end: UInt64 { self.start + UInt64(self.used) }
    var capacity: Int { self.memory?.capacity ?? 0 }
    var id: ChunkID { ChunkID(start: Position(self.start), end: Position(self.end)) }

    /// The record at an offset of the log; nil while the chunk is evicted.
    @inline(__always)
    func record(at offset: UInt64) -> Record? {
        guard let memory = self.memory else { return nil }
        return Record(base: memory.base + Int(offset &- self.start))
    }

    /// Appends a record if there is room, or can be made by growing.
    ///
    /// - Parameter commit: The one that it belongs to; nil when it is in none.
    mutating func append(
        _ record: borrowing NewRecord, size: Int, commit: CommitNumber?
    ) -> Bool {
        if size > self.capacity - self.used {
            guard self.grow(toHold: self.used + size) else { return false }
        }
        guard let base = self.memory?.base else { return false }
        record.write(to: base + self.used)
        if self.used == 0 {
            self.firstEnqueuedAt = record.enqueuedAt
            self.firstOffset = record.streamOffset ?? 0
        }
        if let expiresAt = record.expiresAt {
            self.earliestExpiry = min(self.earliestExpiry ?? expiresAt, expiresAt)
        }
        self.used += size
        self.live += 1
        if let commit { self.lastCommit = commit.number } else { self.isVolatile = true }
        return true
    }

    private mutating func grow(toHold bytes: Int) -> Bool {
        // An empty chunk takes one record of any size.
        guard let memory = self.memory, bytes <= Self.capacityMax || self.used == 0 else {
            return false
        }
        var capacity = memory.capacity
        while capacity < bytes { capacity *= 2 }
        let grown = ChunkMemory(
            capacity: bytes > Self.capacityMax ? bytes : capacity, gauge: self.gauge)
        grown.base.copyMemory(from: memory.base, byteCount: self.used)
        self.memory = grown
        return true
    }

    /// Empties a chunk whose records are all settled, so that its memory serves the next ones.
    mutating func reuse() {
        self.start = self.end
        self.used = 0
        self.earliestExpiry = nil
        self.isVolatile = false
    }

    mutating func evict() { self.memory = nil }

    mutating func fill(with bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == self.used, "the store answers with the chunk's own bytes")
        self.memory = ChunkMemory(copying: bytes, gauge: self.gauge)
        self.isLoading = false
    }
}
