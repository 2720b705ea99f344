import Messaging

extension Broker {
    mutating func ack(
        _ tag: DeliveryTag, isMultiple: Bool, on channel: Int, now: Timestamp
    ) throws(Fault) {
        guard self.channels[channel].transaction == nil else {
            let deliveries = try self.take(tag, isMultiple: isMultiple, of: channel)
            return self.addToTransaction(deliveries, .ack, on: channel)
        }
        guard isMultiple else {
            guard let delivery = self.channels[channel].unacked.take(tag.number) else {
                throw .unknownTag(tag)
            }
            self.acked(delivery, on: channel, now: now)
            return
        }
        let last = try self.lastTag(of: tag, on: channel)
        while let delivery = self.channels[channel].unacked.takeFirst(upTo: last) {
            self.acked(delivery, on: channel, now: now)
        }
    }

    /// Takes deliveries out of a channel's list.
    private mutating func take(
        _ tag: DeliveryTag, isMultiple: Bool, of channel: Int
    ) throws(Fault) -> [Unacked] {
        guard isMultiple else {
            guard let delivery = self.channels[channel].unacked.take(tag.number) else {
                throw .unknownTag(tag)
            }
            return [delivery]
        }
        let last = try self.lastTag(of: tag, on: channel)
        var deliveries: [Unacked] = []
        while let delivery = self.channels[channel].unacked.takeFirst(upTo: last) {
            deliveries.append(delivery)
        }
        return deliveries
    }

    mutating func nack(
        _ tag: DeliveryTag, isMultiple: Bool, isRequeue: Bool, on channel: Int, now: Timestamp
    ) throws(Fault) {
        let wasFull = self.channels[channel].room <= 0
        let deliveries = try self.take(tag, isMultiple: isMultiple, of: channel)
        try self.refuseReturn(of: deliveries, by: "basic.nack and basic.reject", on: channel)
        guard self.channels[channel].transaction == nil else {
            return self.addToTransaction(
                deliveries, isRequeue ? .requeue : .discard, on: channel)
        }
        self.nacked(deliveries, isRequeue: isRequeue, on: channel, now: now)
        if wasFull { self.markQueuesDue(of: channel) }
    }

    mutating func nacked(
        _ deliveries: [Unacked], isRequeue: Bool, on channel: Int, now: Timestamp
    ) {
        for delivery in deliveries { self.letGo(delivery, of: channel, isAck: false) }
        self.countFailures(deliveries, now: now)
        guard !isRequeue else {
            self.requeue(deliveries)
            return
        }
        for delivery in deliveries {
            if let slot = self.queueSlot(delivery.queue) {
                self.discard(delivery, from: slot, .rejected, now: now)
            }
        }
    }

    /// Puts back all that a channel holds.
    mutating func recover(on channel: Int, now: Timestamp) throws(Fault) {
        var deliveries: [Unacked] = []
        while let delivery = self.channels[channel].unacked.takeFirst(upTo: .max) {
            deliveries.append(delivery)
        }
        try self.refuseReturn(of: deliveries, by: "basic.recover", on: channel)
        for delivery in deliveries { self.letGo(delivery, of: channel, isAck: false) }
        self.countFailures(deliveries, now: now)
        self.requeue(deliveries)
    }

    /// Up to which tag a multiple settle reaches; 0 is all there are.
    private func lastTag(of tag: DeliveryTag, on channel: Int) throws(Fault) -> UInt64 {
        if tag.number == 0 { return .max }
        guard self.channels[channel].unacked.contains(tag.number) else { throw .unknownTag(tag) }
        return tag.number
    }

    mutating func acked(_ delivery: Unacked, on channel: Int, now: Timestamp) {
        self.letGo(delivery, of: channel, isAck: true)
        guard let slot = self.queueSlot(delivery.queue) else { return }
        let microseconds = now.microseconds(since: delivery.deliveredAt)
        self.queues[slot].tally.acked += 1
        if self.queues[slot].control != nil {
            self.countOutcome(of: delivery, isSuccess: true, now: now)
        }
        self.queues[slot].meters.deliverToAck.record(microseconds: microseconds)
        if delivery.consumer == .none {
            self.record(processing: microseconds, times: 1, in: slot, now: now)
        }
        self.settle(delivery, in: slot)
    }

