import Core
import Messaging

extension StoreMachine {
    /// Does one slice of a checkpoint, or begins one when it is due.
    ///
    /// - Returns: Whether there is more to do at once.
    package func work(nowMicroseconds now: Int64) -> Bool {
        guard self.failure == nil, !self.isLogSuspect else { return false }
        do throws(StoreError) {
            guard self.checkpoint != nil else {
                self.resolve()
                guard self.isCheckpointDue, self.unresolved.isEmpty else { return false }
                try self.beginCheckpoint()
                return true
            }
            if try self.copySlice() { return true }
            try self.endCheckpoint()
            return self.isCheckpointDue
        } catch {
            if case .diskFull = error { self.abandonCheckpoint() }
            self.fail(error, now: now)
            return false
        }
    }

    /// Gives up a checkpoint for which there is no room: what it has copied is synced and stays,
    /// and nothing that it was to remove is gone.
    func abandonCheckpoint() {
        self.checkpoint = nil
        try? self.disk.remove(RootFile.nextName)
        guard let segment = self.segment else { return }
        try? self.index.files[segment.slot].handle.truncate(to: segment.bytes)
    }

    var logs: [Int] { self.index.files.slots.filter { self.index.files[$0].isLog } }

    /// The log has a file that is closed, costs too much memory, or segments hold mostly what is
    /// gone.
    var isCheckpointDue: Bool {
        if self.isFull { return !self.reclaim.isEmpty }
        if self.index.files[self.log.slot].extents > self.limits.logExtentsMax { return true }
        // What is settled takes room that is needed.
        if self.isRoomShort, self.reclaimableBytes > Double(self.limits.sliceBytes) {
            return true
        }
        return self.index.files.count > 1 && (self.logs.count > 1 || self.isMostlyDead)
    }

    /// Whether the log files that are closed are what a checkpoint is due for.
    private var isClosedLogEnough: Bool {
        self.logs.count > 1 && !self.isRoomShort && !self.isFull
            && self.index.files[self.log.slot].extents <= self.limits.logExtentsMax
    }

    /// Bytes that a checkpoint would give back, by records.
    private var reclaimableBytes: Double {
        self.index.files.slots.reduce(0) { sum, slot in
            let file = self.index.files[slot]
            let isSource = file.isLog || file.liveShare < self.limits.liveShareMin
            return isSource ? sum + Double(file.bytes) * (1 - file.liveShare) : sum
        }
    }

    private var isMostlyDead: Bool {
        var (bytes, alive) = (0.0, 0.0)
        for slot in self.index.files.slots where !self.index.files[slot].isLog {
            let file = self.index.files[slot]
            bytes += Double(file.bytes)
            alive += Double(file.bytes) * file.liveShare
        }
        return bytes - alive > max(alive, Double(self.limits.segmentFileBytes))
    }

    private func beginCheckpoint() throws(StoreError) {
        if self.log.written > UInt64(LogFormat.headerBytes), !self.isClosedLogEnough {
            try self.rotateLog()
        }
        let sources = self.isFull ? self.takeReclaim() : self.takeSources()
        var queues: [QueueID] = []
        var known: Set<QueueID> = []
        for slot in sources {
            for queue in self.index.files[slot].queues where known.insert(queue).inserted {
                queues.append(queue)
            }
        }
        // One that it goes on writing to must not be among those that go.
        if let segment = self.segment, sources.contains(segment.slot) { self.segment = nil }
        self.checkpoint = Checkpoint(sources: Set(sources.map { Int32($0) }), queues: queues)
    }

    private func takeSources() -> [Int] {
        self.keepLogs()
        return self.index.files.slots.filter { slot in
            guard slot != self.log.slot else { return false }
            let file = self.index.files[slot]
            return file.isLog || file.liveShare < self.limits.liveShareMin
        }
    }

    /// Makes segments of the log files that are hardly anything but what is alive: a backlog is
    /// written once.
    private func keepLogs() {
        for slot in self.logs where slot != self.log.slot {
            guard self.index.files[slot].isWorthKeeping(self.limits) else { continue }
            self.index.files[slot].keep()
            self.tally.keptLogs += 1
        }
    }

    // MARK: Copying

