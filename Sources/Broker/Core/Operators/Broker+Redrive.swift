import Messaging

extension Broker {
    /// Where a queue ends now: a redrive of everything that is ready stops there.
    package func end(of name: QueueName, in host: VirtualHostName = .default) -> QueueEnd? {
        self.slot(of: name, in: host).map { self.end(ofQueueIn: $0) }
    }

    private func end(ofQueueIn slot: Int) -> QueueEnd {
        QueueEnd(
            ends: self.queues[slot].log.levels.map { Position($0.end) },
            published: self.queues[slot].tally.published)
    }

    /// Moves up to `countMax` ready messages of `source` to where they are to go.
    ///
    /// Each message leaves one queue and enters the other in the same call, at the end of its
    /// target, without its `expiration` and with its deaths kept. Messages that have no target
    /// stay where they are. ``endBatch(now:)`` follows.
    package mutating func redriveStep(
        source: QueueName, in host: VirtualHostName = .default, selection: RedriveSelection,
        target: RedriveTarget, from cursor: RedriveCursor, countMax: Int, now: Timestamp
    ) -> RedriveStep {
        guard let slot = self.slot(of: source, in: host) else {
            return RedriveStep(next: .sourceNotFound)
        }
        if case .queue(let name) = target, self.slot(of: name, in: host) == nil {
            return RedriveStep(next: .targetNotFound)
        }
        // A stream's messages are copied, not moved.
        guard self.queues[slot].stream == nil else { return RedriveStep() }
        self.attendIfDue(slot, now: now)
        self.findDeadLetterTargets()
        guard let turn = self.turn(of: slot, selection, from: cursor, max(1, countMax)) else {
            return RedriveStep(next: .loading(cursor), end: self.end(ofQueueIn: slot))
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
        step.end = self.end(ofQueueIn: slot)
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
        case .readyBelow(let end):
            var found = FirstPositions(countMax: countMax)
            for entry in self.queues[slot].requeued.all(after: cursor.after).prefix(countMax)
            where end.isBehind(entry.position) {
                found.add(
                    .init(position: entry.position, isUnacked: false, isRedelivered: true))
            }
            var left = countMax
            let walk = self.walkReady(
                of: slot, after: cursor.after, before: end
            ) { position, _ in
                found.add(.init(position: position, isUnacked: false, isRedelivered: false))
                left -= 1
                return left > 0
            }
            let ready = found.sorted().map(\.position)
            // What was found before an evicted chunk has its turn now.
            guard walk == .complete || !ready.isEmpty else { return nil }
            left = walk == .loading ? 0 : countMax - ready.count
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
            // Its retries were used up where it died; they begin anew.
            properties.headers?[RetryPolicy.headerName] = nil
            if self.queues[goal].settings.overflow != .dropHead,
                self.queues[goal].isFull(for: view.body.count)
            {
                // Its consumers may make room; those of the source would take what is moved here.
                if goal != slot { self.attendIfDue(goal, now: now) }
                guard !self.queues[goal].isFull(for: view.body.count) else { return nil }
            }
            self.append(view.body, properties, to: goal, now: now)
            self.remove(position, from: slot)
            self.queues[slot].tally.redriven += 1
            return goal
        }
    }

    /// Appends a message as if it had been published to its queue by name.
    mutating func append(
        _ body: UnsafeRawBufferPointer, _ properties: MessageProperties, to slot: Int,
        now: Timestamp
    ) {
        let key = Array(self.queues[slot].name.text.utf8)
        properties.encoded().withUnsafeBytes { encoded in
            key.withUnsafeBytes { key in
                let message = PublishedMessage(
                    exchange: UnsafeRawBufferPointer(start: nil, count: 0), routingKey: key,
                    properties: encoded, body: body)
                let traits = PublishTraits(PropertyPeek(encoded), ttlMicroseconds: nil)
                _ = self.append(message, traits, to: slot, now: now)
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
        case .queue(let name): return self.hosts[self.queues[source].host].queues[name]
        case .queueItDiedIn:
            let deaths = DeathRecord.records(in: properties.headers)
                .compactMap { self.hosts[self.queues[source].host].queues[$0.queue] }.filter {
                    $0 != source
                }
            return deaths.first { slot in
                !self.deadLetterTargets.contains(slot) || !self.queues[slot].consumers.isEmpty
            } ?? deaths.first
        }
    }
}
