import Messaging

/// The messages of one queue, or of one priority level of it, in the order in which they came.
///
///     position   0        64           832                        2,048
///                ├────────┼────────────┼──────────────┬───────────┤
///     chunks     │ evicted│  resident  │  resident    │  tail     │
///                └────────┴────────────┴──────────────┴───────────┘
///                 settled or unacked   ▲ cursor: from here on nothing was delivered yet   ▲ end
///
/// A position is the offset of a record in everything that was ever appended, counted from where
/// the log begins: it only grows and is never reused. What lies before the cursor was taken once
/// and is unacked, requeued or settled; the queue knows which, the log only counts per chunk how
/// many are not settled. What was settled out of turn, behind the cursor, stands in a set that
/// the cursor consumes.
///
/// After a restart chunks may have gaps between and fillers in them, where settled records were.
struct QueueLog {
    private(set) var chunks: [Chunk] = []
    /// Where the first record lies that was never taken.
    private(set) var cursor: UInt64
    /// Which chunk that is; may lag until ``head()`` is asked.
    private var cursorIndex = 0
    /// Where the next record will lie.
    private(set) var end: UInt64
    /// Where it ended when its queue was last seen to: what lies behind that was never offered to
    /// a consumer, and so does not expire before it is.
    var offered: UInt64
    /// Records before were on their way to somebody before this process began.
    private(set) var redeliveredBelow: UInt64
    /// Chunks whose bytes are not in memory.
    private(set) var evictedCount = 0
    /// Whether a chunk was added since that was last asked.
    var hasGrown = false
    private var settledAhead = PositionSet()
    /// Whether some chunk may have nothing left that is not settled.
    private(set) var mayRelease = false
    /// Bytes that a fresh chunk begins with: what the queue needed lately.
    private var freshCapacity = Chunk.capacityMin
    private let gauge: MemoryGauge
    /// Bytes of a chunk that takes nothing more, however much it could grow.
    var chunkBytesMax = Chunk.capacityMax

    /// - Parameter start: The first record's position.
    init(from start: UInt64, gauge: MemoryGauge) {
        self.cursor = start
        self.end = start
        self.offered = start
        self.redeliveredBelow = start
        self.gauge = gauge
    }

    /// One that the store has, from before this process.
    init(_ recovered: RecoveredLevel, gauge: MemoryGauge) {
        self.end = recovered.end.offset
        self.cursor = recovered.chunks.first?.start.offset ?? recovered.end.offset
        self.offered = recovered.end.offset
        self.redeliveredBelow = recovered.redeliveredBelow.offset
        self.chunks = recovered.chunks.map { Chunk($0, gauge: gauge) }
        self.evictedCount = self.chunks.count
        self.gauge = gauge
    }

    /// Appends a record and returns its position.
    ///
    /// - Parameter commit: The one that it belongs to; nil when it is in none.
    mutating func append(_ record: NewRecord, commit: CommitNumber?) -> Position {
        let position = Position(self.end)
        let size = record.size
        // The last chunk may not be the tail: what came after it can be released already.
        let tail = self.chunks.count - 1
        let isTail = tail >= 0 && self.chunks[tail].end == self.end
        if !isTail || self.chunks[tail].used >= self.chunkBytesMax
            || !self.chunks[tail].append(record, size: size, commit: commit)
        {
            let capacity =
                isTail
                ? min(Chunk.capacityMax, max(Chunk.capacityMin, self.chunkBytesMax))
                : self.freshCapacity
            var chunk = Chunk(start: self.end, capacity: capacity, gauge: self.gauge)
            let fits = chunk.append(record, size: size, commit: commit)
            precondition(fits, "an empty chunk takes a record of any size")
            self.chunks.append(chunk)
            self.hasGrown = true
        }
        self.end += UInt64(size)
        return position
    }

    // MARK: The head

    enum Head {
        case none
        case record(Position, Record)
        /// The bytes of the chunk with that index have to be loaded first.
        case evicted(Int)
    }

    /// The first record behind the cursor that is not settled.
    mutating func head() -> Head {
        while self.cursor < self.end {
            guard self.cursorIndex < self.chunks.count else {
                self.cursor = self.end  // Nothing is left of what came last.
                break
            }
            if self.cursor >= self.chunks[self.cursorIndex].end {
                self.leaveChunk()
                continue
            }
            // There may be a gap before it.
            self.cursor = max(self.cursor, self.chunks[self.cursorIndex].start)
            guard let record = self.chunks[self.cursorIndex].record(at: self.cursor) else {
                guard self.chunks[self.cursorIndex].live == 0 else {
                    return .evicted(self.cursorIndex)
                }
                // Everything in it was settled ahead: no need to read it back.
                self.cursor = self.chunks[self.cursorIndex].end
                self.settledAhead.removeAll(below: self.cursor)
                continue
            }
            let isSettled = self.settledAhead.first == self.cursor
            guard isSettled || record.isFiller else {
                return .record(Position(self.cursor), record)
            }
            self.cursor += UInt64(record.size)
            // A filler may stand for several.
            self.settledAhead.removeAll(below: self.cursor)
        }
        return .none
    }

