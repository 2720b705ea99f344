import Messaging

/// What holds back the deliveries of one queue; only queues that have such a limit have one.
final class DeliveryControl {
    private(set) var bucket: TokenBucket?
    var breaker: CircuitBreaker?
    /// When the timer fires at which more may go out.
    var timer: Timestamp?

    /// Takes over what arguments and policies say now.
    func apply(_ rate: DeliveryRate?, _ rules: BreakerRules?, now: Timestamp) {
        if let rate {
            if self.bucket == nil { self.bucket = TokenBucket(rate) }
            if self.bucket?.rate != rate { self.bucket?.setRate(rate, now: now) }
        } else {
            self.bucket = nil
        }
        if let rules {
            if self.breaker == nil { self.breaker = CircuitBreaker(rules, now: now) }
            if self.breaker?.rules != rules { self.breaker?.setRules(rules) }
        } else {
            self.breaker = nil
        }
    }

    /// How many deliveries may go out now; `.max` when nothing counts them.
    func permits(now: Timestamp) -> Int {
        let permits = self.breaker?.permits(now: now) ?? .max
        return min(permits, self.bucket?.available(now: now) ?? .max)
    }

    /// When that may be more, after there was none; nil when only an outcome can change it.
    func nextAt(now: Timestamp) -> Timestamp? {
        switch self.breaker?.state {
        case .open(_, let probesAt): return probesAt
        case .halfOpen(_, let probes) where probes.unsent == 0: return nil
        case .closed, .halfOpen, nil: return self.bucket?.nextAt
        }
    }

    /// Counts a delivery that was permitted.
    func delivered(now: Timestamp) {
        self.bucket?.take(now: now)
        self.breaker?.delivered()
    }
}
