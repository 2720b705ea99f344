import Messaging

extension Broker {
    /// Ends a batch: delivers to consumers, drops what is too old or too much, sends confirms.
    package mutating func endBatch(now: Timestamp) {
        self.endWork(now: now)
        self.tellCancelled()
        // Those whose turn was cut short come first, or new work would starve them.
        for id in self.due.unfinished {
            if let slot = self.queueSlot(id) { self.queues[slot].isUnfinished = false }
        }
        self.due.queues.insert(contentsOf: self.due.unfinished, at: 0)
        self.due.unfinished.removeAll(keepingCapacity: true)
        // Dead-lettering makes further queues due. It comes to an end: a message that has died
        // in a queue for an automatic reason does not get into it again.
        var index = 0
        self.due.letterAllowance = DueWork.lettersMax
        repeat {
            while index < self.due.queues.count {
                if let slot = self.queueSlot(self.due.queues[index]) {
                    self.attendIfDue(slot, now: now)
                }
                index += 1
            }
            self.workOffLetters(now: now)
        } while index < self.due.queues.count
        self.due.queues.removeAll(keepingCapacity: true)
        self.tellCancelled()
        self.closeCommit()
        for id in self.due.channels {
            if let channel = self.channelSlot(id) { self.flushConfirms(of: channel) }
        }
        self.due.channels.removeAll(keepingCapacity: true)
        self.watchMemory()
    }

    /// Tells consumers that their queue is gone, unless they have gone meanwhile.
    private mutating func tellCancelled() {
        guard !self.due.cancels.isEmpty else { return }
        for (id, tag) in exchange(&self.due.cancels, with: []) {
            guard let channel = self.channelSlot(id) else { continue }
            self.emit(
                .consumerCancelled(self.channels[channel].number, tag),
                to: self.channels[channel].connection)
        }
    }

    /// Whether there is more to do at once: deliveries and deaths left undone so as not to hold up
    /// others, or publishers to be freed because the batch's end has freed memory. The owner calls
    /// ``endBatch(now:)`` again soon.
    package var hasMoreToDo: Bool {
        !self.due.unfinished.isEmpty || !self.due.letters.isEmpty || !self.due.queues.isEmpty
            || self.mayTakeAgain
    }

    // MARK: Commits and confirms

    /// Adds to what becomes durable with this batch.
    @inline(__always)
    mutating func note(durable effect: StoreEffect) {
        self.storeEffects.append(effect)
        self.due.hasCommit = true
    }

    /// Adds a change of what is declared; who asked for it is told when it is durable.
    mutating func note(definition change: DefinitionChange) {
        self.note(durable: .define(change))
        self.due.isCommitAwaited = true
        self.due.hasDefined = true
    }

    /// Lets a connection hear nothing more before what it has declared just now is durable.
    mutating func awaitDefinitions(_ connection: Int) {
        guard exchange(&self.due.hasDefined, with: false) else { return }
        self.emit(.awaitCommit(self.openCommit), to: connection)
        if self.connections[connection].awaitedCommit == nil {
            self.due.gated.append(self.connections[connection].id)
        }
        self.connections[connection].awaitedCommit = self.openCommit
    }

    /// Closes what becomes durable as one, unless dead letters of it are still on their way: what
    /// they leave and where they go belong together.
    private mutating func closeCommit() {
        guard self.due.hasCommit, self.due.letters.isEmpty else { return }
        self.due.hasCommit = false
        self.storeEffects.append(
            .commit(
                self.openCommit,
                isAwaited: exchange(&self.due.isCommitAwaited, with: false)))
        self.openCommit = CommitNumber(self.openCommit.number + 1)
    }