    private mutating func leaveChunk() {
        if self.chunks[self.cursorIndex].live == 0 { self.mayRelease = true }
        self.cursorIndex += 1
    }

    /// Moves the cursor past the record that ``head()`` returned.
    @inline(__always)
    mutating func take(_ record: Record) {
        self.cursor += UInt64(record.size)
    }

    /// Says that the record there, taken before, needs to be kept no longer.
    mutating func settle(_ position: Position) {
        self.countSettled(inChunk: self.chunkIndex(of: position.offset))
    }

    /// Says that the record there, not taken yet, is to be passed over.
    mutating func settleAhead(_ position: Position) {
        self.settledAhead.insert(position.offset)
        self.countSettled(inChunk: self.chunkIndex(of: position.offset))
    }

    @inline(__always)
    private mutating func countSettled(inChunk index: Int) {
        self.chunks[index].live -= 1
        if self.chunks[index].live == 0 { self.mayRelease = true }
    }

    /// Settles everything behind the cursor.
    ///
    /// - Complexity: O(records behind the cursor in its chunk) + O(chunks).
    mutating func dropReady() {
        if case .record(let position, _) = self.head() {
            // Records before the cursor in its chunk may still be unacked: count, do not clear.
            var ready = 0
            self.walk(notBefore: position.offset, inChunk: self.cursorIndex) { _, _ in
                ready += 1
                return true
            }
            self.chunks[self.cursorIndex].live -= ready
        }
        for index in self.chunks.indices where self.chunks[index].start >= self.cursor {
            self.chunks[index].live = 0
        }
        self.cursor = self.end
        self.cursorIndex = max(0, self.chunks.count - 1)
        self.settledAhead.removeAll(below: self.end)
        self.mayRelease = true
    }

    /// Gives each chunk of a stream the offset of its first message; returns that behind the last.
    mutating func numberChunks(from first: UInt64) -> UInt64 {
        var next = first
        for index in self.chunks.indices {
            self.chunks[index].firstOffset = next
            next += UInt64(self.chunks[index].live)
        }
        return next
    }

    /// Drops a chunk and all before it, whoever has read them or not: a stream's retention.
    mutating func dropChunks(through last: Int) {
        for index in 0...last { self.chunks[index].live = 0 }
        self.cursor = self.chunks[last].end
        self.mayRelease = true
    }

    // MARK: Reading anywhere

    /// The record at a position that stands for one; nil while its chunk is evicted.
    @inline(__always)
    func record(at position: Position) -> Record? {
        self.chunks[self.chunkIndex(of: position.offset)].record(at: position.offset)
    }

    /// Keeps the memory of a record alive while `body` reads it, whatever is appended meanwhile.
    func memory(of position: Position) -> ChunkMemory? {
        self.chunks[self.chunkIndex(of: position.offset)].memory
    }

    /// The chunk in which an offset of the log lies.
    @inline(__always)
    func chunkIndex(of offset: UInt64) -> Int {
        // Mostly the oldest chunk, or the one that is being delivered from.
        if let first = self.chunks.first, offset < first.end { return 0 }
        if self.cursorIndex < self.chunks.count {
            let chunk = self.chunks[self.cursorIndex]
            if offset >= chunk.start, offset < chunk.end { return self.cursorIndex }
        }
        return self.searchChunk(of: offset)
    }

