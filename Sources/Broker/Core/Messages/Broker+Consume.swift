import Messaging

extension Broker {
    mutating func consume(
        _ request: ConsumeRequest, on channel: Int, now: Timestamp
    ) throws(Fault) {
        let name = try self.expand(request.queue, on: channel)
        if !request.tag.text.isEmpty, self.consumer(tagged: request.tag, of: channel) != nil {
            throw Fault(
                .notAllowed, "attempt to reuse consumer tag '\(request.tag)'")
        }
        guard name != DirectReply.queue else {
            return try self.consumeReplies(request, on: channel)
        }
        try self.check(.read, .queue(name), on: channel)
        let slot = try self.queue(named: name, for: channel)
        let resource = self.hosts[self.host(of: channel)].resource(name)
        let start = try self.checkReader(request, of: slot, resource, on: channel, now: now)
        if start == nil {
            let type = self.queues[slot].settings.type
            try type.checkConsumer(
                of: resource, sharedPrefetch: self.channels[channel].sharedPrefetch)
            try Self.check(request.arguments, of: resource, type)
        }
        let isTaken =
            self.queues[slot].hasExclusiveConsumer
            || (request.isExclusive
                && (!self.queues[slot].consumers.isEmpty
                    || self.queues[slot].settings.isSingleActive))
        // RabbitMQ's streams let everybody read, whatever they ask for.
        guard !isTaken || start != nil else {
            throw Fault(.accessRefused, "\(resource) in exclusive use")
        }
        let tag =
            request.tag.text.isEmpty
            ? ConsumerTag(self.generator.name("amq.ctag")) : request.tag
        self.addConsumer(request, tagged: tag, to: slot, on: channel)
        if let start { self.addReader(request, from: start, to: slot) }
        // Before its first delivery, which comes at the end of the batch at the earliest.
        if !request.isNoWait {
            self.emit(
                .reply(self.channels[channel].number, .consuming(tag)),
                to: self.channels[channel].connection)
        }
        self.noteDue(slot)
    }

    private mutating func addConsumer(
        _ request: ConsumeRequest, tagged tag: ConsumerTag, to queue: Int, on channel: Int
    ) {
        let prefetch = self.channels[channel].consumerPrefetch
        let (queueID, gauge) = (self.queues[queue].id, self.gauge)
        let consumer = self.consumers.insert { slot, incarnation in
            Consumer(
                id: ConsumerID(slot: slot, incarnation: incarnation), tag: tag,
                tagBytes: Array(tag.text.utf8).withUnsafeBytes {
                    ChunkMemory(copying: $0, gauge: gauge)
                },
                channel: channel, queue: queueID, isAutoAck: request.isAutoAck,
                isExclusive: request.isExclusive,
                priority: request.arguments["x-priority"]?.integer ?? 0,
                arguments: request.arguments, prefetch: prefetch,
                bucket: Self.bucket(for: request.arguments))
        }
        self.channels[channel].consumers.append(consumer)
        self.queues[queue].consumers.add(
            .init(slot: consumer, priority: self.consumers[consumer].priority))
        self.queues[queue].hasExclusiveConsumer = request.isExclusive
    }

    /// Checks consumer arguments, and refuses those that change what is delivered and are not
    /// supported. The order is RabbitMQ's, which looks at values before names.
    ///
    /// - Parameter resource: Such as `queue 'q' in vhost '/'`.
    private static func check(
        _ arguments: FieldTable, of resource: String, _ type: QueueType
    ) throws(Fault) {
        func invalid(_ name: String, _ reason: String) -> Fault {
            Fault(.preconditionFailed, "invalid arg '\(name)' for \(resource): \(reason)")
        }
        if let value = arguments["x-priority"], value.integer == nil {
            throw invalid("x-priority", "\"expected integer, got \(value.typeName)\"")
        }
        if let value = arguments["x-cancel-on-ha-failover"] {
            guard case .bool = value else {
                throw invalid(
                    "x-cancel-on-ha-failover", "{unacceptable_type,\(value.typeName)}")
            }
        }
        if arguments["x-stream-offset"] != nil {
            throw type.refusal(of: "x-stream-offset", for: resource)
        }
        try FlowArguments.checkConsumer(arguments, of: resource)
        if arguments["x-credit"] != nil { throw .unsupported("x-credit", of: resource) }
    }

