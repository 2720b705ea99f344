import Core
import Messaging

/// The store of a broker whose messages live and die with the process.
///
/// It keeps nothing, and so promises nothing: a batch counts as durable at once, because a wait
/// would not make it safer. Chunks never leave memory with this store, since it could not give
/// them back.
package final class VolatileStore: MessageStore {
    package var keepsChunks: Bool { false }

    package init() {}

    package func start(events: @escaping @Sendable (StoreEvent) -> Void) {}

    package func emptyBatch() -> StoreBatch { StoreBatch() }

    package func append(_ batch: consuming StoreBatch) -> StoreReceipt { .durable }

    package func keep(_ chunk: ChunkLoad, bytes: UnsafeRawBufferPointer) {
        preconditionFailure("a volatile store cannot give a chunk back; do not evict")
    }

    package func load(_ chunk: ChunkLoad) {
        preconditionFailure("nothing was evicted, so there is nothing to load")
    }

    package func release(_ chunk: ChunkLoad) {}

    package func stop(cursors: [DeliveryCursor]) async {}
}
