import Messaging

/// Consumers of streams: each reads by itself, and its acks only make room for more.
extension Broker {
    /// Checks what a consumer of a stream asks for; nil when the queue is none.
    ///
    /// The order is RabbitMQ's: values, names, prefetch, manual acks.
    ///
    /// - Returns: Where it begins.
    func checkReader(
        _ request: ConsumeRequest, of slot: Int, _ resource: String, on channel: Int,
        now: Timestamp
    ) throws(Fault) -> StreamStart? {
        guard let stream = self.queues[slot].stream else { return nil }
        var start = StreamStart.next
        if let value = request.arguments[StreamHeader.name] {
            guard let asked = StreamStart(value, now: now) else {
                throw Fault(
                    .preconditionFailed,
                    "invalid arg '\(StreamHeader.name)' for \(resource): "
                        + "{invalid_stream_offset_arg,{\(value.typeName),\(value.shownAsTerm)}}")
            }
            start = asked
        }
        if let value = request.arguments[StreamGroup.argument] {
            let name = try StreamGroup.name(value, for: resource)
            if stream.isFull(for: name) { throw .tooManyGroups(resource) }
        }
        try FlowArguments.checkConsumer(request.arguments, of: resource)
        for name in ["x-priority", "x-cancel-on-ha-failover"]
        where request.arguments[name] != nil {
            throw Fault(
                .preconditionFailed,
                "invalid arg '\(name)' for \(resource) of queue type rabbit_stream_queue")
        }
        guard self.channels[channel].consumerPrefetch > 0 else {
            throw Fault(
                .preconditionFailed, "consumer prefetch count is not set for '\(resource)'")
        }
        guard !request.isAutoAck else {
            throw self.notOnStream("automatic acknowledgement", slot)
        }
        return start
    }

    /// Lets a consumer that was just added to a stream read from there, or from where its group
    /// is.
    mutating func addReader(_ request: ConsumeRequest, from start: StreamStart, to slot: Int) {
        guard let consumer = self.queues[slot].consumers.members.last?.slot else { return }
        var reader = self.reader(of: slot, from: start)
        guard case .longString(let group)? = request.arguments[StreamGroup.argument] else {
            self.consumers[consumer].reader = reader
            return
        }
        if let known = self.queues[slot].stream?.groups[group] {
            reader = self.reader(of: slot, from: .offset(known.next))
        }
        reader.group = group
        self.consumers[consumer].reader = reader
        self.queues[slot].stream?.join(group, consumer, beginningAt: reader.offset)
    }

    /// Ends a consumer's part in its group; who stood by goes on where the group is.
    mutating func removeReader(_ consumer: Int, from slot: Int) {
        guard let group = self.consumers[consumer].reader?.group,
            let heir = self.queues[slot].stream?.leave(group, consumer),
            let next = self.queues[slot].stream?.groups[group]?.next
        else { return }
        self.consumers[heir].reader = self.reader(of: slot, from: .offset(next))
        self.consumers[heir].reader?.group = group
        self.noteDue(slot)
    }

    /// Where to read from, which needs no chunk's bytes.
    func reader(of slot: Int, from start: StreamStart) -> StreamReader {
        let log = self.queues[slot].log.levels[0]
        let next = self.queues[slot].stream?.next ?? 0
        func at(_ index: Int, _ offset: UInt64?, notBefore: Timestamp? = nil) -> StreamReader {
            guard index < log.chunks.count else {
                return StreamReader(position: log.end, offset: max(next, offset ?? 0))
            }
            return StreamReader(
                position: log.chunks[index].start,
                offset: offset ?? log.chunks[index].firstOffset, notBefore: notBefore)
        }
        switch start {
        case .first: return at(log.firstKept, nil)
        case .next: return at(log.chunks.count, nil)
        case .last: return self.reader(of: slot, from: .offset(max(next, 1) - 1))
        case .offset(let offset):
            guard offset < next else { return at(log.chunks.count, offset) }
            return at(log.chunkIndex(ofStreamOffset: offset), offset)
        case .time(let time): return at(log.chunkIndex(notBefore: time), nil, notBefore: time)
        }
    }

    // MARK: Deliveries

    /// Gives every reader what it has room for, in turns from batch to batch.
    ///
    /// - Returns: Whether the allowance ended before.
    mutating func serveReaders(of slot: Int, now: Timestamp) -> Bool {
        let members = self.queues[slot].consumers.members
        guard !members.isEmpty, let turn = self.queues[slot].stream?.turn else { return false }
        var allowance = DeliveryAllowance.queue
        for step in members.indices {
            let index = (turn + step) % members.count
            guard self.serve(members[index].slot, of: slot, &allowance, now: now) else {
                // One that has much to read does not hold up those behind it.
                self.queues[slot].stream?.turn = (index + 1) % members.count
                return true
            }
        }
        return false
    }

    /// - Returns: False when the allowance ended before room or messages did.
    private mutating func serve(
        _ consumer: Int, of slot: Int, _ allowance: inout DeliveryAllowance, now: Timestamp
    ) -> Bool {
        if let group = self.consumers[consumer].reader?.group,
            self.queues[slot].stream?.groups[group]?.members.first != consumer
        {
            return true  // It stands by.
        }
        // Moved out, so that what is in flight is not copied.
        guard var reader = exchange(&self.consumers[consumer].reader, with: nil) else {
            return true
        }
        defer {
            self.consumers[consumer].reader = reader
            self.commit(reader, of: slot)
        }
        while true {
            let room = self.room(of: consumer, now: now)
            guard room > 0, let index = self.nextChunk(of: slot, &reader) else { return true }
            guard self.queues[slot].log.levels[0].chunks[index].memory != nil else {
                self.requestLoad(of: .init(level: 0, chunk: index), in: slot)
                return true
            }
            guard self.read(index, of: slot, room, to: consumer, &reader, &allowance, now: now)
            else { return false }
        }
    }

