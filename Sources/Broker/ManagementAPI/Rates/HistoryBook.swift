import Core
import Messaging

/// How the counters of every queue moved during the last minutes.
///
/// Only what changed is written down: a queue in which nothing happens costs one sample.
struct HistoryBook: Sendable {
    /// Samples of one queue at most: ten minutes of one each five seconds.
    static let samplesMax = 120
    /// The same where there are so many queues that ``allSamplesMax`` would not do.
    static let samplesMin = 12
    /// Samples of all queues together, some 50 bytes each.
    static let allSamplesMax = 240_000

    /// One queue at one moment.
    struct Sample: Hashable, Sendable {
        let at: Timestamp
        let ready: Int
        let unacked: Int
        let published: UInt64
        let delivered: UInt64
        let acked: UInt64

        fileprivate init(_ counters: QueueCounters, at moment: Timestamp) {
            self.at = moment
            self.ready = counters.ready
            self.unacked = counters.unacked
            self.published = counters.tally.published
            self.delivered = counters.tally.delivered
            self.acked = counters.tally.acked
        }

        /// Whether nothing has happened between the two.
        fileprivate func isSame(as other: Sample) -> Bool {
            self.ready == other.ready && self.unacked == other.unacked
                && self.published == other.published && self.delivered == other.delivered
                && self.acked == other.acked
        }
    }

    private var samples: [QueueID: [Sample]] = [:]
    private(set) var latestAt: Timestamp?

    /// Writes down what changed, and forgets queues that are gone.
    mutating func add(_ sample: CounterSample) {
        self.latestAt = sample.at
        let depth = Self.allSamplesMax / max(1, sample.queues.count)
        let countMax = min(Self.samplesMax, max(Self.samplesMin, depth))
        for queue in sample.queues {
            let new = Sample(queue, at: sample.at)
            self.samples[queue.id, default: []].write(new, countMax: countMax)
        }
        guard self.samples.count > sample.queues.count else { return }
        let there = Set(sample.queues.map(\.id))
        self.samples = self.samples.filter { there.contains($0.key) }
    }

    /// What is known of a queue, the oldest first; it stayed as each says until the next.
    func samples(of queue: QueueID) -> [Sample] { self.samples[queue] ?? [] }
}

extension [HistoryBook.Sample] {
    fileprivate mutating func write(_ sample: HistoryBook.Sample, countMax: Int) {
        if let last, last.isSame(as: sample) { return }
        self.append(sample)
        // Some at once, as each removal moves all that stay.
        guard self.count > countMax + countMax / 4 else { return }
        self.removeFirst(self.count - countMax)
    }
}
