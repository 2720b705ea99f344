import BrokerLink
import Core
import Messaging

// How messages flow and what holds for them, in the words that every link speaks.

extension QueueFlow {
    init(_ figures: FlowFigures) {
        self.init(
            deliveriesPerSecondMax: figures.deliveriesPerSecondMax,
            breaker: figures.breaker.map { BreakerStatus($0) },
            deduplicationIDs: figures.deduplicationIDs,
            promise: DeliveryPromise(
                .init(figures.guarantee.guarantee), .init(figures.guarantee.reasons)))
    }
}

extension BreakerStatus {
    fileprivate init(_ figures: BreakerFigures) {
        let state: State =
            switch figures.state {
            case .closed: .closed
            case .open(let probesIn): .open(probesInMicroseconds: probesIn)
            case .halfOpen(let unsent, let unsettled):
                .halfOpen(unsent: unsent, unsettled: unsettled)
            }
        let cause: Cause? =
            switch figures.cause {
            case nil: nil
            case .failures: .failures
            case .probe: .failedProbe
            case .byOperator: .byOperator
            }
        self.init(
            state: state, stateMicroseconds: figures.stateMicroseconds, cause: cause,
            failures: figures.failures, outcomes: figures.outcomes, threshold: figures.threshold,
            openings: figures.openings)
    }
}

extension DeliveryPromise.Level {
    fileprivate init(_ guarantee: DeliveryGuarantee) {
        self =
            switch guarantee {
            case .atMostOnce: .atMostOnce
            case .atLeastOnce: .atLeastOnce
            case .effectivelyOnce: .effectivelyOnce
            }
    }
}

extension DeliveryPromise.Reasons {
    fileprivate init(_ reasons: GuaranteeReasons) {
        let pairs: [(GuaranteeReasons, Self)] = [
            (.autoAck, .autoAck), (.notDurable, .notDurable), (.goesAway, .goesAway),
            (.transientMessages, .transientMessages),
            (.unconfirmedPublishes, .unconfirmedPublishes), (.dropsOldest, .dropsOldest),
            (.dropsExpired, .dropsExpired), (.dropsReturned, .dropsReturned),
            (.endsWithRetention, .endsWithRetention),
            (.noDeduplication, .noDeduplication),
            (.publishesWithoutID, .publishesWithoutID), (.noPublishes, .noPublishes),
        ]
        self.init(pairs.filter { reasons.contains($0.0) }.map(\.1))
    }
}

extension DiskAlarm {
    init?(_ state: DiskState) {
        switch state {
        case .fine: return nil
        case .low(let free, let limit): self = .low(freeBytes: free, limitBytes: limit)
        case .failing(let reason): self = .failing(reason: reason)
        }
    }
}

extension EmbeddedLink {
    package func setBreaker(_ queue: QueueName, isOpen: Bool) async throws(LinkError) {
        try self.requireOpen()
        switch await self.engine.setBreaker(of: queue, in: self.host, isOpen: isOpen) {
        case .done: break
        case .queueNotFound: throw .queueNotFound(queue)
        case .noBreaker: throw .noCircuitBreaker(queue)
        }
    }
}
