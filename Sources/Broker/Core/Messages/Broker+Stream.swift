import Messaging

/// Streams: queues whose messages stay when they are read, until retention drops them.
extension Broker {
    /// Appends a message to a stream, with its offset as a header.
    ///
    /// Everything in a stream is stored, whatever its publisher says of it, and nothing in it
    /// expires or counts as a dead letter that somebody has to see to.
    mutating func appendToStream(
        _ message: PublishedMessage, _ traits: PublishTraits, to slot: Int, now: Timestamp
    ) -> PublishOutcome {
        let offset = self.queues[slot].stream?.next ?? 0
        self.queues[slot].stream?.next = offset + 1
        let properties = StreamHeader.set(offset, in: message.properties)
        let position = properties.withUnsafeBytes { properties in
            self.queues[slot].appendNumbered(
                NewRecord(
                    exchange: message.exchange, routingKey: message.routingKey,
                    properties: properties, body: message.body, enqueuedAt: now,
                    isPersistent: true, streamOffset: offset, blindKeys: message.blindKeys),
                commit: self.openCommit)
        }
        // The letter is where it stays: it does not lie in a queue any more that is worked off.
        if traits.origin != nil { self.deadLeft(traits.origin) }
        self.noteDue(slot)
        self.note(durable: .append(self.queues[slot].id, position))
        self.due.isCommitAwaited = true
        return .waiting
    }

    /// Does at the end of a batch what there is to do for a stream.
    ///
    /// - Returns: Whether the allowance ended before messages or room did.
    mutating func attendStream(_ slot: Int, now: Timestamp) -> Bool {
        self.retain(slot, now: now)
        let isCut = self.serveReaders(of: slot, now: now)
        self.noteGroups(of: slot)
        return isCut
    }

    // MARK: Retention

    /// Drops what a stream keeps no longer, as RabbitMQ drops segments: whole chunks, and never
    /// the last one.
    private mutating func retain(_ slot: Int, now: Timestamp) {
        let (bytesMax, ageMax) =
            (
                self.queues[slot].settings.bytesMax,
                self.queues[slot].settings.ageMaxMicroseconds
            )
        guard bytesMax != nil || ageMax != nil, self.queues[slot].ready > 0 else { return }
        let chunks = self.queues[slot].log.levels[0].chunks
        let first = self.queues[slot].log.levels[0].firstKept
        var bytes = self.queues[slot].readyBytes
        var last = first
        var (aged, excess) = (0, 0)
        while last < chunks.count - 1 {
            // All of a chunk is at least as old as the first record of the next one.
            let isOld = ageMax.map { chunks[last + 1].hasFirst(olderThan: $0, now) } ?? false
            guard isOld || bytesMax.map({ bytes > $0 }) ?? false else { break }
            bytes -= UInt64(chunks[last].used)
            if isOld { aged += chunks[last].live } else { excess += chunks[last].live }
            last += 1
        }
        if last > first {
            self.queues[slot].tally.expired += UInt64(aged)
            self.queues[slot].tally.droppedByLength += UInt64(excess)
            self.dropChunks(first..<last, of: slot)
        }
        if let ageMax, last < chunks.count - 1 {
            self.setTimer(
                chunks[last + 1].firstEnqueuedAt.adding(microseconds: ageMax), of: slot)
        }
    }

    private mutating func dropChunks(_ range: Range<Int>, of slot: Int) {
        let last = range.upperBound - 1
        let chunks = self.queues[slot].log.levels[0].chunks
        self.note(
            durable: .settleReady(
                self.queues[slot].id, from: Position(chunks[range.lowerBound].start),
                upTo: Position(chunks[last].end)))
        self.note(
            durable: .note(
                self.queues[slot].id, .retained,
                NotedOffset.bytes(chunks[range.upperBound].firstOffset)))
        self.queues[slot].dropChunks(range)
        self.noteRelease(slot)
    }

    // MARK: What outlives the process

    /// Notes how far the groups are that have moved.
    private mutating func noteGroups(of slot: Int) {
        guard let changed = self.queues[slot].stream?.takeChanged() else { return }
        for group in changed {
            self.note(
                durable: .note(
                    self.queues[slot].id, NoteKey(.offset, group.name),
                    NotedOffset.bytes(group.next)))
        }
    }

    /// Goes on counting where a stream was left by an earlier process, and knows its groups again.
    ///
    /// Its records are without gaps from the first that retention has left, so how many each chunk
    /// has tells the offset of the next one's first, without their bytes.
    mutating func restoreStream(_ recovered: RecoveredQueue, of slot: Int) {
        guard self.queues[slot].settings.isStream else { return }
        let offsets = recovered.notes.compactMap { key, value in
            NotedOffset.offset(value).map { (key: key, offset: $0) }
        }
        self.queues[slot].restoreStream(
            from: offsets.first { $0.key == .retained }?.offset ?? 0)
        for noted in offsets where noted.key.kind == .offset {
            self.queues[slot].stream?.restore(noted.key.bytes, next: noted.offset)
        }
    }

    // MARK: What a stream does not do

    /// - Throws: 540 when the queue is a stream.
    func refuseOnStream(_ method: String, _ slot: Int) throws(Fault) {
        guard self.queues[slot].stream != nil else { return }
        throw self.notOnStream(method, slot)
    }

    /// Has deliveries stay with their channel when some of them are a stream's.
    ///
    /// - Throws: 540 then.
    mutating func refuseReturn(
        of deliveries: [Unacked], by method: String, on channel: Int
    ) throws(Fault) {
        for delivery in deliveries {
            guard let slot = self.queueSlot(delivery.queue), self.queues[slot].stream != nil else {
                continue
            }
            self.channels[channel].unacked.putBack(deliveries)
            throw self.notOnStream(method, slot)
        }
    }

    func notOnStream(_ method: String, _ slot: Int) -> Fault {
        let resource = self.hosts[self.queues[slot].host].resource(self.queues[slot].name)
        return Fault(.notImplemented, "\(method) not supported by stream queues \(resource)")
    }
}

extension Chunk {
    fileprivate func hasFirst(olderThan ageMicroseconds: Int64, _ now: Timestamp) -> Bool {
        self.firstEnqueuedAt.adding(microseconds: ageMicroseconds) <= now
    }
}
