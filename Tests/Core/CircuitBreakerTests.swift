import Core
import Messaging
import Testing

/// The machine alone: every edge of closed, open and half-open.
@Suite struct CircuitBreakerTests {
    private let start = Timestamp(seconds: 1_700_000_000)
    private let rules = BreakerRules(
        threshold: 0.5, windowMicroseconds: 10_000, outcomesMin: 4, cooldownMicroseconds: 1_000,
        probes: 2)

    private func at(_ microseconds: Int64) -> Timestamp {
        self.start.adding(microseconds: microseconds)
    }

    private func breaker(_ rules: BreakerRules? = nil) -> CircuitBreaker {
        CircuitBreaker(rules ?? self.rules, now: self.start)
    }

    /// Counts outcomes, `+` an ack and `-` a failure, of what was delivered at once.
    @discardableResult
    private func settle(
        _ outcomes: String, _ breaker: inout CircuitBreaker, at now: Int64,
        deliveredAt: Int64? = nil
    ) -> [CircuitBreaker.Change] {
        outcomes.map { outcome in
            breaker.settled(
                isSuccess: outcome == "+", deliveredAt: self.at(deliveredAt ?? now),
                now: self.at(now))
        }
    }

    /// One that failures have opened at moment 0.
    private func opened() -> CircuitBreaker {
        var breaker = self.breaker()
        self.settle("----", &breaker, at: 0)
        return breaker
    }

    @Test("It opens at the threshold and the least number, and not one before")
    func opens() {
        var breaker = self.breaker()
        #expect(self.settle("--+", &breaker, at: 0) == [.none, .none, .none], "three of four")
        #expect(breaker.permits(now: self.at(0)) == .max)
        // The fourth is a success, and half of them failed.
        #expect(self.settle("+", &breaker, at: 5) == [.opened(probesAt: self.at(1_005))])
        let cause = CircuitBreaker.Cause.failures(OutcomeCount(failures: 2, outcomes: 4))
        #expect(breaker.state == .open(cause, probesAt: self.at(1_005)))
        #expect(breaker.since == self.at(5))
        #expect(breaker.openings == 1)
    }

    @Test("A share just below the threshold leaves it closed")
    func below() {
        var breaker = self.breaker()
        let changes = self.settle("+++--++--", &breaker, at: 0)
        #expect(changes.allSatisfy { $0 == .none })
        #expect(self.settle("-", &breaker, at: 0) == [.opened(probesAt: self.at(1_000))])
    }

    @Test("With a threshold of 0 one failure opens it, with 1 only all of them")
    func extremes() {
        var rules = self.rules
        rules.threshold = 0
        var breaker = self.breaker(rules)
        #expect(self.settle("++++++", &breaker, at: 0).allSatisfy { $0 == .none })
        #expect(self.settle("-", &breaker, at: 0) != [.none])
        rules.threshold = 1
        breaker = self.breaker(rules)
        #expect(self.settle("+--------", &breaker, at: 0).allSatisfy { $0 == .none })
        // The success has left the window.
        #expect(self.settle("----", &breaker, at: 10_001).last != CircuitBreaker.Change.none)
    }

    @Test("Failures that are a whole window old do not count")
    func window() {
        var breaker = self.breaker()
        self.settle("---", &breaker, at: 0)
        #expect(self.settle("-", &breaker, at: 10_000) == [.none])
        breaker = self.breaker()
        self.settle("---", &breaker, at: 0)
        #expect(self.settle("-", &breaker, at: 8_999) != [.none])
    }

    @Test("Open lets nothing through before the cool-down is over, then as many as it probes")
    func halfOpens() {
        var breaker = self.opened()
        #expect(breaker.permits(now: self.at(999)) == 0)
        #expect(breaker.permits(now: self.at(1_000)) == 2)
        #expect(breaker.since == self.at(1_000))
        breaker.delivered()
        #expect(breaker.permits(now: self.at(1_001)) == 1)
        breaker.delivered()
        #expect(breaker.permits(now: self.at(9_999_999)) == 0)
    }

    @Test("All probes acked closes it, with nothing counted")
    func closes() {
        var breaker = self.opened()
        _ = breaker.permits(now: self.at(1_000))
        breaker.delivered()
        #expect(self.settle("+", &breaker, at: 1_001) == [.none], "one is still to come")
        breaker.delivered()
        #expect(self.settle("+", &breaker, at: 1_002) == [.closed])
        #expect(breaker.permits(now: self.at(1_002)) == .max)
        #expect(self.settle("---", &breaker, at: 1_003) == [.none, .none, .none])
    }

