import Messaging

extension Broker {
    /// Settles an unacked message that was rejected, and dead-letters it.
    ///
    /// When its chunk is evicted it stays unacked until the bytes are back; those that die after
    /// it wait too, so that they are dead-lettered in the order of their deaths.
    mutating func discard(
        _ delivery: Unacked, from slot: Int, _ reason: DeathReason, now: Timestamp
    ) {
        self.queues[slot].tally.rejected += 1
        guard self.queues[slot].settings.deadLetterExchange != nil else {
            self.settle(delivery, in: slot)
            return
        }
        self.queues[slot].deferred.deaths.append(
            DeferredWork.Death(delivery: delivery, reason: reason))
        if self.queues[slot].deferred.deaths.count == 1 { self.buryDeferred(in: slot, now: now) }
    }

    /// Dead-letters what waits for an evicted chunk, as far as the bytes are back.
    mutating func buryDeferred(in slot: Int, now: Timestamp) {
        while let death = self.queues[slot].deferred.deaths.first {
            let position = death.delivery.position
            guard self.bury(position, of: slot, death.reason, now: now) else { return }
            self.queues[slot].deferred.deaths.removeFirst()
            self.settle(death.delivery, in: slot)
        }
    }

    /// Takes the head of a queue for good, and dead-letters it.
    ///
    /// - Returns: Whether it is gone; it is not while its bytes are being loaded.
    mutating func dropHead(of slot: Int, _ reason: DeathReason, now: Timestamp) -> Bool {
        // The order of deaths: those that wait are first.
        guard self.queues[slot].deferred.deaths.isEmpty else { return false }
        switch self.queues[slot].takeHead(unlessExpiredAt: nil) {
        case .none, .expired: return false
        case .evicted(let index):
            self.requestLoad(of: index, in: slot)
            return false
        case .taken(let taken):
            if self.queues[slot].settings.deadLetterExchange != nil {
                let isBuried = self.bury(taken.position, of: slot, reason, now: now)
                precondition(isBuried, "what is taken from the head is resident")
            }
            if reason == .expired {
                self.queues[slot].tally.expired += 1
            } else {
                self.queues[slot].tally.droppedByLength += 1
            }
            self.settle(taken, in: slot)
            return true
        }
    }

    /// Publishes a message that died to its queue's dead-letter exchange. It stays where it is.
    ///
    /// - Returns: False when its bytes have to be loaded first.
    private mutating func bury(
        _ position: Position, of slot: Int, _ reason: DeathReason, now: Timestamp
    ) -> Bool {
        guard let record = self.queues[slot].log.record(at: position) else {
            self.requestLoad(at: position, in: slot)
            return false
        }
        // The queue may be its own dead-letter queue: its tail may move while it is read.
        let memory = self.queues[slot].log.memory(of: position)
        withExtendedLifetime(memory) {
            self.publishDead(record.view, of: slot, reason, now: now)
        }
        return true
    }

    private mutating func publishDead(
        _ message: RecordView, of slot: Int, _ reason: DeathReason, now: Timestamp
    ) {
        let settings = self.queues[slot].settings
        guard let exchange = settings.deadLetterExchange else { return }
        let key = settings.deadLetterKey.map { Array($0.utf8) } ?? Array(message.routingKey)
        let exchangeBytes = Array(exchange.text.utf8)
        var letter = DeadLetter(message)
        let furtherKeys = settings.deadLetterKey == nil ? letter.furtherKeys : []
        let routed = exchangeBytes.withUnsafeBytes { exchange in
            var targets = key.withUnsafeBytes { self.route(exchange: exchange, key: $0) } ?? []
            self.addTargets(of: furtherKeys, exchange: exchange, to: &targets)
            return targets
        }
        // An exchange that does not exist drops silently.
        guard !routed.isEmpty else { return }

        letter.die(
            in: self.queues[slot].name, reason, at: now,
            isKeyOverridden: settings.deadLetterKey != nil)
        let targets = routed.filter { !letter.isCycling(to: self.queues[$0].name, reason) }
        guard !targets.isEmpty else { return }
        let properties = letter.properties.encoded()
        let (id, isPersistent) = (self.queues[slot].id, letter.properties.isPersistent)
        properties.withUnsafeBytes { properties in
            exchangeBytes.withUnsafeBytes { exchange in
                key.withUnsafeBytes { key in
                    for target in targets {
                        _ = self.enqueue(
                            NewRecord(
                                exchange: exchange, routingKey: key, properties: properties,
                                body: message.body, enqueuedAt: now,
                                expiresAt: self.expiry(in: target, nil, now: now), origin: id,
                                isPersistent: isPersistent),
                            to: target)
                    }
                }
            }
        }
        self.queues[slot].dead += targets.count
        self.queues[slot].tally.deadLettered += 1
    }
}
