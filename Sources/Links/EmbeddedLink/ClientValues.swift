import BrokerLink
import Core
import Messaging

// Connections, consumers and what is special about queues, in the words that every link speaks.

extension ClientRoster {
    init(_ figures: ClientFigures) {
        self.init(
            at: figures.at, connections: figures.connections.map { ClientConnection($0) },
            consumers: figures.consumers.map { ClientConsumer($0) })
    }
}

extension ClientConnection {
    fileprivate init(_ figures: ConnectionFigures) {
        self.init(
            id: figures.id, origin: figures.origin, user: figures.user,
            virtualHost: figures.virtualHost.text, properties: figures.clientProperties,
            state: State(figures), channels: figures.channels, consumers: figures.consumers,
            unacked: figures.unacked,
            oldestUnackedMicroseconds: figures.oldestUnackedMicroseconds,
            published: .exact(figures.published), delivered: .exact(figures.delivered),
            exclusiveQueues: figures.exclusiveQueues)
    }
}

extension ClientConnection.State {
    fileprivate init(_ figures: ConnectionFigures) {
        if figures.isClosing {
            self = .closing
        } else if figures.isBlocked {
            self = .blocked(because: "memory alarm")
        } else {
            self = figures.isWritable ? .running : .slowReader
        }
    }
}

extension ClientConsumer {
    init(_ figures: ConsumerFigures) {
        self.init(
            id: ID(connection: figures.connection, channel: figures.channel, tag: figures.tag),
            queue: figures.queue, origin: figures.origin, prefetch: figures.prefetch,
            priority: figures.priority, unacked: figures.unacked,
            oldestUnackedMicroseconds: figures.oldestUnackedMicroseconds,
            needsAck: !figures.isAutoAck, isExclusive: figures.isExclusive,
            isActive: figures.isActive, isToldOfCancels: figures.isToldOfCancels,
            deliveriesPerSecondMax: figures.deliveriesPerSecondMax,
            reader: figures.reader.map { StreamReader($0) })
    }
}

extension StreamReader {
    fileprivate init(_ figures: StreamReaderFigures) {
        self.init(
            group: figures.group, nextOffset: figures.nextOffset, lag: figures.lag,
            lost: figures.lost)
    }
}

extension QueueFeatures {
    init(_ traits: QueueTraits) {
        self = []
        for (trait, feature) in Self.byTrait where traits.contains(trait) { self.insert(feature) }
    }

    private static let byTrait: [(QueueTraits, QueueFeatures)] = [
        (.durable, .durable), (.exclusive, .exclusive), (.autoDelete, .autoDelete),
        (.priorities, .priorities), (.singleActiveConsumer, .singleActiveConsumer),
        (.messageTTL, .messageTTL), (.expires, .expires), (.limited, .limited),
        (.deadLettering, .deadLettering), (.policy, .policy),
        (.quorum, .quorum), (.retries, .retries),
        (.rateLimited, .rateLimited), (.circuitBreaker, .circuitBreaker),
        (.deduplicating, .deduplicating), (.stream, .stream),
    ]
}
