import Messaging

/// What has become of a published message, over all its queues.
enum PublishOutcome: Int {
    /// As safe as it gets: no disk has to be waited for.
    case safe
    /// The open commit has to be durable before it is safe.
    case waiting
    /// Some queue refused it.
    case refused

    mutating func join(_ other: PublishOutcome) {
        if other.rawValue > self.rawValue { self = other }
    }
}

extension Broker {
    /// Appends a publisher's message to a queue, unless the queue refuses it because it is full, or
    /// has it already.
    @inline(__always)
    mutating func enqueue(
        _ message: PublishedMessage, _ traits: PublishTraits, to slot: Int, now: Timestamp
    ) -> PublishOutcome {
        self.queues[slot].habits.saw(traits.habit)
        guard self.queues[slot].deduplication == nil else {
            return self.enqueueOnce(message, traits, to: slot, now: now)
        }
        return self.enqueueAlways(message, traits, to: slot, now: now)
    }

    /// Appends a publisher's message to a queue, unless the queue refuses it because it is full.
    @inline(__always)
    mutating func enqueueAlways(
        _ message: PublishedMessage, _ traits: PublishTraits, to slot: Int, now: Timestamp
    ) -> PublishOutcome {
        if self.queues[slot].settings.overflow != .dropHead,
            self.refuses(message, traits, slot, now: now)
        {
            return .refused
        }
        return self.append(message, traits, to: slot, now: now)
    }

    /// Appends a message to a queue, however full that is.
    @inline(__always)
    mutating func append(
        _ message: PublishedMessage, _ traits: PublishTraits, to slot: Int, now: Timestamp
    ) -> PublishOutcome {
        guard !self.queues[slot].settings.isStream else {
            return self.appendToStream(message, traits, to: slot, now: now)
        }
        // To a quorum queue every message is persistent.
        let durability = self.queues[slot].settings.durability
        let isPersistent =
            durability != .memory
            && (traits.isPersistent || self.queues[slot].settings.type == .quorum)
        let record = NewRecord(
            exchange: message.exchange, routingKey: message.routingKey,
            properties: message.properties, body: message.body,
            enqueuedAt: traits.retriedSince ?? now,
            expiresAt: self.expiry(in: slot, traits.ttlMicroseconds, now: now),
            origin: traits.origin, isPersistent: isPersistent,
            isRetry: traits.retriedSince != nil, priority: traits.priority,
            blindKeys: message.blindKeys)
        let isDurable = isPersistent && self.queues[slot].settings.isDurable
        let position = self.queues[slot].append(
            record, commit: isDurable ? self.openCommit : nil)
        self.noteDue(slot)
        guard isDurable else { return .safe }
        self.note(durable: .append(self.queues[slot].id, position))
        if durability == .sync { self.due.isCommitAwaited = true }
        return .waiting
    }

    /// When a message that comes into that queue now expires: the queue's time to live or its
    /// own, whichever is shorter.
    @inline(__always)
    private func expiry(in slot: Int, _ own: Int64?, now: Timestamp) -> Timestamp? {
        switch (self.queues[slot].settings.ttlMicroseconds, own) {
        case (nil, nil): nil
        case (let ttl?, nil), (nil, let ttl?): now.adding(microseconds: ttl)
        case (let ttl?, let own?): now.adding(microseconds: min(ttl, own))
        }
    }

    /// Whether a publisher's message is one too many for a queue that refuses the newest.
    ///
    /// Never called from within ``attendIfDue(_:now:)``, which it calls.
    private mutating func refuses(
        _ message: PublishedMessage, _ traits: PublishTraits, _ slot: Int, now: Timestamp
    ) -> Bool {
        guard self.queues[slot].isFull(for: message.body.count) else { return false }
        // Had it come in a batch of its own, consumers would have made room before.
        self.attendIfDue(slot, now: now)
        guard self.queues[slot].isFull(for: message.body.count) else { return false }
        self.queues[slot].tally.refused += 1
        if self.queues[slot].settings.overflow == .rejectPublishAndDeadLetter {
            self.due.letters.append(
                .refused(
                    by: self.queues[slot].id, KeptMessage(message, traits, gauge: self.gauge)))
        }
        return true
    }

    /// Publishes one message for an operator; ``endBatch(now:)`` follows.
    ///
    /// - Returns: How many queues it reached; nil when the exchange does not exist, as one cannot
    ///   whose name is too long.
    package mutating func publish(
        _ message: Message, in host: VirtualHostName = .default, now: Timestamp
    ) -> Int? {
        guard let host = self.hostSlots[host],
            max(message.exchange.text.utf8.count, message.routingKey.utf8.count)
                <= Limits.nameBytesMax
        else { return nil }
        let exchange = Array(message.exchange.text.utf8)
        let (key, properties) = (Array(message.routingKey.utf8), message.properties.encoded())
        return exchange.withUnsafeBytes { exchange in
            key.withUnsafeBytes { key in
                properties.withUnsafeBytes { properties in
                    message.body.withUnsafeBytes { body in
                        self.publish(
                            PublishedMessage(
                                exchange: exchange, routingKey: key, properties: properties,
                                body: body),
                            in: host, now: now)
                    }
                }
            }
        }
    }

    private mutating func publish(
        _ message: PublishedMessage, in host: Int, now: Timestamp
    ) -> Int? {
        let routed = RoutedMessage(
            routingKey: message.routingKey, properties: message.properties)
        guard let route = self.route(routed, exchange: message.exchange, in: host) else {
            return nil
        }
        let properties = PropertyPeek(message.properties)
        let traits = PublishTraits(properties, ttlMicroseconds: properties.ttlMicroseconds)
        var reached =
            self.delay(message, by: route.delays, traits, now: now) == .refused
            ? 0 : route.delays.count
        for slot in route.queues {
            if self.enqueue(message, traits, to: slot, now: now) != .refused { reached += 1 }
        }
        for address in route.replies { self.deliver(message, toReplyAddress: address) }
        if route.queues.isEmpty, route.replies.isEmpty, route.delays.isEmpty {
            self.unroutableTotal += 1
        }
        return reached + route.replies.count
    }
}

extension Queue {
    /// Whether a message with such a body would be one too many.
    func isFull(for bodyBytes: Int) -> Bool {
        if let lengthMax = self.settings.lengthMax, self.ready + 1 > lengthMax { return true }
        if let bytesMax = self.settings.bytesMax,
            self.readyBytes + UInt64(bodyBytes) > bytesMax
        {
            return true
        }
        return false
    }
}
