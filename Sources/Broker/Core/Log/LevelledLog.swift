import Messaging

/// The messages of one queue: a log for each priority level that was ever used.
///
/// A position carries its level in the top byte, the most urgent level as 0, so the order of
/// positions is the order of delivery. A queue without priorities has the one level 0.
///
///     position   00 0000000000400      level 0, the most urgent
///                02 0000000000080      level 2: two less urgent
///                ── ─────────────
///                level   offset in that level's log
struct LevelledLog {
    /// Where a chunk is: the level's index in ``levels`` and the chunk's in its log.
    struct ChunkPlace: Hashable {
        var level: Int
        var chunk: Int
    }

    private static let levelShift: UInt64 = 56

    /// The level that a position's offset names.
    static func level(of offset: UInt64) -> UInt64 { offset >> Self.levelShift }

    /// The highest priority; a message with a higher one counts as having this.
    let priorityMax: UInt8
    /// Those in use, the most urgent first.
    private(set) var levels: [QueueLog] = []
    private let gauge: MemoryGauge

    init(priorityMax: UInt8, gauge: MemoryGauge) {
        self.priorityMax = priorityMax
        self.gauge = gauge
        if priorityMax == 0 { self.levels = [QueueLog(from: 0, gauge: gauge)] }
    }

    /// The priority that messages at that position have in this queue.
    func priority(of position: Position) -> UInt8 {
        self.priorityMax - UInt8(Self.level(of: position.offset))
    }

    /// - Parameter commit: The one that the record belongs to; nil when it is in none.
    mutating func append(_ record: NewRecord, commit: CommitNumber?) -> Position {
        guard self.priorityMax > 0 else { return self.levels[0].append(record, commit: commit) }
        let level = UInt64(self.priorityMax - min(record.priority, self.priorityMax))
        return self.levels[self.claimLevel(level)].append(record, commit: commit)
    }

    /// Takes over what the store has from before this process.
    mutating func restore(_ recovered: [RecoveredLevel]) {
        guard !recovered.isEmpty else { return }
        self.levels = recovered.map { QueueLog($0, gauge: self.gauge) }
    }

    /// Whether the record there was on its way to somebody before this process began.
    func wasDelivered(_ position: Position) -> Bool {
        position.offset < self.levels[self.level(of: position)].redeliveredBelow
    }

    private mutating func claimLevel(_ level: UInt64) -> Int {
        let start = level << Self.levelShift
        let index = self.levels.firstIndex { $0.end >= start } ?? self.levels.count
        if index < self.levels.count, Self.level(of: self.levels[index].end) == level {
            return index
        }
        self.levels.insert(QueueLog(from: start, gauge: self.gauge), at: index)
        return index
    }

    /// The index of the level that a position lies in.
    @inline(__always)
    private func level(of position: Position) -> Int {
        guard self.levels.count != 1 else { return 0 }
        let level = Self.level(of: position.offset)
        // One of another level, from outside, finds a log that does not have it.
        return self.levels.firstIndex { Self.level(of: $0.end) >= level }
            ?? self.levels.count - 1
    }

    /// Whether a position may stand for a record here.
    func mayHold(_ position: Position) -> Bool {
        guard !self.levels.isEmpty else { return false }
        let level = self.levels[self.level(of: position)]
        return Self.level(of: level.end) == Self.level(of: position.offset)
            && position.offset < level.end
    }

    // MARK: The head

    enum Head {
        case none
        case record(Position, Record)
        /// The bytes of the chunk at that place have to be loaded first.
        case evicted(ChunkPlace)
    }

    /// The first record that was never taken and is not settled, of the most urgent level that has
    /// one.
    mutating func head() -> Head {
        for index in self.levels.indices {
            switch self.levels[index].head() {
            case .none: continue
            case .record(let position, let record): return .record(position, record)
            case .evicted(let chunk): return .evicted(ChunkPlace(level: index, chunk: chunk))
            }
        }
        return .none
    }

    /// Whether a more urgent level than that of the position has a record that was never taken.
    mutating func hasHead(before position: Position) -> Bool {
        guard self.levels.count > 1 else { return false }
        for index in 0..<self.level(of: position) {
            if case .none = self.levels[index].head() { continue }
            return true
        }
        return false
    }

    /// Moves on past the record that ``head()`` returned.
    @inline(__always)
    mutating func take(_ record: Record, at position: Position) {
        self.levels[self.level(of: position)].take(record)
    }

    /// Whether the record there came since its queue was last seen to.
    @inline(__always)
    func isFresh(_ position: Position) -> Bool {
        position.offset >= self.levels[self.level(of: position)].offered
    }

    /// Says that its queue was seen to.
    mutating func markOffered() {
        for index in self.levels.indices { self.levels[index].offered = self.levels[index].end }
    }

    /// Says that the record there, taken before, needs to be kept no longer.
    @inline(__always)
    mutating func settle(_ position: Position) {
        self.levels[self.level(of: position)].settle(position)
    }

    /// Says that the record there, not taken yet, is to be passed over.
    mutating func settleAhead(_ position: Position) {
        let index = self.level(of: position)
        self.levels[index].settleAhead(position)
        _ = self.levels[index].head()  // The cursor passes what is settled, so it can be freed.
    }

