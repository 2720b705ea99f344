import Messaging

extension Broker {
    /// What an empty queue name stands for.
    func expand(_ name: QueueName, on channel: Int) throws(Fault) -> QueueName {
        guard name.text.isEmpty else { return QueueName(Self.stripped(name.text)) }
        guard let last = self.channels[channel].lastDeclaredQueue else {
            throw Fault(.notFound, "no previously declared queue")
        }
        return last
    }

    /// The slot of a queue that a channel may use.
    ///
    /// - Throws: 404 when there is none, 405 when it is another connection's.
    func queue(named name: QueueName, for channel: Int) throws(Fault) -> Int {
        guard let slot = self.queueSlots[name] else { throw .notFound(name) }
        let owner = self.queues[slot].settings.owner
        guard owner == nil || owner == self.connectionID(of: channel) else {
            throw .locked(name)
        }
        return slot
    }

    func connectionID(of channel: Int) -> ConnectionID {
        self.connections[self.channels[channel].connection].id
    }

    /// The slot of a queue that was noted earlier; nil when it was deleted since.
    @inline(__always)
    func queueSlot(_ id: QueueID) -> Int? {
        guard self.queues.holds(id.slot, id.incarnation), !self.queues[id.index].isDeleted else {
            return nil
        }
        return id.index
    }

    mutating func declareQueue(
        _ declaration: QueueDeclaration, on channel: Int, now: Timestamp
    ) throws(Fault) -> Reply {
        var name = QueueName(Self.stripped(declaration.name.text))
        if declaration.isPassive {
            let slot = try self.queue(named: name, for: channel)
            return self.declared(slot, on: channel, now: now)
        }
        let connection = self.connectionID(of: channel)
        let owner = declaration.isExclusive ? connection : nil
        if name.text.isEmpty {
            name = QueueName(self.generator.name("amq.gen"))
        } else if name.text.hasPrefix("amq."), self.queueSlots[name] == nil {
            throw .reserved("queue", name.text)
        }
        if let slot = self.queueSlots[name] {
            try self.queues[slot].settings.checkEquivalence(
                declaration, named: name, owner: owner)
            return self.declared(slot, on: channel, now: now)
        }
        guard self.queues.count < Limits.queuesMax else {
            throw Fault(
                .preconditionFailed,
                "cannot declare queue '\(name)': queue limit in vhost '/' "
                    + "(\(Limits.queuesMax)) is reached")
        }
        let settings = try QueueSettings(declaration, named: name, owner: owner)
        let slot = self.queues.insert { slot, incarnation in
            Queue(
                id: QueueID(slot: slot, incarnation: incarnation), name: name,
                settings: settings, now: now)
        }
        self.queueSlots[name] = slot
        self.topology += 1
        if settings.isDurable { self.note(durable: .queueDeclared(self.queues[slot].id)) }
        return self.declared(slot, on: channel, now: now)
    }

    private mutating func declared(_ slot: Int, on channel: Int, now: Timestamp) -> Reply {
        self.attendIfDue(slot, now: now)
        self.queues[slot].usedAt = now
        self.setExpiryTimer(of: slot)
        let name = self.queues[slot].name
        self.channels[channel].lastDeclaredQueue = name
        return .queueDeclared(
            name, messages: UInt32(clamping: self.queues[slot].ready),
            consumers: UInt32(clamping: self.queues[slot].consumers.count))
    }

    mutating func purge(
        _ name: QueueName, on channel: Int, now: Timestamp
    ) throws(Fault) -> Int {
        let name = try self.expand(name, on: channel)
        let slot = try self.queue(named: name, for: channel)
        return self.purge(slot, now: now)
    }

    /// Removes every ready message and returns how many there were.
    mutating func purge(_ slot: Int, now: Timestamp) -> Int {
        self.attendIfDue(slot, now: now)
        if self.queues[slot].settings.isDurable {
            let id = self.queues[slot].id
            for entry in self.queues[slot].requeued.all where entry.isPersistent {
                self.note(durable: .settle(id, entry.position))
            }
            self.note(
                durable:
                    .settleReady(
                        id, from: Position(self.queues[slot].log.cursor),
                        upTo: Position(self.queues[slot].log.end)))
        }
        for (origin, count) in self.queues[slot].deadLedger.dropReady() {
            self.deadLeft(origin, count)
        }
        let count = self.queues[slot].dropReady()
        self.queues[slot].tally.purged += UInt64(count)
        self.noteRelease(slot)
        return count
    }

    mutating func deleteQueue(
        _ name: QueueName, ifUnused: Bool, ifEmpty: Bool, on channel: Int, now: Timestamp
    ) throws(Fault) -> Int {
        let name = try self.expand(name, on: channel)
        // Deleting what is not there succeeds.
        guard self.queueSlots[name] != nil else { return 0 }
        let slot = try self.queue(named: name, for: channel)
        self.attendIfDue(slot, now: now)
        if ifUnused, !self.queues[slot].consumers.isEmpty {
            throw Fault(.preconditionFailed, "\(Fault.resource(name)) in use")
        }
        if ifEmpty, self.queues[slot].ready > 0 {
            throw Fault(.preconditionFailed, "\(Fault.resource(name)) not empty")
        }
        return self.removeQueue(slot, now: now)
    }

    /// Deletes a queue with all that is in it, and tells its consumers.
    ///
    /// Its slot stays filled until the batch's effects, which may point into its log, are done.
    ///
    /// - Returns: How many ready messages went with it.
    @discardableResult
    mutating func removeQueue(_ slot: Int, now: Timestamp) -> Int {
        let (id, name) = (self.queues[slot].id, self.queues[slot].name)
        self.queues[slot].isDeleted = true
        self.queueSlots[name] = nil
        self.topology += 1
        var unrouted: Set<Binding> = []
        for binding in self.queues[slot].bindings {
            // One with other arguments may have ended it already.
            let pair = Binding(
                exchange: binding.exchange, routingKey: binding.routingKey, arguments: [:])
            guard unrouted.insert(pair).inserted else { continue }
            self.unroute(slot, from: binding.exchange, binding.routingKey)
        }
        for consumer in self.queues[slot].consumers {
            let channel = self.consumers[consumer].channel
            self.emit(
                .consumerCancelled(self.channels[channel].number, self.consumers[consumer].tag),
                to: self.channels[channel].connection)
            self.removeConsumer(consumer, now: now)
        }
        for get in self.queues[slot].deferred.gets { self.answerNothing(get) }
        for (origin, count) in self.queues[slot].deadLedger.dropAll() {
            self.deadLeft(origin, count)
        }
        if self.queues[slot].settings.isDurable { self.note(durable: .queueDeleted(id)) }
        self.due.deletedQueues.append(slot)
        return self.queues[slot].ready
    }

    /// Notes that messages which died in a queue lie nowhere any more.
    @inline(__always)
    mutating func deadLeft(_ origin: QueueID?, _ count: Int = 1) {
        guard let origin, let slot = self.queueSlot(origin) else { return }
        self.queues[slot].dead -= count
    }
}
