import Messaging

/// What may be handed out before others have their turn.
struct DeliveryAllowance {
    private var messages: Int
    private var bytes: Int

    /// For one queue in one batch.
    static let queue = DeliveryAllowance(messages: 4_096, bytes: 1_048_576)
    /// For all queues in one batch: a connection can be told to be unwritable only after it.
    static let batch = DeliveryAllowance(messages: 65_536, bytes: 8_388_608)

    var isUsedUp: Bool { self.messages <= 0 || self.bytes <= 0 }

    @inline(__always)
    mutating func use(bytes: Int) {
        self.messages -= 1
        self.bytes -= bytes
    }
}

extension Broker {
    /// Hands out a queue's messages to its consumers in turn.
    ///
    /// - Returns: Whether the allowance ended before messages or room did.
    mutating func deliver(from slot: Int, now: Timestamp) -> Bool {
        guard !self.queues[slot].settings.isStream else {
            return self.attendStream(slot, now: now)
        }
        guard self.queues[slot].ready > 0, !self.queues[slot].consumers.isEmpty else {
            return false
        }
        var allowance = DeliveryAllowance.queue
        while self.queues[slot].ready > 0 {
            let permits = self.permits(of: slot, now: now)
            guard permits > 0, let (consumer, run) = self.nextTaker(of: slot, now: now) else {
                return false
            }
            for _ in 0..<min(run, permits) {
                guard !allowance.isUsedUp, !self.due.allowance.isUsedUp else { return true }
                guard self.deliverHead(of: slot, to: consumer, &allowance, now: now) else {
                    return false
                }
                if permits < .max {
                    let isAutoAck = self.consumers[consumer].isAutoAck
                    self.countDelivery(of: slot, isAutoAck: isAutoAck, now: now)
                }
                self.consumers[consumer].bucket?.take(now: now)
                if self.queues[slot].ready == 0 { break }
            }
        }
        return false
    }

    /// Whose turn it is, and how many messages it may take at once: one, unless it is alone.
    private mutating func nextTaker(
        of slot: Int, now: Timestamp
    ) -> (consumer: Int, run: Int)? {
        while let consumer = self.queues[slot].consumers.current() {
            let room = self.room(of: consumer, now: now)
            guard room <= 0 else {
                return (consumer, self.queues[slot].consumers.advance() ? room : 1)
            }
            guard self.queues[slot].consumers.park() else { return nil }
            self.consumers[consumer].isParked = true
            self.consumers[consumer].parkedNumber = self.nextParkedNumber
            self.nextParkedNumber += 1
        }
        return nil
    }

    /// How many more messages a consumer can take now.
    mutating func room(of consumer: Int, now: Timestamp) -> Int {
        let channel = self.consumers[consumer].channel
        let connection = self.channels[channel].connection
        guard self.connections[connection].canTakeDeliveries else { return 0 }
        let room =
            self.consumers[consumer].isAutoAck
            ? .max : min(self.consumers[consumer].room, self.channels[channel].room)
        guard room > 0, self.consumers[consumer].bucket != nil else { return room }
        return min(room, self.allowedByRate(of: consumer, now: now))
    }

    /// Hands the first message of a queue to a consumer, past those that have expired.
    ///
    /// - Returns: Whether there was one that could be taken.
    private mutating func deliverHead(
        of slot: Int, to consumer: Int, _ allowance: inout DeliveryAllowance, now: Timestamp
    ) -> Bool {
        while true {
            switch self.queues[slot].takeHead(unlessExpiredAt: now) {
            case .none: return false
            case .evicted(let place):
                self.requestLoad(of: place, in: slot)
                return false
            case .expired:
                guard self.dropHead(of: slot, .expired, now: now) else { return false }
            case .taken(let taken):
                allowance.use(bytes: Int(taken.bodyBytes))
                self.due.allowance.use(bytes: Int(taken.bodyBytes))
                self.send(taken, of: slot, to: consumer, now: now)
                return true
            }
        }
    }

    private mutating func send(
        _ taken: Queue.Taken, of slot: Int, to consumer: Int, now: Timestamp
    ) {
        let channel = self.consumers[consumer].channel
        let isAutoAck = self.consumers[consumer].isAutoAck
        let consumerID = self.consumers[consumer].id
        let tag = self.channels[channel].nextTag()
        self.channels[channel].deliveredTotal += 1
        let (number, connection) =
            (self.channels[channel].number, self.channels[channel].connection)
        let delivery = Delivery(
            queue: self.queues[slot].id, position: taken.position, tag: DeliveryTag(tag),
            consumer: consumerID, channel: number, isRedelivered: taken.isRedelivered,
            returns: taken.returns)
        self.emit(.deliver(delivery), to: connection)
        self.queues[slot].count(taken, isAutoAck: isAutoAck, now: now)
        if isAutoAck {
            self.settle(taken, in: slot)
        } else {
            self.consumers[consumer].unacked += 1
            self.channels[channel].consumerUnacked += 1
            self.hold(taken, of: slot, tag: tag, consumer: consumerID, on: channel, now: now)
        }
    }

