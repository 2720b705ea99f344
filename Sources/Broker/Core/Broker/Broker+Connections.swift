import Messaging

extension Broker {
    /// Makes a connection known, whose user ``admits(_:to:)`` has let into the virtual host.
    ///
    /// - Parameters:
    ///   - origin: Where it comes from, such as `127.0.0.1:51234`; shown to operators.
    ///   - clientProperties: What the client says of itself.
    /// - Returns: Whether there is such a virtual host; otherwise nothing happened.
    @discardableResult
    package mutating func connectionOpened(
        _ id: ConnectionID, origin: String, user: String, host: VirtualHostName = .default,
        clientProperties: FieldTable = FieldTable()
    ) -> Bool {
        precondition(self.connectionSlots[id] == nil, "connection numbers are never reused")
        guard let host = self.hostSlots[host] else { return false }
        self.connectionSlots[id] = self.connections.insert { _, _ in
            Connection(
                id: id, origin: origin, user: user, host: host,
                clientProperties: clientProperties)
        }
        if let slot = self.connectionSlots[id] {
            self.connections[slot].isImpersonator =
                self.access.users[UserName(user)]?.tags.contains(User.impersonator) ?? false
        }
        return true
    }

    /// Forgets a connection: its channels close and its exclusive queues are deleted.
    package mutating func connectionClosed(_ id: ConnectionID, now: Timestamp) {
        guard let slot = self.connectionSlots[id] else { return }
        for channel in self.connections[slot].channels { self.closeChannel(channel, now: now) }
        for queue in self.connections[slot].exclusiveQueues {
            if let queue = self.queueSlot(queue) { self.removeQueue(queue, now: now) }
        }
        self.departed.add(self.connections[slot])
        self.connectionSlots[id] = nil
        self.lastConnection = nil
        self.connections.remove(slot)
    }

    /// Says whether a connection can take more; while it cannot, its consumers get nothing.
    ///
    /// ``endBatch(now:)`` follows when it can.
    package mutating func setWritable(_ id: ConnectionID, _ isWritable: Bool) {
        guard let slot = self.connectionSlots[id],
            self.connections[slot].isWritable != isWritable
        else { return }
        self.connections[slot].isWritable = isWritable
        guard isWritable else { return }
        for channel in self.connections[slot].channels { self.markQueuesDue(of: channel) }
    }

    /// Whether a channel is open.
    package mutating func hasChannel(_ number: ChannelNumber, of id: ConnectionID) -> Bool {
        self.channelSlot(id, number) != nil
    }

    /// The slot of an open channel; nil when what comes on it is late.
    @inline(__always)
    mutating func channelSlot(_ id: ConnectionID, _ number: ChannelNumber) -> Int? {
        guard let connection = self.connectionSlot(id),
            !self.connections[connection].isClosing
        else { return nil }
        return self.connections[connection].channel(number)
    }

    @inline(__always)
    private mutating func connectionSlot(_ id: ConnectionID) -> Int? {
        if let last = self.lastConnection, last.id == id { return last.slot }
        guard let slot = self.connectionSlots[id] else { return nil }
        self.lastConnection = (id, slot)
        return slot
    }

    /// The slot of a channel that was noted earlier; nil when it was closed since.
    func channelSlot(_ id: ChannelID) -> Int? {
        self.channels.holds(id.slot, id.incarnation) ? id.index : nil
    }

    mutating func openChannel(_ id: ConnectionID, _ number: ChannelNumber, now: Timestamp) {
        guard let connection = self.connectionSlot(id),
            !self.connections[connection].isClosing
        else { return }
        if let open = self.connections[connection].channel(number) {
            self.closeChannel(open, now: now)
        }
        do {
            try self.checkChannelLimit(ofConnection: connection)
        } catch {
            self.emit(.closeConnection(.connection, error.refusal(of: .none)), to: connection)
            self.connections[connection].isClosing = true
            return
        }
        let slot = self.channels.insert { slot, incarnation in
            Channel(
                id: ChannelID(slot: slot, incarnation: incarnation), number: number,
                connection: connection)
        }
        self.connections[connection].setChannel(number, slot)
    }

    /// Forgets a channel: its unacked messages go back, its consumers end.
    mutating func closeChannel(_ slot: Int, now: Timestamp) {
        var deliveries: [Unacked] = []
        while let delivery = self.channels[slot].unacked.takeFirst(upTo: .max) {
            deliveries.append(delivery)
        }
        // What was not committed has not happened.
        deliveries += self.channels[slot].transaction?.settles.flatMap(\.deliveries) ?? []
        self.countFailures(deliveries, now: now)
        self.requeue(deliveries)
        self.endReplies(on: slot)
        for consumer in self.channels[slot].consumers {
            self.removeConsumer(consumer, now: now)
        }
        let (connection, number) = (self.channels[slot].connection, self.channels[slot].number)
        self.connections[connection].publishedBefore += self.channels[slot].publishedTotal
        self.connections[connection].deliveredBefore += self.channels[slot].deliveredTotal
        self.connections[connection].setChannel(number, nil)
        self.channels.remove(slot)
    }

    /// Answers a command that is refused: the channel closes, or the whole connection.
    mutating func refuse(
        _ fault: Fault, _ cause: CommandKind, on slot: Int, now: Timestamp
    ) {
        let (connection, number) = (self.channels[slot].connection, self.channels[slot].number)
        let refusal = fault.refusal(of: cause)
        // What was published before it is confirmed before it.
        self.flushConfirms(of: slot)
        if fault.code.closesConnection {
            self.emit(.closeConnection(number, refusal), to: connection)
            self.connections[connection].isClosing = true
        } else {
            self.emit(.closeChannel(number, refusal), to: connection)
            self.closeChannel(slot, now: now)
        }
    }
}
