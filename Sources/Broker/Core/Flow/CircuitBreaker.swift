import Messaging

/// When a circuit breaker opens, and how it tries again.
package struct BreakerRules: Equatable {
    /// The share of failures that opens it, 0 to 1; with 0 a single one does.
    package var threshold: Double
    package var windowMicroseconds: Int64
    /// Fewer outcomes in the window say nothing.
    package var outcomesMin: UInt64
    package var cooldownMicroseconds: Int64
    /// Deliveries that are let through to see whether all is well again.
    package var probes: Int

    package init(
        threshold: Double, windowMicroseconds: Int64, outcomesMin: UInt64,
        cooldownMicroseconds: Int64, probes: Int
    ) {
        self.threshold = threshold
        self.windowMicroseconds = windowMicroseconds
        self.outcomesMin = outcomesMin
        self.cooldownMicroseconds = cooldownMicroseconds
        self.probes = probes
    }
}

/// Stops a queue's deliveries when too many of them fail, and tries again after a while.
///
///                 threshold reached                    cool-down over
///       ┌────────┐  or an operator    ┌──────┐  (never when opened by hand)  ┌───────────┐
///       │ closed │ ─────────────────▶ │ open │ ────────────────────────────▶ │ half-open │
///       └────────┘                    └──────┘ ◀──────────────────────────── └───────────┘
///           ▲                             │            one probe failed            │
///           │                             │ an operator                            │
///           └─────────────────────────────┴────────────────────────────────────────┘
///                                                            all probes were acked
///
/// Only what was delivered in the present state counts: what a consumer has held since before says
/// nothing about how it is now.
package struct CircuitBreaker: Equatable {
    /// What it lets through; what has no meaning in a state is not there.
    package enum State: Equatable {
        case closed(OutcomeWindow)
        case open(Cause, probesAt: Timestamp?)
        case halfOpen(Cause, Probes)
    }

    /// Why it opened.
    package enum Cause: Equatable {
        case failures(OutcomeCount)
        case probe
        case byOperator
    }

    /// How the deliveries fare that are let through.
    package struct Probes: Equatable {
        var unsent: Int
        var unsettled = 0
    }

    /// What an input changed for the queue.
    package enum Change: Equatable {
        case none
        /// Deliveries stop; ``permits(now:)`` has to be asked again then.
        case opened(probesAt: Timestamp?)
        /// Deliveries go on.
        case closed
    }

    package private(set) var rules: BreakerRules
    package private(set) var state: State
    /// When the present state began.
    package private(set) var since: Timestamp
    /// How often it opened.
    package private(set) var openings: UInt64 = 0

    package init(_ rules: BreakerRules, now: Timestamp) {
        self.rules = rules
        self.since = now
        self.state = .closed(OutcomeWindow(microseconds: rules.windowMicroseconds))
    }

    /// Goes on under other rules; another window begins empty.
    package mutating func setRules(_ rules: BreakerRules) {
        let isSameWindow = rules.windowMicroseconds == self.rules.windowMicroseconds
        self.rules = rules
        if case .closed = self.state, !isSameWindow {
            self.state = .closed(OutcomeWindow(microseconds: rules.windowMicroseconds))
        }
    }

    /// How many deliveries may go out now.
    package mutating func permits(now: Timestamp) -> Int {
        switch self.state {
        case .closed: return .max
        case .open(_, nil): return 0
        case .open(let cause, let probesAt?):
            guard probesAt <= now else { return 0 }
            self.state = .halfOpen(cause, Probes(unsent: self.rules.probes))
            self.since = now
            return self.rules.probes
        case .halfOpen(_, let probes): return probes.unsent
        }
    }

    /// Counts a delivery.
    ///
    /// - Precondition: It was permitted.
    package mutating func delivered() {
        guard case .halfOpen(let cause, var probes) = self.state else { return }
        precondition(probes.unsent > 0, "callers ask for permits")
        probes.unsent -= 1
        probes.unsettled += 1
        self.state = .halfOpen(cause, probes)
    }

    /// Counts how a delivery ended.
    package mutating func settled(
        isSuccess: Bool, deliveredAt: Timestamp, now: Timestamp
    ) -> Change {
        guard deliveredAt >= self.since else { return .none }
        // Moved out, so that counting copies nothing.
        switch exchange(&self.state, with: .open(.probe, probesAt: nil)) {
        case .open(let cause, let probesAt):
            self.state = .open(cause, probesAt: probesAt)
            return .none
        case .closed(var window):
            window.record(isFailure: !isSuccess, now: now)
            let total = window.total
            self.state = .closed(window)
            guard total.failures > 0, total.outcomes >= self.rules.outcomesMin,
                total.failureShare >= self.rules.threshold
            else { return .none }
            return self.open(.failures(total), now: now)
        case .halfOpen(let cause, var probes):
            guard isSuccess else { return self.open(.probe, now: now) }
            probes.unsettled -= 1
            self.state = .halfOpen(cause, probes)
            return probes == Probes(unsent: 0) ? self.close(now: now) : .none
        }
    }

    private mutating func open(_ cause: Cause, now: Timestamp) -> Change {
        let probesAt =
            cause == .byOperator
            ? nil : now.adding(microseconds: self.rules.cooldownMicroseconds)
        self.state = .open(cause, probesAt: probesAt)
        self.since = now
        self.openings += 1
        return .opened(probesAt: probesAt)
    }

    private mutating func close(now: Timestamp) -> Change {
        self.state = .closed(OutcomeWindow(microseconds: self.rules.windowMicroseconds))
        self.since = now
        return .closed
    }

    // MARK: By hand

    /// Opens it for an operator: it stays open until ``closeByHand(now:)``.
    package mutating func openByHand(now: Timestamp) -> Change { self.open(.byOperator, now: now) }

    /// Closes it for an operator, with nothing counted yet.
    package mutating func closeByHand(now: Timestamp) -> Change { self.close(now: now) }
}
