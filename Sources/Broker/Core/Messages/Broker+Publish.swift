import Messaging

extension Broker {
    /// Routes one message and appends it to its queues.
    ///
    /// `bytes` are read, never kept.
    package mutating func publish(
        _ slice: MessageSlice, in bytes: UnsafeRawBufferPointer, from connection: ConnectionID,
        on number: ChannelNumber, now: Timestamp
    ) {
        guard let channel = self.channelSlot(connection, number) else { return }
        let message = PublishedMessage(slice, in: bytes)
        do {
            try self.publish(message, slice, on: channel, now: now)
        } catch {
            self.refuse(error, .publish, on: channel, now: now)
        }
    }

    private mutating func publish(
        _ message: PublishedMessage, _ slice: MessageSlice, on channel: Int, now: Timestamp
    ) throws(Fault) {
        if slice.isImmediate { throw Fault(.notImplemented, "immediate=true") }
        if self.isRefusingPublishers { self.block(self.channels[channel].connection) }
        if self.isStoreBehind { self.pause(self.channels[channel].connection) }
        try self.resolve(message, on: channel)
        let properties = PropertyPeek(message.properties)
        if let userID = properties.userID { try self.check(userID, of: message, on: channel) }
        var traits = PublishTraits(
            properties, ttlMicroseconds: try Self.microseconds(of: properties, message))
        if let mode = properties.deliveryMode, mode != 1, mode != 2 {
            throw Fault(
                .preconditionFailed, "invalid message: {delivery_mode_unknown,\(mode)}")
        }
        traits.isMandatory = slice.isMandatory
        traits.isConfirmed =
            self.channels[channel].isConfirming || self.channels[channel].transaction != nil
        // What most messages do not have: a request's way back, headers that name more keys.
        if properties.replyTo != nil || properties.hasHeaders {
            if try self.publishRewritten(message, properties, traits, on: channel, now: now) {
                return
            }
        }
        guard self.channels[channel].transaction == nil else {
            let route = self.channels[channel].route
            return try self.addToTransaction(
                message, to: route.targets, route.replies, [], traits, on: channel)
        }
        var outcome = PublishOutcome.safe
        let targets = self.channels[channel].route.targets.count
        for index in 0..<targets {
            let slot = self.channels[channel].route.targets[index]
            outcome.join(self.enqueue(message, traits, to: slot, now: now))
        }
        if targets == 0 {
            let replies = self.channels[channel].route.replies
            self.reachedNoQueue(message, replies, traits, on: channel)
        }
        self.published(outcome, on: channel)
    }

    /// Publishes a message whose properties do not go on as they came.
    ///
    /// - Returns: Whether it was such a message.
    private mutating func publishRewritten(
        _ message: PublishedMessage, _ peek: PropertyPeek, _ traits: PublishTraits,
        on channel: Int, now: Timestamp
    ) throws(Fault) -> Bool {
        let address = try self.replyAddress(for: peek, message, on: channel)
        let copies = try CarbonCopies(of: message, peek)
        var delays = self.channels[channel].route.delays
        guard address != nil || copies != nil || !delays.isEmpty else { return false }
        var encoded = copies?.properties ?? Array(message.properties)
        if let address, var properties = Self.decoded(encoded) {
            properties.replyTo = String(decoding: address, as: UTF8.self)
            encoded = properties.encoded()
        }
        var targets = self.channels[channel].route.targets
        var replies = self.channels[channel].route.replies
        let host = self.host(of: channel)
        delays += self.addTargets(
            of: copies?.keys ?? [], message, in: host, to: &targets, replies: &replies
        ).filter { !delays.contains($0) }
        try self.checkWaiting(delays, on: channel)
        let blindKeys = copies?.blindKeys ?? []
        var refused: Fault?
        encoded.withUnsafeBytes { properties in
            blindKeys.withUnsafeBytes { blindKeys in
                var copy = message
                copy.properties = properties
                copy.blindKeys = blindKeys
                do throws(Fault) {
                    try self.publish(
                        copy, to: targets, replies, delays, traits, on: channel, now: now)
                } catch {
                    refused = error
                }
            }
        }
        if let refused { throw refused }
        return true
    }

    /// Publishes a message whose way is known, at once or with the channel's transaction.
    private mutating func publish(
        _ message: PublishedMessage, to targets: [Int], _ replies: [[UInt8]], _ delays: [Delay],
        _ traits: PublishTraits, on channel: Int, now: Timestamp
    ) throws(Fault) {
        guard self.channels[channel].transaction == nil else {
            return try self.addToTransaction(
                message, to: targets, replies, delays, traits, on: channel)
        }
        self.published(
            self.accept(message, to: targets, replies, delays, traits, on: channel, now: now),
            on: channel)
    }

    /// Appends a message to its queues, or where it has to wait first; one that reaches no queue
    /// now is returned if it has to be.
    mutating func accept(
        _ message: PublishedMessage, to targets: [Int], _ replies: [[UInt8]],
        _ delays: [Delay], _ traits: PublishTraits, on channel: Int, now: Timestamp
    ) -> PublishOutcome {
        var outcome = self.delay(message, by: delays, traits, now: now)
        for slot in targets { outcome.join(self.enqueue(message, traits, to: slot, now: now)) }
        if targets.isEmpty {
            self.reachedNoQueue(
                message, replies, traits, isDelayed: !delays.isEmpty, on: channel)
        }
        return outcome
    }

