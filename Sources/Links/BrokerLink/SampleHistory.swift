import Messaging

/// What the last two minutes of samples say about a broker: rates, trends, alarms.
///
/// Rates are computed here and nowhere else, for every link alike. Memory is bounded: a queue
/// costs its last sample and 720 bytes of series, and is forgotten when a sample lacks it.
///
/// It is a value: whoever takes samples hands a copy to whoever shows them. A copy costs nothing
/// by itself; the next sample then makes new figures of the queues, while the series stay shared.
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
    /// The places of the newest sample by name. Brokers seldom change their order, so that the
    /// next sample is as good as sorted.
    private var order: [Int] = []
    private var series = SeriesTable()
    private let totalSlot: Int

    package init() { self.totalSlot = self.series.claimSlot() }

    /// Takes in a newer sample; an older one than the last is ignored.
    ///
    /// One of the same moment replaces the figures and leaves the rates as they are: a broker's
    /// statistics may not have moved on, and a stopped clock makes no rates.
    ///
    /// - Complexity: O(*n*) in the queues; O(*n* log *n*) when they stand in another order.
    package mutating func append(_ sample: BrokerSample) {
        if let latest = self.latest, sample.at < latest.at { return }
        let elapsedSeconds =
            self.latest.map { Double(sample.at.microseconds(since: $0.at)) / 1_000_000 } ?? 0
        self.series.advance(to: sample.at)
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
    /// Goes through the queues so far and those of a sample by name: what only one of them has
    /// went or came.
    private mutating func take(
        _ samples: [QueueSample], at now: Timestamp, elapsedSeconds: Double
    ) {
        self.sortOrder(of: samples)
        let former = self.queues
        var trends: [QueueTrend] = []
        trends.reserveCapacity(samples.count)
        var place = 0
        var isSameList = true
        for index in self.order {
            let name = samples[index].name
            while place < former.count, former[place].sample.name < name {
                self.series.releaseSlot(former[place].slot)
                place += 1
                isSameList = false
            }
            if place < former.count, former[place].sample.name == name {
                trends.append(
                    QueueTrend(
                        after: former[place], samples[index], at: now,
                        elapsedSeconds: elapsedSeconds))
                place += 1
            } else {
                let slot = self.series.claimSlot()
                trends.append(QueueTrend(first: samples[index], at: now, slot: slot))
                isSameList = false
            }
        }
        for gone in former[place...] { self.series.releaseSlot(gone.slot) }
        isSameList = isSameList && place == former.count
        self.queues = trends
        if !isSameList { self.findPlaces() }
    }

    private mutating func sortOrder(of samples: [QueueSample]) {
        if self.order.count != samples.count { self.order = Array(samples.indices) }
        self.order.sort { samples[$0].name < samples[$1].name }
    }

    private mutating func findPlaces() {
        self.places = Dictionary(
            zip(self.queues.lazy.map(\.sample.name), self.queues.indices),
            uniquingKeysWith: { first, _ in first })
    }

    /// Records the series, and sums up what there is one figure of.
    private mutating func updateTotals(with sample: BrokerSample, elapsedSeconds: Double) {
        var row = self.series.blankRow
        var rates = QueueRates()
        self.alarmCount = 0
        for place in self.queues.indices {
            row[self.queues[place].slot] = self.queues[place].points
            if let queueRates = self.queues[place].rates { rates = rates + queueRates }
            if self.queues[place].alarm != nil { self.alarmCount += 1 }
        }
        if elapsedSeconds > 0 { self.totalRates = rates }
        if elapsedSeconds > 0, let before = self.latest?.unroutableTotal,
            let total = sample.unroutableTotal
        {
            let perSecond = before <= total ? Double(total - before) / elapsedSeconds : 0
            self.unroutablePerSecond = RateSmoothing.blend(
                self.unroutablePerSecond, perSecond, elapsedSeconds: elapsedSeconds)
        }
        row[self.totalSlot] = SeriesTable.Points(
            depth: sample.queues.sum(of: \.knownDepth), rates: self.totalRates)
        self.series.record(row)
    }
}
