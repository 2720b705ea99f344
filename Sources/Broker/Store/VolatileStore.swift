import Core
import Messaging

/// The store of a broker whose messages live and die with the process.
///
/// It keeps nothing, and so promises nothing: a batch counts as durable at once, because a wait
/// would not make it safer. Chunks never leave memory with this store, since it could not give
/// them back.
package final class VolatileStore: MessageStore {
    package init() {}

    package func start(events: @escaping @Sendable (StoreEvent) -> Void) {}

    package func append(_ batch: borrowing StoreBatch) -> StoreReceipt { .durable }

    package func keep(_ chunk: ChunkID, of queue: QueueID, bytes: UnsafeRawBufferPointer) {
        preconditionFailure("a volatile store cannot give a chunk back; do not evict")
    }

    package func load(_ chunk: ChunkID, of queue: QueueID) {
        preconditionFailure("nothing was evicted, so there is nothing to load")
    }

    package func release(_ chunk: ChunkID, of queue: QueueID) {}

    package func stop() async {}
}
