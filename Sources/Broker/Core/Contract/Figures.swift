import Messaging
import Metering

/// The counters of the broker and its queues at one moment.
package struct BrokerFigures: Equatable, Sendable {
    package var at: Timestamp
    package var connections: Int
    package var channels: Int
    package var exchanges: Int
    /// Messages that wait in exchanges which delay them.
    package var delayed: Int
    package var queues: [QueueFigures]
    /// Messages that reached no queue, since the broker started.
    package var unroutableTotal: UInt64
    /// Bytes of memory that hold messages.
    package var messageMemoryBytes: Int
    package var trouble: BrokerTrouble
}

/// One queue's depth, totals and ages at one moment.
package struct QueueFigures: Equatable, Sendable {
    package var name: QueueName
    package var traits: QueueTraits
    package var ready: Int
    package var unacked: Int
    /// Bytes of the bodies of ready messages.
    package var readyBytes: UInt64
    /// The same of unacked ones.
    package var unackedBytes: UInt64
    package var consumers: Int
    /// Whether some queue dead-letters into this one, or it holds dead letters.
    package var receivesDeadLetters: Bool
    /// Messages that died in this queue and still lie in some queue.
    package var dead: Int
    /// Messages that wait outside of it to come back; not among those that are ready.
    package var waiting: Int
    package var tally: QueueTally
    /// Age of the first ready message since it was published, however often it came back.
    package var oldestReadyMicroseconds: Int64?
    /// How long the longest-held unacked delivery has been with its consumer; not the age of its
    /// message.
    package var oldestUnackedMicroseconds: Int64?
    /// Processing time over the last minute.
    package var processing: DurationSummary?
    package var flow: FlowFigures
    /// What only a stream has; its messages all count as ready, in bytes of whole records.
    package var stream: StreamFigures?
}

/// What has happened to a queue since it was declared, in messages.
package struct QueueTally: Equatable, Sendable {
    /// Everything that came in, redriven and dead letters too; what comes back for a retry, or is
    /// returned, was in it before.
    package var published: UInt64 = 0
    /// Deliveries and gets, redeliveries among them.
    package var delivered: UInt64 = 0
    package var acked: UInt64 = 0
    package var redelivered: UInt64 = 0
    /// Deliveries that need no ack, and so settled at once; counted in `delivered` too.
    package var deliveredWithoutAck: UInt64 = 0
    package var expired: UInt64 = 0
    /// Rejected or nacked without requeue.
    package var rejected: UInt64 = 0
    package var droppedByLength: UInt64 = 0
    /// Publishes that it refused because it was full; they never were in it.
    package var refused: UInt64 = 0
    /// Returned more often than the queue's delivery limit allows.
    package var returnedTooOften: UInt64 = 0
    /// Rejected, and not dead-lettered but kept for another try.
    package var retried: UInt64 = 0
    /// Of those that died of one of the causes above, those that a dead-letter exchange put into at
    /// least one queue.
    package var deadLettered: UInt64 = 0
    package var purged: UInt64 = 0
    /// Removed one by one by an operator.
    package var removed: UInt64 = 0
    /// Moved to another queue by a redrive.
    package var redriven: UInt64 = 0
    /// Found damaged on the disk, and so no more there.
    package var lost: UInt64 = 0
    /// Publishes that it had already, and so did not take again; they count in no other total.
    package var deduplicated: UInt64 = 0
    /// Of what was delivered, what was fetched with `basic.get`; of that, what needs no ack.
    package var got: UInt64 = 0
    package var gotWithoutAck: UInt64 = 0
    /// Times that `basic.get` found nothing.
    package var gotNothing: UInt64 = 0

    package init() {}
}

/// What is connected to a queue, and how it is set up.
package struct QueueFacts: Equatable, Sendable {
    /// What joins it to an exchange; that to the default exchange is not listed.
    package struct Binding: Equatable, Sendable {
        package var exchange: ExchangeName
        package var exchangeType: String
        package var routingKey: String
        package var arguments: FieldTable
    }

    /// Ready messages of one priority.
    package struct Level: Equatable, Sendable {
        package var priority: Int
        package var ready: Int
    }

    /// How often and when rejected messages come back; see the arguments `x-retry-…`.
    package struct Retries: Equatable, Sendable {
        package var count: Int64
        /// The waits before them, not yet shortened by chance; the last few of many are left out.
        package var waitsMicroseconds: [Int64]
        /// The share of a wait that chance may take away.
        package var jitter: Double
    }

    package var name: QueueName
    package var type: String
    package var isDurable: Bool
    package var isAutoDelete: Bool
    package var isExclusive: Bool
    /// Where the connection comes from that alone may use it.
    package var owner: String?
    package var arguments: FieldTable
    package var policy: String?
    package var operatorPolicy: String?
    /// What both define together, without what queues of its type pass over.
    package var effectivePolicy: FieldTable
    /// How often a message may be returned; nil is without end.
    package var deliveryLimit: Int64?
    package var retries: Retries?
    /// How long it is until the next message that waits comes back; nil when none waits.
    package var nextRetryMicroseconds: Int64?
    /// Highest first; empty for a queue without priorities.
    package var readyByLevel: [Level]
    package var consumers: [ConsumerFigures]
    package var bindings: [Binding]
    package var processingTotal: DurationSummary?
    package var deliverToAck: DurationSummary?
    package var timeInQueue: DurationSummary?
    /// The consumer groups of a stream, by name.
    package var groups: [StreamGroupFigures] = []
    /// What a confirm of it promises for persistent messages: `sync`, `written` or `memory`.
    package var durability = ""
}

