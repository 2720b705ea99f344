import Core
import Messaging

extension StoreMachine {
    /// Writes what is defined and not written.
    func writeBatches(upTo end: Int, now: Int64) throws(StoreError) {
        while self.writtenCount < min(end, self.definedCount) {
            let bytes = UInt64(self.pending[self.writtenCount].batch.bytes.count)
            if self.log.written + bytes > self.limits.logFileBytes,
                self.log.written > UInt64(LogFormat.headerBytes)
            {
                try self.rotateLog()
            }
            try self.writeNext(now: now)
        }
    }

    private func writeNext(now: Int64) throws(StoreError) {
        let place = self.writtenCount
        self.pending[place].batch.seal(
            sequence: self.nextSequence, timeMicroseconds: now, syncedUpTo: self.syncedSequence)
        self.pending[place].file = self.log.slot
        self.pending[place].offset = self.log.written
        self.pending[place].sequence = self.nextSequence
        try self.write(self.pending[place].batch.bytes, to: self.log.slot, at: self.log.written)
        let count = self.pending[place].batch.bytes.count
        self.log.written += UInt64(count)
        self.index.files[self.log.slot].bytes = self.log.written
        self.nextSequence += 1
        self.writtenCount += 1
        self.unsyncedBytes += count
        if self.unsyncedSince == nil { self.unsyncedSince = now }
        self.pending[place].batch.bytes.withUnsafeBytes { bytes in
            self.apply(bytes, in: self.log.slot, at: self.pending[place].offset)
        }
    }

    func write(_ bytes: [UInt8], to slot: Int, at offset: UInt64) throws(StoreError) {
        let handle = self.index.files[slot].handle
        try onDisk { () throws(DiskError) in try handle.write(bytes, at: offset) }
    }

    /// Makes durable what was written.
    func syncLog() throws(StoreError) {
        let handle = self.index.files[self.log.slot].handle
        do throws(DiskError) {
            try handle.sync()
        } catch {
            self.isLogSuspect = true
            throw StoreError(error)
        }
        self.log.synced = self.log.written
        self.syncedSequence = self.nextSequence - 1
        self.syncedCount = self.writtenCount
        self.unsyncedSince = nil
        self.unsyncedBytes = 0
    }

    /// Closes the log file, in order, and begins the next.
    func rotateLog() throws(StoreError) {
        if self.log.synced < self.log.written { try self.syncLog() }
        self.isLogClosed = true
        self.log = try self.beginLog(
            number: self.log.number + 1, firstSequence: self.nextSequence,
            bytesBefore: self.log.written, with: [])
        self.isLogClosed = false
        self.tally.rotatedLogs += 1
    }

    /// Begins another log file with all that the present one could not sync: whether that is in
    /// there nobody knows, and no later sync would tell.
    func replaceLog() throws(StoreError) {
        let unsynced = Array(self.pending[self.syncedCount..<self.writtenCount])
        self.log = try self.beginLog(
            number: self.log.number + 1, firstSequence: self.syncedSequence + 1,
            bytesBefore: self.log.synced, with: unsynced)
        self.isLogSuspect = false
        self.tally.replacedLogs += 1
        self.syncedSequence = self.nextSequence - 1
        self.syncedCount = self.writtenCount
        self.unsyncedSince = nil
        self.unsyncedBytes = 0
    }

