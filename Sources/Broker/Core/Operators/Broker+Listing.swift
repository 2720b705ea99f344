import Messaging

/// Lists of queues and channels over virtual hosts, and the counters of all of them.
extension Broker {
    /// Where the queues of those virtual hosts stand; nil is all of them.
    package func queuePlaces(in hosts: [VirtualHostName]?) -> [QueuePlace] {
        let slots = (hosts ?? self.virtualHosts).compactMap { self.hostSlots[$0] }
        return slots.flatMap { host in
            let name = self.hosts[host].name
            return self.hosts[host].queues.values
                .filter { !self.queues[$0].isWaitingLog }
                .map {
                    QueuePlace(host: name, name: self.queues[$0].name, id: self.queues[$0].id)
                }
        }
    }

    /// The id of a queue; nil when there is none of that name.
    package func queueID(of queue: QueueName, in host: VirtualHostName) -> QueueID? {
        self.slot(of: queue, in: host).map { self.queues[$0].id }
    }

    /// The figures of those queues, in their order; those that are gone are left out.
    package mutating func listings(of queues: [QueueID], now: Timestamp) -> [QueueListing] {
        self.findOldestUnacked()
        self.findDeadLetterTargets()
        var listings: [QueueListing] = []
        listings.reserveCapacity(queues.count)
        for id in queues {
            guard let slot = self.queueSlot(id), !self.queues[slot].isDeleted else { continue }
            listings.append(self.listing(of: slot, now: now))
        }
        return listings
    }

    private mutating func listing(of slot: Int, now: Timestamp) -> QueueListing {
        let figures = self.figures(of: slot, now: now)
        let settings = self.queues[slot].settings
        let members = self.queues[slot].consumers.members
        let exclusive = self.queues[slot].hasExclusiveConsumer ? members.first?.slot : nil
        return QueueListing(
            id: self.queues[slot].id, host: self.hosts[self.queues[slot].host].name,
            type: settings.isStream ? .stream : settings.type == .quorum ? .quorum : .classic,
            arguments: settings.arguments, policy: settings.policy.policy,
            operatorPolicy: settings.policy.operatorPolicy,
            effectivePolicy: settings.policy.definition,
            exclusiveTag: exclusive.map { self.consumers[$0].tag },
            singleActiveTag: self.queues[slot].consumers.active.map { self.consumers[$0].tag },
            owner: settings.owner.flatMap { self.connectionSlots[$0] }
                .map { self.connections[$0].origin },
            readyByPriority: self.queues[slot].readyByPriority,
            memory: self.queues[slot].memory,
            headTimestampSeconds: self.queues[slot].headTimestampSeconds(), figures: figures)
    }

    /// Whether a queue serves one of its consumers alone.
    package func isSingleActive(_ queue: QueueName, in host: VirtualHostName) -> Bool {
        self.slot(of: queue, in: host).map { self.queues[$0].settings.isSingleActive } ?? false
    }

    /// The channels of every connection.
    package var channelFigures: [ChannelFigures] {
        self.connections.slots.flatMap { connection in
            self.connections[connection].channels.map { self.figures(of: $0, on: connection) }
        }
    }

    private func figures(of channel: Int, on connection: Int) -> ChannelFigures {
        ChannelFigures(
            connection: self.connections[connection].id,
            origin: self.connections[connection].origin,
            user: self.connections[connection].user,
            host: self.hosts[self.connections[connection].host].name,
            number: self.channels[channel].number,
            isConfirming: self.channels[channel].isConfirming,
            isTransactional: self.channels[channel].transaction != nil,
            consumers: self.channels[channel].consumers.count,
            unacked: self.channels[channel].heldCount,
            prefetch: self.channels[channel].consumerPrefetch,
            sharedPrefetch: self.channels[channel].sharedPrefetch,
            published: self.channels[channel].publishedTotal,
            delivered: self.channels[channel].deliveredTotal,
            isBlocked: self.connections[connection].isBlocked)
    }

    // MARK: Counters

    /// What has happened to everything since the broker started.
    package var totals: BrokerTotals {
        var totals = BrokerTotals(
            published: self.departed.published, unroutable: self.unroutableTotal,
            queues: self.departed.queues, connectionsClosed: self.departed.connectionCount,
            queuesDeleted: self.departed.queueCount)
        for slot in self.connections.slots {
            totals.published += self.connections[slot].publishedBefore
        }
        for slot in self.channels.slots {
            totals.published += self.channels[slot].publishedTotal
        }
        for slot in self.liveQueues { totals.queues.add(self.queues[slot].tally) }
        return totals
    }

    /// The counters of everything: values alone, so that it may be taken often.
    package func counters(now: Timestamp) -> CounterSample {
        let queues = self.liveQueues.map { slot in
            QueueCounters(
                id: self.queues[slot].id, ready: self.queues[slot].ready,
                unacked: self.queues[slot].unacked, tally: self.queues[slot].tally)
        }
        let connections = self.connections.slots.map { slot in
            self.connections[slot].channels.reduce(
                into: ConnectionCounters(
                    id: self.connections[slot].id,
                    published: self.connections[slot].publishedBefore,
                    delivered: self.connections[slot].deliveredBefore)
            ) { counters, channel in
                counters.published += self.channels[channel].publishedTotal
                counters.delivered += self.channels[channel].deliveredTotal
            }
        }
        return CounterSample(
            at: now, totals: self.totals, queues: queues, connections: connections)
    }
}
