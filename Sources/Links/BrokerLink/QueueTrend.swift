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
    /// How deep it was at the moment that its rates count from; nil when not known.
    private var ratedDepth: Int?

    init(first sample: QueueSample, at now: Timestamp, slot: Int) {
        self.sample = sample
        self.slot = slot
        self.lastLeftAt = now
        self.ratedDepth = sample.knownDepth
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
        self.ratedDepth = former.ratedDepth
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
        let depth = self.sample.knownDepth
        let depthBefore = exchange(&self.ratedDepth, with: depth)
        guard
            let newer = QueueRates(
                from: before, to: self.sample.totals,
                depthGrowth: depthBefore.flatMap { before in depth.map { $0 - before } },
                receivesDeadLetters: self.sample.receivesDeadLetters,
                elapsedSeconds: elapsedSeconds)
        else {
            // Declared anew: what happened in between is unknown, so everything starts again.
            self.rates = nil
            self.lastLeftAt = now
            return
        }
        self.rates =
            self.rates?.smoothed(towards: newer, elapsedSeconds: elapsedSeconds) ?? newer
        if (newer.drainedPerSecond ?? 0) > 0 { self.lastLeftAt = now }
    }

    /// How long it has been growing without a break; 0 when it does not.
    func growingMicroseconds(at now: Timestamp) -> Int64 {
        self.growingSince.map { now.microseconds(since: $0) } ?? 0
    }

    /// How long nothing has left it.
    func idleMicroseconds(at now: Timestamp) -> Int64 {
        now.microseconds(since: self.lastLeftAt)
    }

    var points: SeriesTable.Points { .init(depth: self.sample.knownDepth, rates: self.rates) }
}

/// When a queue will be empty at its present rates.
package enum DrainEstimate: Hashable, Sendable {
    case empty
    /// No rates are known yet, or the broker does not tell what they are made of.
    case unknown
    case seconds(Double)
    /// It neither grows nor drains: what comes in goes out.
    case steady
    /// It grows, or would if it had room, or nothing leaves it but what a full queue drops.
    case never

    /// Rates whose difference is a smaller part of them than this are as good as equal.
    private static let steadyShare = 0.02

    /// A stream does not drain by being read: of it nothing is said.
    init(of sample: QueueSample, rates: QueueRates?) {
        guard sample.stream == nil, let depth = sample.knownDepth else {
            self = .unknown
            return
        }
        // What its rates still say is of the time before.
        if depth > 0, case .open = sample.flow.breaker?.state {
            self = .never
            return
        }
        self.init(depth: depth, rates: rates)
    }

    init(depth: Int, rates: QueueRates?) {
        guard depth > 0 else {
            self = .empty
            return
        }
        guard let published = rates?.publishedPerSecond, let drained = rates?.drainedPerSecond
        else {
            self = .unknown
            return
        }
        let growth = published - drained
        if drained <= 0 {
            self = .never
        } else if growth.magnitude < published * Self.steadyShare {
            self = .steady
        } else {
            self = growth < 0 ? .seconds(Double(depth) / -growth) : .never
        }
    }
}
