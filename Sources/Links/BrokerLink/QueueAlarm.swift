import Messaging

/// What is wrong with a queue.
package enum QueueAlarm: Hashable, Sendable {
    /// Its circuit breaker is open or half-open: nothing is delivered, or a few to try.
    case circuitOpen(BreakerStatus)
    /// It is at its length limit, and what it drops to make room is lost.
    case dropping(perSecond: Double)
    /// A delivery has been unacked for so long that its consumer is likely stuck.
    case stuckConsumer(unackedMicroseconds: Int64)
    /// Messages wait and nobody takes them; dead letters may wait.
    case noConsumer(ready: Int)
    /// It has been growing for some seconds.
    case growing(perSecond: Double)

    /// An unacked delivery older than this is stuck whatever else moves.
    package static let stuckMicroseconds: Int64 = 300_000_000
    /// One older than this is stuck when nothing leaves the queue either.
    package static let stuckIdleMicroseconds: Int64 = 60_000_000
    /// For so long nothing has to have left it then.
    package static let idleMicroseconds: Int64 = 30_000_000
    /// A queue has to grow for so long: a burst is no alarm.
    package static let growingMicroseconds: Int64 = 10_000_000
    /// And has to hold so many messages.
    package static let growingDepthMin = 100
}

extension QueueTrend {
    /// Whether the present rates say that it becomes deeper.
    var isGrowing: Bool {
        guard let rates = self.rates, self.sample.depth >= QueueAlarm.growingDepthMin else {
            return false
        }
        return self.drain == .never && (rates.growthPerSecond ?? 0) > 0
    }

    /// The worst that the queue's state at `now` means.
    func judged(at now: Timestamp) -> QueueAlarm? {
        // The cause of whatever else is wrong then.
        if let breaker = self.sample.flow.breaker, breaker.state != .closed {
            return .circuitOpen(breaker)
        }
        // A stream keeps what was read: that it grows, or is read by nobody now, is no alarm.
        guard self.sample.stream == nil else { return nil }
        if let dropped = self.rates?.droppedPerSecond, dropped > 0,
            !self.sample.features.contains(.deadLettering)
        {
            return .dropping(perSecond: dropped)
        }
        if let unacked = self.sample.oldestUnackedMicroseconds.value ?? nil {
            // Where nobody tells what leaves it, the longer wait counts.
            let isIdle =
                self.rates?.leftPerSecond != nil
                && self.idleMicroseconds(at: now) >= QueueAlarm.idleMicroseconds
            let limit =
                isIdle ? QueueAlarm.stuckIdleMicroseconds : QueueAlarm.stuckMicroseconds
            if unacked >= limit { return .stuckConsumer(unackedMicroseconds: unacked) }
        }
        // Dead letters wait for a person, so that is no alarm; nor is polling with basic.get.
        if self.sample.ready > 0, self.sample.knownConsumers == 0, !self.sample.receivesDeadLetters,
            (self.rates?.consumedPerSecond ?? 0) <= 0
        {
            return .noConsumer(ready: self.sample.ready)
        }
        if self.growingMicroseconds(at: now) >= QueueAlarm.growingMicroseconds,
            let growth = self.rates?.growthPerSecond, !self.sample.receivesDeadLetters
        {
            return .growing(perSecond: growth)
        }
        return nil
    }
}
