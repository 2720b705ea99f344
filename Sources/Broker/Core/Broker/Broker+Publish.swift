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
        try self.resolve(message, on: channel)
        let properties = PropertyPeek(message.properties)
        if let userID = properties.userID { try self.check(userID, of: message, on: channel) }
        let ttl = try Self.microseconds(of: properties, message)
        if let copies = try CarbonCopies(of: message, properties) {
            let commit = self.enqueue(
                message, copies, slice, properties.isPersistent, ttl, on: channel, now: now)
            return self.published(on: channel, waitingFor: commit)
        }

        let targets = self.channels[channel].route.targets.count
        var commit: CommitNumber?
        for index in 0..<targets {
            let slot = self.channels[channel].route.targets[index]
            let isDurable = self.enqueue(
                NewRecord(
                    exchange: message.exchange, routingKey: message.routingKey,
                    properties: message.properties, body: message.body, enqueuedAt: now,
                    expiresAt: self.expiry(in: slot, ttl, now: now), origin: nil,
                    isPersistent: properties.isPersistent),
                to: slot)
            if isDurable { commit = self.openCommit }
        }
        if targets == 0 { self.unroutable(message, slice, on: channel) }
        self.published(on: channel, waitingFor: commit)
    }

    @inline(__always)
    private mutating func published(on channel: Int, waitingFor commit: CommitNumber?) {
        guard self.channels[channel].isConfirming else { return }
        self.channels[channel].confirms.published(waitingFor: commit)
        self.noteConfirm(channel)
    }

    /// Appends a message that names further routing keys to the queues of all of them, once each.
    ///
    /// - Returns: The commit that has to be durable before it is safe, if any.
    private mutating func enqueue(
        _ message: PublishedMessage, _ copies: CarbonCopies, _ slice: MessageSlice,
        _ isPersistent: Bool, _ ttl: Int64?, on channel: Int, now: Timestamp
    ) -> CommitNumber? {
        var targets = self.channels[channel].route.targets
        self.addTargets(of: copies.keys, exchange: message.exchange, to: &targets)
        var commit: CommitNumber?
        copies.properties.withUnsafeBytes { properties in
            let copy = PublishedMessage(
                exchange: message.exchange, routingKey: message.routingKey,
                properties: properties, body: message.body)
            for slot in targets {
                let isDurable = self.enqueue(
                    NewRecord(
                        exchange: copy.exchange, routingKey: copy.routingKey,
                        properties: copy.properties, body: copy.body, enqueuedAt: now,
                        expiresAt: self.expiry(in: slot, ttl, now: now), origin: nil,
                        isPersistent: isPersistent),
                    to: slot)
                if isDurable { commit = self.openCommit }
            }
            if targets.isEmpty { self.unroutable(copy, slice, on: channel) }
        }
        return commit
    }

    /// Adds the queues that further routing keys lead to and that are not among `targets` yet.
    func addTargets(
        of keys: [[UInt8]], exchange: UnsafeRawBufferPointer, to targets: inout [Int]
    ) {
        for key in keys {
            let more = key.withUnsafeBytes { self.route(exchange: exchange, key: $0) } ?? []
            targets += more.filter { !targets.contains($0) }
        }
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
        if let slot = self.exchangeSlots[name], self.exchanges[slot].isInternal {
            throw Fault(
                .accessRefused, "cannot publish to internal \(Fault.resource(name))")
        }
        guard let targets = self.route(exchange: message.exchange, key: message.routingKey) else {
            throw .notFound(name)
        }
        self.channels[channel].route.store(
            targets, message.exchange, message.routingKey, generation: self.topology)
    }

    /// Checks that a message which names its publisher names the connection's user.
    private func check(
        _ userID: Range<Int>, of message: PublishedMessage, on channel: Int
    ) throws(Fault) {
        let user = self.connections[self.channels[channel].connection].user
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

    private mutating func unroutable(
        _ message: PublishedMessage, _ slice: MessageSlice, on channel: Int
    ) {
        self.unroutableTotal += 1
        guard slice.isMandatory else { return }
        let returned = ReturnedMessage(
            code: .noRoute, text: ReplyCode.noRoute.name, exchange: Array(message.exchange),
            routingKey: Array(message.routingKey), properties: Array(message.properties),
            body: Array(message.body))
        self.emit(
            .returned(self.channels[channel].number, returned),
            to: self.channels[channel].connection)
    }

    /// When a message that comes into that queue now expires: the queue's time to live or its
    /// own, whichever is shorter.
    @inline(__always)
    func expiry(in slot: Int, _ own: Int64?, now: Timestamp) -> Timestamp? {
        switch (self.queues[slot].settings.ttlMicroseconds, own) {
        case (nil, nil): nil
        case (let ttl?, nil), (nil, let ttl?): now.adding(microseconds: ttl)
        case (let ttl?, let own?): now.adding(microseconds: min(ttl, own))
        }
    }

    /// Appends a message to a queue.
    ///
    /// - Returns: Whether the open commit has to be durable before it is safe.
    @inline(__always)
    mutating func enqueue(_ record: NewRecord, to slot: Int) -> Bool {
        let position = self.queues[slot].append(record)
        self.noteDue(slot)
        guard record.isPersistent, self.queues[slot].settings.isDurable else { return false }
        self.note(durable: .append(self.queues[slot].id, position))
        return true
    }

    /// Publishes one message for an operator; ``endBatch(now:)`` follows.
    ///
    /// - Returns: How many queues it reached; nil when the exchange does not exist.
    package mutating func publish(_ message: Message, now: Timestamp) -> Int? {
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
                            now: now)
                    }
                }
            }
        }
    }

    private mutating func publish(_ message: PublishedMessage, now: Timestamp) -> Int? {
        guard let targets = self.route(exchange: message.exchange, key: message.routingKey) else {
            return nil
        }
        let properties = PropertyPeek(message.properties)
        var ttl: Int64?
        if case .milliseconds(let value) = properties.expiration { ttl = Int64(value) * 1_000 }
        for slot in targets {
            _ = self.enqueue(
                NewRecord(
                    exchange: message.exchange, routingKey: message.routingKey,
                    properties: message.properties, body: message.body, enqueuedAt: now,
                    expiresAt: self.expiry(in: slot, ttl, now: now), origin: nil,
                    isPersistent: properties.isPersistent),
                to: slot)
        }
        if targets.isEmpty { self.unroutableTotal += 1 }
        return targets.count
    }
}

