import Metering

/// How a load run stands at one moment: an immutable copy of its counters.
package struct LoadSnapshot: Equatable, Sendable {
    /// Where a run stands between its start and its end.
    package enum State: Equatable, Sendable {
        /// Nothing runs; the counters are those of the last run, if there was one.
        case idle
        case connecting
        case running
        /// No more is sent; confirms and acks that are under way still count.
        case stopping
        /// It ended by itself; the text says what happened, what it means and what to do.
        case failed(String)
    }

    package var state: State
    /// The scenario that runs or ran last; empty before the first.
    package var scenarioName: String
    /// Runs so far, this one included.
    package var run: Int
    package var elapsedMicroseconds: Int64
    /// Messages a second that the profile plans at this moment.
    package var currentRatePerSecond: Double
    /// Messages that should have been sent by now.
    package var plannedTotal: UInt64
    package var sentTotal: UInt64
    package var confirmedTotal: UInt64
    package var nackedTotal: UInt64
    /// Mandatory messages that no queue got.
    package var returnedTotal: UInt64
    /// Deliveries that came, redelivered ones included.
    package var consumedTotal: UInt64
    package var ackedTotal: UInt64
    /// Deliveries that a consumer failed on and rejected.
    package var failedTotal: UInt64
    /// From a message's planned time to its confirm; nil when none came yet.
    package var confirmLatency: DurationSummary?
    /// From a message's planned time to its delivery, over all consumers; nil when none came yet.
    package var endToEndLatency: DurationSummary?
    package var endToEndBuckets: LatencyBuckets
    /// How late the engine's own timer fires: what the measuring itself may add.
    package var timerLag: DurationSummary?

    package init(
        state: State = .idle, scenarioName: String = "", run: Int = 0,
        elapsedMicroseconds: Int64 = 0, currentRatePerSecond: Double = 0,
        plannedTotal: UInt64 = 0, sentTotal: UInt64 = 0, confirmedTotal: UInt64 = 0,
        nackedTotal: UInt64 = 0, returnedTotal: UInt64 = 0, consumedTotal: UInt64 = 0,
        ackedTotal: UInt64 = 0, failedTotal: UInt64 = 0,
        confirmLatency: DurationSummary? = nil,
        endToEndLatency: DurationSummary? = nil,
        endToEndBuckets: LatencyBuckets = LatencyBuckets(),
        timerLag: DurationSummary? = nil
    ) {
        self.state = state
        self.scenarioName = scenarioName
        self.run = run
        self.elapsedMicroseconds = elapsedMicroseconds
        self.currentRatePerSecond = currentRatePerSecond
        self.plannedTotal = plannedTotal
        self.sentTotal = sentTotal
        self.confirmedTotal = confirmedTotal
        self.nackedTotal = nackedTotal
        self.returnedTotal = returnedTotal
        self.consumedTotal = consumedTotal
        self.ackedTotal = ackedTotal
        self.failedTotal = failedTotal
        self.confirmLatency = confirmLatency
        self.endToEndLatency = endToEndLatency
        self.endToEndBuckets = endToEndBuckets
        self.timerLag = timerLag
    }

    /// Messages that are due and not sent yet: the generator or the broker does not keep up.
    package var behind: UInt64 {
        self.plannedTotal > self.sentTotal ? self.plannedTotal - self.sentTotal : 0
    }

    /// Whether a run is under way, so that starting another has to wait.
    package var isActive: Bool {
        switch self.state {
        case .connecting, .running, .stopping: true
        case .idle, .failed: false
        }
    }
}
