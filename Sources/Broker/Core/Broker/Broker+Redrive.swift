import Messaging

extension Broker {
    /// Where the log of a queue ends: a redrive of everything that is ready now stops there.
    package func end(of name: QueueName) -> Position? {
        self.queueSlots[name].map { Position(self.queues[$0].log.end) }
    }

    /// Moves up to `countMax` ready messages of `source` to where they are to go.
    ///
    /// Each message leaves one queue and enters the other in the same call, at the end of its
    /// target, without its `expiration` and with its deaths kept. Messages that have no target
    /// stay where they are. ``endBatch(now:)`` follows.
    package mutating func redriveStep(
        source: QueueName, selection: RedriveSelection, target: RedriveTarget,
        from cursor: RedriveCursor, countMax: Int, now: Timestamp
    ) -> RedriveStep {
        guard let slot = self.queueSlots[source] else { return RedriveStep(next: .sourceNotFound) }
        if case .queue(let name) = target, self.queueSlots[name] == nil {
            return RedriveStep(next: .targetNotFound)
        }
        self.attendIfDue(slot, now: now)
        self.findDeadLetterTargets()
        guard let turn = self.turn(of: slot, selection, from: cursor, max(1, countMax)) else {
            return RedriveStep(next: .loading(cursor))
        }
        var step = RedriveStep(missing: turn.missing, next: turn.next)
        for position in turn.ready {
            if let moved = self.redrive(position, from: slot, to: target, now: now) {
                step.moved += 1
                step.movedTo[self.queues[moved].name, default: 0] += 1
            } else {
                step.unroutable += 1
            }
        }
        return step
    }

    /// The messages of one step, resident, and what comes after them.
    private struct Turn {
        var ready: [Position]
        var missing = 0
        var next: RedriveNext
    }

    /// - Returns: nil while something has to be loaded first.
    private mutating func turn(
        of slot: Int, _ selection: RedriveSelection, from cursor: RedriveCursor, _ countMax: Int
    ) -> Turn? {
        switch selection {
        case .positions(let positions):
            let left = positions.drop { position in cursor.after.map { position <= $0 } ?? false }
            let chosen = Array(left.prefix(countMax))
            guard let ready = self.readyPositions(among: chosen, in: slot),
                self.areResident(ready, in: slot)
            else { return nil }
            return Turn(
                ready: ready, missing: chosen.count - ready.count,
                next: left.count > chosen.count
                    ? .goOn(RedriveCursor(after: chosen.last)) : .finished)
        case .readyBelow(let limit):
            var ready = self.queues[slot].requeued.all(after: cursor.after).prefix(countMax)
                .map(\.position).filter { $0 < limit }
            var left = countMax - ready.count
            if left > 0 {
                let walk = self.walkReady(of: slot, after: cursor.after) { position, _ in
                    guard position < limit else { return false }
                    ready.append(position)
                    left -= 1
                    return left > 0
                }
                // What was found before an evicted chunk has its turn now.
                guard walk == .complete || !ready.isEmpty else { return nil }
                if walk == .loading { left = 0 }
            }
            guard self.areResident(ready, in: slot) else { return nil }
            return Turn(
                ready: ready,
                next: left == 0 ? .goOn(RedriveCursor(after: ready.last)) : .finished)
        }
    }

    /// Moves one message.
    ///
    /// - Returns: The slot of the queue it went to; nil when there is none.
    private mutating func redrive(
        _ position: Position, from slot: Int, to target: RedriveTarget, now: Timestamp
    ) -> Int? {
        guard let record = self.queues[slot].log.record(at: position) else { return nil }
        // The target may be the source itself: its tail may move while it is read.
        let memory = self.queues[slot].log.memory(of: position)
        return withExtendedLifetime(memory) {
            let view = record.view
            var properties = (try? MessageProperties(decoding: view.properties)) ?? .init()
            guard let goal = self.goal(of: properties, target, from: slot) else { return nil }
            properties.expiration = nil
            properties.headers?["CC"] = nil
            properties.headers?["BCC"] = nil
            self.append(view.body, properties, to: goal, now: now)
            self.remove(position, from: slot)
            self.queues[slot].tally.redriven += 1
            return goal
        }
    }

    /// Appends a message as if it had been published to its queue by name.
    private mutating func append(
        _ body: UnsafeRawBufferPointer, _ properties: MessageProperties, to slot: Int,
        now: Timestamp
    ) {
        let key = Array(self.queues[slot].name.text.utf8)
        properties.encoded().withUnsafeBytes { encoded in
            key.withUnsafeBytes { key in
                _ = self.enqueue(
                    NewRecord(
                        exchange: UnsafeRawBufferPointer(start: nil, count: 0), routingKey: key,
                        properties: encoded, body: body, enqueuedAt: now,
                        expiresAt: self.expiry(in: slot, nil, now: now), origin: nil,
                        isPersistent: properties.isPersistent),
                    to: slot)
            }
        }
    }

    /// The queue a message is to go back to: of those it died in, newest death first, the first
    /// that exists and is no station on the way of dead letters (itself a dead-letter queue that
    /// nobody consumes); failing that, the first that exists.
    private func goal(
        of properties: MessageProperties, _ target: RedriveTarget, from source: Int
    ) -> Int? {
        switch target {
        case .queue(let name): return self.queueSlots[name]
        case .queueItDiedIn:
            let deaths = DeathRecord.records(in: properties.headers)
                .compactMap { self.queueSlots[$0.queue] }.filter { $0 != source }
            return deaths.first { slot in
                !self.deadLetterTargets.contains(slot) || !self.queues[slot].consumers.isEmpty
            } ?? deaths.first
        }
    }
}