    /// Which chunk a reader reads next; nil at the end. It passes what was dropped.
    mutating func nextChunk(of slot: Int, _ reader: inout StreamReader) -> Int? {
        let log = self.queues[slot].log.levels[0]
        guard reader.position < log.end else {
            // What came by now is older than what is asked for, and what comes is not.
            reader.notBefore = nil
            reader.offset = max(reader.offset, self.queues[slot].stream?.next ?? 0)
            return nil
        }
        let index = max(log.firstKept, log.chunkIndex(of: reader.position))
        guard index < log.chunks.count else { return nil }
        let chunk = log.chunks[index]
        if reader.position < chunk.start { reader.position = chunk.start }
        if reader.offset < chunk.firstOffset {
            let lost = chunk.firstOffset - reader.offset
            reader.lost += lost
            reader.offset = chunk.firstOffset
            if let group = reader.group { self.countLost(lost, for: group, of: slot) }
        }
        return index
    }

    /// Delivers out of one resident chunk.
    ///
    /// - Returns: False when the allowance ended.
    private mutating func read(
        _ index: Int, of slot: Int, _ room: Int, to consumer: Int, _ reader: inout StreamReader,
        _ allowance: inout DeliveryAllowance, now: Timestamp
    ) -> Bool {
        let chunk = self.queues[slot].log.levels[0].chunks[index]
        var room = room
        while room > 0, reader.position < chunk.end,
            let record = chunk.record(at: reader.position)
        {
            guard !allowance.isUsedUp, !self.due.allowance.isUsedUp else { return false }
            let position = Position(reader.position)
            reader.position += UInt64(record.size)
            guard let offset = record.streamOffset, offset >= reader.offset else { continue }
            reader.offset = offset + 1
            if let time = reader.notBefore, record.enqueuedAt < time { continue }
            reader.notBefore = nil
            allowance.use(bytes: Int(record.bodyBytes))
            self.due.allowance.use(bytes: Int(record.bodyBytes))
            if reader.group != nil { reader.inFlight.sent(position, offset) }
            self.send(record, position, of: slot, to: consumer, now: now)
            room -= 1
        }
        return true
    }

    private mutating func send(
        _ record: Record, _ position: Position, of slot: Int, to consumer: Int, now: Timestamp
    ) {
        let channel = self.consumers[consumer].channel
        let (id, queue) = (self.consumers[consumer].id, self.queues[slot].id)
        let tag = self.channels[channel].nextTag()
        self.channels[channel].deliveredTotal += 1
        self.emit(
            .deliver(
                Delivery(
                    queue: queue, position: position, tag: DeliveryTag(tag), consumer: id,
                    channel: self.channels[channel].number, isRedelivered: false, returns: 0)),
            to: self.channels[channel].connection)
        self.queues[slot].tally.delivered += 1
        self.consumers[consumer].bucket?.take(now: now)
        self.consumers[consumer].unacked += 1
        self.channels[channel].consumerUnacked += 1
        self.channels[channel].unacked.append(
            Unacked(
                tag: tag, queue: queue, consumer: id, position: position,
                enqueuedAt: record.enqueuedAt, deliveredAt: now, origin: nil,
                bodyBytes: record.bodyBytes, returns: 0, isPersistent: true,
                isRedelivered: false))
    }

    // MARK: Acks

    /// Moves a group on when a delivery was acked, and gives the reader what it has room for now.
    mutating func settleInStream(_ delivery: Unacked, _ slot: Int) {
        self.noteDue(slot)
        let id = delivery.consumer
        // What a consumer holds that is gone was given to another one since.
        guard self.consumers.holds(id.slot, id.incarnation),
            self.consumers[id.index].reader?.group != nil
        else { return }
        self.consumers[id.index].reader?.inFlight.acked(delivery.position)
        if let reader = self.consumers[id.index].reader { self.commit(reader, of: slot) }
    }

    /// Sets a group's offset to the first message that its reader has not acked.
    private mutating func commit(_ reader: StreamReader, of slot: Int) {
        guard let group = reader.group else { return }
        self.queues[slot].stream?.move(group, to: reader.inFlight.first ?? reader.offset)
    }

    private mutating func countLost(_ count: UInt64, for group: [UInt8], of slot: Int) {
        guard let next = self.queues[slot].stream?.groups[group]?.next else { return }
        self.queues[slot].stream?.move(group, to: next, lost: count)
    }
}

extension StreamGroup {
    /// The consumer argument that names a group: an extension of ours.
    static let argument = "x-stream-group"

    fileprivate static func name(
        _ value: FieldValue, for resource: String
    ) throws(Fault) -> [UInt8] {
        guard let text = value.text else {
            throw Fault(
                .preconditionFailed,
                "invalid arg '\(Self.argument)' for \(resource): "
                    + "{unacceptable_type,\(value.typeName)}")
        }
        let name = Array(text.utf8)
        guard (1...Limits.nameBytesMax) ~= name.count else {
            throw Fault(
                .preconditionFailed,
                "invalid arg '\(Self.argument)' for \(resource): a name has 1 to "
                    + "\(Limits.nameBytesMax) bytes, not \(name.count)")
        }
        return name
    }
}

extension Fault {
    fileprivate static func tooManyGroups(_ resource: String) -> Fault {
        Fault(
            .preconditionFailed,
            "\(resource) has \(Limits.streamGroupsMax) consumer groups already")
    }
}
