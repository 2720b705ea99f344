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
    /// Something about a durable queue that is to outlive the process; nil forgets it. It goes
    /// with its queue.
    case note(QueueID, NoteKey, [UInt8]?)
    /// A change of what clients and operators have declared.
    case define(DefinitionChange)
    /// Closes the commit: the effects since the commit before it become durable as one. Confirms
    /// wait until the store calls ``Broker/durable(upTo:)``.
    ///
    /// - `isAwaited`: Somebody waits for it. One that nobody waits for, such as one that only
    ///   settles, may be synced with a later one.
    case commit(CommitNumber, isAwaited: Bool)
    /// Read the bytes of an evicted chunk and hand them to
    /// ``Broker/chunkLoaded(_:chunk:bytes:now:)``; asked once until that is called.
    case loadChunk(QueueID, chunk: ChunkID)
    /// Keep the bytes of a chunk, which ``Broker/chunkBytes(of:chunk:)`` gives if it is still
    /// there, and say so with ``Broker/chunkKept(_:chunk:)``: some are in no commit.
    case keepChunk(QueueID, chunk: ChunkID)
    /// The chunk that was to be kept holds nothing any more.
    case releaseChunk(QueueID, chunk: ChunkID)
}

/// Names one thing that is noted of a queue; see ``StoreEffect/note(_:_:_:)``.
package struct NoteKey: Hashable, Sendable {
    /// What kinds of thing there are; the numbers stand in files and are never used anew.
    package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// How often a message was returned; the key is its position.
        case returns = 1
        /// How far a consumer group has read a stream; the key is the group's name.
        case offset = 2
        /// A message that was published, which is not to be taken again; the key is its id.
        case published = 3
        /// The offset of the first message that a stream still has; the key is empty.
        case retained = 8
    }

    /// The key of what there is one of in each stream; see ``Kind/retained``.
    package static let retained = NoteKey(.retained, [])

    package var kind: Kind
    package var bytes: [UInt8]

    package init(_ kind: Kind, _ bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
    }
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