    /// The store has made every commit up to that one durable: confirms that waited are sent.
    ///
    /// ``endBatch(now:)`` follows, at once or later.
    package mutating func durable(upTo commit: CommitNumber) {
        self.durableCommit = commit
        self.openGates(upTo: commit)
        let waiting = exchange(&self.due.awaitingCommit, with: [])
        for id in waiting {
            guard let channel = self.channelSlot(id) else { continue }
            self.channels[channel].isAwaitingCommit = false
            self.channels[channel].confirms.durable(upTo: commit)
            while let waiting = self.channels[channel].commits.first, waiting <= commit {
                self.channels[channel].commits.removeFirst()
                self.emit(
                    .reply(self.channels[channel].number, .transactionCommitted),
                    to: self.channels[channel].connection)
            }
            self.flushConfirms(of: channel)
        }
    }

    /// Lets those go on whose definitions are durable.
    private mutating func openGates(upTo commit: CommitNumber) {
        guard !self.due.gated.isEmpty else { return }
        for id in exchange(&self.due.gated, with: []) {
            guard let connection = self.connectionSlots[id],
                let awaited = self.connections[connection].awaitedCommit
            else { continue }
            guard awaited <= commit else {
                self.due.gated.append(id)
                continue
            }
            self.connections[connection].awaitedCommit = nil
            for channel in self.connections[connection].channels {
                self.markQueuesDue(of: channel)
            }
        }
    }

    @inline(__always)
    mutating func noteConfirm(_ channel: Int) {
        guard !self.channels[channel].isConfirmDue else { return }
        self.channels[channel].isConfirmDue = true
        self.due.channels.append(self.channels[channel].id)
    }

    mutating func flushConfirms(of channel: Int) {
        let (number, connection) =
            (self.channels[channel].number, self.channels[channel].connection)
        self.channels[channel].isConfirmDue = false
        var confirms: [Effect] = []
        self.channels[channel].confirms.flush { answer in
            switch answer {
            case .confirm(let tag, let isMultiple):
                confirms.append(.confirm(number, tag, isMultiple: isMultiple))
            case .reject(let tag): confirms.append(.reject(number, tag))
            }
        }
        for confirm in confirms { self.emit(confirm, to: connection) }
        let isWaiting =
            self.channels[channel].confirms.isWaiting || !self.channels[channel].commits.isEmpty
        if isWaiting, !self.channels[channel].isAwaitingCommit {
            self.channels[channel].isAwaitingCommit = true
            self.due.awaitingCommit.append(self.channels[channel].id)
        }
    }

    // MARK: Queues that are due

    /// Has the end of the batch see to a queue.
    @inline(__always)
    mutating func noteDue(_ slot: Int) {
        guard !self.queues[slot].isDue else { return }
        self.queues[slot].isDue = true
        self.due.queues.append(self.queues[slot].id)
    }

    /// Does at once what the end of the batch would do for a queue.
    ///
    /// A client that asks for a queue's depth, or fetches, purges or cancels, sees what it
    /// published before in the place where it would be had it come in a batch of its own.
    mutating func attendIfDue(_ slot: Int, now: Timestamp) {
        if self.queues[slot].isDue { self.attend(slot, now: now) }
    }

    private mutating func attend(_ slot: Int, now: Timestamp) {
        // Deleted while it was attended to, by a consumer that left: nothing to do.
        guard !self.queues[slot].isDeleted else { return }
        self.queues[slot].isDue = false
        guard !self.queues[slot].isWaitingLog else {
            return self.attendWaitingLog(slot, now: now)
        }
        self.buryDeferred(in: slot, now: now)
        self.serveGets(of: slot, now: now)
        if self.deliver(from: slot, now: now) {
            self.queues[slot].isDue = true
            if !self.queues[slot].isUnfinished {
                self.queues[slot].isUnfinished = true
                self.due.unfinished.append(self.queues[slot].id)
            }
        } else {
            self.dropExcess(of: slot, now: now)
            self.expireHead(of: slot, now: now)
        }
        self.queues[slot].log.markOffered()
        self.readAhead(slot)
        if self.queues[slot].log.takeGrowth(), !self.queues[slot].hasGrown {
            self.queues[slot].hasGrown = true
            self.due.grown.append(self.queues[slot].id)
        }
    }
}
