import Messaging

extension Broker {
    /// One page of a queue in the order of its positions, ready and unacked together.
    ///
    /// Looking changes nothing. Fewer than `countMax` messages mean that there are no more.
    package mutating func browse(
        _ name: QueueName, after: Position?, countMax: Int, bodyBytesMax: Int
    ) -> Observed<RecordPage> {
        guard let slot = self.queueSlots[name] else { return .queueNotFound }
        // One more than the page holds tells whether there are more.
        let wanted = max(1, countMax) + 1
        var found = FirstPositions(countMax: wanted)
        for entry in self.queues[slot].requeued.all(after: after).prefix(wanted) {
            found.add(.init(position: entry.position, isUnacked: false, isRedelivered: true))
        }
        self.addUnacked(of: slot, after: after, to: &found)
        guard self.addReady(of: slot, after: after, countMax: wanted, to: &found) else {
            return .loading
        }
        let entries = found.sorted()
        let page = entries.prefix(wanted - 1)
        guard self.areResident(page.map(\.position), in: slot) else { return .loading }
        return .value(
            RecordPage(
                records: page.map { self.browsed($0, in: slot, bodyBytesMax: bodyBytesMax) },
                hasMore: entries.count == wanted))
    }

    private func addUnacked(of slot: Int, after: Position?, to found: inout FirstPositions) {
        guard self.queues[slot].unacked > 0 else { return }
        let id = self.queues[slot].id
        func add(_ delivery: Unacked) {
            guard delivery.queue == id, after.map({ $0 < delivery.position }) ?? true else {
                return
            }
            found.add(
                .init(
                    position: delivery.position, isUnacked: true,
                    isRedelivered: delivery.isRedelivered))
        }
        for channel in self.channels.slots {
            self.channels[channel].unacked.forEach { delivery in
                add(delivery)
                return true
            }
        }
        for death in self.queues[slot].deferred.deaths { add(death.delivery) }
    }

    /// Adds what lies behind the log's cursor.
    ///
    /// - Returns: False when a chunk has to be loaded to know.
    private mutating func addReady(
        of slot: Int, after: Position?, countMax: Int, to found: inout FirstPositions
    ) -> Bool {
        var left = countMax
        let answer = self.walkReady(of: slot, after: after) { position, _ in
            found.add(.init(position: position, isUnacked: false, isRedelivered: false))
            left -= 1
            return left > 0
        }
        return answer == .complete
    }

    enum Walk: Equatable {
        case complete
        /// It stopped at an evicted chunk, which is being loaded now.
        case loading
    }

    /// Visits what lies ready behind the log's cursor and a position, until `visit` says no.
    mutating func walkReady(
        of slot: Int, after: Position?, _ visit: (Position, Record) -> Bool
    ) -> Walk {
        var offset = self.queues[slot].log.cursor
        if let after, after.offset >= offset {
            // A position comes from outside: only a walk from its chunk's start proves it real.
            offset = after.offset + 1
        }
        var goesOn = true
        var index = self.queues[slot].log.chunkIndex(of: offset)
        while goesOn, index < self.queues[slot].log.chunks.count {
            guard self.queues[slot].log.chunks[index].live > 0 else {
                index += 1
                continue
            }
            guard self.queues[slot].log.chunks[index].memory != nil else {
                self.requestLoad(of: index, in: slot)
                return .loading
            }
            self.queues[slot].log.walk(notBefore: offset, inChunk: index) { position, record in
                goesOn = visit(position, record)
                return goesOn
            }
            index += 1
        }
        return .complete
    }

    /// Whether the bytes of all those messages are in memory; asks for those that are not.
    mutating func areResident(_ positions: [Position], in slot: Int) -> Bool {
        var areAll = true
        for position in positions where self.queues[slot].log.record(at: position) == nil {
            self.requestLoad(at: position, in: slot)
            areAll = false
        }
        return areAll
    }

    private func browsed(
        _ entry: FirstPositions.Entry, in slot: Int, bodyBytesMax: Int
    ) -> BrowsedRecord {
        let view = self.record(of: self.queues[slot].id, at: entry.position)
        let properties = (try? MessageProperties(decoding: view.properties)) ?? .init()
        let message = Message(
            exchange: ExchangeName(view.exchange.text), routingKey: view.routingKey.text,
            properties: properties, body: Array(view.body.prefix(max(0, bodyBytesMax))))
        return BrowsedRecord(
            position: entry.position, message: message, bodyBytes: view.body.count,
            enqueuedAt: view.enqueuedAt, isRedelivered: entry.isRedelivered,
            isUnacked: entry.isUnacked, deaths: DeathRecord.records(in: properties.headers))
    }

    // MARK: Removing chosen messages

    /// Removes the chosen messages as far as they are still ready; returns how many were.
    ///
    /// ``endBatch(now:)`` follows. Nothing is removed while some have to be loaded first.
    package mutating func deleteMessages(
        _ positions: [Position], from name: QueueName, now: Timestamp
    ) -> Observed<Int> {
        guard let slot = self.queueSlots[name] else { return .queueNotFound }
        self.attendIfDue(slot, now: now)
        guard let ready = self.readyPositions(among: positions, in: slot) else { return .loading }
        for position in ready { self.remove(position, from: slot) }
        self.queues[slot].tally.removed += UInt64(ready.count)
        return .value(ready.count)
    }

    /// Takes a ready message out of its queue for good.
    mutating func remove(_ position: Position, from slot: Int) {
        guard let record = self.queues[slot].log.record(at: position) else {
            preconditionFailure("the caller has seen to it that the message is resident")
        }
        let (origin, flags) = (record.origin, record.flags)
        self.queues[slot].remove(position, record)
        self.left(slot, position, origin, isPersistent: flags.contains(.persistent))
        self.noteDue(slot)  // The message behind it may have expired in its shadow.
    }

    /// Those of the positions that stand for ready messages, ascending; nil while a chunk has to
    /// be loaded to know.
    mutating func readyPositions(among positions: [Position], in slot: Int) -> [Position]? {
        let sorted = Set(positions).sorted()
        var ready: [Position] = []
        var isLoading = false
        var start = 0
        while start < sorted.count {
            let offset = sorted[start].offset
            let index = self.queues[slot].log.chunkIndex(of: offset)
            guard index < self.queues[slot].log.chunks.count else { break }
            let (first, end) = (
                self.queues[slot].log.chunks[index].start, self.queues[slot].log.chunks[index].end
            )
            let next = sorted[start...].firstIndex { $0.offset >= end } ?? sorted.count
            // Positions of released chunks lie before the first that is left.
            let wanted = sorted[start..<next].filter { $0.offset >= first }
            start = next
            let found = self.readyPositions(among: wanted, inChunk: index, of: slot)
            if let found { ready += found } else { isLoading = true }
        }
        return isLoading ? nil : ready
    }

    private mutating func readyPositions(
        among wanted: [Position], inChunk index: Int, of slot: Int
    ) -> [Position]? {
        var ready = wanted.filter { self.queues[slot].requeued.contains($0) }
        let cursor = self.queues[slot].log.cursor
        var rest = wanted.drop { $0.offset < cursor }
        guard !ready.isEmpty || !rest.isEmpty else { return [] }
        guard self.queues[slot].log.chunks[index].memory != nil else {
            self.requestLoad(of: index, in: slot)
            return nil
        }
        self.queues[slot].log.walk(notBefore: cursor, inChunk: index) { position, _ in
            rest = rest.drop { $0 < position }
            if rest.first == position { ready.append(position) }
            return !rest.isEmpty
        }
        return ready
    }
}