    /// - Returns: Whether there was something to copy.
    private func copySlice() throws(StoreError) -> Bool {
        guard var state = self.checkpoint,
            state.sources.contains(where: { self.index.files[Int($0)].extents > 0 })
        else { return false }
        let segment = try self.openSegment()
        var slice = Slice(
            into: segment, spanMax: self.limits.extentBytes,
            reusing: exchange(&self.sliceMemory, with: []))
        while slice.bytes < self.limits.sliceBytes, state.queuesDone < state.queues.count {
            try self.fill(&slice, &state)
        }
        if !slice.moves.isEmpty {
            let moves = slice.moves
            let bytes = slice.finished()
            try self.writeSegment(bytes)
            self.sliceMemory = bytes
            for move in moves { self.index.perform(move, sources: state.sources) }
        }
        self.checkpoint = state
        return state.queuesDone < state.queues.count
    }

    /// Copies what is left of one queue, until the slice is full.
    private func fill(_ slice: inout Slice, _ state: inout Checkpoint) throws(StoreError) {
        let queue = state.queues[state.queuesDone]
        guard let slot = self.index.knownSlot(of: queue),
            let level = self.index[slot].levels.first(where: { level in
                level.number >= state.level && !level.list.isEmpty
            })
        else {
            state.queuesDone += 1
            state.level = 0
            state.position = 0
            return
        }
        let from = max(state.position, level.number << 56)
        let list = level.list
        var position = from
        slice.begin(queue, level: level.number, from: from)
        for extent in list.all[list.firstIndex(behind: from)...] where extent.live > 0 {
            position = extent.end
            guard state.sources.contains(extent.file) else {
                slice.closeBlock()
                continue
            }
            try self.copy(extent, of: queue, to: &slice)
            self.count(copied: extent)
            if slice.bytes >= self.limits.sliceBytes {
                slice.end(upTo: position)
                state.level = level.number
                state.position = position
                return
            }
        }
        slice.end(upTo: position)
        state.level = level.number + 1
        state.position = 0
    }

    private func copy(
        _ extent: Extent, of queue: QueueID, to slice: inout Slice
    ) throws(StoreError) {
        if extent.live == extent.count, UInt64(extent.bytes) >= self.limits.extentBytes / 4 {
            let entries = try self.entries(of: extent)
            if let summary = Self.summary(of: entries, in: extent) {
                // With holes: a settle of one, which the log may tell once more, finds it settled.
                let settled = self.index.bitmaps.words(of: extent)
                return slice.add(whole: extent, settled: settled, entries: entries, summary)
            }
        }
        // What is damaged was put aside and is left out.
        try self.forEachLive(in: extent) { slice.add($1, at: $0, of: queue) }
    }

    /// What append entries hold; nil when not all of them can be understood.
    private static func summary(
        of entries: UnsafeRawBufferPointer, in extent: Extent
    ) -> ExtentSummary? {
        var summary = ExtentSummary()
        var offset = 0
        while offset < entries.count {
            guard let entry = LogEntry(entries, at: offset), entry.isRecords(of: extent),
                entry.isBodyIntact
            else { return nil }
            Record.forEach(in: entry.body, from: entry.number) { summary.add($1) }
            offset += entry.bytes
        }
        return summary
    }

    private func count(copied extent: Extent) {
        if self.index.files[Int(extent.file)].isLog {
            self.tally.recordsFromLogs += Int(extent.live)
        } else {
            self.tally.recordsFromSegments += Int(extent.live)
        }
    }

    private func openSegment() throws(StoreError) -> SegmentWriter {
        if let segment = self.segment, segment.bytes < self.limits.segmentFileBytes {
            return segment
        }
        let kind = StoredFile.Kind.segment(self.nextSegment)
        let handle = try self.createAnew(StoredFile.name(kind))
        let header = LogWriter.segmentHeader(number: self.nextSegment)
        let slot = self.index.files.add(
            StoredFile(kind: kind, handle: handle, bytes: UInt64(header.count)))
        do throws(StoreError) {
            try self.write(header, to: slot, at: 0)
            try onDisk { () throws(DiskError) in
                try handle.sync()
                try self.disk.syncDirectory()
            }
        } catch {
            _ = self.index.files.remove(slot)
            throw error
        }
        self.nextSegment += 1
        let segment = SegmentWriter(slot: slot, bytes: UInt64(header.count))
        self.segment = segment
        return segment
    }

    private func writeSegment(_ bytes: [UInt8]) throws(StoreError) {
        guard let segment = self.segment else { return }
        try self.write(bytes, to: segment.slot, at: segment.bytes)
        let handle = self.index.files[segment.slot].handle
        do throws(DiskError) {
            try handle.sync()
        } catch {
            // What was synced before stays; the slice goes to another file.
            self.segment = nil
            throw StoreError(error)
        }
        self.segment?.bytes += UInt64(bytes.count)
        self.index.files[segment.slot].bytes += UInt64(bytes.count)
    }

