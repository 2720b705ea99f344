import Messaging

/// What a broker begins with: what was declared before, and the messages that the store has.
extension Broker {
    /// Takes over what an earlier process left.
    ///
    /// - Returns: What could not be taken over, each as a sentence.
    /// - Precondition: Nothing was asked of the broker before.
    package mutating func restore(
        _ definitions: StoredDefinitions, _ contents: RecoveredContents, now: Timestamp
    ) -> [String] {
        var problems: [String] = []
        // What is durable already needs no room, and the disk may have been found full by now.
        let isDiskFull = exchange(&self.isDiskFull, with: false)
        let disk = exchange(&self.disk, with: .fine)
        defer { (self.disk, self.isDiskFull) = (disk, isDiskFull) }
        func attempt(_ body: () throws(Fault) -> Void) {
            do throws(Fault) { try body() } catch { problems.append(error.explanation) }
        }
        for host in definitions.hosts { self.addVirtualHost(host) }
        self.restoreAccess(definitions)
        self.restoreParameters(definitions.parameters)
        self.replacePolicies(
            definitions.policies.compactMap { policy in
                (try? PolicyRule(policy.policy, isOperator: policy.isOperator, isNew: false))
                    .map { (policy, $0) }
            })
        for item in definitions.exchanges {
            guard let host = self.hostSlots[item.host] else { continue }
            attempt { () throws(Fault) in
                try self.declareExchange(item.declaration, in: host)
            }
        }
        for item in definitions.queues {
            guard let host = self.hostSlots[item.host] else { continue }
            attempt { () throws(Fault) in
                _ = try self.declareQueue(
                    item.declaration, named: item.declaration.name, in: host, nil, as: item.id,
                    now: now)
            }
        }
        self.queues.finishPlacing(newest: contents.newestNamed)
        for binding in definitions.bindings {
            attempt { () throws(Fault) in try self.restore(binding) }
        }
        for queue in contents.queues { self.restore(queue, now: now) }
        for queue in contents.queues { self.countDead(of: queue) }
        self.restoreWaiting()
        self.applyRestoredPolicies(now: now)
        // All of it is durable already.
        self.storeEffects = []
        self.due.hasCommit = false
        self.due.isCommitAwaited = false
        self.due.hasDefined = false
        if definitions.users == nil { self.noteFirstAccess() }
        return problems
    }

    /// How far durable queues were delivered, for the store to remember when the broker stops.
    package var deliveryCursors: [DeliveryCursor] {
        self.queues.slots.filter { self.queues[$0].settings.isDurable }.flatMap { slot in
            self.queues[slot].log.levels.map { level in
                DeliveryCursor(
                    queue: self.queues[slot].id,
                    position: Position(max(level.cursor, level.redeliveredBelow)))
            }
        }
    }

    private mutating func restore(_ binding: DurableBinding) throws(Fault) {
        guard let host = self.hostSlots[binding.host] else { return }
        let end: BindingRequest.Destination
        switch binding.destination {
        case .queue(let id):
            guard let slot = self.queueSlot(id) else { return }
            end = .queue(self.queues[slot].name)
        case .exchange(let name): end = .exchange(name)
        }
        try self.bind(
            end,
            with: Binding(
                source: binding.source, routingKey: binding.routingKey,
                arguments: binding.arguments),
            in: host, for: nil)
    }

    private mutating func restore(_ queue: RecoveredQueue, now: Timestamp) {
        guard let slot = self.queueSlot(queue.id) else { return }
        self.queues[slot].restore(queue)
        self.restoreStream(queue, of: slot)
        // Times are noted so that their bytes stand in their order, and are taken in it.
        let notes = queue.notes.sorted { $0.value.lexicographicallyPrecedes($1.value) }
        for (key, value) in notes { self.restore(key, value, of: slot, now: now) }
        self.noteDue(slot)
    }

    private mutating func restore(
        _ key: NoteKey, _ value: [UInt8], of slot: Int, now: Timestamp
    ) {
        switch key.kind {
        case .returns: self.restoreReturns(key, value, of: slot, now: now)
        case .published: self.restorePublished(key, value, of: slot, now: now)
        case .offset, .retained: break  // A stream's are understood together.
        }
    }

    /// Counts the dead letters in a queue for those that they died in.
    private mutating func countDead(of queue: RecoveredQueue) {
        for chunk in queue.levels.flatMap(\.chunks) {
            for (origin, count) in chunk.origins {
                if let slot = self.queueSlot(origin) { self.queues[slot].dead += count }
            }
        }
    }

    private mutating func applyRestoredPolicies(now: Timestamp) {
        self.reapplyPolicies(now: now)
        for slot in self.queues.slots { self.setExpiryTimer(of: slot) }
    }
}

extension RecoveredContents {
    /// The highest incarnation that anything names.
    fileprivate var newestNamed: UInt32 {
        let origins = self.queues.flatMap(\.levels).flatMap(\.chunks).flatMap(\.origins.keys)
        return max(self.newestIncarnation, origins.map(\.incarnation).max() ?? 0)
    }
}