    /// Makes room for what a settled delivery took of its consumer's and channel's prefetch.
    private mutating func letGo(_ delivery: Unacked, of channel: Int, isAck: Bool) {
        guard delivery.consumer != .none else { return }
        self.channels[channel].consumerUnacked -= 1
        // What all its consumers share may have been used up by this one.
        let wasFull =
            self.channels[channel].sharedPrefetch > 0
            || self.channels[channel].unacked.count == Limits.unackedMax - 1
        let id = delivery.consumer
        if self.consumers.holds(id.slot, id.incarnation) {
            self.consumers[id.index].unacked -= 1
            if self.consumers[id.index].work.settled(delivery, isAck: isAck) {
                self.due.consumers.append(id)
            }
        }
        if wasFull {
            self.markQueuesDue(of: channel)
            return
        }
        if self.consumers.holds(id.slot, id.incarnation), self.consumers[id.index].isParked {
            self.unpark(id.index)
        }
        if let slot = self.queueSlot(delivery.queue), self.queues[slot].ready > 0 {
            self.noteDue(slot)
        }
    }

    /// Puts deliveries back into their queues, each at its place.
    mutating func requeue(_ deliveries: [Unacked]) {
        guard deliveries.count > 1 else {
            if let only = deliveries.first { self.requeue(deliveries[...], to: only.queue) }
            return
        }
        let sorted = deliveries.sorted {
            ($0.queue.slot, $0.position) < ($1.queue.slot, $1.position)
        }
        var start = 0
        while start < sorted.count {
            let queue = sorted[start].queue
            let end = sorted[start...].firstIndex { $0.queue != queue } ?? sorted.count
            self.requeue(sorted[start..<end], to: queue)
            start = end
        }
    }

    private mutating func requeue(_ deliveries: ArraySlice<Unacked>, to queue: QueueID) {
        // A stream's messages never left it.
        guard let slot = self.queueSlot(queue), !self.queues[slot].settings.isStream else {
            return
        }
        if self.queues[slot].settings.type == .quorum {
            self.queues[slot].requeue(self.countReturns(of: deliveries, in: slot))
        } else {
            self.queues[slot].requeue(deliveries)
        }
        self.noteDue(slot)
    }

    /// Forgets an unacked message for good.
    mutating func settle(_ delivery: Unacked, in slot: Int) {
        guard !self.queues[slot].settings.isStream else {
            return self.settleInStream(delivery, slot)
        }
        self.queues[slot].settle(delivery)
        if delivery.returns > 0 { self.forgetReturns(of: delivery.position, in: slot) }
        self.left(slot, delivery.position, delivery.origin, isPersistent: delivery.isPersistent)
    }

    /// Forgets a message that was taken from the head for good.
    @inline(__always)
    mutating func settle(_ taken: Queue.Taken, in slot: Int) {
        self.queues[slot].settle(taken)
        if taken.returns > 0 { self.forgetReturns(of: taken.position, in: slot) }
        self.left(slot, taken.position, taken.origin, isPersistent: taken.isPersistent)
    }

    /// Tells store, memory and the queue it died in that a message is gone.
    @inline(__always)
    mutating func left(
        _ slot: Int, _ position: Position, _ origin: QueueID?, isPersistent: Bool
    ) {
        if isPersistent, self.queues[slot].settings.isDurable {
            self.note(durable: .settle(self.queues[slot].id, position))
        }
        if origin != nil { self.deadLeft(origin) }
        if self.queues[slot].log.mayRelease { self.noteRelease(slot) }
    }

    // MARK: Processing time

    mutating func record(processing each: Int64, times: UInt32, in slot: Int, now: Timestamp) {
        self.queues[slot].meters.processingTotal.record(microseconds: each, times: times)
        self.queues[slot].meters.processing.record(
            microseconds: each, times: times, nowMicroseconds: now.microseconds)
    }

    /// Records how long consumers worked on what they settled in this batch.
    mutating func endWork(now: Timestamp) {
        for id in self.due.consumers where self.consumers.holds(id.slot, id.incarnation) {
            guard let (each, acked) = self.consumers[id.index].work.endBatch(now: now),
                let slot = self.queueSlot(self.consumers[id.index].queue)
            else { continue }
            self.record(processing: each, times: acked, in: slot, now: now)
        }
        self.due.consumers.removeAll(keepingCapacity: true)
    }
}

extension Fault {
    static func unknownTag(_ tag: DeliveryTag) -> Fault {
        Fault(.preconditionFailed, "unknown delivery tag \(tag.number)")
    }
}
