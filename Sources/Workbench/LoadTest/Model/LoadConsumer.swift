import Messaging

/// Consumers of one queue that take time over each message and fail on some.
package struct LoadConsumer: Hashable, Sendable {
    package var queue: QueueName
    /// Consumers of that queue, each with a connection's channel of its own.
    package var count: Int
    /// Unacked deliveries that each may hold.
    package var prefetch: UInt16
    package var work: LoadWork
    /// Share of messages rejected without requeue, 0 to 1.
    package var failureShare: Double

    package init(
        queue: QueueName, count: Int = 1, prefetch: UInt16 = 50, work: LoadWork = LoadWork(),
        failureShare: Double = 0
    ) {
        precondition(count >= 1 && prefetch >= 1, "a consumer without limit or without self")
        precondition((0...1).contains(failureShare), "a share lies between 0 and 1")
        self.queue = queue
        self.count = count
        self.prefetch = prefetch
        self.work = work
        self.failureShare = failureShare
    }
}

/// How long a consumer works on a message: drawn evenly from mean - spread to mean + spread.
///
/// A consumer works on one message at a time, as one that does real work would.
package struct LoadWork: Hashable, Sendable {
    package var meanMicroseconds: Int64
    package var spreadMicroseconds: Int64

    package init(meanMicroseconds: Int64 = 0, spreadMicroseconds: Int64 = 0) {
        precondition(
            spreadMicroseconds >= 0 && meanMicroseconds >= spreadMicroseconds,
            "work takes no negative time")
        self.meanMicroseconds = meanMicroseconds
        self.spreadMicroseconds = spreadMicroseconds
    }
}