    private func searchChunk(of offset: UInt64) -> Int {
        var low = 0
        var high = self.chunks.count
        while low < high {
            let middle = (low + high) / 2
            if self.chunks[middle].end <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Visits the ready records of a resident chunk that lie at or behind an offset, which need
    /// not be a record's, until `visit` says no.
    func walk(notBefore limit: UInt64, inChunk index: Int, _ visit: (Position, Record) -> Bool) {
        let chunk = self.chunks[index]
        var offset = max(chunk.start, self.cursor)
        while offset < chunk.end, let record = chunk.record(at: offset) {
            let isReady =
                offset >= limit && !record.isFiller && !self.settledAhead.contains(offset)
            if isReady, !visit(Position(offset), record) { return }
            offset += UInt64(record.size)
        }
    }

    // MARK: Memory

    /// Frees the chunks that hold nothing any more.
    ///
    /// - Returns: Those of them that the store had taken over.
    mutating func release() -> [ChunkID] {
        self.mayRelease = false
        let cursor = self.cursor
        var evicted: [ChunkID] = []
        if let tail = self.chunks.last, tail.live == 0, tail.end <= cursor, tail.used > 0 {
            let needed = tail.used * 2 < tail.capacity ? tail.capacity / 2 : tail.capacity
            self.freshCapacity = min(Chunk.capacityMax, max(Chunk.capacityMin, needed))
            // An idle queue keeps only a little memory.
            if tail.memory != nil, tail.capacity <= 2 * Chunk.capacityMin {
                self.chunks[self.chunks.count - 1].reuse()
            }
        }
        self.chunks.removeAll { chunk in
            guard chunk.live == 0, chunk.end <= cursor, chunk.used > 0 else { return false }
            if chunk.memory == nil { self.evictedCount -= 1 }
            if chunk.keeping != .none { evicted.append(chunk.id) }
            return true
        }
        if self.chunks.capacity > 16, self.chunks.count < self.chunks.capacity / 4 {
            self.chunks = self.chunks.map { $0 }  // An array shrinks only by being made anew.
        }
        self.cursorIndex = min(self.searchChunk(of: self.cursor), max(0, self.chunks.count - 1))
        return evicted
    }

    /// Whether the bytes of a chunk may be dropped: its records are complete, and neither is the
    /// cursor within it, so that what the head is stays known.
    func isEvictable(_ index: Int) -> Bool {
        let chunk = self.chunks[index]
        return index < self.chunks.count - 1 && chunk.memory != nil
            && !(chunk.start < self.cursor && self.cursor < chunk.end)
    }

    func index(of id: ChunkID) -> Int? {
        let index = self.searchChunk(of: id.start.offset)
        guard index < self.chunks.count, self.chunks[index].id == id else { return nil }
        return index
    }

    mutating func evict(_ index: Int) {
        self.chunks[index].evict()
        self.evictedCount += 1
    }

    /// Gives an evicted chunk its bytes back.
    ///
    /// - Returns: How many records are missing in it that were counted, because the store had to
    ///   give them up.
    mutating func fill(_ index: Int, with bytes: UnsafeRawBufferPointer) -> Int {
        self.chunks[index].fill(with: bytes)
        self.evictedCount -= 1
        guard self.chunks[index].start >= self.cursor else { return 0 }
        var found = 0
        self.walk(notBefore: self.chunks[index].start, inChunk: index) { _, _ in
            found += 1
            return true
        }
        let missing = self.chunks[index].live - found
        self.chunks[index].live = found
        if found == 0 { self.mayRelease = true }
        return missing
    }

    mutating func setRecent(_ isRecent: Bool, _ index: Int) {
        self.chunks[index].isRecent = isRecent
    }

    mutating func setKeeping(_ keeping: Chunk.Keeping, of index: Int) {
        self.chunks[index].keeping = keeping
    }

    /// The evicted chunks that will be needed next, the first of so many behind the cursor's.
    func readAhead(_ count: Int) -> [Int] {
        guard self.evictedCount > 0, self.cursorIndex < self.chunks.count else { return [] }
        let end = min(self.cursorIndex + 1 + count, self.chunks.count)
        return (self.cursorIndex..<end).filter { index in
            self.chunks[index].memory == nil && self.chunks[index].live > 0
                && !self.chunks[index].isLoading
        }
    }

    /// Chunks at the end whose bytes are not needed soon, the last first, up to those that are
    /// evicted already.
    ///
    /// - Parameter spared: How many from the cursor's on are needed.
    func evictableAtEnd(sparing spared: Int) -> [Int] {
        var found: [Int] = []
        var index = self.chunks.count - 1
        var evicted = 0
        while index >= self.cursorIndex + spared, evicted < 4 {
            if self.chunks[index].memory == nil { evicted += 1 }
            if self.isEvictable(index), !self.chunks[index].isRecent { found.append(index) }
            index -= 1
        }
        return found
    }

    /// All that may be evicted but the one that the cursor is in.
    func evictableAnywhere() -> [Int] {
        self.chunks.indices.filter { index in
            index != self.cursorIndex && !self.chunks[index].isRecent && self.isEvictable(index)
        }
    }

    /// Notes that a chunk is being loaded.
    ///
    /// - Returns: Whether it was not yet, so that the store has to be asked.
    mutating func beginLoading(_ index: Int) -> Bool {
        exchange(&self.chunks[index].isLoading, with: true) == false
    }
}
