import Messaging

extension Broker {
    /// When ``timeReached(now:)`` is to be called next.
    package var nextTimer: Timestamp? { self.timers.next }

    /// Expires messages and queues whose time has come; ``endBatch(now:)`` follows.
    package mutating func timeReached(now: Timestamp) {
        while let entry = self.timers.removeFirst(upTo: now) {
            // Whose time it was may be gone or have another timer since; the queue tells.
            switch entry.subject {
            case .overdue:
                if entry.at == self.overdueTimer { self.endOverdueDeliveries(now: now) }
            case .flow(let queue): self.flowTimerFired(queue, at: entry.at, now: now)
            case .consumerRate(let consumer): self.rateTimerFired(consumer, at: entry.at)
            case .deduplication(let queue):
                self.deduplicationTimerFired(queue, at: entry.at, now: now)
            case .messages(let queue):
                guard let slot = self.queueSlot(queue), self.queues[slot].timer == entry.at else {
                    continue
                }
                self.queues[slot].timer = nil
                self.noteDue(slot)
            case .waiting(let queue):
                guard let slot = self.queueSlot(queue),
                    self.queues[slot].waitingTimers.last == entry.at
                else { continue }
                self.queues[slot].waitingTimers.removeLast()
                self.releaseWaiting(of: slot, now: now)
            case .expiry(let queue):
                guard let slot = self.queueSlot(queue),
                    self.queues[slot].expiryTimer == entry.at
                else { continue }
                self.queues[slot].expiryTimer = nil
                if self.isExpired(slot, now: now) {
                    self.removeQueue(slot, now: now)
                } else {
                    self.setExpiryTimer(of: slot)
                }
            }
        }
    }

    /// Whether a queue was unused for longer than its `x-expires`.
    private func isExpired(_ slot: Int, now: Timestamp) -> Bool {
        guard let expires = self.queues[slot].settings.expiresMicroseconds,
            self.queues[slot].consumers.isEmpty
        else { return false }
        return self.queues[slot].usedAt.adding(microseconds: expires) <= now
    }

    /// Sets the timer for a queue that goes when it is unused, if it has one.
    mutating func setExpiryTimer(of slot: Int) {
        guard let expires = self.queues[slot].settings.expiresMicroseconds,
            self.queues[slot].consumers.isEmpty
        else { return }
        let at = self.queues[slot].usedAt.adding(microseconds: expires)
        // One that fires earlier sets the next.
        if let timer = self.queues[slot].expiryTimer, timer <= at { return }
        self.queues[slot].expiryTimer = at
        self.timers.add(at, .expiry(self.queues[slot].id))
    }

    mutating func setTimer(_ at: Timestamp, of slot: Int) {
        if let timer = self.queues[slot].timer, timer <= at { return }
        self.queues[slot].timer = at
        self.timers.add(at, .messages(self.queues[slot].id))
    }

    /// Drops what has expired at the head of a queue, and sets the timer for the next.
    ///
    /// Only the head: what stands behind a message that lives on waits for it, as in RabbitMQ.
    mutating func expireHead(of slot: Int, now: Timestamp) {
        while let expiry = self.queues[slot].headExpiry() {
            guard expiry.at <= now else {
                self.setTimer(expiry.at, of: slot)
                return
            }
            if let evicted = expiry.evicted {
                self.requestLoad(of: evicted, in: slot)
                return
            }
            guard self.dropHead(of: slot, .expired, now: now) else { return }
        }
    }

    /// Drops messages from the head while a queue is longer than it may be.
    mutating func dropExcess(of slot: Int, now: Timestamp) {
        guard self.queues[slot].settings.overflow == .dropHead,
            !self.queues[slot].settings.isStream
        else { return }
        while self.queues[slot].isTooLong {
            guard self.dropHead(of: slot, .maxLength, now: now) else { return }
        }
    }
}

extension Queue {
    /// Whether it holds more than its limits allow.
    var isTooLong: Bool {
        guard self.ready > 0 else { return false }
        if let lengthMax = self.settings.lengthMax, self.ready > lengthMax { return true }
        if let bytesMax = self.settings.bytesMax, self.readyBytes > bytesMax { return true }
        return false
    }

    /// When the first ready message expires; nil when it does not.
    ///
    /// For one that is evicted, the earliest moment at which it might, and the chunk that tells.
    mutating func headExpiry() -> (at: Timestamp, evicted: LevelledLog.ChunkPlace?)? {
        guard self.ready > 0 else { return nil }
        let place: LevelledLog.ChunkPlace
        if let entry = self.firstRequeued() {
            if let record = self.log.record(at: entry.position) {
                return record.expiresAt.map { ($0, nil) }
            }
            place = self.log.place(of: entry.position)
        } else {
            switch self.log.head() {
            case .none: return nil
            case .record(_, let record): return record.expiresAt.map { ($0, nil) }
            case .evicted(let evicted): place = evicted
            }
        }
        return self.log.chunk(at: place).earliestExpiry.map { ($0, place) }
    }
}