    private mutating func hold(
        _ taken: Queue.Taken, of slot: Int, tag: UInt64, consumer: ConsumerID, on channel: Int,
        now: Timestamp
    ) {
        self.queues[slot].hold(taken, now: now)
        self.channels[channel].unacked.append(
            Unacked(
                tag: tag, queue: self.queues[slot].id, consumer: consumer,
                position: taken.position, enqueuedAt: taken.enqueuedAt, deliveredAt: now,
                origin: taken.origin, bodyBytes: taken.bodyBytes, returns: taken.returns,
                isPersistent: taken.isPersistent, isRedelivered: taken.isRedelivered))
    }

    // MARK: basic.get

    mutating func get(
        _ name: QueueName, isAutoAck: Bool, on channel: Int, now: Timestamp
    ) throws(Fault) {
        let name = try self.expand(name, on: channel)
        try self.check(.read, .queue(name), on: channel)
        let slot = try self.queue(named: name, for: channel)
        try self.refuseOnStream("basic.get", slot)
        if !isAutoAck, self.channels[channel].unacked.count >= Limits.unackedMax {
            throw Fault(
                .preconditionFailed,
                "channel holds \(Limits.unackedMax) unacknowledged messages already")
        }
        self.queues[slot].usedAt = now
        self.attendIfDue(slot, now: now)
        let get = DeferredWork.Get(channel: self.channels[channel].id, isAutoAck: isAutoAck)
        // In turn: one that waits for an evicted chunk comes first.
        guard self.queues[slot].deferred.gets.isEmpty,
            self.serve(get, from: slot, on: channel, now: now)
        else {
            self.queues[slot].deferred.gets.append(get)
            return
        }
    }

    /// Answers the gets that wait for an evicted chunk, as far as it is back.
    mutating func serveGets(of slot: Int, now: Timestamp) {
        while let get = self.queues[slot].deferred.gets.first {
            if let channel = self.channelSlot(get.channel) {
                guard self.serve(get, from: slot, on: channel, now: now) else { return }
            }
            self.queues[slot].deferred.gets.removeFirst()
        }
    }

    /// - Returns: Whether it was answered; it was not when the head's bytes are being loaded.
    private mutating func serve(
        _ get: DeferredWork.Get, from slot: Int, on channel: Int, now: Timestamp
    ) -> Bool {
        while true {
            switch self.queues[slot].takeHead(unlessExpiredAt: now) {
            case .none:
                self.queues[slot].tally.gotNothing += 1
                self.answerNothing(get)
                return true
            case .evicted(let place):
                self.requestLoad(of: place, in: slot)
                return false
            case .expired:
                guard self.dropHead(of: slot, .expired, now: now) else { return false }
            case .taken(let taken):
                self.answer(get, with: taken, of: slot, on: channel, now: now)
                return true
            }
        }
    }

    private mutating func answer(
        _ get: DeferredWork.Get, with taken: Queue.Taken, of slot: Int, on channel: Int,
        now: Timestamp
    ) {
        // The message behind it is the head now: what has expired does not count as left.
        self.expireHead(of: slot, now: now)
        let tag = self.channels[channel].nextTag()
        self.channels[channel].deliveredTotal += 1
        let message = GotMessage(
            queue: self.queues[slot].id, position: taken.position, tag: DeliveryTag(tag),
            messagesLeft: UInt32(clamping: self.queues[slot].ready),
            isRedelivered: taken.isRedelivered,
            returns: self.queues[slot].settings.type == .quorum ? taken.returns : nil)
        self.emit(
            .got(self.channels[channel].number, message),
            to: self.channels[channel].connection)
        self.queues[slot].count(taken, isAutoAck: get.isAutoAck, now: now)
        self.queues[slot].tally.got += 1
        if get.isAutoAck { self.queues[slot].tally.gotWithoutAck += 1 }
        if get.isAutoAck {
            self.settle(taken, in: slot)
        } else {
            self.hold(taken, of: slot, tag: tag, consumer: .none, on: channel, now: now)
        }
    }

    mutating func answerNothing(_ get: DeferredWork.Get) {
        guard let channel = self.channelSlot(get.channel) else { return }
        self.emit(
            .reply(self.channels[channel].number, .gotNothing),
            to: self.channels[channel].connection)
    }
}