    // MARK: The root

    /// Replaces the root, then removes what it does not name any more.
    private func endCheckpoint() throws(StoreError) {
        guard let state = self.checkpoint else { return }
        for source in state.sources {
            precondition(
                self.index.files[Int(source)].extents == 0,
                "everything alive in a file was copied before it goes")
        }
        // The root tells what the log's last batches did: they must not be lost when it is not.
        if self.log.synced < self.log.written { try self.syncLog() }
        try self.writeRoot(without: state.sources)
        self.checkpoint = nil
        self.lookAt = 0
        self.tally.checkpoints += 1
        for source in state.sources {
            let file = self.index.files.remove(Int(source))
            file.handle.close()
            // One that stays is removed at the next start.
            try? self.disk.remove(file.name)
        }
        if !self.isFull { self.growReserve() }
    }

    /// Replaces the root; some files are not needed any more then.
    func writeRoot(without sources: Set<Int32>) throws(StoreError) {
        let bytes = self.root(without: sources).encoded()
        let file = try self.createAnew(RootFile.nextName)
        defer { file.close() }
        try onDisk { () throws(DiskError) in
            try file.write(bytes, at: 0)
            try file.sync()
            try self.disk.rename(RootFile.nextName, to: RootFile.name)
            try self.disk.syncDirectory()
        }
        self.rootBytes = UInt64(bytes.count)
    }

    private func root(without sources: Set<Int32>) -> RootFile {
        let logs = self.logs.filter { !sources.contains(Int32($0)) }
            .map { self.index.files[$0] }.sorted { $0.firstSequence < $1.firstSequence }
        var root = RootFile()
        root.nextSegment = self.nextSegment
        root.newest = self.index.newest
        if let first = logs.first, case .log(let number) = first.kind {
            root.firstLog = number
            root.firstSequence = first.firstSequence
        }
        var places: [Int32: Int32] = [:]
        for slot in self.index.files.slots where !sources.contains(Int32(slot)) {
            let file = self.index.files[slot]
            switch file.kind {
            case .log: continue
            case .segment, .keptLog:
                places[Int32(slot)] = Int32(root.segments.count)
                root.segments.append(.init(kind: file.kind, bytes: file.bytes))
            }
        }
        for id in self.index.ids {
            guard let slot = self.index.knownSlot(of: id) else { continue }
            root.queues.append(self.entry(of: self.index[slot], places))
        }
        return root
    }

    /// What the root says of a queue: not what lies in the log, which tells that itself.
    private func entry(of queue: QueueIndex, _ places: [Int32: Int32]) -> RootFile.Queue {
        var entry = RootFile.Queue(id: queue.id)
        entry.notes = queue.notes.map { ($0.key, $0.value) }
        entry.levels = queue.levels.map { level in
            var extents: [(extent: Extent, settled: [UInt64])] = []
            for extent in level.list.alive {
                guard let place = places[extent.file] else { continue }
                let settled = self.index.bitmaps.words(of: extent)
                var extent = extent
                extent.file = place
                extent.settled = -1
                extents.append((extent, settled))
            }
            return RootFile.Level(number: level.number, end: level.end, extents: extents)
        }
        return entry
    }
}

extension StoreIndex {
    /// Lets what was copied take the place of what it was copied from.
    package mutating func perform(_ move: Slice.Move, sources: Set<Int32>) {
        guard let slot = self.knownSlot(of: move.queue),
            let level = self[slot].levels.firstIndex(where: { $0.number == move.level })
        else { return }
        let list = self[slot].levels[level].list
        let start = list.firstIndex(behind: move.from)
        let end = list.all[start...].firstIndex { $0.start >= move.upTo } ?? list.all.count
        let stay = list.all[start..<end].filter { $0.live > 0 && !sources.contains($0.file) }
        for index in start..<end where sources.contains(list.all[index].file) {
            self.forget(index, ofLevel: level, of: slot)
        }
        var moved: [Extent] = []
        for (extent, settled) in move.extents {
            var extent = extent
            self.bitmaps.restore(settled, to: &extent)
            self.count(extent, of: slot)
            moved.append(extent)
        }
        self[slot].levels[level].list.replace(
            start..<end, with: (stay + moved).sorted { $0.start < $1.start })
    }
}
