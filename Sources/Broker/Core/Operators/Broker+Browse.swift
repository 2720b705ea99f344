import Messaging

extension Broker {
    /// One page of a queue in the order of its positions, ready and unacked together.
    ///
    /// Looking changes nothing. Fewer than `countMax` messages mean that there are no more.
    package mutating func browse(
        _ name: QueueName, in host: VirtualHostName = .default, after: Position?, countMax: Int,
        bodyBytesMax: Int
    ) -> Observed<RecordPage> {
        guard let slot = self.slot(of: name, in: host) else { return .queueNotFound }
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
            self.channels[channel].forEachUnacked { delivery in
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
        var delivered: [UInt64: UInt64] = [:]
        for level in self.queues[slot].log.levels {
            delivered[LevelledLog.level(of: level.end)] = level.redeliveredBelow
        }
        let answer = self.walkReady(of: slot, after: after) { position, _ in
            let wasDelivered =
                position.offset < delivered[LevelledLog.level(of: position.offset)] ?? 0
            found.add(
                .init(position: position, isUnacked: false, isRedelivered: wasDelivered))
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
    ///
    /// - Parameter end: Where the queue ended once; what came later is left out.
    mutating func walkReady(
        of slot: Int, after: Position?, before end: QueueEnd? = nil,
        _ visit: (Position, Record) -> Bool
    ) -> Walk {
        var goesOn = true
        for level in self.queues[slot].log.levels.indices {
            let log = self.queues[slot].log.levels[level]
            var offset = log.cursor
            if let after, after.offset >= offset {
                // A position comes from outside: only a walk from its chunk's start proves it
                // real.
                guard after.offset < .max else { continue }
                offset = after.offset + 1
            }
            let limit = end.map { $0.end(ofLevelAt: log.end) } ?? log.end
            guard offset < limit else { continue }
            for index in log.chunkIndex(of: offset)..<log.chunks.count
            where log.chunks[index].live > 0 && log.chunks[index].start < limit {
                guard log.chunks[index].memory != nil else {
                    self.requestLoad(of: .init(level: level, chunk: index), in: slot)
                    return .loading
                }
                log.walk(notBefore: offset, inChunk: index) { position, record in
                    guard position.offset < limit else { return false }
                    goesOn = visit(position, record)
                    return goesOn
                }
                guard goesOn else { return .complete }
            }
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

    func browsed(
        _ entry: FirstPositions.Entry, in slot: Int, bodyBytesMax: Int
    ) -> BrowsedRecord {
        let view = self.record(of: self.queues[slot].id, at: entry.position)
        let properties = (try? MessageProperties(decoding: view.properties)) ?? .init()
        let message = Message(
            exchange: ExchangeName(view.exchange.text), routingKey: view.routingKey.text,
            properties: properties, body: Array(view.body.prefix(max(0, bodyBytesMax))))
        return BrowsedRecord(
            position: entry.position, message: message, bodyBytes: view.body.count,
            enqueuedAt: view.enqueuedAt,
            isRedelivered: entry.isRedelivered
                || self.queues[slot].restoredReturns[entry.position] != nil,
            isUnacked: entry.isUnacked, deaths: DeathRecord.records(in: properties.headers),
            streamOffset: self.queues[slot].log.record(at: entry.position)?.streamOffset)
    }

    // MARK: Removing chosen messages

    /// Removes the chosen messages as far as they are still ready; returns how many were.
    ///
    /// ``endBatch(now:)`` follows. Nothing is removed while some have to be loaded first.
    package mutating func deleteMessages(
        _ positions: [Position], from name: QueueName, in host: VirtualHostName = .default,
        now: Timestamp
    ) -> Observed<Int> {
        guard let slot = self.slot(of: name, in: host) else { return .queueNotFound }
        guard self.queues[slot].stream == nil else { return .value(0) }
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
        if self.queues[slot].returns(of: position) > 0 {
            self.forgetReturns(of: position, in: slot)
        }
        self.queues[slot].remove(position, record)
        self.left(slot, position, origin, isPersistent: flags.contains(.persistent))
        self.noteDue(slot)  // The message behind it may have expired in its shadow.
    }

    /// Those of the positions that stand for ready messages, ascending; nil while a chunk has to
    /// be loaded to know.
    mutating func readyPositions(among positions: [Position], in slot: Int) -> [Position]? {
        let sorted = Set(positions).filter { self.queues[slot].log.mayHold($0) }.sorted()
        var ready: [Position] = []
        var isLoading = false
        var start = 0
        while start < sorted.count {
            let place = self.queues[slot].log.place(of: sorted[start])
            guard place.chunk < self.queues[slot].log.levels[place.level].chunks.count else {
                // Behind the last chunk that is left of this level.
                start += 1
                continue
            }
            let chunk = self.queues[slot].log.chunk(at: place)
            let next = sorted[start...].firstIndex { $0.offset >= chunk.end } ?? sorted.count
            // Positions of released chunks lie before the first that is left.
            let wanted = sorted[start..<next].filter { $0.offset >= chunk.start }
            start = next
            let found = self.readyPositions(among: wanted, inChunk: place, of: slot)
            if let found { ready += found } else { isLoading = true }
        }
        return isLoading ? nil : ready
    }

    private mutating func readyPositions(
        among wanted: [Position], inChunk place: LevelledLog.ChunkPlace, of slot: Int
    ) -> [Position]? {
        var ready = wanted.filter { self.queues[slot].requeued.contains($0) }
        let log = self.queues[slot].log.levels[place.level]
        var rest = wanted.drop { $0.offset < log.cursor }
        guard !ready.isEmpty || !rest.isEmpty else { return [] }
        guard log.chunks[place.chunk].memory != nil else {
            self.requestLoad(of: place, in: slot)
            return nil
        }
        log.walk(notBefore: log.cursor, inChunk: place.chunk) { position, _ in
            rest = rest.drop { $0 < position }
            if rest.first == position { ready.append(position) }
            return !rest.isEmpty
        }
        return ready
    }
}