    @inline(__always)
    private mutating func published(_ outcome: PublishOutcome, on channel: Int) {
        self.channels[channel].publishedTotal += 1
        guard self.channels[channel].isConfirming else { return }
        switch outcome {
        case .safe: self.channels[channel].confirms.published(waitingFor: nil)
        case .waiting: self.channels[channel].confirms.published(waitingFor: self.openCommit)
        case .refused: self.channels[channel].confirms.refused()
        }
        self.noteConfirm(channel)
    }

    /// Adds the queues that further routing keys lead to and that are not among `targets` yet.
    ///
    /// - Returns: Exchanges in which it has to wait by these keys.
    @discardableResult
    func addTargets(
        of keys: [[UInt8]], _ message: PublishedMessage, in host: Int, to targets: inout [Int],
        replies: inout [[UInt8]]
    ) -> [Delay] {
        var delays: [Delay] = []
        for key in keys {
            key.withUnsafeBytes { key in
                let copy = RoutedMessage(routingKey: key, properties: message.properties)
                guard let more = self.route(copy, exchange: message.exchange, in: host) else {
                    return
                }
                targets += more.queues.filter { !targets.contains($0) }
                replies += more.replies.filter { !replies.contains($0) }
                delays += more.delays.filter { !delays.contains($0) }
            }
        }
        return delays
    }

    /// Has the channel's route cache hold where the message goes.
    @inline(__always)
    private mutating func resolve(
        _ message: PublishedMessage, on channel: Int
    ) throws(Fault) {
        let isHeld = self.channels[channel].route.holds(
            message.exchange, message.routingKey, generation: self.topology)
        if !isHeld { try self.resolveAnew(message, on: channel) }
    }

    private mutating func resolveAnew(
        _ message: PublishedMessage, on channel: Int
    ) throws(Fault) {
        let name = ExchangeName(message.exchange.text)
        let host = self.host(of: channel)
        try self.check(.write, .exchange(name), on: channel)
        if let slot = self.hosts[host].exchanges[name] {
            guard !self.exchanges[slot].isInternal else {
                throw Fault(
                    .accessRefused,
                    "cannot publish to internal \(self.hosts[host].resource(name))")
            }
            try self.checkTopic(of: slot, message, on: channel)
        }
        let routed = RoutedMessage(
            routingKey: message.routingKey, properties: message.properties)
        guard let route = self.route(routed, exchange: message.exchange, in: host) else {
            throw self.hosts[host].notFound(name)
        }
        self.channels[channel].route.store(
            route, message.exchange, message.routingKey, generation: self.topology)
    }

    private mutating func checkTopic(
        of slot: Int, _ message: PublishedMessage, on channel: Int
    ) throws(Fault) {
        // Before the key becomes a text: most exchanges are none, most users have no such limits.
        guard self.exchanges[slot].routingKind == .topic, self.access.topicCount > 0 else {
            return
        }
        try self.check(.write, key: message.routingKey.text, ofExchange: slot, on: channel)
    }

    /// Checks that a message which names its publisher names the connection's user.
    private func check(
        _ userID: Range<Int>, of message: PublishedMessage, on channel: Int
    ) throws(Fault) {
        let connection = self.channels[channel].connection
        guard !self.connections[connection].isImpersonator else { return }
        let user = self.connections[connection].user
        let claimed = UnsafeRawBufferPointer(rebasing: message.properties[userID])
        guard !user.utf8.elementsEqual(claimed) else { return }
        throw Fault(
            .preconditionFailed,
            "user_id property set to '\(claimed.text)' but authenticated user was '\(user)'")
    }

    /// The message's own time to live.
    private static func microseconds(
        of properties: PropertyPeek, _ message: PublishedMessage
    ) throws(Fault) -> Int64? {
        switch properties.expiration {
        case .absent: return nil
        case .milliseconds(let value): return Int64(value) * 1_000
        case .malformed: throw .invalidExpiration(message.properties)
        }
    }

    private static func decoded(_ properties: [UInt8]) -> MessageProperties? {
        properties.withUnsafeBytes { try? MessageProperties(decoding: $0) }
    }

    /// Gives a message to the consumers that wait for it as a reply; where there are no such, it
    /// is lost. To RabbitMQ these are no queues: a mandatory message goes back even so.
    private mutating func reachedNoQueue(
        _ message: PublishedMessage, _ replies: [[UInt8]], _ traits: PublishTraits,
        isDelayed: Bool = false, on channel: Int
    ) {
        for address in replies { self.deliver(message, toReplyAddress: address) }
        if replies.isEmpty, !isDelayed { self.unroutableTotal += 1 }
        guard traits.isMandatory else { return }
        let returned = ReturnedMessage(
            code: .noRoute, text: ReplyCode.noRoute.name, exchange: Array(message.exchange),
            routingKey: Array(message.routingKey), properties: Array(message.properties),
            body: Array(message.body))
        self.emit(
            .returned(self.channels[channel].number, returned),
            to: self.channels[channel].connection)
    }
}
