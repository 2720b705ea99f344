/// What happens to a queue each second, smoothed over some seconds.
///
/// Nil is what the broker does not tell.
package struct QueueRates: Equatable, Sendable {
    package var publishedPerSecond: Double?
    /// Whether that is only as much as has to have come in to make the queue so deep: a broker that
    /// does not count the dead letters which come into a queue tells no more.
    package var isPublishedDerived = false
    package var deliveredPerSecond: Double?
    /// Messages that consumers were done with: acked, delivered without need of an ack, or
    /// rejected for good where the broker counts that.
    package var consumedPerSecond: Double?
    /// Messages that left by themselves: consumed, expired, or dropped by a length limit.
    ///
    /// Where the broker does not count all of them, what came in and is no longer there.
    package var leftPerSecond: Double?
    package var deadLetteredPerSecond: Double?
    /// Of those that left: the ones that a length limit made room with.
    package var droppedPerSecond: Double?

    package init(
        publishedPerSecond: Double? = 0, deliveredPerSecond: Double? = 0,
        consumedPerSecond: Double? = 0, leftPerSecond: Double? = 0,
        deadLetteredPerSecond: Double? = 0, droppedPerSecond: Double? = 0
    ) {
        self.publishedPerSecond = publishedPerSecond
        self.deliveredPerSecond = deliveredPerSecond
        self.consumedPerSecond = consumedPerSecond
        self.leftPerSecond = leftPerSecond
        self.deadLetteredPerSecond = deadLetteredPerSecond
        self.droppedPerSecond = droppedPerSecond
    }

    /// ``publishedPerSecond`` and how far it can be trusted.
    package var published: Measured<Double> {
        guard let publishedPerSecond else {
            return .unavailable(because: "the broker does not tell how many come in")
        }
        return self.isPublishedDerived
            ? .derived(publishedPerSecond, from: "the depth and what left")
            : .exact(publishedPerSecond)
    }

    /// Messages a second by which the queue becomes deeper; negative when it drains.
    package var growthPerSecond: Double? {
        guard let published = self.publishedPerSecond, let left = self.leftPerSecond else {
            return nil
        }
        return published - left
    }

    /// Messages that left by themselves and made no room for others: what a full queue drops leaves
    /// it as full as it was.
    package var drainedPerSecond: Double? {
        self.leftPerSecond.map { max(0, $0 - (self.droppedPerSecond ?? 0)) }
    }

    static func + (left: Self, right: Self) -> Self {
        left.combined(with: right) { left, right in
            guard let left, let right else { return nil }
            return left + right
        }
    }

    /// The rates between two readings of a queue's totals, or nil when a total ran backwards:
    /// then the queue was declared anew or the broker restarted, and what was counted is unknown.
    ///
    /// - Parameters:
    ///   - depthGrowth: By how much deeper the queue became meanwhile; nil when unknown.
    ///   - receivesDeadLetters: Whether what comes in may be more than what is published.
    init?(
        from before: QueueTotals, to after: QueueTotals, depthGrowth: Int?,
        receivesDeadLetters: Bool = false, elapsedSeconds: Double
    ) {
        var ranBackwards = false
        func rate(_ total: (QueueTotals) -> UInt64?) -> Double? {
            guard let before = total(before), let after = total(after) else { return nil }
            guard before <= after else {
                ranBackwards = true
                return nil
            }
            return Double(after - before) / elapsedSeconds
        }
        self.init(
            publishedPerSecond: rate(\.published), deliveredPerSecond: rate(\.delivered),
            consumedPerSecond: rate(\.consumed), leftPerSecond: rate(\.left),
            deadLetteredPerSecond: rate(\.deadLettered), droppedPerSecond: rate(\.droppedByLength))
        guard !ranBackwards else { return nil }
        if after.left == nil, receivesDeadLetters {
            self.derivePublished(growthPerSecond: depthGrowth.map { Double($0) / elapsedSeconds })
        }
        if after.left == nil, let depthGrowth, let published = self.publishedPerSecond {
            self.leftPerSecond = max(0, published - Double(depthGrowth) / elapsedSeconds)
        }
    }

    /// A broker that does not count all that leaves a queue (RabbitMQ, LavinMQ) does not count
    /// the dead letters either that come into one.
    private mutating func derivePublished(growthPerSecond: Double?) {
        guard let growthPerSecond, let consumed = self.consumedPerSecond else {
            self.publishedPerSecond = nil
            return
        }
        self.isPublishedDerived = true
        self.publishedPerSecond = max(self.publishedPerSecond ?? 0, growthPerSecond + consumed)
    }

    /// These rates, drawn towards newer ones.
    func smoothed(towards newer: Self, elapsedSeconds: Double) -> Self {
        self.combined(with: newer) { older, newer in
            newer.map { RateSmoothing.blend(older, $0, elapsedSeconds: elapsedSeconds) }
        }
    }

    private func combined(with other: Self, _ join: (Double?, Double?) -> Double?) -> Self {
        var joined = Self(
            publishedPerSecond: join(self.publishedPerSecond, other.publishedPerSecond),
            deliveredPerSecond: join(self.deliveredPerSecond, other.deliveredPerSecond),
            consumedPerSecond: join(self.consumedPerSecond, other.consumedPerSecond),
            leftPerSecond: join(self.leftPerSecond, other.leftPerSecond),
            deadLetteredPerSecond: join(self.deadLetteredPerSecond, other.deadLetteredPerSecond),
            droppedPerSecond: join(self.droppedPerSecond, other.droppedPerSecond))
        joined.isPublishedDerived = self.isPublishedDerived || other.isPublishedDerived
        return joined
    }
}

extension QueueTotals {
    /// Messages that consumers were done with, as far as the broker counts them: acked, or rejected
    /// for good.
    var consumed: UInt64? {
        self.settled.map { $0 &+ (self.rejectedForGood ?? self.rejected ?? 0) }
    }

    /// What comes back is not done with, and is not counted as published again.
    private var rejectedForGood: UInt64? {
        guard let rejected, let retried else { return nil }
        return rejected &- min(retried, rejected)
    }

    /// Messages that left by themselves; a purge is a person's act and no rate.
    ///
    /// Nil unless all that leaves is counted.
    var left: UInt64? {
        guard let settled, let rejected = self.rejectedForGood ?? self.rejected, let expired,
            let droppedByLength
        else { return nil }
        return settled &+ rejected &+ expired &+ droppedByLength
    }
}

/// Exponential smoothing whose weight depends on the time between two readings.
enum RateSmoothing {
    /// After so many seconds, half of a change shows.
    static let windowSeconds = 2.0
    /// What is less is nothing: smoothing alone would never reach zero.
    private static let floorPerSecond = 0.005

    static func blend(_ older: Double?, _ newer: Double, elapsedSeconds: Double) -> Double {
        guard let older else { return newer }
        let weight = elapsedSeconds / (elapsedSeconds + Self.windowSeconds)
        let rate = older + (newer - older) * weight
        return rate < Self.floorPerSecond ? 0 : rate
    }
}
