import BrokerLink
import Core
import Messaging
import Metering

// The broker's own figures in the words that every link speaks: all of them are exact here.

extension BrokerSample {
    init(_ figures: BrokerFigures) {
        self.init(
            at: figures.at, connections: figures.connections, channels: figures.channels,
            exchanges: figures.exchanges, queues: figures.queues.map { QueueSample($0) },
            unroutableTotal: figures.unroutableTotal,
            messageMemoryBytes: UInt64(figures.messageMemoryBytes))
    }
}

extension QueueSample {
    fileprivate init(_ figures: QueueFigures) {
        self.init(
            name: figures.name, isDurable: figures.isDurable, ready: figures.ready,
            unacked: figures.unacked, readyBytes: figures.readyBytes,
            consumers: figures.consumers, receivesDeadLetters: figures.receivesDeadLetters,
            dead: .exact(figures.dead), totals: QueueTotals(figures.tally),
            oldestReadyMicroseconds: .exact(figures.oldestReadyMicroseconds),
            oldestUnackedMicroseconds: .exact(figures.oldestUnackedMicroseconds),
            processing: .exact(figures.processing))
    }
}

extension QueueTotals {
    fileprivate init(_ tally: QueueTally) {
        self.init(
            published: tally.published, delivered: tally.delivered, acked: tally.acked,
            redelivered: tally.redelivered, deliveredWithoutAck: tally.deliveredWithoutAck,
            expired: tally.expired, rejected: tally.rejected,
            droppedByLength: tally.droppedByLength, deadLettered: tally.deadLettered,
            purged: tally.purged)
    }
}

extension QueueDetail {
    init(_ facts: QueueFacts) {
        self.init(
            name: facts.name, isDurable: facts.isDurable, isExclusive: facts.isExclusive,
            isAutoDelete: facts.isAutoDelete, arguments: facts.arguments,
            consumers: facts.consumers.map { Consumer($0) },
            bindings: facts.bindings.map { Binding($0) },
            processingTotal: facts.processingTotal,
            deliverToAck: facts.deliverToAck,
            timeInQueue: facts.timeInQueue)
    }
}

extension QueueDetail.Consumer {
    fileprivate init(_ consumer: QueueFacts.Consumer) {
        self.init(
            tag: consumer.tag, connection: consumer.origin, channel: consumer.channel,
            prefetch: consumer.prefetch, unacked: consumer.unacked,
            needsAck: !consumer.isAutoAck,
            oldestUnackedMicroseconds: consumer.oldestUnackedMicroseconds)
    }
}

extension QueueDetail.Binding {
    fileprivate init(_ binding: QueueFacts.Binding) {
        self.init(
            exchange: binding.exchange, exchangeType: binding.exchangeType,
            routingKey: binding.routingKey, arguments: binding.arguments)
    }
}

extension BrowsedMessage {
    init(_ record: BrowsedRecord) {
        self.init(
            id: MessageID(record.position), message: record.message, bodyBytes: record.bodyBytes,
            enqueuedAt: record.enqueuedAt, isRedelivered: record.isRedelivered,
            isUnacked: record.isUnacked, deaths: record.deaths)
    }
}
