import Messaging

extension Broker {
    /// Every connection and consumer of a virtual host; looking changes nothing.
    ///
    /// - Complexity: O(connections + channels + consumers). Unacked deliveries are looked
    ///   at only until each consumer's first one was seen, which on a channel with one consumer is
    ///   the first of all.
    package func clients(
        in host: VirtualHostName = .default, now: Timestamp
    ) -> ClientFigures {
        var figures = ClientFigures(at: now)
        guard let host = self.hostSlots[host] else { return figures }
        for slot in self.connections.slots where self.connections[slot].host == host {
            var connection = self.figures(of: slot)
            connection.exclusiveQueues = self.connections[slot].exclusiveQueues
                .compactMap { self.queueSlot($0) }.map { self.queues[$0].name }.sorted()
            for channel in self.connections[slot].channels {
                connection.count(self.channels[channel], now: now)
                figures.consumers += self.consumers(on: channel, now: now)
            }
            figures.connections.append(connection)
        }
        return figures
    }

    private func figures(of connection: Int) -> ConnectionFigures {
        ConnectionFigures(
            id: self.connections[connection].id, origin: self.connections[connection].origin,
            user: self.connections[connection].user,
            virtualHost: self.hosts[self.connections[connection].host].name,
            clientProperties: self.connections[connection].clientProperties,
            published: self.connections[connection].publishedBefore,
            delivered: self.connections[connection].deliveredBefore,
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
            prefetch: self.consumers[slot].prefetch,
            priority: Int(clamping: self.consumers[slot].priority),
            unacked: self.consumers[slot].unacked,
            oldestUnackedMicroseconds: heldSince.map { now.microseconds(since: $0) },
            isAutoAck: self.consumers[slot].isAutoAck,
            isExclusive: self.consumers[slot].isExclusive,
            isActive: self.isActive(slot),
            isToldOfCancels: self.connections[connection].isToldOfCancels,
            arguments: self.consumers[slot].arguments,
            deliveriesPerSecondMax: self.consumers[slot].bucket?.rate.perSecond,
            reader: self.readerFigures(of: slot))
    }

    func isActive(_ consumer: Int) -> Bool {
        if let group = self.consumers[consumer].reader?.group {
            let stream = self.queues[self.consumers[consumer].queue.index].stream
            return stream?.groups[group]?.members.first == consumer
        }
        let active = self.queues[self.consumers[consumer].queue.index].consumers.active
        return active == nil || active == consumer
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

    /// The consumers of a queue, and what each holds.
    func consumers(of slot: Int, now: Timestamp) -> [ConsumerFigures] {
        var heldSince: [Int: [Int: Timestamp]] = [:]
        return self.queues[slot].consumers.members.map { member in
            let channel = self.consumers[member.slot].channel
            let held = heldSince[channel] ?? self.heldSince(on: channel)
            heldSince[channel] = held
            return self.figures(of: member.slot, heldSince: held[member.slot], now: now)
        }
    }

    /// What is wrong with the broker as a whole.
    var trouble: BrokerTrouble {
        let isShort = self.isMemoryLow
        return BrokerTrouble(
            blockedConnections: self.connections.slots.count { self.connections[$0].isBlocked },
            memoryUsedBytes: isShort ? self.gauge.bytes : nil,
            memoryLimitBytes: isShort ? self.messageMemoryBytesMax : nil, disk: self.disk)
    }
}

extension ConnectionFigures {
    fileprivate mutating func count(_ channel: Channel, now: Timestamp) {
        self.channels += 1
        self.consumers += channel.consumers.count
        self.unacked += channel.heldCount
        self.published += channel.publishedTotal
        self.delivered += channel.deliveredTotal
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
    /// What makes a queue with them different from a plain one.
    var traits: QueueTraits {
        var traits: QueueTraits = []
        if self.isDurable { traits.insert(.durable) }
        if self.isStream { traits.insert(.stream) }
        if self.owner != nil { traits.insert(.exclusive) }
        if self.isAutoDelete { traits.insert(.autoDelete) }
        if self.ttlMicroseconds != nil { traits.insert(.messageTTL) }
        if self.expiresMicroseconds != nil { traits.insert(.expires) }
        if self.lengthMax != nil || self.bytesMax != nil { traits.insert(.limited) }
        if self.deadLetterExchange != nil { traits.insert(.deadLettering) }
        if self.policy != .none { traits.insert(.policy) }
        if self.priorityMax > 0 { traits.insert(.priorities) }
        if self.type == .quorum { traits.insert(.quorum) }
        if self.retry != nil { traits.insert(.retries) }
        if self.isSingleActive { traits.insert(.singleActiveConsumer) }
        if self.flow?.rate != nil { traits.insert(.rateLimited) }
        if self.flow?.breaker != nil { traits.insert(.circuitBreaker) }
        if self.flow?.deduplication != nil { traits.insert(.deduplicating) }
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
        return self.connections[slot].channels.reduce(0) { $0 + self.channels[$1].heldCount }
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
