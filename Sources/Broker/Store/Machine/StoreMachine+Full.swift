import Core
import Messaging

/// What the store does while there is no room on the disk.
///
///     writes as ever  ── a write finds no room ──>  full: the reserve is given up
///            ^                                        │  what is settled, behind what cannot be
///            │                                        │  written, is settled in the index
///            │                                        v
///     the reserve is  <── room for it and for ──  a checkpoint of files that cost little
///     taken again         the next batch          to empty: a root is written, they go
///
/// What was taken stays in memory meanwhile, in its order, and is written once there is room; that
/// some of it is settled already makes no difference then.
extension StoreMachine {
    /// Bytes that clients may still fill; as many as there can be when the disk does not say.
    package var freeBytes: UInt64 {
        guard let room = try? self.disk.room() else { return .max }
        // What the reserve lacks is not theirs.
        let missing = self.isFull ? self.reserveBytes(on: room) : 0
        return room.freeBytes > missing ? room.freeBytes - missing : 0
    }

    private func reserveBytes(on room: DiskRoom) -> UInt64 {
        let bytes = min(self.limits.reserveBytes, room.totalBytes / 16)
        return bytes == 0 ? 0 : bytes + self.rootBytes
    }

    // MARK: The reserve

    /// Takes the reserve at the start, if it is not there.
    func openReserve() {
        guard !self.isFull, let room = try? self.disk.room() else { return }
        let wanted = self.reserveBytes(on: room)
        guard self.reserve.bytes < wanted else { return }
        if room.freeBytes >= wanted - self.reserve.bytes + self.limits.slackBytes {
            try? self.reserve.take(wanted, on: self.disk)
        }
        // One that is only too small, for a root that has grown, is better than none.
        if self.reserve.bytes == 0 { self.runFull() }
    }

    /// The root has grown, so that the next one may need more.
    func growReserve() {
        guard let room = try? self.disk.room(), room.freeBytes > self.limits.freeBytesMin else {
            return
        }
        // Without more of it, it is what it was.
        try? self.reserve.take(self.reserveBytes(on: room), on: self.disk)
    }

    /// From now on nothing is written but what makes room.
    func runFull() {
        self.isFull = true
        self.lookAt = 0
        self.fullAllowance = self.reserve.bytes / 4
        // One that was begun when there was room could copy more than the reserve holds.
        self.abandonCheckpoint()
        self.reserve.giveUp(on: self.disk)
        // What a write left behind that found no room half-way.
        guard self.log.slot >= 0, !self.isLogClosed else { return }
        try? self.index.files[self.log.slot].handle.truncate(to: self.log.written)
    }

    /// Writes as ever again when there is room for the reserve and for the next batch.
    private func takeReserveAgain() -> Bool {
        guard let room = try? self.disk.room() else { return false }
        let wanted = self.reserveBytes(on: room)
        let next =
            self.writtenCount < self.pending.count
            ? UInt64(self.pending[self.writtenCount].batch.byteCount) : 0
        guard room.freeBytes >= wanted + next + self.limits.slackBytes,
            (try? self.reserve.take(wanted, on: self.disk)) != nil
        else { return false }
        self.isFull = false
        self.reclaim = []
        return true
    }

    // MARK: While it is full

    func bringToFullDisk(now: Int64) throws(StoreError) {
        let isTimeToLook = now >= self.lookAt
        if isTimeToLook {
            self.lookAt = now + self.limits.retryMicroseconds
            self.settleAhead()
        }
        if self.isLogSuspect { try self.replaceLog() }
        if self.isLogClosed { try self.rotateLog() }
        if isTimeToLook {
            if self.takeReserveAgain() { return try self.bringToDisk(now: now) }
            self.reclaim = self.checkpoint == nil ? self.filesToReclaim() : []
        }
        let end = self.affordableCount()
        try self.define(upTo: end)
        try self.writeBatches(upTo: end, now: now)
        if self.wantsSync(now: now) { try self.syncLog() }
        try self.deleteQueues()
    }

    /// How far what waits may be written, which the allowance pays for.
    private func affordableCount() -> Int {
        var count = self.writtenCount
        while count < self.pending.count {
            let batch = self.pending[count].batch
            var cost = UInt64(batch.byteCount)
            // Definitions go to pages, some in the database and some in its log.
            if count >= self.definedCount, !batch.definitions.isEmpty { cost += 65_536 }
            guard cost <= self.fullAllowance else { break }
            self.fullAllowance -= cost
            count += 1
        }
        return count
    }

    /// Settles in the index what batches settle that cannot be written yet, as far as nothing else
    /// is lost with it in a crash: see ``SettledAhead``.
    private func settleAhead() {
        var ahead = SettledAhead()
        var places: [Int] = []
        for place in (self.writtenCount..<self.pending.count).reversed()
        where ahead.add(self.pending[place].batch, beyond: self.index) {
            places.append(place)
        }
        for place in places.reversed() {
            self.pending[place].batch.bytes.withUnsafeBytes { bytes in
                LogEntry.forEach(in: bytes) { entry in
                    switch entry.kind {
                    case .settle, .settleReady, .queueDeleted: self.apply(entry, in: -1, at: 0)
                    case .append, .note, .queueDeclared, .cursor, .closed: break
                    }
                }
            }
        }
    }

    // MARK: Making room

