import Messaging

/// One exchange as it is declared.
package struct ExchangeFigures: Equatable, Sendable {
    package var host: VirtualHostName
    package var name: ExchangeName
    package var type: String
    package var isDurable: Bool
    package var isAutoDelete: Bool
    package var isInternal: Bool
    package var arguments: FieldTable
    /// The policy that holds for it.
    package var policy: String?
    /// Messages that wait in it; nil for one that delays none.
    package var delayed: Int?
}

/// One binding, those to the default exchange included.
package struct BindingFigures: Equatable, Sendable {
    package var host: VirtualHostName
    package var source: ExchangeName
    package var destination: BindingRequest.Destination
    package var routingKey: String
    package var arguments: FieldTable

    package init(
        host: VirtualHostName, source: ExchangeName, destination: BindingRequest.Destination,
        routingKey: String, arguments: FieldTable
    ) {
        self.host = host
        self.source = source
        self.destination = destination
        self.routingKey = routingKey
        self.arguments = arguments
    }
}

/// One queue with its figures and how it is set up, for lists of many.
package struct QueueListing: Equatable, Sendable {
    package var id: QueueID
    package var host: VirtualHostName
    package var type: QueueKind
    package var arguments: FieldTable
    package var policy: String?
    package var operatorPolicy: String?
    /// What both define together.
    package var effectivePolicy: FieldTable
    /// The tag of the only consumer of a queue that it has for itself.
    package var exclusiveTag: ConsumerTag?
    /// The tag of the one that is served alone, where the queue is declared so.
    package var singleActiveTag: ConsumerTag?
    /// Where the connection comes from that alone may use it.
    package var owner: String?
    /// Ready messages of each priority, from 0 up; empty without priorities.
    package var readyByPriority: [Int]
    package var memory: QueueMemory
    /// The property `timestamp` of the first ready message, where it is in memory and has one.
    package var headTimestampSeconds: UInt64?
    package var figures: QueueFigures

    package var name: QueueName { self.figures.name }
}

/// What a queue is, as clients ask for it.
package enum QueueKind: String, Hashable, Sendable {
    case classic, quorum, stream
}

/// Where a queue stands, to choose from many before their figures are worked out.
package struct QueuePlace: Hashable, Sendable {
    package var host: VirtualHostName
    package var name: QueueName
    package var id: QueueID
}

/// One channel and what it holds.
package struct ChannelFigures: Equatable, Sendable {
    package var connection: ConnectionID
    package var origin: String
    package var user: String
    package var host: VirtualHostName
    package var number: ChannelNumber
    package var isConfirming: Bool
    package var isTransactional: Bool
    package var consumers: Int
    package var unacked: Int
    /// What the next consumer may hold, and what all of them together; 0 is without limit.
    package var prefetch: Int
    package var sharedPrefetch: Int
    package var published: UInt64
    package var delivered: UInt64
    package var isBlocked: Bool
}

/// What has happened to everything since the broker started, queues and connections that are gone
/// included.
package struct BrokerTotals: Equatable, Sendable {
    /// Messages that clients published.
    package var published: UInt64 = 0
    /// Those that reached no queue.
    package var unroutable: UInt64 = 0
    package var queues = QueueTally()
    package var connectionsClosed: UInt64 = 0
    package var queuesDeleted: UInt64 = 0
}

/// The counters of one queue at one moment: plain values, to be taken of all queues often.
package struct QueueCounters: Equatable, Sendable {
    package var id: QueueID
    package var ready: Int
    package var unacked: Int
    package var tally: QueueTally
}

/// The counters of everything at one moment, by which rates are computed.
package struct CounterSample: Equatable, Sendable {
    package var at: Timestamp
    package var totals: BrokerTotals
    package var queues: [QueueCounters]
    package var connections: [ConnectionCounters]
}

/// The counters of one connection.
package struct ConnectionCounters: Equatable, Sendable {
    package var id: ConnectionID
    package var published: UInt64
    package var delivered: UInt64
    /// What went over its socket, which the broker's owner knows.
    package var receivedBytes: UInt64 = 0
    package var sentBytes: UInt64 = 0
}

extension QueueTally {
    /// Adds what happened to another queue.
    package mutating func add(_ other: QueueTally) {
        self.published += other.published
        self.delivered += other.delivered
        self.acked += other.acked
        self.redelivered += other.redelivered
        self.deliveredWithoutAck += other.deliveredWithoutAck
        self.expired += other.expired
        self.rejected += other.rejected
        self.droppedByLength += other.droppedByLength
        self.refused += other.refused
        self.returnedTooOften += other.returnedTooOften
        self.retried += other.retried
        self.deadLettered += other.deadLettered
        self.purged += other.purged
        self.removed += other.removed
        self.redriven += other.redriven
        self.lost += other.lost
        self.deduplicated += other.deduplicated
        self.got += other.got
        self.gotWithoutAck += other.gotWithoutAck
        self.gotNothing += other.gotNothing
    }
}
