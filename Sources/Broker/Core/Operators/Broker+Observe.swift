import Messaging

/// What operators look at; looking changes nothing that a client could notice.
extension Broker {
    /// The figures of the broker and of every queue of a virtual host.
    package mutating func sample(
        in host: VirtualHostName = .default, now: Timestamp
    ) -> BrokerFigures {
        self.findOldestUnacked()
        self.findDeadLetterTargets()
        var figures = BrokerFigures(
            at: now, connections: self.connections.count, channels: self.channels.count,
            exchanges: self.exchanges.count, delayed: self.delayedCount(in: host), queues: [],
            unroutableTotal: self.unroutableTotal,
            messageMemoryBytes: self.gauge.bytes, trouble: self.trouble)
        guard let host = self.hostSlots[host] else { return figures }
        let slots = self.liveQueues.filter { self.queues[$0].host == host }
        figures.queues.reserveCapacity(slots.count)
        for slot in slots { figures.queues.append(self.figures(of: slot, now: now)) }
        return figures
    }

    var liveQueues: [Int] {
        self.queues.slots.filter {
            !self.queues[$0].isDeleted && !self.queues[$0].isWaitingLog
        }
    }

    mutating func figures(of slot: Int, now: Timestamp) -> QueueFigures {
        let oldestReady = self.queues[slot].headEnqueuedAt()
        var oldestUnacked: Timestamp?
        if case .known(_, let deliveredAt) = self.queues[slot].oldestUnacked {
            oldestUnacked = deliveredAt
        }
        let receives =
            self.queues[slot].stream == nil
            && (self.deadLetterTargets.contains(slot) || !self.queues[slot].deadLedger.isEmpty)
        return QueueFigures(
            name: self.queues[slot].name, traits: self.queues[slot].settings.traits,
            ready: self.queues[slot].ready, unacked: self.queues[slot].unacked,
            readyBytes: self.queues[slot].readyBytes,
            unackedBytes: self.queues[slot].unackedBytes,
            consumers: self.queues[slot].consumers.count, receivesDeadLetters: receives,
            dead: self.queues[slot].dead, waiting: self.queues[slot].waiting.count,
            tally: self.queues[slot].tally,
            oldestReadyMicroseconds: oldestReady.map { now.microseconds(since: $0) },
            oldestUnackedMicroseconds: oldestUnacked.map { now.microseconds(since: $0) },
            processing: self.queues[slot].meters.processing.summary(
                nowMicroseconds: now.microseconds),
            flow: self.flowFigures(of: slot, now: now), stream: self.streamFigures(of: slot))
    }

    /// Finds the longest-held delivery of the queues whose last known one was settled.
    ///
    /// - Complexity: O(unacked messages of all channels), or nothing when all are known.
    mutating func findOldestUnacked() {
        var oldest: [QueueID: (Position, Timestamp)] = [:]
        var sought: Set<QueueID> = []
        for slot in self.liveQueues {
            guard case .unknown = self.queues[slot].oldestUnacked else { continue }
            self.queues[slot].oldestUnacked = .none
            if self.queues[slot].unacked > 0 { sought.insert(self.queues[slot].id) }
        }
        guard !sought.isEmpty else { return }
        for channel in self.channels.slots {
            self.channels[channel].forEachUnacked { delivery in
                guard sought.contains(delivery.queue) else { return true }
                if let known = oldest[delivery.queue], known.1 <= delivery.deliveredAt {
                    return true
                }
                oldest[delivery.queue] = (delivery.position, delivery.deliveredAt)
                return true
            }
        }
        for id in sought {
            for death in self.queues[id.index].deferred.deaths {
                let delivery = death.delivery
                if let known = oldest[id], known.1 <= delivery.deliveredAt { continue }
                oldest[id] = (delivery.position, delivery.deliveredAt)
            }
            guard let (position, deliveredAt) = oldest[id] else { continue }
            self.queues[id.index].oldestUnacked = .known(position, deliveredAt)
        }
    }

    /// Works out which queues dead letters can come into, when the topology has changed.
    mutating func findDeadLetterTargets() {
        guard !self.deadLetterTargets.isCurrent(self.topology) else { return }
        var slots: Set<Int> = []
        var sources: [Int: [Int]] = [:]
        var reaching: Set<Int> = []
        for queue in self.liveQueues {
            guard let exchange = self.queues[queue].settings.deadLetterExchange else { continue }
            let host = self.queues[queue].host
            let source = self.hosts[host].exchanges[exchange]
            let isByKeyAlone = source.map { self.exchanges[$0].isByKeyAlone } ?? true
            if let key = self.queues[queue].settings.deadLetterKey, isByKeyAlone {
                let route = self.route(key: key, exchange: exchange, in: host)
                if route.contains(where: { $0 != queue }) { reaching.insert(queue) }
                slots.formUnion(route)
            } else if let source {
                // The key is each message's own: any queue bound there may get some.
                sources[source, default: []].append(queue)
            }
        }
        for (source, queues) in sources {
            let reached = self.reachableQueues(from: source)
            slots.formUnion(reached)
            reaching.formUnion(queues.filter { queue in reached.contains { $0 != queue } })
        }
        self.deadLetterTargets.store(slots, from: reaching, topology: self.topology)
    }