/// The parts of a published message where they lie; valid for the call only.
struct PublishedMessage {
    let exchange: UnsafeRawBufferPointer
    let routingKey: UnsafeRawBufferPointer
    let properties: UnsafeRawBufferPointer
    let body: UnsafeRawBufferPointer

    init(
        exchange: UnsafeRawBufferPointer, routingKey: UnsafeRawBufferPointer,
        properties: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer
    ) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.properties = properties
        self.body = body
    }

    /// - Precondition: The slice lies within `bytes`, as the connection's machine sees to.
    init(_ slice: MessageSlice, in bytes: UnsafeRawBufferPointer) {
        @inline(__always)
        func part(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
            // One comparison a part: slices of pointers cost ten times that.
            precondition(offset >= 0 && count >= 0 && offset <= bytes.count - count)
            return UnsafeRawBufferPointer(
                start: bytes.baseAddress.map { $0 + offset }, count: count)
        }
        self.exchange = part(slice.exchangeOffset, Int(slice.exchangeBytes))
        self.routingKey = part(slice.keyOffset, Int(slice.keyBytes))
        self.properties = part(slice.propertiesOffset, slice.propertiesBytes)
        self.body = part(slice.bodyOffset, slice.bodyBytes)
    }
}

extension Fault {
    /// What is wrong with a message's `expiration`, in RabbitMQ's words.
    static func invalidExpiration(_ properties: UnsafeRawBufferPointer) -> Fault {
        let text = (try? MessageProperties(decoding: properties))?.expiration ?? ""
        let signs = text.prefix { $0 == "+" || $0 == "-" }.prefix(1)
        let digits = text.dropFirst(signs.count).prefix { $0.isASCII && $0.isNumber }
        let rest = text.dropFirst(signs.count + digits.count)
        let reason =
            if digits.isEmpty {
                "no_integer"
            } else if !rest.isEmpty {
                "{leftover_string,\"\(rest)\"}"
            } else if signs == "-" {
                "{value_negative,-\(digits)}"
            } else {
                "{value_too_large,\(digits)}"
            }
        return Fault(.preconditionFailed, "invalid expiration '\(text)': \(reason)")
    }
}
