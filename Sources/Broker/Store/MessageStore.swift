import Core
import Messaging

/// Where messages of durable queues are kept so that they outlive the process.
///
/// The engine's executor calls it and never waits for a disk: a call takes its bytes and returns.
/// What needs a disk is answered later by a ``StoreEvent``, given to the engine's executor.
///
///     engine                              store
///       | append(batch 7)   ------------->  |  copied, written
///       |  <------------- .pending          |
///       |                                   |  fdatasync
///       |  <------------- durable(upTo: 7)  |
package protocol MessageStore: AnyObject, Sendable {
    /// Begins to answer through `events`, which may be called on any thread.
    ///
    /// Called once, before anything else.
    func start(events: @escaping @Sendable (StoreEvent) -> Void)

    /// Takes the durable part of one batch.
    ///
    /// Batches become durable each as a whole and in the order of their numbers. When the call
    /// returns the batch is **durable only if the answer is** ``StoreReceipt/durable``; otherwise
    /// it is once ``StoreEvent/durable(upTo:)`` names it or a later one, and publisher confirms
    /// wait for that.
    func append(_ batch: borrowing StoreBatch) -> StoreReceipt

    /// Takes the bytes of a chunk that is about to leave memory.
    ///
    /// **Not durable**, and need not be: what has to survive a crash went through ``append(_:)``.
    /// The store can give the bytes back from the moment the call returns.
    func keep(_ chunk: ChunkID, of queue: QueueID, bytes: UnsafeRawBufferPointer)

    /// Reads the bytes of a chunk back; ``StoreEvent/chunkLoaded(_:of:bytes:)`` answers.
    func load(_ chunk: ChunkID, of queue: QueueID)

    /// Forgets a chunk. Its space may be used again when the settles in it are durable.
    func release(_ chunk: ChunkID, of queue: QueueID)

    /// Makes everything durable that was appended, then gives its files back.
    func stop() async
}

/// Whether a batch is durable already.
package enum StoreReceipt: Hashable, Sendable {
    case durable
    case pending
}

/// What the store answers later.
package enum StoreEvent: Sendable {
    /// Every batch up to that one will be there after a crash.
    case durable(upTo: CommitNumber)
    case chunkLoaded(ChunkID, of: QueueID, bytes: [UInt8])
    /// No batch from now on becomes durable; what was durable stays so.
    case failed(StoreError)
}

/// The durable part of one batch of the engine.
package struct StoreBatch: ~Copyable {
    package var number: CommitNumber
    /// Whether somebody waits for it; otherwise it may be synced with a later one.
    package var isAwaited: Bool
    package var entries: [StoreEntry]

    package init(number: CommitNumber, isAwaited: Bool, entries: [StoreEntry]) {
        self.number = number
        self.isAwaited = isAwaited
        self.entries = entries
    }
}

/// One thing that a batch makes durable.
package enum StoreEntry {
    /// A message came into a durable queue; the record's bytes are lent for the call only.
    case append(QueueID, Position, record: UnsafeRawBufferPointer)
    /// A message of a durable queue is gone.
    case settle(QueueID, Position)
    /// Every ready message of a durable queue between these positions is gone.
    case settleReady(QueueID, from: Position, upTo: Position)
    /// Something about a durable queue; nil forgets it.
    case note(QueueID, NoteKey, [UInt8]?)
    case define(DefinitionChange)
}
