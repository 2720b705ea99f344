import Messaging

/// A dead letter that has to wait for the end of the batch.
enum LateLetter {
    /// On its way into a queue that is full and refuses the newest: consumers may make room.
    ///
    /// `letter` numbers the message, because it counts once however many queues take it; nil when
    /// it has counted already.
    case arriving(in: QueueID, KeptMessage, letter: UInt64?)
    /// A queue has refused it, and dead-letters it.
    case refused(by: QueueID, KeptMessage)
}

/// Dead letters into full queues, worked off from a list: each may lead to further ones, as many
/// as there are queues, and queues cannot be attended to from within their being attended to.
extension Broker {
    /// Puts a dead letter into a queue, now or at the end of the batch.
    ///
    /// - Returns: Whether it is there now.
    mutating func enqueue(
        dead message: PublishedMessage, _ traits: PublishTraits, to slot: Int, now: Timestamp
    ) -> Bool {
        let isLate =
            self.queues[slot].settings.overflow != .dropHead
            && (self.queues[slot].lateLetters > 0
                || self.queues[slot].isFull(for: message.body.count))
        guard isLate else {
            _ = self.append(message, traits, to: slot, now: now)
            return true
        }
        self.queues[slot].lateLetters += 1
        self.due.letters.append(
            .arriving(
                in: self.queues[slot].id, KeptMessage(message, traits, gauge: self.gauge),
                letter: self.due.lastLetter))
        return false
    }

    /// Works off the letters that wait, each with what comes of it before the next, as far as the
    /// batch's allowance goes.
    mutating func workOffLetters(now: Timestamp) {
        guard !self.due.letters.isEmpty else { return }
        // Last in, first out, so that what one leads to comes before the one behind it.
        var pending: [LateLetter] = []
        var counted: UInt64 = 0
        while self.due.letterAllowance > 0 {
            pending.append(contentsOf: exchange(&self.due.letters, with: []).reversed())
            guard let letter = pending.popLast() else { return }
            self.due.letterAllowance -= 1
            switch letter {
            case .refused(let queue, let kept): self.bury(refused: kept, by: queue, now: now)
            case .arriving(let queue, let kept, let number):
                guard let slot = self.queueSlot(queue) else { continue }
                self.attendIfDue(slot, now: now)
                self.queues[slot].lateLetters -= 1
                guard self.take(kept, into: slot, now: now) else { continue }
                let isFirst = number != nil && number != counted
                counted = number ?? counted
                self.countDead(kept.traits.origin, queues: 1, isFirst: isFirst)
            }
        }
        self.due.letters += pending.reversed()
    }

    private mutating func bury(
        refused kept: KeptMessage, by queue: QueueID, now: Timestamp
    ) {
        guard let slot = self.queueSlot(queue) else { return }
        kept.withMessage { self.publishDead($0, kept.traits, of: slot, .maxLength, now: now) }
    }

    /// - Returns: Whether the queue took it.
    private mutating func take(
        _ kept: KeptMessage, into slot: Int, now: Timestamp
    ) -> Bool {
        kept.withMessage { message in
            guard self.queues[slot].isFull(for: message.body.count),
                self.queues[slot].settings.overflow != .dropHead
            else {
                _ = self.append(message, kept.traits, to: slot, now: now)
                return true
            }
            self.queues[slot].tally.refused += 1
            if self.queues[slot].settings.overflow == .rejectPublishAndDeadLetter {
                self.publishDead(message, kept.traits, of: slot, .maxLength, now: now)
            }
            return false
        }
    }

    /// Counts a message that died in a queue, for that queue.
    mutating func countDead(_ origin: QueueID?, queues count: Int, isFirst: Bool) {
        guard let origin, let slot = self.queueSlot(origin) else { return }
        self.queues[slot].dead += count
        if isFirst { self.queues[slot].tally.deadLettered += 1 }
    }
}
