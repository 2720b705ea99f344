import Messaging

/// Every connection and consumer at one moment.
package struct ClientFigures: Equatable, Sendable {
    package var at: Timestamp
    package var connections: [ConnectionFigures] = []
    package var consumers: [ConsumerFigures] = []
}

/// One connection, and what its channels hold together.
package struct ConnectionFigures: Equatable, Sendable {
    package var id: ConnectionID
    package var origin: String
    package var user: String
    package var virtualHost: VirtualHostName
    /// What the client told of itself when it connected.
    package var clientProperties: FieldTable
    package var channels = 0
    package var consumers = 0
    package var unacked = 0
    /// Age of the oldest unacked delivery since it was delivered.
    package var oldestUnackedMicroseconds: Int64?
    /// Messages that it published, and that it was sent.
    package var published: UInt64
    package var delivered: UInt64
    package var isBlocked: Bool
    package var isClosing: Bool
    package var isWritable: Bool
    /// Queues that go with it.
    package var exclusiveQueues: [QueueName] = []
}

/// One consumer, and what it holds.
package struct ConsumerFigures: Equatable, Sendable {
    package var connection: ConnectionID
    package var channel: ChannelNumber
    package var tag: ConsumerTag
    package var origin: String
    package var queue: QueueName
    package var prefetch: Int
    package var priority: Int
    package var unacked: Int
    /// Age of its oldest unacked delivery since it was delivered.
    package var oldestUnackedMicroseconds: Int64?
    package var isAutoAck: Bool
    package var isExclusive: Bool
    /// False while another one is the single active consumer of its queue.
    package var isActive: Bool
    /// Whether its client asked to be told of cancels; nil when it told nothing of itself.
    package var isToldOfCancels: Bool?
    /// As its client wrote them.
    package var arguments: FieldTable
    /// Messages a second that it asked to be limited to; nil is without limit.
    package var deliveriesPerSecondMax: Double?
    /// Where it reads, when its queue is a stream.
    package var reader: StreamReaderFigures?
}

/// What makes a queue different from a plain one.
package struct QueueTraits: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let durable = Self(rawValue: 1)
    package static let exclusive = Self(rawValue: 2)
    package static let autoDelete = Self(rawValue: 4)
    package static let priorities = Self(rawValue: 8)
    package static let singleActiveConsumer = Self(rawValue: 16)
    package static let messageTTL = Self(rawValue: 32)
    package static let expires = Self(rawValue: 64)
    package static let limited = Self(rawValue: 128)
    package static let deadLettering = Self(rawValue: 256)
    package static let policy = Self(rawValue: 512)
    package static let quorum = Self(rawValue: 1_024)
    package static let retries = Self(rawValue: 2_048)
    package static let stream = Self(rawValue: 4_096)
    package static let rateLimited = Self(rawValue: 8_192)
    package static let circuitBreaker = Self(rawValue: 16_384)
    package static let deduplicating = Self(rawValue: 32_768)
}

/// What is wrong with the broker as a whole.
package struct BrokerTrouble: Equatable, Sendable {
    package var blockedConnections: Int
    package var memoryUsedBytes: Int?
    package var memoryLimitBytes: Int?
    package var disk = DiskState.fine
    /// What was found damaged on the disk, a sentence each; the broker's owner knows it.
    package var damages: [String] = []
}
