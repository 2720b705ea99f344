import Core
import Messaging

/// The store without threads: batches and time go in, what became durable comes out.
///
///     take(batch)      joins what waits
///     advance(now:)    definitions -> log -> sync -> deletions, for all that waits at once
///     work(now:)       one slice of a checkpoint; says whether there is more
///     load, keep …     reads and writes of whole chunks
///
/// A failure of the disk leaves everything that was taken in memory, where it stays until a later
/// ``advance(nowMicroseconds:)`` has brought it to the disk: nothing is given up, and who waits
/// goes on waiting.
///
/// Promises. A batch is durable as a whole, and so are all before it, when
/// ``advance(nowMicroseconds:)`` names its commit and it was awaited; one that was not awaited is
/// then written, survives the end of the process, and is synced within
/// ``StoreLimits/syncIntervalMicroseconds``. What was settled in a synced batch does not come back.
///
/// Confined to one thread.
package final class StoreMachine {
    /// A batch on its way to the disk.
    struct Pending {
        var batch: StoreBatch
        /// Where it was written: the slot of the file, and the offset.
        var file = -1
        var offset: UInt64 = 0
        /// Its number in the log; 0 before it was written.
        var sequence: UInt64 = 0
    }

    let disk: any Disk
    let definitions: DefinitionStore
    let limits: StoreLimits
    var index = StoreIndex()

    /// Those that are not done, in order; the first ones are further than the last.
    var pending: [Pending] = []
    var definedCount = 0
    var writtenCount = 0
    var syncedCount = 0

    /// The log file that batches go to.
    var log: LogWriter
    var nextSequence: UInt64
    var syncedSequence: UInt64
    /// Since when something is written and not synced.
    var unsyncedSince: Int64?
    var unsyncedBytes = 0
    /// A sync of the log failed: what was not synced has to go to another file.
    var isLogSuspect = false
    /// The next log file may be there already and tell how much of this one counts: nothing more
    /// may be added to this one.
    var isLogClosed = false

    var unresolved: [Unresolved] = []
    var checkpoint: Checkpoint?
    var segment: SegmentWriter?
    /// Memory of the slice before.
    var sliceMemory: [UInt8] = []
    let readBuffer = ReadBuffer()
    var nextSegment: UInt64
    var spills = SpillFiles()
    /// What could not be read, and waits to be tried again.
    var failedLoads: [ChunkLoad] = []

    /// There is less room on the disk than there should be.
    package var isRoomShort = false
    /// There is none, and the reserve is given up; see `StoreMachine+Full.swift`.
    package internal(set) var isFull = false
    var reserve = Reserve()
    /// Bytes of batches that may still be written while the disk is full.
    var fullAllowance: UInt64 = 0
    /// When to look for room next while it is full.
    var lookAt: Int64 = 0
    /// Slots of the files that a checkpoint is to empty while the disk is full.
    var reclaim: [Int] = []
    /// Bytes of the root as it was written or read last.
    var rootBytes: UInt64 = 0
    /// What is wrong with the disk now; nil when nothing is.
    package internal(set) var failure: StoreError?
    var retryAt: Int64 = 0
    /// Names of what was found damaged since it was asked last, each with where it was put.
    package var damages: [DamageReport] = []
    package internal(set) var tally = StoreTally()
    /// Batches that are done, whose memory can be used again.
    private var spare: [[UInt8]] = []

    init(
        on disk: any Disk, definitions: DefinitionStore, limits: StoreLimits, index: StoreIndex,
        log: LogWriter, nextSequence: UInt64, nextSegment: UInt64
    ) {
        self.disk = disk
        self.definitions = definitions
        self.limits = limits
        self.index = index
        self.log = log
        self.nextSequence = nextSequence
        self.syncedSequence = nextSequence - 1
        self.nextSegment = nextSegment
    }

    /// Opens the store on a disk and reads what is in it.
    ///
    /// - Parameter progress: Told from time to time how much of the log is read, from 0 to 1.
    /// - Throws: What makes the data unusable, or what the disk answered.
    package static func open(
        _ disk: any Disk, limits: StoreLimits, nowMicroseconds: Int64,
        progress: @escaping (Double) -> Void = { _ in }
    ) throws(StoreError) -> (StoreMachine, Recovered) {
        try Recovery.open(
            disk, limits: limits, nowMicroseconds: nowMicroseconds, progress: progress)
    }

    /// Whether a checkpoint is under way or due.
    package var isCheckpointing: Bool { self.checkpoint != nil || self.isCheckpointDue }

    /// Whether nothing waits for the disk.
    package var isIdle: Bool {
        self.pending.isEmpty && self.failure == nil && self.checkpoint == nil && !self.isFull
            && self.failedLoads.isEmpty && self.unresolved.isEmpty
    }

    // MARK: Batches

    /// Takes a closed batch, which waits for ``advance(nowMicroseconds:)``.
    package func take(_ batch: consuming StoreBatch) {
        self.pending.append(Pending(batch: batch))
    }

    /// Brings what waits to the disk.
    ///
    /// - Returns: Up to which commit all is done that was asked for; nil when none is.
    package func advance(nowMicroseconds now: Int64) -> CommitNumber? {
        guard self.failure == nil || now >= self.retryAt else { return nil }
        do {
            if self.isFull {
                try self.bringToFullDisk(now: now)
            } else {
                try self.bringToDisk(now: now)
            }
            self.failure = nil
        } catch {
            self.fail(error, now: now)
        }
        return self.takeDone()
    }

    func fail(_ error: StoreError, now: Int64) {
        self.failure = error
        self.retryAt = now + self.limits.retryMicroseconds
        guard case .diskFull = error else {
            self.tally.failures += 1
            return
        }
        self.tally.fullDisks += 1
        guard !self.isFull else { return }
        self.runFull()
        self.retryAt = now  // There is room now: the reserve's.
    }

    func bringToDisk(now: Int64) throws(StoreError) {
        if self.isLogSuspect { try self.replaceLog() }
        if self.isLogClosed { try self.rotateLog() }
        try self.define(upTo: self.pending.count)
        try self.writeBatches(upTo: self.pending.count, now: now)
        if self.wantsSync(now: now) { try self.syncLog() }
        try self.deleteQueues()
    }

    /// What is declared is known before a message of it can be, and what is deleted is known until
    /// its messages are gone.
    func define(upTo end: Int) throws(StoreError) {
        guard self.definedCount < end else { return }
        let changes = self.pending[self.definedCount..<end].flatMap(\.batch.definitions)
            .filter { !$0.isDeletionOfQueue }
        if !changes.isEmpty { try self.definitions.apply(changes) }
        self.definedCount = end
    }

    func wantsSync(now: Int64) -> Bool {
        guard self.syncedCount < self.writtenCount else { return false }
        if self.unsyncedBytes >= self.limits.unsyncedBytesMax { return true }
        if let since = self.unsyncedSince, now - since >= self.limits.syncIntervalMicroseconds {
            return true
        }
        return self.pending[self.syncedCount..<self.writtenCount].contains { $0.batch.isAwaited }
    }

    /// When ``advance(nowMicroseconds:)`` is to be called at the latest; nil when nothing waits.
    package var nextMoment: Int64? {
        if self.failure != nil { return self.retryAt }
        if self.isFull { return self.lookAt }
        return self.unsyncedSince.map { $0 + self.limits.syncIntervalMicroseconds }
    }

    func deleteQueues() throws(StoreError) {
        let changes = self.pending[..<self.syncedCount].flatMap(\.batch.definitions)
            .filter(\.isDeletionOfQueue)
        if !changes.isEmpty { try self.definitions.apply(changes) }
        for done in self.pending[..<self.syncedCount] { self.keepSpare(done.batch.bytes) }
        self.lastSynced = self.pending[..<self.syncedCount].last?.batch.commit ?? self.lastSynced
        self.pending.removeFirst(self.syncedCount)
        self.definedCount -= self.syncedCount
        self.writtenCount -= self.syncedCount
        self.syncedCount = 0
    }

    /// The last commit that is synced, with its deletions.
    package private(set) var lastSynced = CommitNumber(0)
    private var lastDone = CommitNumber(0)

    /// Up to which commit all is done, if that is news.
    private func takeDone() -> CommitNumber? {
        var done = self.lastSynced
        if self.syncedCount == 0 {
            for batch in self.pending[..<self.writtenCount] {
                guard !batch.batch.isAwaited else { break }
                done = batch.batch.commit
            }
        }
        guard done > self.lastDone else { return nil }
        self.lastDone = done
        return done
    }

    // MARK: The end

    /// Brings everything to the disk that the disk takes, says that the broker stopped in order,
    /// and gives the files back.
    package func stop(cursors: [DeliveryCursor], nowMicroseconds now: Int64) {
        var batch = StoreBatch()
        for cursor in cursors { batch.cursor(cursor.position, of: cursor.queue) }
        batch.stopped()
        batch.close(CommitNumber(.max), isAwaited: true)
        self.take(batch)
        self.retryAt = now
        _ = self.advance(nowMicroseconds: now)
        self.makeRoom(now: now)
        self.close()
    }

    /// Gives the files back as they are; nothing else is called then.
    package func close() {
        for slot in self.index.files.slots { self.index.files[slot].handle.close() }
        self.definitions.close()
    }

    // MARK: Memory

    /// Memory of batches that are done.
    package func takeSpare() -> [[UInt8]] { exchange(&self.spare, with: []) }

    private func keepSpare(_ bytes: [UInt8]) {
        // What a burst needed is not kept.
        guard self.spare.count < 4, bytes.capacity <= 1_048_576 else { return }
        self.spare.append(bytes)
    }
}

extension DefinitionChange {
    var isDeletionOfQueue: Bool { if case .queueDeleted = self { true } else { false } }
}

/// Something on the disk that is not what was written there.
package struct DamageReport: Hashable, Sendable, CustomStringConvertible {
    /// The file and where in it.
    package var place: String
    package var bytes: Int
    /// The file that the bytes were copied to; nil when they could not be read or written.
    package var quarantine: String?

    package var description: String {
        let copy = self.quarantine.map { "; a copy is in \($0)" } ?? ""
        return "\(self.bytes) damaged bytes in \(self.place) were left out\(copy)"
    }
}
