import Messaging

// MARK: Neutral until stored
//
// The names that these facts have wherever they are kept: as soon as one is a stored property,
// its line here goes, and everything below tells the real thing.

extension Connection {
    var isBlocked: Bool { false }
    var virtualHost: String { "/" }
    var clientProperties: FieldTable { [:] }
}

extension Consumer {
    var priority: Int { 0 }
    /// Whether it is its turn on a queue with a single active consumer.
    var isActive: Bool { true }
}

extension QueueSettings {
    var policy: String? { nil }
    var operatorPolicy: String? { nil }
    var effectivePolicy: FieldTable { [:] }
}

extension Queue {
    var readyByLevel: [(level: Int, ready: Int)] { [] }
}

extension Broker {
    /// Bytes of memory in use and the limit that they are above; nil while there is room.
    var memoryAlarm: (usedBytes: Int, limitBytes: Int)? { nil }
}

// MARK: Figures

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
    package var virtualHost: String
    /// What the client told of itself when it connected.
    package var clientProperties: FieldTable
    package var channels = 0
    package var consumers = 0
    package var unacked = 0
    /// Age of the oldest unacked delivery since it was delivered.
    package var oldestUnackedMicroseconds: Int64?
    /// Deliveries and gets on the channels that are open now.
    package var delivered: UInt64 = 0
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
    package var isActive: Bool
    /// Whether its client asked to be told of cancels; nil when it told nothing of itself.
    package var isToldOfCancels: Bool?
}

/// How a queue is set up beyond ``QueueFacts``, and who consumes it.
package struct QueueSetup: Equatable, Sendable {
    /// Ready messages of one priority.
    package struct Level: Equatable, Sendable {
        package var level: Int
        package var ready: Int
    }

    package var type: String
    /// Where the connection comes from that alone may use it.
    package var owner: String?
    package var policy: String?
    package var operatorPolicy: String?
    package var effectivePolicy: FieldTable
    /// Highest first; empty for a queue without priorities.
    package var readyByLevel: [Level]
    package var consumers: [ConsumerFigures]
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
}

/// What is wrong with the broker as a whole.
package struct BrokerTrouble: Equatable, Sendable {
    package var blockedConnections: Int
    package var memoryUsedBytes: Int?
    package var memoryLimitBytes: Int?
}

// MARK: Looking

extension Broker {
    /// Every connection and consumer; looking changes nothing.
    ///
    /// - Complexity: O(connections + channels + consumers + queues). Unacked deliveries are looked
    ///   at only until each consumer's first one was seen, which on a channel with one consumer is
    ///   the first of all.
    package func clients(now: Timestamp) -> ClientFigures {
        var figures = ClientFigures(at: now)
        let owned = self.exclusiveQueues()
        for slot in self.connections.slots {
            var connection = self.figures(of: slot)
            connection.exclusiveQueues = owned[connection.id]?.sorted() ?? []
            for channel in self.connections[slot].channels {
                connection.count(self.channels[channel], now: now)
                figures.consumers += self.consumers(on: channel, now: now)
            }
            figures.connections.append(connection)
        }
        return figures
    }

    private func exclusiveQueues() -> [ConnectionID: [QueueName]] {
        var owned: [ConnectionID: [QueueName]] = [:]
        for slot in self.queues.slots where !self.queues[slot].isDeleted {
            guard let owner = self.queues[slot].settings.owner else { continue }
            owned[owner, default: []].append(self.queues[slot].name)
        }
        return owned
    }

    private func figures(of connection: Int) -> ConnectionFigures {
        ConnectionFigures(
            id: self.connections[connection].id, origin: self.connections[connection].origin,
            user: self.connections[connection].user,
            virtualHost: self.connections[connection].virtualHost,
            clientProperties: self.connections[connection].clientProperties,
            isBlocked: self.connections[connection].isBlocked,
            isClosing: self.connections[connection].isClosing,
            isWritable: self.connections[connection].isWritable)
    }

    private func consumers(on channel: Int, now: Timestamp) -> [ConsumerFigures] {
        guard !self.channels[channel].consumers.isEmpty else { return [] }
        let held = self.heldSince(on: channel)
        return self.channels[channel].consumers.map { slot in
            self.figures(of: slot, heldSince: held[slot], now: now)
        }
    }

    private func figures(
        of slot: Int, heldSince: Timestamp?, now: Timestamp
    ) -> ConsumerFigures {
        let channel = self.consumers[slot].channel
        let connection = self.channels[channel].connection
        return ConsumerFigures(
            connection: self.connections[connection].id, channel: self.channels[channel].number,
            tag: self.consumers[slot].tag, origin: self.connections[connection].origin,
            queue: self.queues[self.consumers[slot].queue.index].name,
            prefetch: self.consumers[slot].prefetch, priority: self.consumers[slot].priority,
            unacked: self.consumers[slot].unacked,
            oldestUnackedMicroseconds: heldSince.map { now.microseconds(since: $0) },
            isAutoAck: self.consumers[slot].isAutoAck,
            isExclusive: self.consumers[slot].isExclusive,
            isActive: self.consumers[slot].isActive,
            isToldOfCancels: self.connections[connection].isToldOfCancels)
    }

