import Messaging

/// The messages that a broker begins with, as the store has them.
package struct RecoveredContents: Sendable {
    /// The highest incarnation that a queue ever had: the next ones get higher.
    package var newestIncarnation: UInt32 = 0
    package var queues: [RecoveredQueue] = []

    package init() {}
}

/// What one queue begins with; its declaration is among the definitions.
package struct RecoveredQueue: Sendable {
    package var id: QueueID
    /// Its levels in use, the most urgent first.
    package var levels: [RecoveredLevel] = []
    package var notes: [(key: NoteKey, value: [UInt8])] = []

    package init(id: QueueID) { self.id = id }
}

/// One priority level of a queue.
package struct RecoveredLevel: Sendable {
    /// Past every position that was ever used.
    package var end: Position
    /// Messages before may have been delivered once.
    package var redeliveredBelow: Position
    /// Ascending; between and in them, positions of settled messages are missing.
    package var chunks: [RecoveredChunk] = []

    package init(end: Position, redeliveredBelow: Position) {
        self.end = end
        self.redeliveredBelow = redeliveredBelow
    }
}

/// A run of messages that the store gives when it is asked for it.
package struct RecoveredChunk: Sendable {
    package var start: Position
    package var end: Position
    /// Messages in it that are not settled, at least one.
    package var live: Int
    /// Bytes of their bodies.
    package var bodyBytes: UInt64 = 0
    package var firstEnqueuedAt = Timestamp(microseconds: 0)
    /// None expires before.
    package var earliestExpiry: Timestamp?
    /// How many of them died in which other queue.
    package var origins: [QueueID: Int] = [:]

    package init(start: Position, end: Position, live: Int) {
        self.start = start
        self.end = end
        self.live = live
    }
}

/// From which position on one level of a queue was never delivered.
package struct DeliveryCursor: Hashable, Sendable {
    package var queue: QueueID
    package var position: Position

    package init(queue: QueueID, position: Position) {
        self.queue = queue
        self.position = position
    }
}
