import BrokerLink
import Core
import Engine
import Messaging
import Metering

// The broker's own figures in the words that every link speaks: all of them are exact here.

extension BrokerSample {
    init(_ figures: BrokerFigures) {
        self.init(
            at: figures.at, connections: figures.connections, channels: figures.channels,
            exchanges: figures.exchanges, delayed: figures.delayed,
            queues: figures.queues.map { QueueSample($0) },
            unroutableTotal: figures.unroutableTotal,
            messageMemoryBytes: UInt64(figures.messageMemoryBytes),
            blockedConnections: figures.trouble.blockedConnections,
            memoryAlarm: MemoryAlarm(figures.trouble),
            diskAlarm: DiskAlarm(figures.trouble.disk),
            areFilesShort: figures.trouble.areFilesShort, damages: figures.trouble.damages)
    }
}

extension MemoryAlarm {
    fileprivate init?(_ trouble: BrokerTrouble) {
        guard let used = trouble.memoryUsedBytes, let limit = trouble.memoryLimitBytes else {
            return nil
        }
        self.init(usedBytes: UInt64(used), limitBytes: UInt64(limit))
    }
}

extension QueueSample {
    fileprivate init(_ figures: QueueFigures) {
        self.init(
            name: figures.name, features: QueueFeatures(figures.traits), ready: figures.ready,
            unacked: figures.unacked, readyBytes: figures.readyBytes,
            consumers: figures.consumers, receivesDeadLetters: figures.receivesDeadLetters,
            dead: .exact(figures.dead), waiting: figures.waiting,
            totals: QueueTotals(figures.tally),
            oldestReadyMicroseconds: .exact(figures.oldestReadyMicroseconds),
            oldestUnackedMicroseconds: .exact(figures.oldestUnackedMicroseconds),
            processing: .exact(figures.processing), flow: QueueFlow(figures.flow),
            stream: figures.stream.map { StreamSample($0) })
    }
}

extension StreamSample {
    fileprivate init(_ figures: StreamFigures) {
        self.init(
            firstOffset: figures.firstOffset, nextOffset: figures.nextOffset,
            ageMaxMicroseconds: figures.ageMaxMicroseconds, bytesMax: figures.bytesMax,
            groups: figures.groups, lagMax: figures.lagMax, lost: figures.lost)
    }
}

extension StreamGroup {
    fileprivate init(_ figures: StreamGroupFigures) {
        self.init(
            name: figures.name, nextOffset: figures.nextOffset, lag: figures.lag,
            lagMicroseconds: figures.lagMicroseconds, lost: figures.lost,
            consumers: figures.consumers)
    }
}

extension QueueTotals {
    fileprivate init(_ tally: QueueTally) {
        self.init(
            published: tally.published, delivered: tally.delivered, acked: tally.acked,
            redelivered: tally.redelivered, deliveredWithoutAck: tally.deliveredWithoutAck,
            expired: tally.expired, rejected: tally.rejected,
            droppedByLength: tally.droppedByLength, refused: tally.refused,
            returnedTooOften: tally.returnedTooOften, retried: tally.retried,
            deadLettered: tally.deadLettered,
            purged: tally.purged, deduplicated: tally.deduplicated)
    }
}

extension QueueDetail {
    init(_ facts: QueueFacts) {
        self.init(
            name: facts.name, type: facts.type, isDurable: facts.isDurable,
            isExclusive: facts.isExclusive, owner: facts.owner, isAutoDelete: facts.isAutoDelete,
            arguments: facts.arguments, policy: facts.policy,
            operatorPolicy: facts.operatorPolicy, effectivePolicy: facts.effectivePolicy,
            deliveryLimit: facts.deliveryLimit.map { Int(clamping: $0) },
            retries: facts.retries.map { Retries($0) },
            nextRetryMicroseconds: facts.nextRetryMicroseconds,
            readyByLevel: facts.readyByLevel.map { Level(priority: $0.priority, ready: $0.ready) },
            consumers: facts.consumers.map { ClientConsumer($0) },
            bindings: facts.bindings.map { Binding($0) },
            groups: facts.groups.map { StreamGroup($0) },
            durability: Durability(rawValue: facts.durability),
            processingTotal: facts.processingTotal,
            deliverToAck: facts.deliverToAck,
            timeInQueue: facts.timeInQueue)
    }
}

extension QueueDetail.Retries {
    fileprivate init(_ retries: QueueFacts.Retries) {
        self.init(
            count: Int(clamping: retries.count), waitsMicroseconds: retries.waitsMicroseconds,
            jitter: retries.jitter)
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
            isUnacked: record.isUnacked, deaths: record.deaths,
            streamOffset: record.streamOffset)
    }
}
