import Messaging

extension Broker {
    /// How a queue's messages may flow now, and what holds for them.
    ///
    /// - Precondition: ``findDeadLetterTargets()`` was called.
    mutating func flowFigures(of slot: Int, now: Timestamp) -> FlowFigures {
        let window = self.queues[slot].deduplication
        let facts = self.guaranteeFacts(of: slot, now: now)
        return FlowFigures(
            deliveriesPerSecondMax: self.queues[slot].settings.flow?.rate?.perSecond,
            breaker: self.queues[slot].control?.breaker?.figures(now: now),
            deduplicationIDs: window?.rules == nil ? nil : window?.count,
            guarantee: facts.guarantee)
    }

    private mutating func guaranteeFacts(of slot: Int, now: Timestamp) -> GuaranteeFacts {
        let habits = self.queues[slot].habits.lately(now: now)
        let settings = self.queues[slot].settings
        var facts = GuaranteeFacts()
        facts.isDurable = settings.isDurable && settings.durability == .sync
        facts.goesAway =
            settings.owner != nil || settings.isAutoDelete || settings.expiresMicroseconds != nil
        facts.autoAckConsumers = self.queues[slot].consumers.members.count {
            self.consumers[$0.slot].isAutoAck
        }
        facts.keepsDeadLetters = self.deadLetterTargets.isReached(from: slot)
        let isLimited = settings.lengthMax != nil || settings.bytesMax != nil
        facts.dropsOldest = !settings.isStream && settings.overflow == .dropHead && isLimited
        facts.hasRetention =
            settings.isStream && (isLimited || settings.ageMaxMicroseconds != nil)
        facts.hasTimeToLive = settings.ttlMicroseconds != nil
        facts.deduplicates = settings.flow?.deduplication != nil
        facts.limitsReturns = settings.deliveryLimit != nil
        facts.habits = habits
        // Whatever comes into a quorum queue or a stream is persistent.
        if settings.type == .quorum || settings.isStream {
            facts.habits.remove(.transient)
        } else if settings.durability != .memory, self.holdsTransient(slot) {
            facts.habits.insert(.transient)
        }
        return facts
    }
}

extension Broker {
    /// Whether some message would not come back after a restart: one that is in the queue, however
    /// long ago it was published, or one that waits to come back to it.
    private func holdsTransient(_ slot: Int) -> Bool {
        self.queues[slot].transient > 0 || self.queues[slot].waiting.transient > 0
    }
}

extension CircuitBreaker {
    func figures(now: Timestamp) -> BreakerFigures {
        let state: BreakerFigures.State
        var cause: Cause?
        var total = OutcomeCount()
        switch self.state {
        case .closed(let window):
            state = .closed
            total = window.total(at: now)
        case .open(let opened, let probesAt):
            state = .open(
                probesInMicroseconds: probesAt.map { max(0, $0.microseconds(since: now)) })
            cause = opened
        case .halfOpen(let opened, let probes):
            state = .halfOpen(unsent: probes.unsent, unsettled: probes.unsettled)
            cause = opened
        }
        var figures = BreakerFigures(
            state: state, stateMicroseconds: now.microseconds(since: self.since), cause: nil,
            failures: total.failures, outcomes: total.outcomes, threshold: self.rules.threshold,
            openings: self.openings)
        switch cause {
        case nil: break
        case .probe: figures.cause = .probe
        case .byOperator: figures.cause = .byOperator
        case .failures(let count):
            figures.cause = .failures
            (figures.failures, figures.outcomes) = (count.failures, count.outcomes)
        }
        return figures
    }
}
