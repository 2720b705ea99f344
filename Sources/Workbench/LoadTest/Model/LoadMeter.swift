import Messaging
import Metering

/// Counts what happens in a run and measures how long it took.
package struct LoadMeter: Sendable {
    package private(set) var sentTotal: UInt64 = 0
    private var nackedTotal: UInt64 = 0
    private var confirmedTotal: UInt64 = 0
    private var returnedTotal: UInt64 = 0
    private var consumedTotal: UInt64 = 0
    private var ackedTotal: UInt64 = 0
    private var failedTotal: UInt64 = 0
    private var confirmLatency = Histogram()
    private var endToEndLatency = Histogram()
    private var endToEndBuckets = LatencyBuckets()
    private var timerLag = Histogram()

    package init() {}

    /// A message was written to its connection.
    package mutating func sent() { self.sentTotal += 1 }

    /// The broker took over a message that was planned for that time.
    package mutating func confirmed(planned: Timestamp, now: Timestamp) {
        self.confirmedTotal += 1
        self.confirmLatency.record(microseconds: now.microseconds(since: planned))
    }

    /// The broker refused a message.
    package mutating func nacked() { self.nackedTotal += 1 }

    /// A mandatory message came back.
    package mutating func returned() { self.returnedTotal += 1 }

    /// A message came to a consumer.
    ///
    /// - Parameter planned: When it was planned; nil when that says nothing, as for a message of
    ///   another run or one delivered before.
    package mutating func consumed(planned: Timestamp?, now: Timestamp) {
        self.consumedTotal += 1
        guard let planned else { return }
        let latency = now.microseconds(since: planned)
        self.endToEndLatency.record(microseconds: latency)
        self.endToEndBuckets.record(latency)
    }

    /// Consumers are done with so many deliveries, well or in vain.
    package mutating func settled(acked: Int, failed: Int) {
        self.ackedTotal += UInt64(acked)
        self.failedTotal += UInt64(failed)
    }

    /// The engine's timer fired that much after its time.
    package mutating func timerFired(lateMicroseconds: Int64) {
        self.timerLag.record(microseconds: lateMicroseconds)
    }

    /// Writes the counters into a snapshot.
    package func fill(_ snapshot: inout LoadSnapshot) {
        snapshot.sentTotal = self.sentTotal
        snapshot.confirmedTotal = self.confirmedTotal
        snapshot.nackedTotal = self.nackedTotal
        snapshot.returnedTotal = self.returnedTotal
        snapshot.consumedTotal = self.consumedTotal
        snapshot.ackedTotal = self.ackedTotal
        snapshot.failedTotal = self.failedTotal
        snapshot.confirmLatency = self.confirmLatency.summary
        snapshot.endToEndLatency = self.endToEndLatency.summary
        snapshot.endToEndBuckets = self.endToEndBuckets
        snapshot.timerLag = self.timerLag.summary
    }
}
