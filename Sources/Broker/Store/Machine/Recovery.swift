import Core
import Messaging

/// Opens a store: root, then the log behind it, then the definitions.
///
///     1. the root says which segments count and where the log begins
///     2. each log file is read up to where the next says that it counts, the last one up to its
///        first torn batch; what a batch says is applied to the index
///     3. files that nothing refers to are removed
///     4. the log goes on in a new file: nothing is ever added to one that may be torn; when there
///        is no room for it, not even the reserve's, the store begins on a full disk
struct Recovery {
    let disk: any Disk
    let machine: StoreMachine
    var report = RecoveryReport()
    /// Where delivery had come to when the broker stopped in order: a position a level in use.
    var cursors: [QueueID: [UInt64]] = [:]
    /// Queues that the log says are gone.
    var deleted: Set<QueueID> = []
    private let root: RootFile
    private let names: [String]
    private let progress: (Double) -> Void

    /// - Parameter progress: Told from time to time how much of the log is read, from 0 to 1.
    static func open(
        _ disk: any Disk, limits: StoreLimits, nowMicroseconds: Int64,
        progress: @escaping (Double) -> Void = { _ in }
    ) throws(StoreError) -> (StoreMachine, Recovered) {
        let names = try onDisk { () throws(DiskError) in try disk.list() }
        if !names.contains(RootFile.name), names.contains(where: Self.needsRoot) {
            throw .damaged(path: RootFile.name, what: "it is missing, though there are messages")
        }
        let (root, rootBytes) =
            names.contains(RootFile.name) ? try Self.readRoot(disk) : (RootFile(), 0)
        let definitions = try DefinitionStore(on: disk)
        var recovery = try Recovery(
            disk, definitions, limits: limits, root: root, names: names, progress: progress)
        recovery.machine.rootBytes = rootBytes
        let recovered = try recovery.run(nowMicroseconds: nowMicroseconds)
        return (recovery.machine, recovered)
    }

    /// Whether a file can be there only after a root was.
    private static func needsRoot(_ name: String) -> Bool {
        switch StoredFile.kind(name) {
        case .segment: true
        case .log(let number): number > 1
        case .keptLog, nil: false  // A name does not tell that a log file was kept.
        }
    }

    private static func readRoot(
        _ disk: any Disk
    ) throws(StoreError) -> (root: RootFile, bytes: UInt64) {
        let bytes = try onDisk { () throws(DiskError) in
            let file = try disk.open(RootFile.name)
            defer { file.close() }
            return try file.read(Int(try file.size()), at: 0)
        }
        var failure: StoreError?
        let root = bytes.withUnsafeBytes { raw -> RootFile? in
            do throws(StoreError) {
                return try RootFile(decoding: raw, path: RootFile.name)
            } catch {
                failure = error
                return nil
            }
        }
        if let failure { throw failure }
        return (root ?? RootFile(), UInt64(bytes.count))
    }

    private init(
        _ disk: any Disk, _ definitions: DefinitionStore, limits: StoreLimits, root: RootFile,
        names: [String], progress: @escaping (Double) -> Void
    ) throws(StoreError) {
        self.disk = disk
        self.root = root
        self.names = names
        self.progress = progress
        // The log that it begins with is replaced before anything is written.
        let log = LogWriter(
            number: root.firstLog - 1, slot: -1, firstSequence: root.firstSequence, written: 0,
            synced: 0)
        self.machine = StoreMachine(
            on: disk, definitions: definitions, limits: limits,
            index: try Self.index(of: root, on: disk), log: log,
            nextSequence: root.firstSequence, nextSegment: root.nextSegment)
    }

    private static func index(
        of root: RootFile, on disk: any Disk
    ) throws(StoreError) -> StoreIndex {
        var index = StoreIndex()
        index.newest = root.newest
        var slots: [Int] = []
        for segment in root.segments {
            let name = StoredFile.name(segment.kind)
            let (handle, header) = try onDisk { () throws(DiskError) in
                let handle = try disk.open(name)
                return (handle, try handle.read(LogFormat.headerBytes, at: 0))
            }
            // What a damaged header says of the file stands in the root too; a version does not.
            _ = try FileHeader.decoded(header, magic: segment.magic, path: name)
            slots.append(
                index.files.add(
                    StoredFile(kind: segment.kind, handle: handle, bytes: segment.bytes)))
        }
        for queue in root.queues { index.restore(queue, in: slots) }
        return index
    }

    private mutating func run(nowMicroseconds: Int64) throws(StoreError) -> Recovered {
        let last = try self.readLogs()
        try self.removeOrphans()
        self.machine.reserve.find(among: self.names, on: self.disk)
        try self.machine.continueLog(last, now: nowMicroseconds)
        self.machine.openReserve()
        if !self.names.contains(RootFile.name) { try self.machine.writeRoot(without: []) }
        let definitions = try self.readDefinitions()
        let contents = try self.contents(of: definitions)
        self.report.damages = exchange(&self.machine.damages, with: [])
        return Recovered(definitions: definitions, contents: contents, report: self.report)
    }

