/// How the messages of a queue may flow, and what really holds for them.
package struct QueueFlow: Hashable, Sendable {
    /// Deliveries a second that it is limited to; nil is without limit.
    package var deliveriesPerSecondMax: Double?
    /// Nil when it has none.
    package var breaker: BreakerStatus?
    /// Ids by which it knows publishes that it has already; nil when it takes any.
    package var deduplicationIDs: Int?
    /// Nil when the broker does not tell.
    package var promise: DeliveryPromise?

    package init(
        deliveriesPerSecondMax: Double? = nil, breaker: BreakerStatus? = nil,
        deduplicationIDs: Int? = nil, promise: DeliveryPromise? = nil
    ) {
        self.deliveriesPerSecondMax = deliveriesPerSecondMax
        self.breaker = breaker
        self.deduplicationIDs = deduplicationIDs
        self.promise = promise
    }
}

/// A circuit breaker at one moment: it stops a queue's deliveries when too many of them fail.
package struct BreakerStatus: Hashable, Sendable {
    /// What it lets through.
    package enum State: Hashable, Sendable {
        case closed
        /// Nothing is delivered; until it tries again, nil when only an operator closes it.
        case open(probesInMicroseconds: Int64?)
        /// Deliveries that are still to be let through, and those that wait for their acks.
        case halfOpen(unsent: Int, unsettled: Int)
    }

    /// Why it is not closed.
    package enum Cause: Hashable, Sendable {
        case failures, failedProbe, byOperator
    }

    package var state: State
    /// How long it has been in that state.
    package var stateMicroseconds: Int64
    package var cause: Cause?
    /// Failures and outcomes in its window; when it is not closed, those that opened it.
    package var failures: UInt64
    package var outcomes: UInt64
    /// The share of failures that opens it, 0 to 1.
    package var threshold: Double
    /// How often it has opened.
    package var openings: UInt64

    package init(
        state: State, stateMicroseconds: Int64 = 0, cause: Cause? = nil, failures: UInt64 = 0,
        outcomes: UInt64 = 0, threshold: Double = 0.5, openings: UInt64 = 0
    ) {
        self.state = state
        self.stateMicroseconds = stateMicroseconds
        self.cause = cause
        self.failures = failures
        self.outcomes = outcomes
        self.threshold = threshold
        self.openings = openings
    }
}

/// How often a message is seen that a publisher handed over, as a queue really is, and why not
/// better.
package struct DeliveryPromise: Hashable, Sendable {
    /// How often it is seen.
    package enum Level: Hashable, Sendable, CaseIterable {
        case atMostOnce, atLeastOnce, effectivelyOnce
    }

    /// Why it is not better.
    package struct Reasons: OptionSet, Hashable, Sendable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }

        // Ways to lose a message.
        package static let autoAck = Self(rawValue: 1)
        package static let notDurable = Self(rawValue: 2)
        /// It is exclusive, auto-delete, or expires unused.
        package static let goesAway = Self(rawValue: 4)
        package static let transientMessages = Self(rawValue: 8)
        package static let unconfirmedPublishes = Self(rawValue: 16)
        package static let dropsOldest = Self(rawValue: 32)
        package static let dropsExpired = Self(rawValue: 64)
        package static let dropsReturned = Self(rawValue: 1_024)

        /// It is a stream that drops what is too old or too much: no loss to a reader that keeps
        /// up, so it comes with every level.
        package static let endsWithRetention = Self(rawValue: 2_048)

        // Ways to store one twice.
        package static let noDeduplication = Self(rawValue: 128)
        package static let publishesWithoutID = Self(rawValue: 256)
        /// Nothing was published lately that could have an id.
        package static let noPublishes = Self(rawValue: 512)
    }

    package var level: Level
    package var reasons: Reasons

    package init(_ level: Level, _ reasons: Reasons = []) {
        self.level = level
        self.reasons = reasons
    }
}

/// The disk is short or fails, so publishers have to wait.
package enum DiskAlarm: Hashable, Sendable {
    case low(freeBytes: UInt64, limitBytes: UInt64)
    /// What fails, as a sentence.
    case failing(reason: String)
}
