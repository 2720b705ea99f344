/// What has happened to a queue since it was declared, in messages.
///
/// Nil is what the broker does not tell, which is not the same as what never happened.
package struct QueueTotals: Equatable, Sendable {
    package var published: UInt64?
    package var delivered: UInt64?
    package var acked: UInt64?
    package var redelivered: UInt64?
    /// Deliveries that need no ack, and so settled at once.
    package var deliveredWithoutAck: UInt64?
    package var expired: UInt64?
    package var rejected: UInt64?
    package var droppedByLength: UInt64?
    /// Publishes that it did not take because it was full; they never were in it.
    package var refused: UInt64?
    /// Returned more often than the queue's delivery limit allows.
    package var returnedTooOften: UInt64?
    /// Rejected, and kept for another try.
    package var retried: UInt64?
    package var deadLettered: UInt64?
    package var purged: UInt64?
    /// Publishes that it had already, and did not take again; they never were in it.
    package var deduplicated: UInt64?

    package init(
        published: UInt64? = 0, delivered: UInt64? = 0, acked: UInt64? = 0,
        redelivered: UInt64? = 0, deliveredWithoutAck: UInt64? = 0, expired: UInt64? = 0,
        rejected: UInt64? = 0,
        droppedByLength: UInt64? = 0, refused: UInt64? = 0, returnedTooOften: UInt64? = 0,
        retried: UInt64? = 0, deadLettered: UInt64? = 0, purged: UInt64? = 0,
        deduplicated: UInt64? = 0
    ) {
        self.published = published
        self.delivered = delivered
        self.acked = acked
        self.redelivered = redelivered
        self.deliveredWithoutAck = deliveredWithoutAck
        self.expired = expired
        self.rejected = rejected
        self.droppedByLength = droppedByLength
        self.refused = refused
        self.returnedTooOften = returnedTooOften
        self.retried = retried
        self.deadLettered = deadLettered
        self.purged = purged
        self.deduplicated = deduplicated
    }

    /// What nobody knows anything of.
    package static let unknown = QueueTotals(
        published: nil, delivered: nil, acked: nil, redelivered: nil, deliveredWithoutAck: nil,
        expired: nil, rejected: nil, droppedByLength: nil, refused: nil, returnedTooOften: nil,
        retried: nil, deadLettered: nil, purged: nil, deduplicated: nil)

    /// Messages that left the queue for good by being consumed.
    package var settled: UInt64? {
        guard let acked, let deliveredWithoutAck else { return nil }
        return acked &+ deliveredWithoutAck
    }
}
