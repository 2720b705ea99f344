import Messaging

/// Queues and consumers whose deliveries are held back: by a rate, or by a circuit breaker.
///
/// Nobody polls: what has no token or an open breaker sets one timer for the moment at which it
/// may go on.
extension Broker {
    /// Gives a queue what its arguments and policies say about its flow.
    mutating func applyFlow(to slot: Int, now: Timestamp) {
        let flow = self.queues[slot].settings.flow
        if flow?.rate == nil, flow?.breaker == nil {
            self.queues[slot].control = nil
        } else {
            let control = self.queues[slot].control ?? DeliveryControl()
            control.apply(flow?.rate, flow?.breaker, now: now)
            self.queues[slot].control = control
        }
        if flow?.deduplication != nil, self.queues[slot].deduplication == nil {
            self.queues[slot].deduplication = DeduplicationWindow(nil)
        }
        self.queues[slot].deduplication?.rules = flow?.deduplication
        self.setDeduplicationTimer(of: slot, now: now)
    }

    // MARK: Queues

    /// How many messages of a queue may be delivered now.
    @inline(__always)
    mutating func permits(of slot: Int, now: Timestamp) -> Int {
        guard let control = self.queues[slot].control else { return .max }
        return self.permits(of: slot, control, now: now)
    }

    private mutating func permits(
        of slot: Int, _ control: DeliveryControl, now: Timestamp
    ) -> Int {
        let permits = control.permits(now: now)
        if permits == 0, let at = control.nextAt(now: now) { self.setFlowTimer(at, of: slot) }
        return permits
    }

    private mutating func setFlowTimer(_ at: Timestamp, of slot: Int) {
        guard let control = self.queues[slot].control else { return }
        if let timer = control.timer, timer <= at { return }
        control.timer = at
        self.timers.add(at, .flow(self.queues[slot].id))
    }

    mutating func flowTimerFired(_ queue: QueueID, at: Timestamp, now: Timestamp) {
        guard let slot = self.queueSlot(queue), let control = self.queues[slot].control,
            control.timer == at
        else { return }
        control.timer = nil
        // Has a breaker go half-open even if nothing waits, so that it says so.
        _ = self.permits(of: slot, control, now: now)
        self.noteDue(slot)
    }

    /// Counts a delivery of a queue that has limits.
    mutating func countDelivery(of slot: Int, isAutoAck: Bool, now: Timestamp) {
        guard let control = self.queues[slot].control else { return }
        control.delivered(now: now)
        // Nobody will say how it went: for a probe, that it could be sent has to do.
        guard isAutoAck, case .halfOpen = control.breaker?.state else { return }
        self.count(isSuccess: true, deliveredAt: now, in: slot, control, now: now)
    }

    // MARK: Consumers

    /// The rate that a consumer asked for; nil when it asked for none.
    ///
    /// - Precondition: The arguments were checked.
    static func bucket(for arguments: FieldTable) -> TokenBucket? {
        arguments["x-delivery-rate"]?.amount.map { perSecond in
            TokenBucket(
                DeliveryRate(
                    perSecond: perSecond, burst: arguments["x-delivery-burst"]?.integer))
        }
    }

    /// How many messages a consumer's own rate allows now; when there is none, a timer wakes it.
    mutating func allowedByRate(of consumer: Int, now: Timestamp) -> Int {
        guard let bucket = self.consumers[consumer].bucket else { return .max }
        let available = bucket.available(now: now)
        let at = bucket.nextAt
        if available == 0, self.consumers[consumer].rateTimer != at {
            self.consumers[consumer].rateTimer = at
            self.timers.add(at, .consumerRate(self.consumers[consumer].id))
        }
        return available
    }

    mutating func rateTimerFired(_ id: ConsumerID, at: Timestamp) {
        guard self.consumers.holds(id.slot, id.incarnation),
            self.consumers[id.index].rateTimer == at
        else { return }
        self.consumers[id.index].rateTimer = nil
        if self.consumers[id.index].isParked { self.unpark(id.index) }
        if let slot = self.queueSlot(self.consumers[id.index].queue) { self.noteDue(slot) }
    }

    // MARK: Outcomes

    /// Counts for the circuit breaker of its queue how a delivery to a consumer ended.
    ///
    /// What `basic.get` fetched does not count: no breaker keeps it from being fetched.
    mutating func countOutcome(of delivery: Unacked, isSuccess: Bool, now: Timestamp) {
        guard delivery.consumer != .none, let slot = self.queueSlot(delivery.queue),
            let control = self.queues[slot].control
        else { return }
        self.count(
            isSuccess: isSuccess, deliveredAt: delivery.deliveredAt, in: slot, control, now: now)
    }

    /// Counts deliveries that were rejected, or came back without an answer.
    mutating func countFailures(_ deliveries: [Unacked], now: Timestamp) {
        for delivery in deliveries {
            self.countOutcome(of: delivery, isSuccess: false, now: now)
        }
    }

    private mutating func count(
        isSuccess: Bool, deliveredAt: Timestamp, in slot: Int, _ control: DeliveryControl,
        now: Timestamp
    ) {
        let change = control.breaker?.settled(
            isSuccess: isSuccess, deliveredAt: deliveredAt, now: now)
        self.perform(change ?? .none, of: slot)
    }

    private mutating func perform(_ change: CircuitBreaker.Change, of slot: Int) {
        switch change {
        case .none, .opened(nil): break
        case .opened(let probesAt?): self.setFlowTimer(probesAt, of: slot)
        case .closed: self.noteDue(slot)
        }
    }

    // MARK: Operators

    /// Opens or closes the circuit breaker of a queue for an operator; ``endBatch(now:)`` follows.
    ///
    /// One opened by hand stays open until it is closed by hand.
    package mutating func setBreaker(
        of name: QueueName, in host: VirtualHostName = .default, isOpen: Bool, now: Timestamp
    ) -> BreakerChange {
        guard let slot = self.slot(of: name, in: host) else { return .queueNotFound }
        let control = self.queues[slot].control
        let change =
            isOpen
            ? control?.breaker?.openByHand(now: now) : control?.breaker?.closeByHand(now: now)
        guard let change else { return .noBreaker }
        self.perform(change, of: slot)
        return .done
    }
}
