import Messaging

/// What the last two minutes of samples say about a broker: rates, trends, alarms.
///
/// Rates are computed here and nowhere else, for every link alike. Memory is bounded: a queue
/// costs its last sample and 720 bytes of series, and is forgotten when a sample lacks it.
package struct SampleHistory: Sendable {
    /// The newest sample; nil before the first.
    package private(set) var latest: BrokerSample?
    /// The queues of the newest sample, by name.
    package private(set) var queues: [QueueTrend] = []
    /// Rates over all queues; nil before the second sample.
    package private(set) var totalRates: QueueRates?
    /// Messages a second that reached no queue; nil before the second sample.
    package private(set) var unroutablePerSecond: Double?

    /// Queues of the newest sample that have an alarm.
    package private(set) var alarmCount = 0

    /// Where each queue stands in ``queues``.
    private var places: [QueueName: Int] = [:]
    private var series = SeriesTable()
    /// Counts the samples: two of them may be of the same moment.
    private var sampleNumber = 0
    private let totalSlot: Int

    package init() { self.totalSlot = self.series.claimSlot() }

    /// Takes in a newer sample; an older one than the last is ignored.
    ///
    /// One of the same moment replaces the figures and leaves the rates as they are: a broker's
    /// statistics may not have moved on, and a stopped clock makes no rates.
    ///
    /// - Complexity: O(*n*) in the queues; O(*n* log *n*) when queues came or went.
    package mutating func append(_ sample: BrokerSample) {
        if let latest = self.latest, sample.at < latest.at { return }
        let elapsedSeconds =
            self.latest.map { Double(sample.at.microseconds(since: $0.at)) / 1_000_000 } ?? 0
        self.series.advance(to: sample.at)
        self.sampleNumber += 1
        self.take(sample.queues, at: sample.at, elapsedSeconds: elapsedSeconds)
        self.updateTotals(with: sample, elapsedSeconds: elapsedSeconds)
        self.latest = sample
    }

    /// What is known of one queue; nil when the newest sample does not have it.
    package func queue(_ name: QueueName) -> QueueTrend? {
        self.places[name].map { self.queues[$0] }
    }

    /// Points of a queue's series, oldest first, one each ``pointSeconds``; at most
    /// ``pointCountMax``, fewer while the queue is young, none when it is unknown.
    package func series(_ kind: SeriesKind, of name: QueueName) -> [Double] {
        guard let place = self.places[name] else { return [] }
        return self.series.points(kind, slot: self.queues[place].slot)
    }

    /// The same over all queues together.
    package func totalSeries(_ kind: SeriesKind) -> [Double] {
        self.series.points(kind, slot: self.totalSlot)
    }

    /// Seconds that one point of a series stands for.
    package static let pointSeconds = SeriesTable.pointSeconds
    /// Points of a full series: two minutes.
    package static let pointCountMax = SeriesTable.pointCount
}

/// What a series of a queue or of all of them shows.
package enum SeriesKind: Int, Hashable, Sendable, CaseIterable {
    /// Ready and unacked messages.
    case depth
    case publishedPerSecond
    /// See ``QueueRates/consumedPerSecond``.
    case consumedPerSecond
}

extension SampleHistory {
    private mutating func take(
        _ samples: [QueueSample], at now: Timestamp, elapsedSeconds: Double
    ) {
        var seen = 0
        var arrived: [QueueTrend] = []
        for sample in samples {
            if let place = self.places[sample.name] {
                self.queues[place].update(with: sample, at: now, elapsedSeconds: elapsedSeconds)
                self.queues[place].sampleNumber = self.sampleNumber
                seen += 1
            } else {
                let slot = self.series.claimSlot()
                var trend = QueueTrend(first: sample, at: now, slot: slot)
                trend.sampleNumber = self.sampleNumber
                arrived.append(trend)
            }
        }
        if seen < self.queues.count || !arrived.isEmpty {
            self.replaceQueues(adding: arrived)
        }
        self.alarmCount = 0
        for queue in self.queues {
            self.series.record(queue.points, slot: queue.slot)
            self.alarmCount += queue.alarm == nil ? 0 : 1
        }
    }

    /// Forgets the queues that this sample lacked, and puts the new ones in their places.
    private mutating func replaceQueues(adding arrived: [QueueTrend]) {
        let number = self.sampleNumber
        for queue in self.queues where queue.sampleNumber != number {
            self.series.releaseSlot(queue.slot)
        }
        self.queues.removeAll { $0.sampleNumber != number }
        self.queues += arrived
        self.queues.sort { $0.sample.name < $1.sample.name }
        self.places = Dictionary(
            zip(self.queues.lazy.map(\.sample.name), self.queues.indices),
            uniquingKeysWith: { first, _ in first })
    }

    private mutating func updateTotals(with sample: BrokerSample, elapsedSeconds: Double) {
        var rates: QueueRates?
        for case let queueRates? in self.queues.lazy.map(\.rates) {
            rates = (rates ?? QueueRates()) + queueRates
        }
        if elapsedSeconds > 0 { self.totalRates = rates ?? QueueRates() }
        if elapsedSeconds > 0, let before = self.latest?.unroutableTotal {
            let perSecond =
                before <= sample.unroutableTotal
                ? Double(sample.unroutableTotal - before) / elapsedSeconds : 0
            self.unroutablePerSecond = RateSmoothing.blend(
                self.unroutablePerSecond, perSecond, elapsedSeconds: elapsedSeconds)
        }
        let depth = sample.queues.reduce(0) { $0 + $1.depth }
        self.series.record(
            SeriesTable.Points(depth: depth, rates: self.totalRates), slot: self.totalSlot)
    }
}
