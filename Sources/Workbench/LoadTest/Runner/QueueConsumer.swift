import AMQPClient
import Messaging

/// One consumer at work: takes deliveries, and acks or rejects each when its work is done.
struct QueueConsumer {
    private let channel: LoopChannel
    private var line: WorkLine
    private var settlements: [WorkLine.Settlement] = []

    init(_ consumer: LoadConsumer, on channel: LoopChannel, seed: UInt64) {
        self.channel = channel
        self.line = WorkLine(
            work: consumer.work, failureShare: consumer.failureShare, seed: seed)
    }

    /// When the message at work is done; nil when there is none.
    var nextDone: Timestamp? { self.line.nextDone }

    /// Takes the deliveries of one read.
    ///
    /// - Parameter since: When the run began; latencies of earlier messages say nothing about it.
    mutating func delivered(
        _ deliveries: [Delivery], since: Timestamp, now: Timestamp, meter: inout LoadMeter
    ) {
        for delivery in deliveries {
            let planned =
                delivery.isRedelivered ? nil : PlannedHeader.read(delivery.message.properties)
            meter.consumed(planned: planned.flatMap { $0 >= since ? $0 : nil }, now: now)
            self.line.delivered(delivery.tag, now: now)
        }
        self.settleDone(now: now, meter: &meter)
    }

    /// Tells the broker about everything that is done by now.
    mutating func settleDone(now: Timestamp, meter: inout LoadMeter) {
        let (acked, failed) = self.line.settle(now: now, into: &self.settlements)
        guard acked + failed > 0, self.channel.isOpen else { return }
        for settlement in self.settlements {
            switch settlement {
            case .ackUpTo(let tag): self.channel.ack(tag, multiple: true)
            case .reject(let tag): self.channel.reject(tag, requeue: false)
            }
        }
        self.settlements.removeAll(keepingCapacity: true)
        self.channel.flush()
        meter.settled(acked: acked, failed: failed)
    }
}
