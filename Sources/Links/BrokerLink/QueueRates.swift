/// What happens to a queue each second, smoothed over some seconds.
package struct QueueRates: Equatable, Sendable {
    package var publishedPerSecond: Double
    package var deliveredPerSecond: Double
    /// Messages that consumers were done with: acked, delivered without need of an ack, or
    /// rejected for good.
    package var consumedPerSecond: Double
    /// Messages that left by themselves: consumed, expired, or dropped by a length limit.
    package var leftPerSecond: Double
    package var deadLetteredPerSecond: Double

    package init(
        publishedPerSecond: Double = 0, deliveredPerSecond: Double = 0,
        consumedPerSecond: Double = 0, leftPerSecond: Double = 0, deadLetteredPerSecond: Double = 0
    ) {
        self.publishedPerSecond = publishedPerSecond
        self.deliveredPerSecond = deliveredPerSecond
        self.consumedPerSecond = consumedPerSecond
        self.leftPerSecond = leftPerSecond
        self.deadLetteredPerSecond = deadLetteredPerSecond
    }

    /// Messages a second by which the queue becomes deeper; negative when it drains.
    package var growthPerSecond: Double { self.publishedPerSecond - self.leftPerSecond }

    static func + (left: Self, right: Self) -> Self {
        left.combined(with: right) { $0 + $1 }
    }

    /// The rates between two readings of a queue's totals, or nil when a total ran backwards:
    /// then the queue was declared anew or the broker restarted, and what was counted is unknown.
    init?(from before: QueueTotals, to after: QueueTotals, elapsedSeconds: Double) {
        guard
            before.published <= after.published, before.delivered <= after.delivered,
            before.consumed <= after.consumed, before.left <= after.left,
            before.deadLettered <= after.deadLettered
        else { return nil }
        func rate(_ before: UInt64, _ after: UInt64) -> Double {
            Double(after - before) / elapsedSeconds
        }
        self.init(
            publishedPerSecond: rate(before.published, after.published),
            deliveredPerSecond: rate(before.delivered, after.delivered),
            consumedPerSecond: rate(before.consumed, after.consumed),
            leftPerSecond: rate(before.left, after.left),
            deadLetteredPerSecond: rate(before.deadLettered, after.deadLettered))
    }

    /// These rates, drawn towards newer ones.
    func smoothed(towards newer: Self, elapsedSeconds: Double) -> Self {
        self.combined(with: newer) {
            RateSmoothing.blend($0, $1, elapsedSeconds: elapsedSeconds)
        }
    }

    private func combined(with other: Self, _ join: (Double, Double) -> Double) -> Self {
        Self(
            publishedPerSecond: join(self.publishedPerSecond, other.publishedPerSecond),
            deliveredPerSecond: join(self.deliveredPerSecond, other.deliveredPerSecond),
            consumedPerSecond: join(self.consumedPerSecond, other.consumedPerSecond),
            leftPerSecond: join(self.leftPerSecond, other.leftPerSecond),
            deadLetteredPerSecond: join(self.deadLetteredPerSecond, other.deadLetteredPerSecond))
    }
}

extension QueueTotals {
    /// Messages that consumers were done with.
    var consumed: UInt64 { self.settled + self.rejected }

    /// Messages that left by themselves; a purge is a person's act and no rate.
    var left: UInt64 { self.consumed + self.expired + self.droppedByLength }
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
