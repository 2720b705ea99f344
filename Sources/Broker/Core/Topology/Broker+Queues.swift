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
        try self.queue(
            named: name, in: self.host(of: channel), for: self.connectionID(of: channel))
    }

    /// The slot of a queue that a connection may use; nil is an operator, who may use any.
    ///
    /// - Throws: 404 when there is none, 405 when it is another connection's.
    func queue(
        named name: QueueName, in host: Int, for connection: ConnectionID?
    ) throws(Fault) -> Int {
        guard let slot = self.hosts[host].queues[name] else {
            throw self.hosts[host].notFound(name)
        }
        let owner = self.queues[slot].settings.owner
        guard owner == nil || connection == nil || owner == connection else {
            throw self.hosts[host].locked(name)
        }
        return slot
    }

    /// The slot of the virtual host that a channel is in.
    func host(of channel: Int) -> Int {
        self.connections[self.channels[channel].connection].host
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
        let host = self.host(of: channel)
        let declaration = self.augmented(declaration, in: host)
        if DirectReply.isAddressOrQueue(name) { return try self.declareReplies(name, in: host) }
        if declaration.isPassive {
            let slot = try self.queue(named: name, for: channel)
            return self.declared(slot, on: channel, now: now)
        }
        let connection = self.connectionID(of: channel)
        let owner = declaration.isExclusive ? connection : nil
        if name.text.isEmpty {
            try QueueArguments.checkServerNamed(declaration.arguments)
            try QueueType(of: declaration.arguments).checkServerNamed()
            name = QueueName(self.generator.name("amq.gen"))
        } else if name.text.hasPrefix("amq.") {
            throw .reserved("queue", name.text)
        }
        try self.check(.configure, .queue(name), on: channel)
        let slot = try self.declareQueue(
            declaration, named: name, in: host, owner, on: channel, now: now)
        return self.declared(slot, on: channel, now: now)
    }

    /// The slot of a queue that is declared, now or before.
    ///
    /// - Parameters:
    ///   - id: The one that it had in an earlier process; nil gives it a new one.
    ///   - channel: Whose user has to be allowed what its arguments lead to; nil is an operator.
    /// - Throws: 405 or 406 when the one that there is differs.
    mutating func declareQueue(
        _ declaration: QueueDeclaration, named name: QueueName, in host: Int,
        _ owner: ConnectionID?, as id: QueueID? = nil, on channel: Int? = nil, now: Timestamp
    ) throws(Fault) -> Int {
        if let slot = self.hosts[host].queues[name] {
            try self.queues[slot].settings.checkEquivalence(
                declaration, named: name, in: self.hosts[host], owner: owner)
            return slot
        }
        // What is there already, an earlier process's too, is no new queue.
        if id == nil { try self.checkQueueLimit(of: host, for: name) }
        guard self.queues.count < self.queuesMax else {
            throw Fault(
                .preconditionFailed,
                "cannot declare queue '\(name)': queue limit in vhost "
                    + "'\(self.hosts[host].name)' (\(self.queuesMax)) is reached")
        }
        try self.checkDeadLetters(of: name, declaration, on: channel)
        let settings = try QueueSettings(
            declaration, of: self.hosts[host].resource(name), owner: owner,
            under: self.policy(forQueue: name, in: host), isNew: id == nil)
        let gauge = self.gauge
        let slot = self.queues.insert(at: id?.slot, id?.incarnation) { slot, incarnation in
            Queue(
                id: QueueID(slot: slot, incarnation: incarnation), name: name, host: host,
                settings: settings, gauge: gauge, now: now)
        }
        self.hosts[host].queues[name] = slot
        self.topology += 1
        if settings.flow != nil { self.applyFlow(to: slot, now: now) }
        if let owner, let connection = self.connectionSlots[owner] {
            self.connections[connection].exclusiveQueues.append(self.queues[slot].id)
        }
        if settings.isDurable {
            var declaration = declaration
            declaration.name = name
            self.note(
                definition: .queueDeclared(
                    self.queues[slot].id, declaration, in: self.hosts[host].name))
        }
        if settings.consumerTimeoutMicroseconds != nil { self.scheduleOverdueCheck() }
        return slot
    }

    private mutating func declared(_ slot: Int, on channel: Int, now: Timestamp) -> Reply {
        self.attendIfDue(slot, now: now)
        self.queues[slot].usedAt = now
        self.setExpiryTimer(of: slot)
        let name = self.queues[slot].name
        self.channels[channel].lastDeclaredQueue = name
        return .queueDeclared(
            name, messages: UInt32(clamping: self.queues[slot].ready),
            consumers: self.queues[slot].stream != nil
                ? 0 : UInt32(clamping: self.queues[slot].consumers.count))
    }

    mutating func purge(
        _ name: QueueName, on channel: Int, now: Timestamp
    ) throws(Fault) -> Int {
        let name = try self.expand(name, on: channel)
        try self.check(.read, .queue(name), on: channel)
        let slot = try self.queue(named: name, for: channel)
        try self.refuseOnStream("queue.purge", slot)
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
            for level in self.queues[slot].log.levels {
                self.note(
                    durable:
                        .settleReady(
                            id, from: Position(level.cursor), upTo: Position(level.end)))
            }
        }
        self.forgetReturnsOfReady(in: slot)
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
        try self.check(.configure, .queue(name), on: channel)
        // Deleting what is not there succeeds.
        let host = self.host(of: channel)
        guard self.hosts[host].queues[name] != nil else { return 0 }
        let slot = try self.queue(named: name, for: channel)
        self.attendIfDue(slot, now: now)
        guard self.queues[slot].stream == nil else {
            // RabbitMQ's streams do not ask who uses them, and do not count.
            self.removeQueue(slot, now: now)
            return 0
        }
        try self.queues[slot].settings.type.checkDeletion(
            of: self.hosts[host].resource(name), ifUnused: ifUnused, ifEmpty: ifEmpty)
        if ifUnused, !self.queues[slot].consumers.isEmpty {
            throw Fault(.preconditionFailed, "\(self.hosts[host].resource(name)) in use")
        }
        if ifEmpty, self.queues[slot].ready > 0 {
            throw Fault(.preconditionFailed, "\(self.hosts[host].resource(name)) not empty")
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
        let (id, host) = (self.queues[slot].id, self.queues[slot].host)
        self.queues[slot].isDeleted = true
        self.hosts[host].queues[self.queues[slot].name] = nil
        self.removeExchanges(
            self.removeBindings(self.queues[slot].bindings, to: .queue(slot), in: host))
        if let owner = self.queues[slot].settings.owner,
            let connection = self.connectionSlots[owner]
        {
            self.connections[connection].exclusiveQueues.removeAll { $0 == id }
        }
        for consumer in self.queues[slot].consumers.members.map(\.slot) {
            let channel = self.channels[self.consumers[consumer].channel].id
            self.due.cancels.append((channel, self.consumers[consumer].tag))
            self.removeConsumer(consumer, now: now)
        }
        for get in self.queues[slot].deferred.gets { self.answerNothing(get) }
        for (origin, count) in self.queues[slot].deadLedger.dropAll() {
            self.deadLeft(origin, count)
        }
        if self.queues[slot].settings.isDurable { self.note(definition: .queueDeleted(id)) }
        self.forgetWaiting(of: slot)
        self.departed.add(self.queues[slot].tally)
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
