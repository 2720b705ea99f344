import Messaging

/// What the store is to do, in this order.
package enum StoreEffect: Hashable, Sendable {
    /// A persistent message was appended to a durable queue: its record belongs to the commit
    /// that follows. ``Broker/recordBytes(of:at:)`` gives it until ``Broker/effectsPerformed()``.
    case append(QueueID, Position)
    /// A persistent message of a durable queue is gone: acked, dropped, moved or purged.
    case settle(QueueID, Position)
    /// Every ready message of a durable queue from that position on is gone.
    case settleReady(QueueID, from: Position, upTo: Position)
    /// Closes the commit: the effects since the commit before it become durable as one. Confirms
    /// wait until the store calls ``Broker/durable(upTo:)``.
    case commit(CommitNumber)
    /// Read the bytes of an evicted chunk and hand them to
    /// ``Broker/chunkLoaded(_:chunk:bytes:now:)``; asked once until that is called.
    case loadChunk(QueueID, chunk: ChunkID)
    /// The chunk holds nothing any more: what the store kept of it is free.
    case releaseChunk(QueueID, chunk: ChunkID)
    case queueDeclared(QueueID)
    case queueDeleted(QueueID)
}

/// A piece of a queue's log: the positions of its first byte and past its last.
package struct ChunkID: Hashable, Sendable {
    package let start: Position
    package let end: Position

    package init(start: Position, end: Position) {
        self.start = start
        self.end = end
    }

    package var bytes: Int { Int(self.end.offset - self.start.offset) }
}
