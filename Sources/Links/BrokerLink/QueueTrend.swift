import Messaging

/// One queue now, and where it is going.
package struct QueueTrend: Sendable {
    package private(set) var sample: QueueSample
    /// Nil until two samples of the queue can be compared.
    package private(set) var rates: QueueRates?
    package private(set) var drain: DrainEstimate
    /// What is wrong with it.
    package private(set) var alarm: QueueAlarm?

    let slot: Int
    /// Since when it has grown without a break.
    private var growingSince: Timestamp?
    /// When a message was last seen to have left it; at first, when it was first seen.
    private var lastLeftAt: Timestamp

    init(first sample: QueueSample, at now: Timestamp, slot: Int) {
        self.sample = sample
        self.slot = slot
        self.lastLeftAt = now
        self.drain = DrainEstimate(of: sample, rates: nil)
        self.alarm = self.judged(at: now)
    }

    /// The queue after its next sample.
    init(
        after former: QueueTrend, _ sample: QueueSample, at now: Timestamp, elapsedSeconds: Double
    ) {
        self.sample = sample
        self.slot = former.slot
        self.rates = former.rates
        self.lastLeftAt = former.lastLeftAt
        self.drain = .unknown
        self.updateRates(from: former.sample.totals, at: now, elapsedSeconds: elapsedSeconds)
        self.drain = DrainEstimate(of: sample, rates: self.rates)
        self.growingSince = self.isGrowing ? former.growingSince ?? now : nil
        self.alarm = self.judged(at: now)
    }

    private mutating func updateRates(
        from before: QueueTotals, at now: Timestamp, elapsedSeconds: Double
    ) {
        guard elapsedSeconds > 0 else { return }
        guard
            let newer = QueueRates(
                from: before, to: self.sample.totals, elapsedSeconds: elapsedSeconds)
        else {
            // Declared anew: what happened in between is unknown, so everything starts again.
            self.rates = nil
            self.lastLeftAt = now
            return
        }
        self.rates =
            self.rates?.smoothed(towards: newer, elapsedSeconds: elapsedSeconds) ?? newer
        if newer.leftPerSecond > 0 { self.lastLeftAt = now }
    }

    /// How long it has been growing without a break; 0 when it does not.
    func growingMicroseconds(at now: Timestamp) -> Int64 {
        self.growingSince.map { now.microseconds(since: $0) } ?? 0
    }

    /// How long nothing has left it.
    func idleMicroseconds(at now: Timestamp) -> Int64 {
        now.microseconds(since: self.lastLeftAt)
    }

    var points: SeriesTable.Points { .init(depth: self.sample.depth, rates: self.rates) }
}

/// When a queue will be empty at its present rates.
package enum DrainEstimate: Hashable, Sendable {
    case empty
    /// No rates are known yet.
    case unknown
    case seconds(Double)
    /// It neither grows nor drains: what comes in goes out.
    case steady
    /// It grows, or nothing leaves it.
    case never

    /// Rates whose difference is a smaller part of them than this are as good as equal.
    private static let steadyShare = 0.02

    /// A stream does not drain by being read: of it nothing is said.
    init(of sample: QueueSample, rates: QueueRates?) {
        self =
            sample.stream == nil ? Self(depth: sample.depth, rates: rates) : .unknown
    }

    init(depth: Int, rates: QueueRates?) {
        guard depth > 0 else {
            self = .empty
            return
        }
        guard let rates else {
            self = .unknown
            return
        }
        let growth = rates.growthPerSecond
        if rates.leftPerSecond <= 0 {
            self = .never
        } else if growth.magnitude < rates.publishedPerSecond * Self.steadyShare {
            self = .steady
        } else {
            self = growth < 0 ? .seconds(Double(depth) / -growth) : .never
        }
    }
}
