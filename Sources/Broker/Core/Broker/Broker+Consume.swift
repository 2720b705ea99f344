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
        let slot = try self.queue(named: name, for: channel)
        try Self.check(request.arguments, of: name)
        let isTaken =
            self.queues[slot].hasExclusiveConsumer
            || (request.isExclusive && !self.queues[slot].consumers.isEmpty)
        guard !isTaken else {
            throw Fault(.accessRefused, "\(Fault.resource(name)) in exclusive use")
        }
        let tag =
            request.tag.text.isEmpty
            ? ConsumerTag(self.generator.name("amq.ctag")) : request.tag
        self.addConsumer(request, tagged: tag, to: slot, on: channel)
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
        let queueID = self.queues[queue].id
        let consumer = self.consumers.insert { slot, incarnation in
            Consumer(
                id: ConsumerID(slot: slot, incarnation: incarnation), tag: tag,
                tagBytes: Array(tag.text.utf8).withUnsafeBytes { ChunkMemory(copying: $0) },
                channel: channel, queue: queueID, isAutoAck: request.isAutoAck,
                isExclusive: request.isExclusive, prefetch: prefetch)
        }
        self.channels[channel].consumers.append(consumer)
        self.queues[queue].consumers.append(consumer)
        self.queues[queue].hasExclusiveConsumer = request.isExclusive
    }

    /// Refuses consumer arguments that change what is delivered and are not supported.
    private static func check(
        _ arguments: FieldTable, of name: QueueName
    ) throws(Fault) {
        for field in arguments.fields {
            switch field.name {
            case "x-priority", "x-credit": throw .unsupported(field.name, of: Fault.resource(name))
            case "x-stream-offset":
                throw Fault(
                    .preconditionFailed,
                    "invalid arg 'x-stream-offset' for \(Fault.resource(name)) of queue type "
                        + "rabbit_classic_queue")
            default: break
            }
        }
    }

    private func consumer(tagged tag: ConsumerTag, of channel: Int) -> Int? {
        self.channels[channel].consumers.first { self.consumers[$0].tag == tag }
    }

    /// Ends a consumer; what it holds stays with its channel. An unknown tag is no error.
    mutating func cancel(_ tag: ConsumerTag, on channel: Int, now: Timestamp) {
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
        self.due.deletedConsumers.append(consumer)
        let slot = id.index
        if let index = self.queues[slot].consumers.firstIndex(of: consumer) {
            self.queues[slot].consumers.remove(at: index)
            // Whose turn it is stays.
            if self.queues[slot].turn > index { self.queues[slot].turn -= 1 }
        }
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
        for consumer in self.channels[channel].consumers {
            if let queue = self.queueSlot(self.consumers[consumer].queue) { self.noteDue(queue) }
        }
    }
}
