import Messaging

/// Messages that wait: how they come into the log, how their due times are known, how they leave.
extension Broker {
    /// Appends a message to its virtual host's waiting log.
    ///
    /// A persistent one becomes durable with the batch, as what it leaves behind does.
    ///
    /// - Parameter since: When it was published, where that is to be known of it when it is due.
    mutating func wait(
        _ message: PublishedMessage, _ goal: WaitingNote.Goal, until due: Timestamp,
        since: Timestamp? = nil, isPersistent: Bool, in host: Int, now: Timestamp
    ) {
        let slot = self.openWaitingLog(of: host)
        let note = WaitingNote(due: due, goal: goal, blindKeys: message.blindKeys)
        let position = note.encoded.withUnsafeBytes { note in
            self.queues[slot].append(
                NewRecord(
                    exchange: message.exchange, routingKey: message.routingKey,
                    properties: message.properties, body: message.body,
                    enqueuedAt: since ?? now, expiresAt: nil, origin: nil,
                    isPersistent: isPersistent, blindKeys: note),
                commit: isPersistent ? self.openCommit : nil)
        }
        if isPersistent {
            self.note(durable: .append(self.queues[slot].id, position))
            self.due.isCommitAwaited = true
        }
        self.takeWaiting(of: slot)
    }

    /// The slot of a virtual host's waiting log, which is declared when it is first needed.
    private mutating func openWaitingLog(of host: Int) -> Int {
        if let log = self.hosts[host].waitingLog { return log.queue.index }
        let declaration = QueueDeclaration(name: WaitingLog.name, isDurable: true)
        guard let settings = try? QueueSettings(declaration, of: "", owner: nil) else {
            preconditionFailure("a queue without arguments has none that are wrong")
        }
        let gauge = self.gauge
        let slot = self.queues.insert { slot, incarnation in
            Queue(
                id: QueueID(slot: slot, incarnation: incarnation), name: WaitingLog.name,
                host: host, settings: settings, gauge: gauge, now: Timestamp(microseconds: 0))
        }
        let id = self.queues[slot].id
        self.hosts[host].waitingLog = WaitingLog(queue: id)
        // Nobody asked for it, so nobody has to wait for more than its messages.
        self.note(
            durable: .define(.queueDeclared(id, declaration, in: self.hosts[host].name)))
        return slot
    }

    /// Finds the waiting logs among queues that were restored, and begins to read their due times.
    ///
    /// Called once, when definitions and logs are back; ``endBatch(now:)`` follows. Chunks that
    /// are evicted are loaded one by one, and what lies in them is due when they are read.
    package mutating func restoreWaiting() {
        for host in self.hosts.slots {
            guard let slot = self.hosts[host].queues.removeValue(forKey: WaitingLog.name) else {
                continue
            }
            self.hosts[host].waitingLog = WaitingLog(queue: self.queues[slot].id)
            self.noteDue(slot)
        }
    }

    /// The waiting log of a virtual host, once there is one; for the store and what it evicts.
    package func waitingLog(in host: VirtualHostName = .default) -> QueueID? {
        self.hostSlots[host].flatMap { self.hosts[$0].waitingLog?.queue }
    }

    /// Messages that wait in exchanges which delay them.
    package func delayedCount(in host: VirtualHostName) -> Int {
        self.hostSlots[host].flatMap { self.hosts[$0].waitingLog?.queue.index }
            .map { self.queues[$0].waiting.count } ?? 0
    }

    /// Messages that wait anywhere, for a retry or in an exchange.
    package var waitingTotal: Int { self.waitingCount }

    /// Messages that wait in one of the exchanges.
    func delayedCount(of exchange: ExchangeName, in host: Int) -> Int {
        self.hosts[host].waitingLog?.delayed[Array(exchange.text.utf8)] ?? 0
    }

    /// Sets how many messages may wait, where ``Limits/waitingMax`` is not what a machine can bear.
    package mutating func setWaitingMax(_ count: Int) { self.waitingMax = count }

    // MARK: Due times

    /// Does what the end of a batch does for a waiting log: some of its bytes are there again.
    mutating func attendWaitingLog(_ slot: Int, now: Timestamp) {
        self.takeWaiting(of: slot)
        self.queues[slot].log.markOffered()
        guard let log = self.hosts[self.queues[slot].host].waitingLog else { return }
        self.hosts[self.queues[slot].host].waitingLog?.stalled = []
        for id in log.stalled {
            if let stalled = self.queueSlot(id) {
                self.setWaitingTimer(of: stalled, notBefore: now)
            }
        }
    }

