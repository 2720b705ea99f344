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
        facts.dropsOldest =
            settings.overflow == .dropHead
            && (settings.lengthMax != nil || settings.bytesMax != nil)
        facts.hasTimeToLive = settings.ttlMicroseconds != nil
        facts.deduplicates = settings.flow?.deduplication != nil
        facts.limitsReturns = settings.deliveryLimit != nil
        // Whatever comes into a quorum queue is persistent.
        facts.habits = settings.type == .quorum ? habits.subtracting(.transient) : habits
        return facts
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
