import Messaging

/// Every connection and consumer of a broker at one moment.
package struct ClientRoster: Equatable, Sendable {
    package var at: Timestamp
    /// In no particular order.
    package var connections: [ClientConnection]
    /// In no particular order.
    package var consumers: [ClientConsumer]

    package init(
        at: Timestamp, connections: [ClientConnection] = [], consumers: [ClientConsumer] = []
    ) {
        self.at = at
        self.connections = connections
        self.consumers = consumers
    }
}

/// One client connection, and what its channels hold together.
package struct ClientConnection: Equatable, Sendable {
    /// What it can do now; where several are true, the last one of these.
    package enum State: Equatable, Sendable {
        case running
        /// Its socket takes no more: its consumers get nothing until the client reads.
        case slowReader
        /// It may not publish now, for a reason of the broker's.
        case blocked(because: String)
        case closing
    }

    /// Numbered by its link.
    package var id: ConnectionID
    /// Where it comes from, such as `127.0.0.1:51234`.
    package var origin: String
    package var user: String
    package var virtualHost: String
    /// What the client told of itself when it connected.
    package var properties: FieldTable
    /// Whether it is the console's own, made by a link of this process.
    package var isOwn: Bool
    package var state: State
    /// Nil where the broker does not tell, as with the two that follow.
    package var channels: Int?
    package var consumers: Int?
    package var unacked: Int?
    /// Age of its oldest unacked delivery since it was delivered, in microseconds.
    package var oldestUnackedMicroseconds: Int64?
    /// Messages it published.
    package var published: Measured<UInt64>
    /// Messages delivered to it.
    package var delivered: Measured<UInt64>
    /// Queues that only it may use, and that go with it.
    package var exclusiveQueues: [QueueName]

    package init(
        id: ConnectionID, origin: String, user: String = "guest", virtualHost: String = "/",
        properties: FieldTable = [:], isOwn: Bool = false, state: State = .running,
        channels: Int? = 1, consumers: Int? = 0, unacked: Int? = 0,
        oldestUnackedMicroseconds: Int64? = nil,
        published: Measured<UInt64> = .exact(0), delivered: Measured<UInt64> = .exact(0),
        exclusiveQueues: [QueueName] = []
    ) {
        self.id = id
        self.origin = origin
        self.user = user
        self.virtualHost = virtualHost
        self.properties = properties
        self.isOwn = isOwn
        self.state = state
        self.channels = channels
        self.consumers = consumers
        self.unacked = unacked
        self.oldestUnackedMicroseconds = oldestUnackedMicroseconds
        self.published = published
        self.delivered = delivered
        self.exclusiveQueues = exclusiveQueues
    }

    /// What the client calls itself: the connection's name, else its product and version; empty
    /// when it told neither. The console's own says so.
    package var name: String {
        if self.isOwn { return "this console" }
        if let name = self.properties["connection_name"]?.text, !name.isEmpty { return name }
        return ["product", "version"].compactMap { self.properties[$0]?.text }
            .joined(separator: " ")
    }
}

/// One consumer, and what it holds.
package struct ClientConsumer: Equatable, Sendable {
    /// A tag is unique within its channel only.
    package struct ID: Hashable, Sendable {
        package var connection: ConnectionID
        package var channel: ChannelNumber
        package var tag: ConsumerTag

        package init(connection: ConnectionID, channel: ChannelNumber, tag: ConsumerTag) {
            self.connection = connection
            self.channel = channel
            self.tag = tag
        }
    }

    package var id: ID
    package var queue: QueueName
    /// Where its connection comes from, such as `127.0.0.1:51234`.
    package var origin: String
    /// Unacked deliveries it may hold; 0 is without limit, nil is not told.
    package var prefetch: Int?
    /// Those of a higher one get messages first.
    package var priority: Int
    /// Nil where the broker does not tell what each consumer holds.
    package var unacked: Int?
    /// Age of its oldest unacked delivery since it was delivered, in microseconds.
    package var oldestUnackedMicroseconds: Int64?
    package var needsAck: Bool
    package var isExclusive: Bool
    /// False while another consumer is the single active one of its queue.
    package var isActive: Bool
    /// Whether its client asked to be told when the broker cancels it; nil when not known.
    package var isToldOfCancels: Bool?
    /// Messages a second that it asked to be limited to (`x-delivery-rate`); nil is without limit.
    package var deliveriesPerSecondMax: Double?
    /// Where it reads, when its queue is a stream.
    package var reader: StreamReader?

    package init(
        id: ID, queue: QueueName, origin: String, prefetch: Int? = 0, priority: Int = 0,
        unacked: Int? = 0, oldestUnackedMicroseconds: Int64? = nil, needsAck: Bool = true,
        isExclusive: Bool = false, isActive: Bool = true, isToldOfCancels: Bool? = nil,
        deliveriesPerSecondMax: Double? = nil, reader: StreamReader? = nil
    ) {
        self.id = id
        self.queue = queue
        self.origin = origin
        self.prefetch = prefetch
        self.priority = priority
        self.unacked = unacked
        self.oldestUnackedMicroseconds = oldestUnackedMicroseconds
        self.needsAck = needsAck
        self.isExclusive = isExclusive
        self.isActive = isActive
        self.isToldOfCancels = isToldOfCancels
        self.deliveriesPerSecondMax = deliveriesPerSecondMax
        self.reader = reader
    }
}
