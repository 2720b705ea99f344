import Messaging

/// What the broker keeps of one consumer.
struct Consumer {
    let id: ConsumerID
    let tag: ConsumerTag
    /// The tag's bytes as deliveries carry them.
    let tagBytes: ChunkMemory
    /// Slot of its channel.
    let channel: Int
    let queue: QueueID
    let isAutoAck: Bool
    let isExclusive: Bool
    /// `x-priority`: those with a higher one are served first.
    let priority: Int64
    /// As its client wrote them.
    let arguments: FieldTable
    /// What it may hold unacked; 0 is without limit.
    let prefetch: Int
    var unacked = 0
    /// It has no room, and takes part in its queue's turns again once it may have.
    var isParked = false
    /// Grows with every consumer that is parked.
    var parkedNumber: UInt64 = 0
    var work = ConsumerWork()
    /// Where it reads, when its queue is a stream.
    var reader: StreamReader?
    /// `x-delivery-rate`: how fast it may get messages; nil is without limit.
    var bucket: TokenBucket?
    /// When the timer fires at which it may get more.
    var rateTimer: Timestamp?

    /// How many more deliveries that need an ack its own prefetch allows.
    var room: Int { self.prefetch == 0 ? .max : self.prefetch - self.unacked }
}

/// How long a consumer worked on what it settles in one batch.
///
/// All settles of a batch arrive at one moment, so each alone would tell nothing: the first would
/// carry the whole time and the rest none. The time since the consumer's previous settle, or
/// since its first delivery among these if that was later, is shared out evenly instead.
struct ConsumerWork {
    private var settledCount = 0
    private var ackedCount = 0
    private var firstDeliveredAt = Timestamp(microseconds: .max)
    private var lastSettledAt = Timestamp(microseconds: 0)

    /// Counts a settled delivery.
    ///
    /// - Returns: Whether it is the first of this batch.
    mutating func settled(_ delivery: Unacked, isAck: Bool) -> Bool {
        self.settledCount += 1
        if isAck { self.ackedCount += 1 }
        self.firstDeliveredAt = min(self.firstDeliveredAt, delivery.deliveredAt)
        return self.settledCount == 1
    }

    /// Ends the batch.
    ///
    /// - Returns: The time that each acked message took, and how many were acked.
    mutating func endBatch(now: Timestamp) -> (microsecondsEach: Int64, acked: UInt32)? {
        guard self.settledCount > 0 else { return nil }
        let since = max(self.firstDeliveredAt, self.lastSettledAt)
        let each = now.microseconds(since: since) / Int64(self.settledCount)
        let acked = UInt32(clamping: self.ackedCount)
        self = ConsumerWork()
        self.lastSettledAt = now
        return acked == 0 ? nil : (each, acked)
    }
}