    /// Takes what is new in a waiting log into the heaps of due times, as far as it is in memory.
    private mutating func takeWaiting(of slot: Int) {
        while true {
            switch self.queues[slot].takeHead(unlessExpiredAt: nil) {
            case .none, .expired: return
            case .evicted(let place): return self.requestLoad(of: place, in: slot)
            case .taken(let taken): self.enter(taken, of: slot)
            }
        }
    }

    private mutating func enter(_ taken: Queue.Taken, of log: Int) {
        guard let record = self.queues[log].log.record(at: taken.position),
            let note = WaitingNote(record.blindKeys), let goal = self.slot(of: note.goal, log)
        else {
            // What it waited for is gone.
            self.settle(taken, in: log)
            return
        }
        self.queues[goal].waiting.add(
            .init(at: note.due, position: taken.position, isPersistent: taken.isPersistent))
        self.waitingCount += 1
        self.hosts[self.queues[log].host].waitingLog?.enters(note.goal)
        self.setWaitingTimer(of: goal)
    }

    /// Whose heap an entry belongs to: the queue's that it goes back to, else the log's own.
    private func slot(of goal: WaitingNote.Goal, _ log: Int) -> Int? {
        switch goal {
        case .queue(let id, _): self.queueSlot(id)
        case .exchange: log
        }
    }

    private mutating func setWaitingTimer(of slot: Int, notBefore earliest: Timestamp? = nil) {
        guard let first = self.queues[slot].waiting.first else { return }
        let at = max(first.at, earliest ?? first.at)
        // One that fires earlier sets the next, unless that is set already.
        if let timer = self.queues[slot].waitingTimers.last, timer <= at { return }
        self.queues[slot].waitingTimers.append(at)
        self.timers.add(at, .waiting(self.queues[slot].id))
    }

    // MARK: Out

    /// Sends on what is due of a queue's waiting messages, or of the log's own.
    ///
    /// Each leaves the log and enters its queues in one commit. Never called from within
    /// ``attendIfDue(_:now:)``, because publishing may call that.
    mutating func releaseWaiting(of slot: Int, now: Timestamp) {
        let host = self.queues[slot].host
        guard let log = self.hosts[host].waitingLog?.queue.index else { return }
        var left = WaitingLog.releasesMax
        while let entry = self.queues[slot].waiting.first, entry.at <= now {
            guard left > 0 else {
                return self.setWaitingTimer(of: slot, notBefore: now.adding(microseconds: 1))
            }
            left -= 1
            guard self.release(entry, from: log, to: slot, now: now) else {
                let id = self.queues[slot].id
                self.hosts[host].waitingLog?.stalled.append(id)
                return
            }
        }
        self.setWaitingTimer(of: slot)
    }

    /// - Returns: False when its bytes have to be loaded first.
    private mutating func release(
        _ entry: WaitingHeap.Entry, from log: Int, to slot: Int, now: Timestamp
    ) -> Bool {
        guard let record = self.queues[log].log.record(at: entry.position) else {
            self.requestLoad(at: entry.position, in: log)
            return false
        }
        self.queues[slot].waiting.removeFirst()
        let memory = self.queues[log].log.memory(of: entry.position)
        withExtendedLifetime(memory) {
            var message = PublishedMessage(record.view)
            guard let note = WaitingNote(message.blindKeys) else { return }
            message.blindKeys = note.blindKeys
            self.hosts[self.queues[log].host].waitingLog?.leaves(note.goal)
            switch note.goal {
            case .queue(_, let origin):
                self.comeBack(message, origin, since: record.enqueuedAt, to: slot, now: now)
            case .exchange(let name):
                self.publishDelayed(message, name, in: self.queues[log].host, now: now)
            }
        }
        self.forget(entry, in: log)
        return true
    }

    private mutating func forget(_ entry: WaitingHeap.Entry, in log: Int) {
        self.waitingCount -= 1
        self.settle(
            Queue.Taken(
                position: entry.position, enqueuedAt: Timestamp(microseconds: 0), origin: nil,
                bodyBytes: 0, isPersistent: entry.isPersistent, isRedelivered: false),
            in: log)
    }

    /// Forgets what waits to come back to a queue that is deleted.
    mutating func forgetWaiting(of slot: Int) {
        let waiting = exchange(&self.queues[slot].waiting, with: WaitingHeap())
        guard let log = self.hosts[self.queues[slot].host].waitingLog?.queue.index else { return }
        for entry in waiting.all { self.forget(entry, in: log) }
    }
}
