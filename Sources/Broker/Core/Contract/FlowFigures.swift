/// How the messages of one queue may flow, and what really holds for them.
package struct FlowFigures: Equatable, Sendable {
    /// Deliveries a second that it is limited to.
    package var deliveriesPerSecondMax: Double?
    package var breaker: BreakerFigures?
    /// Ids by which it knows duplicates; nil when it does not deduplicate.
    package var deduplicationIDs: Int?
    package var guarantee: QueueGuarantee
}

/// A circuit breaker at one moment.
package struct BreakerFigures: Equatable, Sendable {
    /// What it lets through.
    package enum State: Equatable, Sendable {
        case closed
        /// Open; until it tries again, nil when only an operator closes it.
        case open(probesInMicroseconds: Int64?)
        /// Deliveries that are still to be let through, and those that wait for their acks.
        case halfOpen(unsent: Int, unsettled: Int)
    }

    /// Why it opened.
    package enum Cause: Hashable, Sendable {
        case failures, probe, byOperator
    }

    package var state: State
    /// How long it has been in that state.
    package var stateMicroseconds: Int64
    /// Why it is not closed.
    package var cause: Cause?
    /// Failures and outcomes in the window; when it is not closed, those that opened it.
    package var failures: UInt64
    package var outcomes: UInt64
    /// The share of failures that opens it, 0 to 1.
    package var threshold: Double
    /// How often it opened since the queue was declared or the broker started.
    package var openings: UInt64
}

/// What an operator's change of a circuit breaker came to.
package enum BreakerChange: Equatable, Sendable {
    case done
    case queueNotFound
    /// The queue has no circuit breaker.
    case noBreaker
}