/// A message as it lies in a queue, copied.
package struct BrowsedRecord: Equatable, Sendable {
    package var position: Position
    package var message: Message
    /// The whole body's size; `message` holds at most as much as was asked for.
    package var bodyBytes: Int
    package var enqueuedAt: Timestamp
    package var isRedelivered: Bool
    package var isUnacked: Bool
    package var deaths: [DeathRecord]
    /// Nil in a queue that is no stream.
    package var streamOffset: UInt64?
}

/// An answer that may have to wait for the store to read something back.
package enum Observed<Value: Sendable>: Sendable {
    case value(Value)
    /// A ``StoreEffect/loadChunk(_:chunk:)`` is under way: ask again once it was answered.
    case loading
    case queueNotFound
}

/// A page of a queue, oldest first.
package struct RecordPage: Equatable, Sendable {
    package var records: [BrowsedRecord]
    package var hasMore: Bool
}

/// Why an operator's deletion of a queue was refused.
package enum QueueDeletion: Equatable, Sendable {
    case deleted(messages: Int)
    case notFound
    case inUse(consumers: Int)
    case notEmpty(messages: Int)
}

/// Which messages a redrive moves.
package enum RedriveSelection: Equatable, Sendable {
    /// Every message that is ready and was there when the queue ended there.
    case readyBelow(QueueEnd)
    /// These, in ascending order.
    case positions([Position])
}

/// Where a queue ended at one moment.
package struct QueueEnd: Equatable, Sendable {
    /// In each of its priority levels.
    let ends: [Position]
    /// How many messages had come into it since its process began.
    let published: UInt64

    /// Nothing lies before it.
    package static let nowhere = QueueEnd(ends: [], published: 0)

    /// Whether the end lies behind a position.
    func isBehind(_ position: Position) -> Bool {
        position.offset < self.end(ofLevelAt: position.offset)
    }

    /// Where the level ended in which that offset lies; 0 when it was not used yet.
    func end(ofLevelAt offset: UInt64) -> UInt64 {
        let level = LevelledLog.level(of: offset)
        return self.ends.first { LevelledLog.level(of: $0.offset) == level }?.offset ?? 0
    }

    /// How many messages came into the queue since; 0 when its process began anew between.
    package func arrivals(until now: QueueEnd) -> Int {
        Int(clamping: now.published - min(self.published, now.published))
    }
}

/// Where a redrive moves them.
package enum RedriveTarget: Equatable, Sendable {
    case queueItDiedIn
    case queue(QueueName)
}

/// Where a redrive goes on; begins as `.start`.
package struct RedriveCursor: Equatable, Sendable {
    /// Everything selected at or below it has had its turn.
    package internal(set) var after: Position?
    package static let start = RedriveCursor()
}

/// What one step of a redrive did.
package struct RedriveStep: Equatable, Sendable {
    package var moved: Int = 0
    package var unroutable: Int = 0
    package var missing: Int = 0
    package var movedTo: [QueueName: Int] = [:]
    package var next: RedriveNext
    /// Where the source ends after it.
    package var end: QueueEnd

    package init(missing: Int = 0, next: RedriveNext = .finished, end: QueueEnd = .nowhere) {
        self.missing = missing
        self.next = next
        self.end = end
    }
}

/// How a redrive goes on after a step.
package enum RedriveNext: Equatable, Sendable {
    case finished
    case goOn(RedriveCursor)
    /// A ``StoreEffect/loadChunk(_:chunk:)`` is under way: go on once it was answered.
    case loading(RedriveCursor)
    /// The source is gone; what was moved stays moved.
    case sourceNotFound
    /// The target queue does not exist; nothing was moved.
    case targetNotFound
}