    private func consumer(tagged tag: ConsumerTag, of channel: Int) -> Int? {
        self.channels[channel].consumers.first { self.consumers[$0].tag == tag }
    }

    /// Has a consumer that had no room take part in its queue's turns again.
    mutating func unpark(_ consumer: Int) {
        self.consumers[consumer].isParked = false
        guard let queue = self.queueSlot(self.consumers[consumer].queue) else { return }
        self.queues[queue].consumers.unpark(
            .init(slot: consumer, priority: self.consumers[consumer].priority))
    }

    /// Ends a consumer; what it holds stays with its channel. An unknown tag is no error.
    mutating func cancel(_ tag: ConsumerTag, on channel: Int, now: Timestamp) {
        if self.channels[channel].replyConsumer?.tag == tag {
            return self.endReplies(on: channel)
        }
        guard let consumer = self.consumer(tagged: tag, of: channel) else { return }
        // What was published before the cancel was meant for this consumer too.
        if let queue = self.queueSlot(self.consumers[consumer].queue) {
            self.attendIfDue(queue, now: now)
        }
        self.removeConsumer(consumer, now: now)
    }

    /// Forgets a consumer; a queue that lives by its consumers goes with the last.
    mutating func removeConsumer(_ consumer: Int, now: Timestamp) {
        let (channel, id) = (self.consumers[consumer].channel, self.consumers[consumer].queue)
        self.channels[channel].consumers.removeAll { $0 == consumer }
        // Its slot stays filled for this batch's effects: nothing that is settled yet may bring it
        // back into its queue's turns.
        self.consumers[consumer].isParked = false
        self.due.deletedConsumers.append(consumer)
        let slot = id.index
        let wasActive = self.queues[slot].consumers.active == consumer
        self.queues[slot].consumers.remove(consumer)
        if wasActive { self.noteDue(slot) }
        self.removeReader(consumer, from: slot)
        if self.consumers[consumer].isExclusive { self.queues[slot].hasExclusiveConsumer = false }
        guard self.queues[slot].consumers.isEmpty, !self.queues[slot].isDeleted else { return }
        self.queues[slot].usedAt = now
        self.setExpiryTimer(of: slot)
        if self.queues[slot].settings.isAutoDelete { self.removeQueue(slot, now: now) }
    }

    /// Sets how many deliveries may be unacked.
    ///
    /// As RabbitMQ has it: what is not global goes for each consumer that comes after it, and
    /// ends a limit for the channel as a whole.
    mutating func setPrefetch(
        _ count: Int, bytes: UInt32, isGlobal: Bool, on channel: Int
    ) throws(Fault) {
        guard bytes == 0 else {
            throw Fault(.notImplemented, "prefetch_size!=0 (\(bytes))")
        }
        self.channels[channel].sharedPrefetch = isGlobal ? count : 0
        if !isGlobal { self.channels[channel].consumerPrefetch = count }
        self.markQueuesDue(of: channel)
    }

    /// Has the end of the batch see to the queues that a channel consumes.
    mutating func markQueuesDue(of channel: Int) {
        // Who was the first to have no room is the first to have it again.
        let parked = self.channels[channel].consumers.filter { self.consumers[$0].isParked }
            .sorted { self.consumers[$0].parkedNumber < self.consumers[$1].parkedNumber }
        for consumer in parked { self.unpark(consumer) }
        for consumer in self.channels[channel].consumers {
            if let queue = self.queueSlot(self.consumers[consumer].queue) { self.noteDue(queue) }
        }
    }
}
