import BrokerLink
import Messaging

/// Finds out how often a broker makes new statistics, from when its figures change.
///
/// Brokers tell what happened in steps: RabbitMQ every five seconds unless it is set up otherwise,
/// and each queue at a moment of its own. Rates of samples that follow closer are zero most of the
/// time and several times too high in between. So the moment of a sample, and the totals with it,
/// move on only by whole steps; in each of those, every queue has told once. What is no total, such
/// as a depth, is always the newest.
///
/// What is published is told by the channels of publishers and what is acked by those of consumers,
/// each at its own moment. So each counter is watched by itself: a step ends when all that moved
/// lately have moved in it. One that has never moved, and is not known for as long as a step, may
/// only not have been told yet: its total is unknown until then, or its rate would be a false zero.
package struct StatisticsPace: Equatable {
    /// What RabbitMQ does when nobody changed it, and the longest that is believed.
    package static let usualMicroseconds: Int64 = 5_000_000
    /// Steps that are remembered; the median of them counts.
    private static let gapsMax = 15
    /// So many have to be seen before they are believed.
    private static let gapsMin = 3
    /// So much later than it happened, a change is noticed at most.
    private static let noticeMicroseconds: Int64 = 1_100_000
    /// Queues that are watched; the others go at the same pace.
    private static let watchedMax = 200

    /// The length of a step.
    package private(set) var microseconds = Self.usualMicroseconds
    /// The one that began the present step; nil before the first.
    private var latest: BrokerSample?
    /// When it was read, which is not the moment that it has.
    private var begunAt: Timestamp?
    /// Whether steps begin when the broker's do.
    private var isAligned = false

    private enum Kind: CaseIterable {
        case published, delivered, acked

        var total: WritableKeyPath<QueueTotals, UInt64?> {
            switch self {
            case .published: \.published
            case .delivered: \.delivered
            case .acked: \.acked
            }
        }
    }

    private struct Counter: Hashable {
        var queue: QueueName
        var kind: Kind
    }

    private struct Watched: Equatable {
        var total: UInt64
        var seenAt: Timestamp
        var changedAt: Timestamp?
        /// Whether it has moved since the step began.
        var hasMoved = false
    }

    private var watched: [Counter: Watched] = [:]
    private var gaps: [Int64] = []

    package init() {}

    /// Takes in what was read just now.
    ///
    /// - Returns: The sample with the moment, and the totals of the moment, that it is to have.
    package mutating func paced(_ sample: BrokerSample) -> BrokerSample {
        let hasChanged = self.watch(sample.queues, at: sample.at)
        guard let latest, let begunAt = self.begunAt else {
            (self.latest, self.begunAt) = (sample, sample.at)
            return sample
        }
        let elapsed = sample.at.microseconds(since: begunAt)
        if hasChanged, !self.isAligned {
            // The first reading fell into the middle of a step: what it had is not what the step
            // began with. From here on, moments lie behind by the part that is left out.
            self.isAligned = true
            return self.begin(sample, at: latest.at)
        }
        // Half of a step: the queues do not all tell at once. Three halves: nothing happens.
        let isDue =
            hasChanged
            ? elapsed * 2 >= self.microseconds && !self.isAwaiting(elapsed, at: sample.at)
            : elapsed * 2 >= self.microseconds * 3
        guard isDue else { return Self.held(sample, in: latest) }
        let next = self.begin(
            sample, at: latest.at.adding(microseconds: self.wholeSteps(elapsed)))
        return self.withoutUntold(next, at: sample.at)
    }

    /// Whether some counter that moved lately is still to move in this step.
    private func isAwaiting(_ elapsed: Int64, at now: Timestamp) -> Bool {
        guard elapsed < self.longestStep else { return false }
        return self.watched.values.contains { counter in
            guard !counter.hasMoved, let changedAt = counter.changedAt else { return false }
            return now.microseconds(since: changedAt) < self.longestStep
        }
    }

    /// A step, and as much as a change may be noticed late.
    private var longestStep: Int64 { self.microseconds + Self.noticeMicroseconds }

    /// The sample without totals that may only not have been told yet.
    private func withoutUntold(_ sample: BrokerSample, at now: Timestamp) -> BrokerSample {
        var sample = sample
        for index in sample.queues.indices {
            for kind in Kind.allCases {
                let counter = self.watched[Counter(queue: sample.queues[index].name, kind: kind)]
                guard let counter, counter.changedAt == nil,
                    now.microseconds(since: counter.seenAt) < self.longestStep
                else { continue }
                sample.queues[index].totals[keyPath: kind.total] = nil
            }
        }
        return sample
    }

    private mutating func begin(_ sample: BrokerSample, at moment: Timestamp) -> BrokerSample {
        self.begunAt = sample.at
        var next = sample
        next.at = moment
        self.latest = next
        for counter in self.watched.keys { self.watched[counter]?.hasMoved = false }
        return next
    }

    /// A time as the broker has it, who counts in whole steps; a poll notices each some time later.
    private func wholeSteps(_ elapsed: Int64) -> Int64 {
        let steps = max(1, (elapsed + self.microseconds / 2) / self.microseconds)
        let whole = steps * self.microseconds
        return (elapsed - whole).magnitude <= Self.noticeMicroseconds ? whole : elapsed
    }

    /// A sample within the step that `latest` began.
    private static func held(_ sample: BrokerSample, in latest: BrokerSample) -> BrokerSample {
        var held = sample
        held.at = latest.at
        held.unroutableTotal = latest.unroutableTotal
        let totals = Dictionary(
            latest.queues.map { ($0.name, $0.totals) }, uniquingKeysWith: { first, _ in first })
        for index in held.queues.indices {
            held.queues[index].totals =
                totals[held.queues[index].name] ?? held.queues[index].totals
        }
        return held
    }

    /// - Returns: Whether a total has changed since the last reading.
    private mutating func watch(_ queues: [QueueSample], at now: Timestamp) -> Bool {
        var next: [Counter: Watched] = [:]
        var hasChanged = false
        for queue in queues.prefix(Self.watchedMax) {
            for kind in Kind.allCases {
                guard let total = queue.totals[keyPath: kind.total] else { continue }
                let counter = Counter(queue: queue.name, kind: kind)
                var known = self.watched[counter] ?? Watched(total: total, seenAt: now)
                if known.total != total {
                    if let before = known.changedAt {
                        self.add(gap: now.microseconds(since: before))
                    }
                    (known.total, known.changedAt, known.hasMoved) = (total, now, true)
                    hasChanged = true
                }
                next[counter] = known
            }
        }
        self.watched = next
        return hasChanged
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