    private func beginLog(
        number: UInt64, firstSequence: UInt64, bytesBefore: UInt64, with batches: [Pending]
    ) throws(StoreError) -> LogWriter {
        let kind = StoredFile.Kind.log(number)
        let header = LogWriter.header(
            number: number, firstSequence: firstSequence, bytesBefore: bytesBefore)
        let handle = try self.createAnew(StoredFile.name(kind))
        let slot = self.index.files.add(
            StoredFile(kind: kind, handle: handle, bytes: UInt64(header.count)))
        var end = UInt64(header.count)
        do throws(StoreError) {
            try self.write(header, to: slot, at: 0)
            for batch in batches {
                try self.write(batch.batch.bytes, to: slot, at: end)
                end += UInt64(batch.batch.bytes.count)
            }
            try onDisk { () throws(DiskError) in
                try handle.sync()
                try self.disk.syncDirectory()
            }
        } catch {
            // Nothing refers to it; the next try begins it anew. What it holds takes room.
            _ = self.index.files.remove(slot)
            try? handle.truncate(to: 0)
            throw error
        }
        self.index.files[slot].bytes = end
        self.index.files[slot].firstSequence = firstSequence
        var offset = UInt64(header.count)
        for batch in batches {
            self.repoint(batch, to: slot, at: offset)
            offset += UInt64(batch.batch.bytes.count)
        }
        if !batches.isEmpty { self.index.files[self.log.slot].bytes = self.log.synced }
        return LogWriter(
            number: number, slot: slot, firstSequence: firstSequence, written: end, synced: end)
    }

    /// Makes an empty file, in place of what an earlier try has left.
    func createAnew(_ name: String) throws(StoreError) -> any DiskFile {
        try onDisk { () throws(DiskError) in
            do throws(DiskError) {
                return try self.disk.create(name)
            } catch {
                guard error.code == 17 else { throw error }  // EEXIST
                try self.disk.remove(name)
                return try self.disk.create(name)
            }
        }
    }

    private func repoint(_ batch: Pending, to slot: Int, at start: UInt64) {
        batch.batch.bytes.withUnsafeBytes { bytes in
            var offset = LogFormat.batchHeaderBytes
            while let entry = LogEntry(bytes, at: offset) {
                if entry.kind == .append {
                    self.index.move(
                        entry.number, of: entry.queue, to: slot, at: start + UInt64(offset))
                }
                offset += entry.bytes
            }
        }
    }

    // MARK: What a batch says

    /// Brings the index up to date with a batch that lies in a file.
    func apply(_ bytes: UnsafeRawBufferPointer, in file: Int, at start: UInt64) {
        var offset = LogFormat.batchHeaderBytes
        while let entry = LogEntry(bytes, at: offset) {
            self.apply(entry, in: file, at: start + UInt64(offset))
            offset += entry.bytes
        }
    }

    func apply(_ entry: LogEntry, in file: Int, at offset: UInt64) {
        switch entry.kind {
        case .append:
            var extent = Extent(
                start: entry.number, end: entry.number + UInt64(entry.body.count),
                file: Int32(file), offset: offset, bytes: UInt32(entry.bytes),
                count: UInt32(entry.count), live: UInt32(entry.count))
            Record.forEach(in: entry.body, from: entry.number) { extent.summary.add($1) }
            self.index.add(extent, to: entry.queue)
        case .settle:
            entry.forEachPosition { self.index.settle($0, of: entry.queue) }
        case .settleReady:
            let (from, upTo) = (entry.number, entry.upTo)
            for extent in self.index.settleReady(of: entry.queue, from: from, upTo: upTo) {
                self.unresolved.append(
                    Unresolved(queue: entry.queue, extent: extent, from: from, upTo: upTo))
            }
            self.resolve()
        case .note:
            if let note = entry.note { self.index.note(note.key, note.value, of: entry.queue) }
        case .queueDeleted: self.index.delete(entry.queue)
        case .queueDeclared: self.index.newest = max(self.index.newest, entry.queue.incarnation)
        case .cursor, .closed: break
        }
    }
}

/// A part of an extent that was settled as a whole; which records are in it only reading tells.
struct Unresolved {
    let queue: QueueID
    let extent: Extent
    let from: UInt64
    let upTo: UInt64
}

extension StoreMachine {
    /// Settles one by one what was settled as a whole, as far as it can be read.
    ///
    /// Until then no checkpoint begins: the log still says it, and nothing else would.
    func resolve() {
        while let next = self.unresolved.first {
            guard let positions = self.positions(in: next.extent) else { return }
            for position in positions where next.from..<next.upTo ~= position {
                self.index.settle(position, of: next.queue)
            }
            self.unresolved.removeFirst()
        }
    }
}