    // MARK: The log

    /// - Returns: The last file that counts.
    private mutating func readLogs() throws(StoreError) -> LogEnd {
        // Without a root nothing was ever confirmed.
        guard self.names.contains(RootFile.name) else { return LogEnd(number: 0) }
        var numbers = self.names.compactMap { name -> UInt64? in
            guard case .log(let number) = StoredFile.kind(name), number >= self.root.firstLog
            else { return nil }
            return number
        }.sorted()
        var headers: [UInt64: FileHeader] = [:]
        for number in numbers { headers[number] = try self.header(number) }
        // One whose beginning never got to the disk holds nothing that was confirmed.
        while let last = numbers.last, headers[last] == nil {
            if try self.holdsBatches(last) { break }
            numbers.removeLast()
        }
        var end = LogEnd(number: self.root.firstLog - 1)
        for (place, number) in numbers.enumerated() {
            // Each start begins a file: the last one tells how the last process ended.
            self.report.wasStoppedInOrder = false
            self.cursors = [:]
            let next = place + 1 < numbers.count ? headers[numbers[place + 1]] : nil
            end = try self.readLog(
                number, upTo: next?.bytesBefore, isHeaderMissing: headers[number] == nil)
            self.progress(Double(place + 1) / Double(numbers.count))
        }
        return end
    }

    /// Whether batches lie in a file without a header, which was damaged then, or torn when none of
    /// it was synced.
    private func holdsBatches(_ number: UInt64) throws(StoreError) -> Bool {
        let bytes = try onDisk { () throws(DiskError) in
            let file = try self.disk.open(StoredFile.name(.log(number)))
            defer { file.close() }
            return try file.read(Int(try file.size()), at: 0)
        }
        return bytes.withUnsafeBytes { Self.firstBatch(in: $0, notBefore: self.root.firstSequence) }
            != nil
    }

    private func header(_ number: UInt64) throws(StoreError) -> FileHeader? {
        let name = StoredFile.name(.log(number))
        let bytes = try onDisk { () throws(DiskError) in
            let file = try self.disk.open(name)
            defer { file.close() }
            return try file.read(LogFormat.headerBytes, at: 0)
        }
        return try FileHeader.decoded(bytes, magic: LogFormat.logMagic, path: name)
    }

    /// Reads one log file and applies what it says.
    ///
    /// - Parameter limit: How many bytes of it count; nil when only its own batches tell.
    /// - Returns: The file with that number.
    private mutating func readLog(
        _ number: UInt64, upTo limit: UInt64?, isHeaderMissing: Bool
    ) throws(StoreError) -> LogEnd {
        let name = StoredFile.name(.log(number))
        let (handle, bytes) = try onDisk { () throws(DiskError) in
            let handle = try self.disk.open(name)
            let size = min(try handle.size(), limit ?? .max)
            return (handle, try handle.read(Int(size), at: 0))
        }
        let slot = self.machine.index.files.add(
            StoredFile(kind: .log(number), handle: handle, bytes: UInt64(bytes.count)))
        self.machine.index.files[slot].firstSequence = self.machine.nextSequence
        let counted = bytes.withUnsafeBytes { bytes in
            if isHeaderMissing { self.reportHeader(of: name, in: bytes, isSealed: limit != nil) }
            return self.apply(bytes, in: slot, isSealed: limit != nil)
        }
        if limit == nil { try self.makeDurable(bytes, upTo: counted, handle) }
        self.machine.index.files[slot].bytes = UInt64(counted)
        self.report.logBytes += UInt64(counted)
        self.report.tornBytes += UInt64(bytes.count - counted)
        return LogEnd(number: number, bytes: UInt64(counted), slot: slot)
    }

    /// Puts a header aside that was whole once; what it says of the file before has to be found
    /// out from that one's own batches.
    private func reportHeader(
        of name: String, in bytes: UnsafeRawBufferPointer, isSealed: Bool
    ) {
        let first = Self.firstBatch(in: bytes, notBefore: self.root.firstSequence)
        guard let first,
            isSealed || Self.isKnownSynced(first.header.sequence, in: bytes, from: first.offset)
        else { return }
        self.machine.quarantine(
            bytes.part(0, min(first.offset, LogFormat.headerBytes)), of: name, at: 0)
    }

    /// Writes over itself what no sync of the process before is known to have reached.
    ///
    /// It is relied on from now on; but that it can be read does not mean that a sync now would
    /// bring it to the disk, for one may have failed before.
    private func makeDurable(
        _ bytes: [UInt8], upTo end: Int, _ handle: any DiskFile
    ) throws(StoreError) {
        let start = bytes.withUnsafeBytes { bytes in
            var synced: UInt64 = 0
            var offsets: [(sequence: UInt64, offset: Int)] = []
            var offset = LogFormat.headerBytes
            while offset < end {
                guard let header = BatchHeader(bytes, at: offset) else {
                    offset += 8  // Damage, which was put aside.
                    continue
                }
                synced = max(synced, header.syncedUpTo)
                offsets.append((header.sequence, offset))
                offset += header.bytes
            }
            return offsets.first { $0.sequence > synced }?.offset ?? end
        }
        try onDisk { () throws(DiskError) in
            if start < end { try handle.write(Array(bytes[start..<end]), at: UInt64(start)) }
            try handle.sync()
        }
    }