    /// The files that give back most for what there is room to copy; none when it is not worth it.
    private func filesToReclaim() -> [Int] {
        guard let room = try? self.disk.room() else { return [] }
        let needs = self.index.needs(files: self.index.files.count)
        let spare = needs.rootBytes + self.limits.slackBytes
        guard room.freeBytes > spare else { return [] }
        var budget = (room.freeBytes - spare) / 2
        var gain: UInt64 = 0
        var slots: [Int] = []
        let candidates = self.index.files.slots.sorted {
            needs.aliveBytes[$0, default: 0] < needs.aliveBytes[$1, default: 0]
        }
        for slot in candidates {
            let bytes = self.index.files[slot].bytes
            let alive = needs.aliveBytes[slot, default: 0]
            guard alive <= budget else { break }
            // A file that is all alive, or has only just begun, would be copied for nothing.
            guard alive < bytes, alive > 0 || bytes > UInt64(LogFormat.headerBytes) else {
                continue
            }
            budget -= alive
            gain += bytes - alive
            slots.append(slot)
        }
        // A root that has grown keeps what it takes: it must not use the reserve up by and by.
        let growth = max(needs.rootBytes, self.rootBytes) - self.rootBytes
        return gain > self.limits.slackBytes + growth ? slots : []
    }

    /// The files that a checkpoint empties while the disk is full; of the log's others become
    /// segments as they are, because the root says nothing of what lies in a log.
    func takeReclaim() -> [Int] {
        let sources = exchange(&self.reclaim, with: [])
        for slot in self.logs where slot != self.log.slot && !sources.contains(slot) {
            self.index.files[slot].keep()
            self.tally.keptLogs += 1
        }
        self.tally.reclaims += 1
        return sources.filter { $0 != self.log.slot }
    }

    /// Makes what room there can be made, at the end of a store on a full disk.
    func makeRoom(now: Int64) {
        for _ in 0..<Self.lastRounds where self.isFull {
            while self.work(nowMicroseconds: now) {}
            self.lookAt = now
            self.retryAt = now
            _ = self.advance(nowMicroseconds: now)
        }
    }

    private static let lastRounds = 8
}

/// What batches that cannot be written settle, from the last to the first.
///
/// A batch may be anticipated, all of its settles at once, when the records that it appends are
/// settled by later ones that may be: then nothing is missing when it is not there after a crash.
/// That of a dead letter waits until the letter was consumed. One that says where a stream begins
/// is left in its order, because what it drops and what it says must not be told apart.
struct SettledAhead {
    private var positions: [QueueID: Set<UInt64>] = [:]
    private var ranges: [QueueID: [Range<UInt64>]] = [:]
    private var deleted: Set<QueueID> = []

    /// Adds the next earlier batch.
    ///
    /// - Parameter index: Says which records are written.
    /// - Returns: Whether it may be anticipated.
    mutating func add(_ batch: StoreBatch, beyond index: StoreIndex) -> Bool {
        batch.bytes.withUnsafeBytes { bytes in
            var mayGoAhead = true
            LogEntry.forEach(in: bytes) { entry in
                switch entry.kind {
                case .append:
                    Record.forEach(in: entry.body, from: entry.number) { position, _ in
                        if !self.isSettled(position, of: entry.queue) { mayGoAhead = false }
                    }
                case .note:
                    if entry.note?.key == .retained { mayGoAhead = false }
                case .settle, .settleReady, .queueDeclared, .queueDeleted, .cursor, .closed: break
                }
            }
            guard mayGoAhead else { return false }
            LogEntry.forEach(in: bytes) { self.note($0, beyond: index) }
            return true
        }
    }

    private func isSettled(_ position: UInt64, of queue: QueueID) -> Bool {
        self.deleted.contains(queue) || self.positions[queue]?.contains(position) ?? false
            || self.ranges[queue]?.contains { $0.contains(position) } ?? false
    }

    private mutating func note(_ entry: LogEntry, beyond index: StoreIndex) {
        switch entry.kind {
        case .settle:
            entry.forEachPosition { position in
                guard !index.isKnown(position, of: entry.queue) else { return }
                self.positions[entry.queue, default: []].insert(position)
            }
        case .settleReady where entry.number < entry.upTo:
            self.ranges[entry.queue, default: []].append(entry.number..<entry.upTo)
        case .queueDeleted: self.deleted.insert(entry.queue)
        case .settleReady, .append, .note, .queueDeclared, .cursor, .closed: break
        }
    }
}

extension LogEntry {
    /// Visits the entries of a batch.
    static func forEach(in batch: UnsafeRawBufferPointer, _ visit: (LogEntry) -> Void) {
        var offset = LogFormat.batchHeaderBytes
        while let entry = LogEntry(batch, at: offset) {
            visit(entry)
            offset += entry.bytes
        }
    }
}

extension StoreIndex {
    /// Whether the record there has been written, be it settled or not.
    func isKnown(_ position: UInt64, of id: QueueID) -> Bool {
        guard let slot = self.knownSlot(of: id) else { return false }
        let number = position >> 56
        return self[slot].levels.contains { $0.number == number && position < $0.end }
    }

    /// Bytes of a root that names all that is alive, and of what lies with it in each file.
    func needs(files: Int) -> (rootBytes: UInt64, aliveBytes: [Int: UInt64]) {
        var root = UInt64(RootFile.headBytes + files * RootFile.segmentBytes)
        var alive: [Int: UInt64] = [:]
        for queue in self.queues {
            guard let queue else { continue }
            root += UInt64(RootFile.queueBytes)
            for (key, value) in queue.notes {
                root += UInt64(RootFile.noteBytes + key.bytes.count + value.count)
            }
            for level in queue.levels {
                root += UInt64(RootFile.levelBytes)
                for extent in level.list.alive {
                    let words = self.bitmaps.words(of: extent).count
                    root += UInt64(RootFile.extentBytes + 8 * words)
                    alive[Int(extent.file), default: 0] += UInt64(extent.bytes)
                }
            }
        }
        return (root, alive)
    }
}
