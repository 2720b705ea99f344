import Messaging

/// What operators see of streams.
extension Broker {
    func streamFigures(of slot: Int) -> StreamFigures? {
        guard let stream = self.queues[slot].stream else { return nil }
        let first = self.firstOffset(of: slot)
        let groups = stream.groups.values
        return StreamFigures(
            firstOffset: first, nextOffset: stream.next,
            ageMaxMicroseconds: self.queues[slot].settings.ageMaxMicroseconds,
            bytesMax: self.queues[slot].settings.bytesMax, groups: groups.count,
            lagMax: groups.map { stream.lag(from: $0.next, first) }.max(),
            lost: groups.reduce(0) { $0 + $1.lost(below: first) })
    }

    /// The consumer groups of a stream by name; none of any other queue.
    ///
    /// - Complexity: O(groups × records of a chunk).
    func groupFigures(of slot: Int, now: Timestamp) -> [StreamGroupFigures] {
        guard let stream = self.queues[slot].stream else { return [] }
        let first = self.firstOffset(of: slot)
        let groups = stream.groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        return groups.map { name, group in
            let lag = stream.lag(from: group.next, first)
            let oldest = lag == 0 ? nil : self.enqueuedAt(max(group.next, first), of: slot)
            return StreamGroupFigures(
                name: String(decoding: name, as: UTF8.self), nextOffset: group.next, lag: lag,
                lagMicroseconds: oldest.map { max(0, now.microseconds(since: $0)) },
                lost: group.lost(below: first), consumers: group.members.count)
        }
    }

    func readerFigures(of consumer: Int) -> StreamReaderFigures? {
        guard let reader = self.consumers[consumer].reader,
            let slot = self.queueSlot(self.consumers[consumer].queue),
            let stream = self.queues[slot].stream
        else { return nil }
        return StreamReaderFigures(
            group: reader.group.map { String(decoding: $0, as: UTF8.self) },
            nextOffset: reader.offset,
            lag: stream.lag(from: reader.offset, self.firstOffset(of: slot)), lost: reader.lost)
    }

    /// The offset of a stream's first message that is left.
    private func firstOffset(of slot: Int) -> UInt64 {
        let log = self.queues[slot].log.levels[0]
        let first = log.firstKept
        return first < log.chunks.count
            ? log.chunks[first].firstOffset : self.queues[slot].stream?.next ?? 0
    }

    /// When the message with an offset came, or the first of its chunk while that is evicted.
    private func enqueuedAt(_ offset: UInt64, of slot: Int) -> Timestamp? {
        let log = self.queues[slot].log.levels[0]
        let index = log.chunkIndex(ofStreamOffset: offset)
        guard index < log.chunks.count else { return nil }
        var found = log.chunks[index].firstEnqueuedAt
        log.walk(notBefore: log.chunks[index].start, inChunk: index) { _, record in
            found = record.enqueuedAt
            return record.streamOffset.map { $0 < offset } ?? true
        }
        return found
    }

    /// Forgets a consumer group that nobody reads for; ``endBatch(now:)`` follows.
    ///
    /// - Returns: Whether there was such a one.
    package mutating func forgetGroup(
        _ group: String, of name: QueueName, in host: VirtualHostName = .default
    ) -> Bool {
        let key = Array(group.utf8)
        guard let slot = self.slot(of: name, in: host),
            self.queues[slot].stream?.forget(key) == true
        else { return false }
        self.note(durable: .note(self.queues[slot].id, NoteKey(.offset, key), nil))
        return true
    }
}

extension StreamState {
    /// How many messages from an offset on are left.
    func lag(from offset: UInt64, _ first: UInt64) -> UInt64 {
        let start = max(offset, first)
        return start < self.next ? self.next - start : 0
    }
}

extension StreamGroup {
    /// Messages that it has lost, those included that it will find missing.
    func lost(below first: UInt64) -> UInt64 {
        self.lost + (self.next < first ? first - self.next : 0)
    }
}
