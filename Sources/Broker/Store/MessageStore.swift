import Core
import Messaging

/// Where messages of durable queues are kept so that they outlive the process.
///
/// The engine's executor calls it and never waits for a disk: a call takes its bytes and returns.
/// What needs a disk is answered later by a ``StoreEvent``, given to the engine's executor.
///
///     engine                              store
///       | append(batch 7)   ------------->  |  written to the log
///       |  <------------- .pending          |
///       |                                   |  fdatasync
///       |  <------------- durable(upTo: 7)  |
package protocol MessageStore: AnyObject, Sendable {
    /// Whether it can give back the bytes of chunks that have left memory.
    var keepsChunks: Bool { get }

    /// Begins to answer through `events`, which may be called on any thread.
    ///
    /// Called once, before anything else.
    func start(events: @escaping @Sendable (StoreEvent) -> Void)

    /// A batch to be filled, in memory that was used before if there is some.
    func emptyBatch() -> StoreBatch

    /// Takes the durable part of one commit.
    ///
    /// Commits become durable each as a whole and in the order of their numbers. When the call
    /// returns this one is **durable only if the answer is** ``StoreReceipt/durable``; otherwise
    /// it is once ``StoreEvent/durable(upTo:)`` names it or a later one, and publisher confirms
    /// wait for that. One that is not awaited is named once it is written: it survives the end of
    /// the process, and that of the machine a moment later.
    func append(_ batch: consuming StoreBatch) -> StoreReceipt

    /// Takes the bytes of a chunk of which some are in no commit;
    /// ``StoreEvent/chunkKept(_:)`` or ``StoreEvent/chunkNotKept(_:)`` answers.
    ///
    /// **Not durable**, and need not be: it is gone with the process.
    func keep(_ chunk: ChunkLoad, bytes: UnsafeRawBufferPointer)

    /// Reads the bytes of a chunk back; ``StoreEvent/chunkLoaded(_:bytes:)`` answers, when the
    /// disk fails as soon as it does no more.
    func load(_ chunk: ChunkLoad)

    /// Forgets what ``keep(_:bytes:)`` took.
    func release(_ chunk: ChunkLoad)

    /// Makes everything durable that was appended, then gives its files back.
    ///
    /// - Parameter cursors: From which position on each level of each durable queue was never
    ///   delivered; what lies before comes back as redelivered.
    func stop(cursors: [DeliveryCursor]) async
}

/// Whether a batch is durable already.
package enum StoreReceipt: Hashable, Sendable {
    case durable
    case pending
}

/// What the store answers later.
package enum StoreEvent: Sendable {
    /// Every commit up to that one will be there after a crash.
    case durable(upTo: CommitNumber)
    case chunkLoaded(ChunkLoad, bytes: [UInt8])
    case chunkKept(ChunkLoad)
    case chunkNotKept(ChunkLoad)
    /// The disk has got better or worse.
    case health(StoreHealth)
    /// Something on the disk is not what was written there; what it was is lost.
    case damaged(DamageReport)
}

/// What the disk lets the store do.
package enum StoreHealth: Hashable, Sendable {
    case fine
    /// There is less room than there should be: publishers are to be blocked.
    case low(freeBytes: UInt64, limitBytes: UInt64)
    /// There is no room but for what makes some. What was taken is kept in memory until there is;
    /// publishers are to be blocked.
    case full(freeBytes: UInt64, limitBytes: UInt64)
    /// It refuses writes, syncs or reads. Everything that was taken is kept in memory and tried
    /// again; nothing is confirmed meanwhile, and publishers are to be blocked.
    case failing(StoreError)
}