    @Test("One failed probe opens it again, for a whole cool-down")
    func probeFails() {
        var breaker = self.opened()
        _ = breaker.permits(now: self.at(1_000))
        breaker.delivered()
        breaker.delivered()
        #expect(self.settle("+", &breaker, at: 1_400) == [.none])
        #expect(self.settle("-", &breaker, at: 1_500) == [.opened(probesAt: self.at(2_500))])
        #expect(breaker.state == .open(.probe, probesAt: self.at(2_500)))
        #expect(breaker.openings == 2)
        #expect(breaker.permits(now: self.at(2_499)) == 0)
        #expect(breaker.permits(now: self.at(2_500)) == 2)
    }

    @Test("What was delivered before counts in no later state")
    func lateOutcomes() {
        var breaker = self.opened()
        #expect(self.settle("-+", &breaker, at: 500, deliveredAt: 0) == [.none, .none])
        _ = breaker.permits(now: self.at(1_000))
        let early = self.settle("--++", &breaker, at: 1_100, deliveredAt: 999)
        #expect(early.allSatisfy { $0 == .none })
        breaker.delivered()
        breaker.delivered()
        self.settle("++", &breaker, at: 1_200)
        let late = self.settle("--------", &breaker, at: 1_300, deliveredAt: 0)
        #expect(late.allSatisfy { $0 == .none }, "it has closed since")
        // A probe of the round before does not answer for this one.
        breaker = self.opened()
        _ = breaker.permits(now: self.at(1_000))
        breaker.delivered()
        breaker.delivered()
        self.settle("-", &breaker, at: 1_100)
        _ = breaker.permits(now: self.at(2_100))
        #expect(self.settle("+", &breaker, at: 2_200, deliveredAt: 1_000) == [.none])
        #expect(breaker.permits(now: self.at(2_200)) == 2)
    }

    @Test("Opened by hand it stays open, and closed by hand it starts anew")
    func byHand() {
        var breaker = self.breaker()
        self.settle("---", &breaker, at: 0)
        #expect(breaker.openByHand(now: self.at(1)) == .opened(probesAt: nil))
        #expect(breaker.permits(now: self.at(1_000_000_000)) == 0)
        #expect(breaker.closeByHand(now: self.at(7)) == .closed)
        #expect(breaker.since == self.at(7))
        #expect(self.settle("---", &breaker, at: 8) == [.none, .none, .none])
        #expect(self.settle("-", &breaker, at: 8) != [.none])
        #expect(breaker.closeByHand(now: self.at(9)) == .closed)
        #expect(breaker.permits(now: self.at(9)) == .max)
    }

    @Test("Other rules hold from then on; another window begins empty")
    func otherRules() {
        var breaker = self.breaker()
        self.settle("---", &breaker, at: 0)
        var rules = self.rules
        rules.outcomesMin = 5
        breaker.setRules(rules)
        #expect(self.settle("-", &breaker, at: 0) == [.none])
        rules.windowMicroseconds = 20_000
        breaker.setRules(rules)
        #expect(self.settle("----", &breaker, at: 0).allSatisfy { $0 == .none })
        #expect(self.settle("-", &breaker, at: 0) != [.none])
        rules.probes = 7
        breaker.setRules(rules)
        #expect(breaker.permits(now: self.at(1_000)) == 7)
    }

    @Test("The window counts as many as a plain list of outcomes does", arguments: UInt64(1)...20)
    func windowModel(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        var window = OutcomeWindow(microseconds: 1_000)
        var outcomes: [(slice: Int64, isFailure: Bool)] = []
        var now = self.start
        for _ in 0..<500 {
            now = now.adding(microseconds: Int64.random(in: 0...150, using: &numbers))
            let isFailure = Bool.random(using: &numbers)
            window.record(isFailure: isFailure, now: now)
            outcomes.append((now.microseconds / 100, isFailure))
            let counted = outcomes.filter { $0.slice > now.microseconds / 100 - 10 }
            let failures = UInt64(counted.count { $0.isFailure })
            try #require(
                window.total == OutcomeCount(failures: failures, outcomes: UInt64(counted.count)),
                "seed \(seed)")
        }
        #expect(window.total(at: now.adding(microseconds: 1_000)) == OutcomeCount())
    }
}