    /// Since when each consumer of a channel, by its slot, holds its oldest unacked delivery.
    private func heldSince(on channel: Int) -> [Int: Timestamp] {
        let sought = self.channels[channel].consumers.filter { self.consumers[$0].unacked > 0 }
        var held: [Int: Timestamp] = [:]
        self.channels[channel].unacked.forEach { delivery in
            guard held.count < sought.count else { return false }
            let slot = delivery.consumer.index
            // Deliveries stand in their order: the first of a consumer is its oldest. Those that
            // were fetched, or whose consumer was cancelled, are nobody's.
            if self.consumers.holds(delivery.consumer.slot, delivery.consumer.incarnation),
                held[slot] == nil
            {
                held[slot] = delivery.deliveredAt
            }
            return true
        }
        return held
    }

    /// How a queue is set up; nil when there is none of that name.
    package func setup(of name: QueueName, now: Timestamp) -> QueueSetup? {
        guard let slot = self.queueSlots[name] else { return nil }
        let settings = self.queues[slot].settings
        let owner = settings.owner.flatMap { self.connectionSlots[$0] }
        var heldSince: [Int: [Int: Timestamp]] = [:]
        return QueueSetup(
            type: settings.arguments["x-queue-type"]?.text ?? "classic",
            owner: owner.map { self.connections[$0].origin }, policy: settings.policy,
            operatorPolicy: settings.operatorPolicy, effectivePolicy: settings.effectivePolicy,
            readyByLevel: self.queues[slot].readyByLevel
                .map { QueueSetup.Level(level: $0.level, ready: $0.ready) }
                .sorted { $0.level > $1.level },
            consumers: self.queues[slot].consumers.map { consumer in
                let channel = self.consumers[consumer].channel
                let held = heldSince[channel] ?? self.heldSince(on: channel)
                heldSince[channel] = held
                return self.figures(of: consumer, heldSince: held[consumer], now: now)
            })
    }

    /// What makes each queue different, in the order of ``sample(now:)``'s queues.
    package func traits() -> [QueueTraits] {
        self.queues.slots.filter { !self.queues[$0].isDeleted }
            .map { self.queues[$0].settings.traits }
    }

    /// What is wrong with the broker as a whole.
    package func trouble() -> BrokerTrouble {
        let memory = self.memoryAlarm
        return BrokerTrouble(
            blockedConnections: self.connections.slots.count { self.connections[$0].isBlocked },
            memoryUsedBytes: memory?.usedBytes, memoryLimitBytes: memory?.limitBytes)
    }
}

extension ConnectionFigures {
    fileprivate mutating func count(_ channel: Channel, now: Timestamp) {
        self.channels += 1
        self.consumers += channel.consumers.count
        self.unacked += channel.unacked.count
        self.delivered += channel.lastTag
        channel.unacked.forEach { delivery in
            let age = now.microseconds(since: delivery.deliveredAt)
            self.oldestUnackedMicroseconds = max(self.oldestUnackedMicroseconds ?? age, age)
            return false
        }
    }
}

extension Connection {
    fileprivate var isToldOfCancels: Bool? {
        guard !self.clientProperties.isEmpty else { return nil }
        guard case .table(let capabilities) = self.clientProperties["capabilities"] else {
            return false
        }
        return capabilities["consumer_cancel_notify"] == .bool(true)
    }
}

extension QueueSettings {
    fileprivate var traits: QueueTraits {
        var traits: QueueTraits = []
        if self.isDurable { traits.insert(.durable) }
        if self.owner != nil { traits.insert(.exclusive) }
        if self.isAutoDelete { traits.insert(.autoDelete) }
        if self.ttlMicroseconds != nil { traits.insert(.messageTTL) }
        if self.expiresMicroseconds != nil { traits.insert(.expires) }
        if self.lengthMax != nil || self.bytesMax != nil { traits.insert(.limited) }
        if self.deadLetterExchange != nil { traits.insert(.deadLettering) }
        if self.policy != nil || self.operatorPolicy != nil { traits.insert(.policy) }
        guard !self.arguments.isEmpty else { return traits }
        if (self.arguments["x-max-priority"]?.integer ?? 0) > 0 { traits.insert(.priorities) }
        if self.arguments["x-single-active-consumer"] == .bool(true) {
            traits.insert(.singleActiveConsumer)
        }
        return traits
    }
}

// MARK: Acting

extension Broker {
    /// What an operator's close of a connection takes back: its unacked messages; nil when there
    /// is no such connection.
    ///
    /// The owner closes the socket; ``connectionClosed(_:now:)`` follows and puts them back.
    package func unacked(of id: ConnectionID) -> Int? {
        guard let slot = self.connectionSlots[id] else { return nil }
        return self.connections[slot].channels.reduce(0) { $0 + self.channels[$1].unacked.count }
    }

    /// Ends a consumer for an operator, and tells its client; ``endBatch(now:)`` follows.
    ///
    /// What it holds stays with its channel until that acks it or closes, as after a cancel of
    /// the client's own.
    ///
    /// - Returns: How many messages it holds; nil when there is no such consumer.
    package mutating func cancelConsumer(
        _ tag: ConsumerTag, on number: ChannelNumber, of id: ConnectionID, now: Timestamp
    ) -> Int? {
        guard let channel = self.channelSlot(id, number),
            let consumer = self.channels[channel].consumers.first(
                where: { self.consumers[$0].tag == tag })
        else { return nil }
        let unacked = self.consumers[consumer].unacked
        // What was published before is meant for this consumer too.
        if let queue = self.queueSlot(self.consumers[consumer].queue) {
            self.attendIfDue(queue, now: now)
        }
        self.emit(.consumerCancelled(number, tag), to: self.channels[channel].connection)
        self.removeConsumer(consumer, now: now)
        return unacked
    }
}
