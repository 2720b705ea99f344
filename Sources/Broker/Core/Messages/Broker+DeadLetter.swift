import Messaging

extension Broker {
    /// Settles an unacked message that was rejected, and dead-letters it.
    ///
    /// When its chunk is evicted it stays unacked until the bytes are back; those that die after
    /// it wait too, so that they are dead-lettered in the order of their deaths.
    mutating func discard(
        _ delivery: Unacked, from slot: Int, _ reason: DeathReason, now: Timestamp
    ) {
        guard
            self.queues[slot].settings.deadLetterExchange != nil
                || self.queues[slot].settings.retry != nil
        else {
            self.queues[slot].tally.rejected += 1
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
            // Together with its retry, if it is one: their difference is what is gone for good.
            if death.reason == .rejected { self.queues[slot].tally.rejected += 1 }
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
        case .evicted(let place):
            self.requestLoad(of: place, in: slot)
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
            let message = PublishedMessage(record.view)
            if reason == .rejected, self.retry(message, record, of: slot, now: now) { return }
            let traits = PublishTraits(PropertyPeek(message.properties), ttlMicroseconds: nil)
            self.publishDead(message, traits, of: slot, reason, now: now)
        }
        return true
    }

    /// Publishes a message that died to its queue's dead-letter exchange.
    mutating func publishDead(
        _ message: PublishedMessage, _ traits: PublishTraits, of slot: Int,
        _ reason: DeathReason, now: Timestamp
    ) {
        let settings = self.queues[slot].settings
        let host = self.queues[slot].host
        guard let exchange = settings.deadLetterExchange else { return }
        let key = settings.deadLetterKey.map { Array($0.utf8) } ?? Array(message.routingKey)
        var letter = DeadLetter(message)
        letter.die(
            in: self.queues[slot].name, reason, at: now,
            isKeyOverridden: settings.deadLetterKey != nil)
        let properties = letter.properties.encoded()
        let exchangeBytes = Array(exchange.text.utf8)
        properties.withUnsafeBytes { properties in
            exchangeBytes.withUnsafeBytes { exchange in
                key.withUnsafeBytes { key in
                    var dead = PublishedMessage(
                        exchange: exchange, routingKey: key, properties: properties,
                        body: message.body)
                    if settings.deadLetterKey == nil { dead.blindKeys = message.blindKeys }
                    self.publishDead(dead, letter, traits, in: host, from: slot, reason, now)
                }
            }
        }
    }

    private mutating func publishDead(
        _ dead: PublishedMessage, _ letter: DeadLetter, _ traits: PublishTraits, in host: Int,
        from slot: Int, _ reason: DeathReason, _ now: Timestamp
    ) {
        let routed = RoutedMessage(routingKey: dead.routingKey, properties: dead.properties)
        // An exchange that does not exist drops silently.
        guard let route = self.route(routed, exchange: dead.exchange, in: host) else { return }
        var (targets, replies) = (route.queues, route.replies)
        let furtherKeys = letter.furtherKeys + CarbonCopies.decoded(dead.blindKeys)
        let further = self.addTargets(
            of: furtherKeys, dead, in: host, to: &targets, replies: &replies)
        self.delay(
            dead: dead, by: route.delays + further.filter { !route.delays.contains($0) },
            orInto: &targets, now: now)
        for address in replies { self.deliver(dead, toReplyAddress: address) }

        var traits = traits
        // Its own expiration has become part of its history.
        traits.ttlMicroseconds = nil
        traits.origin = self.queues[slot].id
        self.due.beginLetter()
        var taken = 0
        for target in targets where !letter.isCycling(to: self.queues[target].name, reason) {
            guard self.enqueue(dead: dead, traits, to: target, now: now) else { continue }
            taken += 1
            self.due.lastLetter = nil  // It has counted, whichever takes it later.
        }
        if taken > 0 { self.countDead(traits.origin, queues: taken, isFirst: true) }
    }
}
