import Core
import Messaging

/// A chunk that is to be read.
package struct ChunkLoad: Hashable, Sendable {
    package var queue: QueueID
    package var chunk: ChunkID

    package init(queue: QueueID, chunk: ChunkID) {
        self.queue = queue
        self.chunk = chunk
    }
}

extension StoreMachine {
    /// Reads a chunk of a queue's log, from wherever its records are.
    ///
    /// What is settled, was never stored or is damaged comes as a filler.
    ///
    /// - Throws: What the disk says; the same may succeed later.
    package func load(_ load: ChunkLoad) throws(StoreError) -> [UInt8] {
        if let image = try self.spills.read(load, on: self.disk) { return image }
        let (start, end) = (load.chunk.start.offset, load.chunk.end.offset)
        var chunk = ChunkAssembler(start: start, end: end)
        for extent in self.extents(of: load.queue, from: start, upTo: end) {
            try self.forEachLive(in: extent) { position, record in
                chunk.add(record, at: position)
            }
        }
        return chunk.finished()
    }

    private func extents(of id: QueueID, from start: UInt64, upTo end: UInt64) -> [Extent] {
        guard let slot = self.index.knownSlot(of: id) else { return [] }
        let number = start >> 56
        guard let level = self.index[slot].levels.first(where: { $0.number == number }) else {
            return []
        }
        let list = level.list
        return list.all[list.firstIndex(behind: start)...].prefix { $0.start < end }
            .filter { $0.live > 0 }
    }

    /// Visits the records of an extent that are not settled; what cannot be understood goes to
    /// quarantine.
    func forEachLive(
        in extent: Extent, _ visit: (UInt64, Record) -> Void
    ) throws(StoreError) {
        try self.forEachRecord(in: extent) { position, record in
            if !self.index.bitmaps.isSettled(position, in: extent) { visit(position, record) }
        }
    }

    func forEachRecord(
        in extent: Extent, _ visit: (UInt64, Record) -> Void
    ) throws(StoreError) {
        let all = try self.entries(of: extent)
        var offset = 0
        while offset < all.count {
            guard let entry = LogEntry(all, at: offset), entry.isRecords(of: extent),
                entry.isBodyIntact
            else {
                let end = LogEntry(all, at: offset).map { offset + $0.bytes } ?? all.count
                self.quarantine(
                    all.part(offset, end - offset),
                    of: self.index.files[Int(extent.file)].name,
                    at: extent.offset + UInt64(offset))
                offset = end
                continue
            }
            Record.forEach(in: entry.body, from: entry.number, visit)
            offset += entry.bytes
        }
    }

    /// The entries of an extent; they are there until the next read.
    func entries(of extent: Extent) throws(StoreError) -> UnsafeRawBufferPointer {
        let handle = self.index.files[Int(extent.file)].handle
        return try onDisk { () throws(DiskError) in
            try self.readBuffer.read(Int(extent.bytes), of: handle, at: extent.offset)
        }
    }

    /// Where the records of an extent are; nil when that cannot be read.
    func positions(in extent: Extent) -> [UInt64]? {
        var positions: [UInt64] = []
        do throws(StoreError) {
            try self.forEachRecord(in: extent) { position, _ in positions.append(position) }
        } catch {
            return nil
        }
        return positions
    }

    // MARK: Reads that failed

    /// Keeps a load that the disk refused, to be tried again.
    package func retryLater(_ load: ChunkLoad, _ error: StoreError, now: Int64) {
        self.failedLoads.append(load)
        self.fail(error, now: now)
    }

    /// Loads whose time has come to be tried again.
    package func takeRetries(nowMicroseconds now: Int64) -> [ChunkLoad] {
        guard !self.failedLoads.isEmpty, now >= self.retryAt else { return [] }
        return exchange(&self.failedLoads, with: [])
    }

    // MARK: Damage

    /// Copies bytes that are not what was written to a file of their own, and reports it.
    func quarantine(_ bytes: UnsafeRawBufferPointer, of name: String, at offset: UInt64) {
        let place = "\(name) at byte \(offset)"
        guard !self.damages.contains(where: { $0.place == place }) else { return }
        let copy = "quarantine-\(name)-\(offset)"
        var report = DamageReport(place: place, bytes: bytes.count, quarantine: nil)
        do throws(DiskError) {
            let file = try self.disk.create(copy)
            try file.write(bytes, at: 0)
            try file.sync()
            try self.disk.syncDirectory()
            file.close()
            report.quarantine = copy
        } catch {
            // Found before, or there is no room: the report stands all the same.
            if error.code == 17 { report.quarantine = copy }
        }
        self.damages.append(report)
    }

    // MARK: Chunks that are in no log

    /// Writes a chunk that is about to leave memory and holds what is in no log.
    ///
    /// **Not durable**, and need not be: it is gone with the process. When it throws, nothing is
    /// kept.
    package func keep(_ load: ChunkLoad, bytes: [UInt8]) throws(StoreError) {
        // The room that there is, is for what makes more.
        guard !self.isFull else { throw .diskFull(path: SpillFiles.prefix) }
        try self.spills.keep(load, bytes, on: self.disk)
    }

    package func release(_ load: ChunkLoad) { self.spills.release(load, on: self.disk) }
}

/// A chunk being put together: records at their places, fillers between.
private struct ChunkAssembler {
    private let start: UInt64
    private var bytes: [UInt8]
    /// Up to where it is filled.
    private var filled = 0

    init(start: UInt64, end: UInt64) {
        self.start = start
        self.bytes = [UInt8](repeating: 0, count: Int(end - start))
    }

    mutating func add(_ record: Record, at position: UInt64) {
        guard position >= self.start, position < self.start + UInt64(self.bytes.count) else {
            return
        }
        let offset = Int(position - self.start)
        let size = record.size
        guard offset >= self.filled, offset + size <= self.bytes.count else { return }
        self.fill(upTo: offset)
        self.bytes.withUnsafeMutableBytes { all in
            all.baseAddress!.advanced(by: offset).copyMemory(from: record.base, byteCount: size)
        }
        self.filled = offset + size
    }

    private mutating func fill(upTo offset: Int) {
        guard offset > self.filled else { return }
        self.bytes.withUnsafeMutableBytes { all in
            Record.writeFiller(
                to: all.baseAddress! + self.filled, bytes: offset - self.filled)
        }
        self.filled = offset
    }

    consuming func finished() -> [UInt8] {
        self.fill(upTo: self.bytes.count)
        return self.bytes
    }
}