    /// What is connected to a queue; nil when there is none of that name.
    package mutating func detail(
        of name: QueueName, in host: VirtualHostName = .default, now: Timestamp
    ) -> QueueFacts? {
        guard let slot = self.slot(of: name, in: host) else { return nil }
        let (settings, meters) = (self.queues[slot].settings, self.queues[slot].meters)
        let owner = settings.owner.flatMap { self.connectionSlots[$0] }
        return QueueFacts(
            name: name, type: settings.isStream ? "stream" : settings.type.rawValue,
            isDurable: settings.isDurable, isAutoDelete: settings.isAutoDelete,
            isExclusive: settings.owner != nil, owner: owner.map { self.connections[$0].origin },
            arguments: settings.arguments, policy: settings.policy.policy,
            operatorPolicy: settings.policy.operatorPolicy,
            effectivePolicy: settings.policyInForce,
            deliveryLimit: settings.deliveryLimit, retries: settings.retry?.facts,
            nextRetryMicroseconds: self.queues[slot].waiting.first
                .map { max(0, $0.at.microseconds(since: now)) },
            readyByLevel: self.queues[slot].readyByPriority.enumerated()
                .map { .init(priority: $0.offset, ready: $0.element) }.reversed(),
            consumers: self.consumers(of: slot, now: now),
            bindings: self.bindings(of: slot), processingTotal: meters.processingTotal.summary,
            deliverToAck: meters.deliverToAck.summary, timeInQueue: meters.timeInQueue.summary,
            groups: self.groupFigures(of: slot, now: now),
            // Nothing that lies in a queue which is not durable is written for it.
            durability: (settings.isDurable ? settings.durability : .memory).rawValue)
    }

    /// The bindings of a queue, by exchange and key.
    private func bindings(of slot: Int) -> [QueueFacts.Binding] {
        self.queues[slot].bindings
            .sorted { ($0.source, $0.routingKey) < ($1.source, $1.routingKey) }
            .map { binding in
                let exchange = self.hosts[self.queues[slot].host].exchanges[binding.source]
                return QueueFacts.Binding(
                    exchange: binding.source,
                    exchangeType: exchange.map { self.exchanges[$0].kind.rawValue } ?? "",
                    routingKey: binding.routingKey, arguments: binding.arguments)
            }
    }

    // MARK: Acting on queues

    /// Removes every ready message; nil when there is no queue of that name.
    ///
    /// ``endBatch(now:)`` follows.
    package mutating func purge(
        _ name: QueueName, in host: VirtualHostName = .default, now: Timestamp
    ) -> Int? {
        guard let slot = self.slot(of: name, in: host) else { return nil }
        // A stream's messages leave by retention alone.
        return self.queues[slot].stream == nil ? self.purge(slot, now: now) : 0
    }

    /// Deletes a queue for an operator; ``endBatch(now:)`` follows.
    package mutating func deleteQueue(
        _ name: QueueName, in host: VirtualHostName = .default, ifUnused: Bool, ifEmpty: Bool,
        now: Timestamp
    ) -> QueueDeletion {
        guard let slot = self.slot(of: name, in: host) else { return .notFound }
        self.attendIfDue(slot, now: now)
        let (consumers, ready) = (self.queues[slot].consumers.count, self.queues[slot].ready)
        if ifUnused, consumers > 0 { return .inUse(consumers: consumers) }
        if ifEmpty, ready > 0 { return .notEmpty(messages: ready) }
        return .deleted(messages: self.removeQueue(slot, now: now))
    }
}

extension Queue {
    /// When the first ready message came.
    mutating func headEnqueuedAt() -> Timestamp? {
        guard self.ready > 0 else { return nil }
        if let entry = self.firstRequeued() { return entry.enqueuedAt }
        switch self.log.head() {
        case .none: return nil
        case .record(_, let record): return record.enqueuedAt
        // The cursor is never within an evicted chunk, so this is its first record, or one that
        // was removed out of turn shortly before it.
        case .evicted(let place): return self.log.chunk(at: place).firstEnqueuedAt
        }
    }
}
