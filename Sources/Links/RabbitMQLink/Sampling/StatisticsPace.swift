import BrokerLink
import Messaging

/// Finds out how often a broker makes new statistics, from when its figures change.
///
/// Brokers tell what happened in steps: RabbitMQ every five seconds unless it is set up otherwise,
/// and each queue at a moment of its own. Rates of samples that follow closer are zero most of the
/// time and several times too high in between. So the moment of a sample moves on only by whole
/// steps; in each of those, every queue has told once.
struct StatisticsPace: Equatable {
    /// What RabbitMQ does when nobody changed it, and the longest that is believed.
    static let usualMicroseconds: Int64 = 5_000_000
    /// Steps that are remembered; the median of them counts.
    private static let gapsMax = 15
    /// So many have to be seen before they are believed.
    private static let gapsMin = 3
    /// Queues that are watched; the others go at the same pace.
    private static let watchedMax = 200

    /// The length of a step.
    private(set) var microseconds = Self.usualMicroseconds
    /// The moment that samples have now; nil before the first.
    private(set) var moment: Timestamp?

    private struct Watched: Equatable {
        var totals: QueueTotals
        var changedAt: Timestamp?
    }

    private var watched: [QueueName: Watched] = [:]
    private var gaps: [Int64] = []

    /// Takes in what was read at `now`.
    ///
    /// - Returns: The moment to give the sample.
    mutating func read(_ queues: [QueueSample], at now: Timestamp) -> Timestamp {
        self.watch(queues, at: now)
        // Half a second early is not too early: polls do not come at exact times.
        let slack = min(self.microseconds / 4, 500_000)
        if let moment, now.microseconds(since: moment) < self.microseconds - slack { return moment }
        self.moment = now
        return now
    }

    private mutating func watch(_ queues: [QueueSample], at now: Timestamp) {
        var next: [QueueName: Watched] = [:]
        for queue in queues where next.count < Self.watchedMax {
            guard var known = self.watched[queue.name] else {
                next[queue.name] = Watched(totals: queue.totals, changedAt: nil)
                continue
            }
            if known.totals != queue.totals {
                if let before = known.changedAt { self.add(gap: now.microseconds(since: before)) }
                known = Watched(totals: queue.totals, changedAt: now)
            }
            next[queue.name] = known
        }
        self.watched = next
    }

    private mutating func add(gap: Int64) {
        // A queue that was idle for a while says nothing about the pace.
        guard gap > 0, gap <= 2 * Self.usualMicroseconds else { return }
        if self.gaps.count == Self.gapsMax { self.gaps.removeFirst() }
        self.gaps.append(gap)
        guard self.gaps.count >= Self.gapsMin else { return }
        let median = self.gaps.sorted()[self.gaps.count / 2]
        self.microseconds = min(max(median, 1_000_000), Self.usualMicroseconds)
    }
}