    /// - Parameter isSealed: All of it was synced once, so what is wrong is damage.
    /// - Returns: How many bytes count.
    private mutating func apply(
        _ bytes: UnsafeRawBufferPointer, in slot: Int, isSealed: Bool
    ) -> Int {
        var offset = min(LogFormat.headerBytes, bytes.count)
        while offset < bytes.count {
            if let header = BatchHeader(bytes, at: offset) {
                // One that was written once more, after a sync that failed, is there already.
                if header.sequence >= self.machine.nextSequence {
                    self.apply(
                        bytes.part(offset, header.bytes), header, in: slot, at: UInt64(offset))
                }
                offset += header.bytes
                continue
            }
            let next = Self.nextBatch(
                in: bytes, behind: offset, notBefore: self.machine.nextSequence)
            let wasSynced =
                isSealed
                || Self.isKnownSynced(self.machine.nextSequence, in: bytes, from: next?.offset)
            guard wasSynced else { return offset }
            let end = next?.offset ?? bytes.count
            self.machine.quarantine(
                bytes.part(offset, end - offset), of: self.machine.index.files[slot].name,
                at: UInt64(offset))
            offset = end
        }
        return offset
    }

    private mutating func apply(
        _ batch: UnsafeRawBufferPointer, _ header: BatchHeader, in slot: Int, at start: UInt64
    ) {
        self.report.batches += 1
        self.report.wasStoppedInOrder = false
        self.machine.apply(batch, in: slot, at: start)
        self.machine.nextSequence = header.sequence + 1
        self.machine.syncedSequence = header.sequence
        var offset = LogFormat.batchHeaderBytes
        while let entry = LogEntry(batch, at: offset) {
            switch entry.kind {
            case .cursor: self.cursors[entry.queue, default: []].append(entry.number)
            case .closed: self.report.wasStoppedInOrder = true
            case .queueDeleted: self.deleted.insert(entry.queue)
            case .append, .settle, .settleReady, .note, .queueDeclared: break
            }
            offset += entry.bytes
        }
        if !self.report.wasStoppedInOrder { self.cursors = [:] }
    }

    // MARK: The rest

    /// Removes what nothing refers to: files of a checkpoint that did not come to its end, of logs
    /// before the root, and what was written out for want of memory.
    private mutating func removeOrphans() throws(StoreError) {
        let known = Set(self.machine.index.files.slots.map { self.machine.index.files[$0].name })
        for name in self.names {
            let isOurs =
                StoredFile.kind(name) != nil || name == RootFile.nextName
                || name.hasPrefix(SpillFiles.prefix)
            guard isOurs, !known.contains(name) else { continue }
            try onDisk { () throws(DiskError) in try self.disk.remove(name) }
            self.report.orphans.append(name)
        }
    }

    private func readDefinitions() throws(StoreError) -> StoredDefinitions {
        var definitions = try self.machine.definitions.load()
        // Deleted in the log, and not yet in the definitions when the process ended.
        let gone = definitions.queues.map(\.id).filter { self.deleted.contains($0) }
        if !gone.isEmpty { try self.forget(gone, in: &definitions) }
        let known = Set(definitions.queues.map(\.id))
        for id in Array(self.machine.index.ids) where !known.contains(id) {
            self.machine.index.delete(id)
        }
        return definitions
    }

    private func forget(
        _ queues: [QueueID], in definitions: inout StoredDefinitions
    ) throws(StoreError) {
        do throws(StoreError) {
            try self.machine.definitions.apply(queues.map { .queueDeleted($0) })
            definitions = try self.machine.definitions.load()
        } catch {
            guard case .diskFull = error else { throw error }
            // They are deleted once more when there is room.
            var batch = StoreBatch()
            for queue in queues { batch.define(.queueDeleted(queue)) }
            self.machine.take(batch)
            definitions.queues.removeAll { queues.contains($0.id) }
            definitions.bindings.removeAll { binding in
                if case .queue(let id) = binding.destination { queues.contains(id) } else { false }
            }
        }
    }
}

extension FileHeader {
    /// The header that stands in these bytes.
    ///
    /// - Returns: nil when it is torn or damaged.
    /// - Throws: ``StoreError/unknownVersion(path:found:known:)``.
    package static func decoded(
        _ bytes: [UInt8], magic: UInt64, path: String
    ) throws(StoreError) -> FileHeader? {
        var failure: StoreError?
        let header = bytes.withUnsafeBytes { raw -> FileHeader? in
            do throws(StoreError) {
                return try FileHeader(raw, magic: magic, path: path)
            } catch {
                failure = error
                return nil
            }
        }
        if let failure { throw failure }
        return header
    }
}
