import Core
import Messaging

/// What the store knows of one queue.
package struct QueueIndex {
    package let id: QueueID
    /// Its levels in use, the most urgent first; see `LevelledLog` in Core.
    package var levels: [Level] = []
    package var notes: [NoteKey: [UInt8]] = [:]
    /// Serial number of the file that was the last to get an extent of it.
    fileprivate var lastFile: UInt64 = 0

    /// One priority level.
    package struct Level {
        package let number: UInt64
        /// Past every position that was ever used, so that none is used twice.
        package var end: UInt64
        package var list = ExtentList()
    }

    init(id: QueueID) { self.id = id }

    /// The index of the level that a position lies in; nil when it is not in use.
    @inline(__always)
    fileprivate func knownLevel(of position: UInt64) -> Int? {
        let number = position >> 56
        return self.levels.firstIndex { $0.number == number }
    }

    /// The same; it is made when it is not in use.
    mutating func level(of position: UInt64) -> Int {
        let number = position >> 56
        let index = self.levels.firstIndex { $0.number >= number } ?? self.levels.count
        if index == self.levels.count || self.levels[index].number != number {
            self.levels.insert(Level(number: number, end: number << 56), at: index)
        }
        return index
    }
}

/// Where every record is that is not settled, and what is noted of every queue.
///
/// Kept in memory, a few bytes an extent: what a message costs here is on disk. A settle changes
/// only this and the log; a checkpoint writes it down as a whole.
package struct StoreIndex {
    package var files = FileTable()
    package var bitmaps = BitmapPool()
    package private(set) var queues: [QueueIndex?] = []
    /// The highest incarnation that a queue ever had.
    package var newest: UInt32 = 0
    private var slots: [QueueID: Int] = [:]
    private var free: [Int] = []
    private var last: (id: QueueID, slot: Int)?

    package init() {}

    package var ids: some Sequence<QueueID> { self.slots.keys }

    // MARK: Queues

    /// The slot of a queue, which is made when it is not there.
    package mutating func slot(of id: QueueID) -> Int {
        if let last = self.last, last.id == id { return last.slot }
        if let slot = self.slots[id] {
            self.last = (id, slot)
            return slot
        }
        let slot = self.free.popLast() ?? self.queues.count
        if slot == self.queues.count { self.queues.append(nil) }
        self.queues[slot] = QueueIndex(id: id)
        self.newest = max(self.newest, id.incarnation)
        self.slots[id] = slot
        self.last = (id, slot)
        return slot
    }

    /// The slot of a queue; nil when it is not there.
    package func knownSlot(of id: QueueID) -> Int? {
        if let last = self.last, last.id == id { return last.slot }
        return self.slots[id]
    }

    /// The queue in a slot that is in use.
    package subscript(slot: Int) -> QueueIndex {
        _read { yield self.queues[slot]! }
        _modify { yield &self.queues[slot]! }
    }

    /// Forgets a queue with all that it holds.
    package mutating func delete(_ id: QueueID) {
        guard let slot = self.slots.removeValue(forKey: id) else { return }
        for level in self[slot].levels.indices {
            for index in self[slot].levels[level].list.indices
            where self[slot].levels[level].list[index].live > 0 {
                var extent = self[slot].levels[level].list[index]
                self.drop(&extent)
            }
        }
        self.queues[slot] = nil
        self.free.append(slot)
        self.last = nil
    }

    // MARK: Records

    /// Adds an extent behind all that its level has.
    package mutating func add(_ extent: Extent, to id: QueueID) {
        let slot = self.slot(of: id)
        let level = self[slot].level(of: extent.start)
        self[slot].levels[level].list.append(extent)
        self[slot].levels[level].end = max(self[slot].levels[level].end, extent.end)
        self.count(extent, of: slot)
    }

    /// Counts an extent for its file.
    mutating func count(_ extent: Extent, of slot: Int) {
        let file = Int(extent.file)
        self.files[file].records += Int(extent.count)
        self.files[file].live += Int(extent.live)
        self.files[file].entryBytes += UInt64(extent.bytes)
        self.files[file].extents += 1
        let serial = self.files[file].serial
        guard self[slot].lastFile != serial else { return }
        self[slot].lastFile = serial
        self.files[file].queues.append(self[slot].id)
    }

    /// Notes that the record there is gone; nothing when it is not known.
    @inline(__always)
    package mutating func settle(_ position: UInt64, of id: QueueID) {
        guard let slot = self.knownSlot(of: id) else { return }
        self.last = (id, slot)
        guard let level = self[slot].knownLevel(of: position),
            let index = self[slot].levels[level].list.index(of: position),
            self[slot].levels[level].list[index].live > 0
        else { return }
        if self[slot].levels[level].list[index].live > 1 {
            let isNew = self.bitmaps.settle(
                position, in: &self.queues[slot]!.levels[level].list[index])
            guard isNew else { return }
            self[slot].levels[level].list[index].live -= 1
            self.files[Int(self[slot].levels[level].list[index].file)].live -= 1
        } else {
            guard !self.bitmaps.isSettled(position, in: self[slot].levels[level].list[index])
            else { return }
            self.drop(index, ofLevel: level, of: slot)
        }
    }

    /// Forgets the extent at an index.
    mutating func drop(_ index: Int, ofLevel level: Int, of slot: Int) {
        self.forget(index, ofLevel: level, of: slot)
        self[slot].levels[level].list.died(at: index)
    }

    /// Takes what is alive in an extent out of the counts.
    private mutating func drop(_ extent: inout Extent) {
        let file = Int(extent.file)
        self.files[file].live -= Int(extent.live)
        self.files[file].extents -= 1
        self.bitmaps.close(&extent)
        extent.live = 0
    }

    /// Notes that everything is gone in the extents that lie between two positions.
    ///
    /// - Returns: Extents that lie there only in part: their records are to be settled one by one.
    package mutating func settleReady(of id: QueueID, from: UInt64, upTo: UInt64) -> [Extent] {
        guard let slot = self.knownSlot(of: id), from < upTo,
            let level = self[slot].knownLevel(of: from)
        else { return [] }
        let list = self[slot].levels[level].list
        let concerned = list.all[list.firstIndex(behind: from)...].prefix { $0.start < upTo }
            .filter { $0.live > 0 }
        var partial: [Extent] = []
        for extent in concerned {
            guard extent.start >= from, extent.end <= upTo else {
                partial.append(extent)
                continue
            }
            guard let index = self[slot].levels[level].list.index(of: extent.start) else {
                continue
            }
            self.drop(index, ofLevel: level, of: slot)
        }
        return partial
    }

    // MARK: Notes

    /// Keeps a note of a queue, or forgets it when it is nil.
    package mutating func note(_ key: NoteKey, _ value: [UInt8]?, of id: QueueID) {
        let slot = self.slot(of: id)
        self[slot].notes[key] = value
    }

    // MARK: Moving

    /// Points the extent that begins at a position to the same bytes in another file; nothing
    /// when it is gone.
    package mutating func move(_ position: UInt64, of id: QueueID, to file: Int, at offset: UInt64)
    {
        guard let slot = self.knownSlot(of: id), let level = self[slot].knownLevel(of: position),
            let index = self[slot].levels[level].list.index(of: position),
            self[slot].levels[level].list[index].live > 0
        else { return }
        let extent = self[slot].levels[level].list[index]
        self.files[Int(extent.file)].live -= Int(extent.live)
        self.files[Int(extent.file)].extents -= 1
        self[slot].levels[level].list[index].file = Int32(file)
        self[slot].levels[level].list[index].offset = offset
        self.count(self[slot].levels[level].list[index], of: slot)
    }

    /// Takes the extent at an index out of the counts; its place is to be filled with others.
    mutating func forget(_ index: Int, ofLevel level: Int, of slot: Int) {
        var extent = self[slot].levels[level].list[index]
        guard extent.live > 0 else { return }
        self.drop(&extent)
        self[slot].levels[level].list[index] = extent
    }
}
