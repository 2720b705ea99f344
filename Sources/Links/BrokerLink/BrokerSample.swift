import Messaging
import Metering

/// The counters of a broker and its queues at one moment.
package struct BrokerSample: Equatable, Sendable {
    package var at: Timestamp
    /// Nil where the broker does not tell; so it is with all that may be nil here.
    package var connections: Int?
    package var channels: Int?
    package var exchanges: Int?
    /// Messages that wait in exchanges which delay them.
    package var delayed: Int
    /// In no particular order.
    package var queues: [QueueSample]
    /// Messages that reached no queue, since the broker started.
    package var unroutableTotal: UInt64?
    /// Bytes of memory that hold messages.
    package var messageMemoryBytes: UInt64?
    /// All that the broker itself uses, of its fullest node; nil where that is not told, or where
    /// only messages count against its limit.
    package var memory: MemoryUse?
    /// Connections that may not publish now.
    package var blockedConnections: Int
    /// Nil while there is memory enough.
    package var memoryAlarm: MemoryAlarm?
    /// Nil while the disk is fine.
    package var diskAlarm: DiskAlarm?
    /// New clients are refused, because the broker may open hardly more files.
    package var areFilesShort: Bool
    /// What was found damaged on the disk since the start, a sentence each; it was left out.
    package var damages: [String]

    package init(
        at: Timestamp, connections: Int? = 0, channels: Int? = 0, exchanges: Int? = 0,
        delayed: Int = 0, queues: [QueueSample] = [], unroutableTotal: UInt64? = 0,
        messageMemoryBytes: UInt64? = 0, memory: MemoryUse? = nil, blockedConnections: Int = 0,
        memoryAlarm: MemoryAlarm? = nil, diskAlarm: DiskAlarm? = nil, areFilesShort: Bool = false,
        damages: [String] = []
    ) {
        self.at = at
        self.connections = connections
        self.channels = channels
        self.exchanges = exchanges
        self.delayed = delayed
        self.queues = queues
        self.unroutableTotal = unroutableTotal
        self.messageMemoryBytes = messageMemoryBytes
        self.memory = memory
        self.blockedConnections = blockedConnections
        self.memoryAlarm = memoryAlarm
        self.diskAlarm = diskAlarm
        self.areFilesShort = areFilesShort
        self.damages = damages
    }
}

/// How much memory a broker uses, and from where on its publishers have to wait.
package struct MemoryUse: Equatable, Sendable {
    package var usedBytes: UInt64
    /// Nil where it has no limit, or none is told.
    package var limitBytes: UInt64?

    package init(usedBytes: UInt64, limitBytes: UInt64?) {
        self.usedBytes = usedBytes
        self.limitBytes = limitBytes
    }
}

/// More memory is in use than the broker allows itself, so publishers have to wait.
package struct MemoryAlarm: Equatable, Sendable {
    package var usedBytes: UInt64
    package var limitBytes: UInt64

    package init(usedBytes: UInt64, limitBytes: UInt64) {
        self.usedBytes = usedBytes
        self.limitBytes = limitBytes
    }
}

/// One queue's depth, totals and ages at the moment of its ``BrokerSample``.
package struct QueueSample: Equatable, Sendable {
    package var name: QueueName
    package var features: QueueFeatures
    package var ready: Int
    package var unacked: Int
    package var readyBytes: UInt64
    package var consumers: Int
    /// Which of these the broker does not tell: they are 0 then, which is not to be shown.
    package var untold: Untold
    /// Whether some queue dead-letters into this one, or it holds messages with a death record.
    package var receivesDeadLetters: Bool
    /// Messages that died in this queue and still lie in a dead-letter queue.
    package var dead: Measured<Int>
    /// Messages that wait outside of it for a retry; not among those that are ready.
    package var waiting: Int
    package var totals: QueueTotals
    /// Age of the first ready message since it was published, in microseconds; nil when none is.
    package var oldestReadyMicroseconds: Measured<Int64?>
    /// How long the longest-held unacked delivery has been with its consumer, in microseconds; nil
    /// when there is none. The age of its message does not matter: who works off an old backlog is
    /// not stuck.
    package var oldestUnackedMicroseconds: Measured<Int64?>
    /// Processing time over the last minute: ack - max(delivery, that consumer's previous ack).
    package var processing: Measured<DurationSummary?>
    /// The mean time from delivery to ack, in microseconds, where a broker does not measure
    /// ``processing``.
    package var processingMeanMicroseconds: Measured<Int64?>
    package var flow: QueueFlow
    /// What looking into it costs, where that is not what ``BrokerIdentity/browseIntrusion`` says
    /// of all queues.
    package var browseIntrusion: Intrusion?
    /// What only a stream has; its messages all count as ready.
    package var stream: StreamSample?

    package init(
        name: QueueName, features: QueueFeatures = .durable, ready: Int = 0, unacked: Int = 0,
        readyBytes: UInt64 = 0, consumers: Int = 0, untold: Untold = [],
        receivesDeadLetters: Bool = false,
        dead: Measured<Int> = .exact(0), waiting: Int = 0, totals: QueueTotals = QueueTotals(),
        oldestReadyMicroseconds: Measured<Int64?> = .exact(nil),
        oldestUnackedMicroseconds: Measured<Int64?> = .exact(nil),
        processing: Measured<DurationSummary?> = .exact(nil),
        processingMeanMicroseconds: Measured<Int64?> = .exact(nil), flow: QueueFlow = QueueFlow(),
        browseIntrusion: Intrusion? = nil, stream: StreamSample? = nil
    ) {
        self.name = name
        self.features = features
        self.ready = ready
        self.unacked = unacked
        self.readyBytes = readyBytes
        self.consumers = consumers
        self.untold = untold
        self.receivesDeadLetters = receivesDeadLetters
        self.dead = dead
        self.waiting = waiting
        self.totals = totals
        self.oldestReadyMicroseconds = oldestReadyMicroseconds
        self.oldestUnackedMicroseconds = oldestUnackedMicroseconds
        self.processing = processing
        self.processingMeanMicroseconds = processingMeanMicroseconds
        self.flow = flow
        self.browseIntrusion = browseIntrusion
        self.stream = stream
    }

    /// Ready and unacked together: what is not settled.
    package var depth: Int { self.ready + self.unacked }
}
