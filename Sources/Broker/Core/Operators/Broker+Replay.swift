import Messaging

/// Reading streams for an operator: pages from any offset or time, and copies into queues.
extension Broker {
    /// The offset that a stream's next message gets: a replay of what there is stops there.
    ///
    /// nil when there is no stream of that name.
    package func nextOffset(
        of name: QueueName, in host: VirtualHostName = .default
    ) -> UInt64? {
        self.slot(of: name, in: host).flatMap { self.queues[$0].stream?.next }
    }

    /// The page of a stream that begins there; further ones begin behind its last message, as of
    /// any queue.
    package mutating func browse(
        _ name: QueueName, in host: VirtualHostName = .default, from start: StreamStart,
        countMax: Int, bodyBytesMax: Int
    ) -> Observed<RecordPage> {
        guard let slot = self.slot(of: name, in: host), let stream = self.queues[slot].stream
        else { return .queueNotFound }
        let countMax = max(1, countMax)
        var page = RecordPage(records: [], hasMore: false)
        var reader = self.reader(of: slot, from: start)
        let walk = self.walkStream(slot, &reader, before: stream.next) { broker, position, _ in
            guard page.records.count < countMax else {
                page.hasMore = true
                return false
            }
            page.records.append(
                broker.browsed(
                    .init(position: position, isUnacked: false, isRedelivered: false), in: slot,
                    bodyBytesMax: bodyBytesMax))
            return true
        }
        return walk == .complete ? .value(page) : .loading
    }

    /// Copies up to `countMax` messages of a stream to the end of a queue.
    ///
    /// The stream keeps them. A copy is published to its queue by name, without the header of its
    /// offset, its `expiration` and further keys. ``endBatch(now:)`` follows.
    ///
    /// - Parameters:
    ///   - start: Where the replay begins, or where the step before says that it goes on.
    ///   - end: The first offset that is not copied.
    package mutating func replayStep(
        source: QueueName, in host: VirtualHostName = .default, from start: StreamStart,
        before end: UInt64, to target: QueueName, countMax: Int, now: Timestamp
    ) -> ReplayStep {
        guard let slot = self.slot(of: source, in: host), self.queues[slot].stream != nil else {
            return ReplayStep(next: .sourceNotFound)
        }
        guard let goal = self.slot(of: target, in: host) else {
            return ReplayStep(next: .targetNotFound)
        }
        // Had it come in a batch of its own, consumers would have made room before.
        if goal != slot { self.attendIfDue(goal, now: now) }
        var step = ReplayStep(next: .finished)
        var reader = self.reader(of: slot, from: start)
        let countMax = max(1, countMax)
        let walk = self.walkStream(slot, &reader, before: end) { broker, _, record in
            let offset = record.streamOffset ?? 0
            guard step.copied < countMax else {
                step.next = .goOn(.offset(offset))
                return false
            }
            guard broker.copy(record, to: goal, now: now) else {
                step.next = .targetFull(.offset(offset))
                return false
            }
            step.copied += 1
            return true
        }
        step.lost = reader.lost
        if walk == .loading {
            // What was passed over is not looked at again, unless it is for a time.
            step.next = .loading(
                step.copied == 0 && reader.notBefore != nil ? start : .offset(reader.offset))
        }
        return step
    }

    /// Visits what a reader comes to below an offset, until `visit` says no.
    private mutating func walkStream(
        _ slot: Int, _ reader: inout StreamReader, before end: UInt64,
        _ visit: (inout Broker, Position, Record) -> Bool
    ) -> Walk {
        while reader.offset < end, let index = self.nextChunk(of: slot, &reader) {
            let chunk = self.queues[slot].log.levels[0].chunks[index]
            guard chunk.memory != nil else {
                self.requestLoad(of: .init(level: 0, chunk: index), in: slot)
                return .loading
            }
            while reader.position < chunk.end, let record = chunk.record(at: reader.position) {
                let position = Position(reader.position)
                reader.position += UInt64(record.size)
                guard let offset = record.streamOffset, offset >= reader.offset else { continue }
                reader.offset = offset + 1
                if let time = reader.notBefore, record.enqueuedAt < time { continue }
                reader.notBefore = nil
                guard offset < end, visit(&self, position, record) else { return .complete }
            }
        }
        return .complete
    }

    /// Appends a copy of a message to a queue.
    ///
    /// - Returns: False when the queue refuses it because it is full.
    private mutating func copy(_ record: Record, to goal: Int, now: Timestamp) -> Bool {
        let view = record.view
        if self.queues[goal].settings.overflow != .dropHead,
            self.queues[goal].isFull(for: view.body.count)
        {
            return false
        }
        var properties = (try? MessageProperties(decoding: view.properties)) ?? .init()
        properties.expiration = nil
        for name in [StreamHeader.name, "CC", "BCC"] { properties.headers?[name] = nil }
        if properties.headers?.isEmpty == true { properties.headers = nil }
        self.append(view.body, properties, to: goal, now: now)
        return true
    }
}