    /// Settles everything that was never taken.
    mutating func dropReady() {
        for index in self.levels.indices { self.levels[index].dropReady() }
    }

    // MARK: Streams, which have the one level

    /// Has chunks end earlier than they need to, so that retention is finer.
    mutating func limitChunks(toBytes bytes: Int) { self.levels[0].chunkBytesMax = bytes }

    /// Gives each chunk the offset of its first message, by how many are before it.
    ///
    /// - Returns: The offset behind the last message.
    mutating func numberChunks(from first: UInt64) -> UInt64 {
        self.levels[0].numberChunks(from: first)
    }

    /// Drops a chunk and all before it, whoever has read them or not.
    mutating func dropChunks(through last: Int) { self.levels[0].dropChunks(through: last) }

    // MARK: Reading anywhere

    /// The record at a position that stands for one; nil while its chunk is evicted.
    @inline(__always)
    func record(at position: Position) -> Record? {
        self.levels[self.level(of: position)].record(at: position)
    }

    /// Keeps the memory of a record alive while it is read, whatever is appended meanwhile.
    func memory(of position: Position) -> ChunkMemory? {
        self.levels[self.level(of: position)].memory(of: position)
    }

    func place(of position: Position) -> ChunkPlace {
        let level = self.level(of: position)
        return ChunkPlace(
            level: level, chunk: self.levels[level].chunkIndex(of: position.offset))
    }

    func chunk(at place: ChunkPlace) -> Chunk {
        self.levels[place.level].chunks[place.chunk]
    }

    // MARK: Memory

    /// Whether some chunk may have nothing left that is not settled.
    @inline(__always)
    var mayRelease: Bool {
        self.levels.count == 1
            ? self.levels[0].mayRelease : self.levels.contains { $0.mayRelease }
    }

    /// Frees the chunks that hold nothing any more.
    ///
    /// - Returns: Those of them that the store had taken over.
    mutating func release() -> [ChunkID] {
        var evicted: [ChunkID] = []
        for index in self.levels.indices { evicted += self.levels[index].release() }
        return evicted
    }

    /// The chunks whose bytes may be dropped, oldest first in each level.
    var evictableChunks: [ChunkID] {
        self.levels.flatMap { log in
            log.chunks.indices.filter { log.isEvictable($0) }.map { log.chunks[$0].id }
        }
    }

    func place(of chunk: ChunkID) -> ChunkPlace? {
        guard !self.levels.isEmpty else { return nil }
        let level = self.level(of: chunk.start)
        return self.levels[level].index(of: chunk).map { ChunkPlace(level: level, chunk: $0) }
    }

    func isEvictable(_ place: ChunkPlace) -> Bool {
        self.levels[place.level].isEvictable(place.chunk)
    }

    mutating func evict(_ place: ChunkPlace) { self.levels[place.level].evict(place.chunk) }

    /// - Returns: How many records are missing in it that were counted.
    mutating func fill(_ place: ChunkPlace, with bytes: UnsafeRawBufferPointer) -> Int {
        self.levels[place.level].fill(place.chunk, with: bytes)
    }

    mutating func setRecent(_ isRecent: Bool, _ place: ChunkPlace) {
        self.levels[place.level].setRecent(isRecent, place.chunk)
    }

    mutating func setKeeping(_ keeping: Chunk.Keeping, of place: ChunkPlace) {
        self.levels[place.level].setKeeping(keeping, of: place.chunk)
    }

    /// Those that the store keeps as a whole, or was asked to.
    var keptChunks: [ChunkID] {
        self.levels.flatMap { $0.chunks.filter { $0.keeping != .none }.map(\.id) }
    }

    var hasEvicted: Bool { self.levels.contains { $0.evictedCount > 0 } }

    /// The evicted chunks that will be needed next, of the level that is being delivered.
    func readAhead(_ count: Int) -> [ChunkPlace] {
        guard let level = self.levels.firstIndex(where: { $0.cursor < $0.end }) else { return [] }
        return self.levels[level].readAhead(count).map { ChunkPlace(level: level, chunk: $0) }
    }

    /// Says whether a chunk was added since the last time.
    mutating func takeGrowth() -> Bool {
        var hasGrown = false
        for index in self.levels.indices where self.levels[index].hasGrown {
            self.levels[index].hasGrown = false
            hasGrown = true
        }
        return hasGrown
    }

    /// Chunks whose bytes are not needed soon, those that came last first.
    func evictableAtEnd(sparing spared: Int) -> [ChunkPlace] {
        self.places { $0.evictableAtEnd(sparing: spared) }
    }

    func evictableAnywhere() -> [ChunkPlace] { self.places { $0.evictableAnywhere() } }

    private func places(_ indices: (QueueLog) -> [Int]) -> [ChunkPlace] {
        self.levels.indices.flatMap { level in
            indices(self.levels[level]).map { ChunkPlace(level: level, chunk: $0) }
        }
    }

    /// Notes that a chunk is being loaded.
    ///
    /// - Returns: Whether it was not yet, so that the store has to be asked.
    mutating func beginLoading(_ place: ChunkPlace) -> Bool {
        self.levels[place.level].beginLoading(place.chunk)
    }
}
