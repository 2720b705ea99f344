import BrokerLink
import Messaging

/// A message that lies in a dead-letter queue, and why it is there.
package struct DeadLetter: Equatable, Sendable {
    /// Names one dead letter among those of all queues.
    package struct ID: Hashable, Sendable {
        package var queue: QueueName
        package var message: MessageID

        package init(queue: QueueName, message: MessageID) {
            self.queue = queue
            self.message = message
        }
    }

    /// The queue in which it lies now.
    package let queue: QueueName
    package let browsed: BrowsedMessage
    package let cause: DeathCause
    /// What the consumer wrote about the failure, first line only; nil when it wrote nothing.
    package let error: String?
    /// The queue it died in: where a redrive puts it back. Nil without a usable death record.
    package let queueItDiedIn: QueueName?

    /// Reads the cause of a browsed message.
    ///
    /// - Parameters:
    ///   - queue: The queue in which it lies.
    ///   - deadLetterQueues: All queues that receive dead letters; see
    ///     ``DeathHistory/decisiveRecord(of:lyingIn:deadLetterQueues:)``.
    package init(
        _ browsed: BrowsedMessage, in queue: QueueName, deadLetterQueues: Set<QueueName>
    ) {
        let record = DeathHistory.decisiveRecord(
            of: browsed.deaths, lyingIn: queue, deadLetterQueues: deadLetterQueues)
        let error = ErrorHeader.text(in: browsed.message.properties.headers)
        self.queue = queue
        self.browsed = browsed
        self.error = error
        self.cause = DeathCause(record, error: error)
        self.queueItDiedIn = record.flatMap { $0.queue == queue ? nil : $0.queue }
    }

    package var id: ID { ID(queue: self.queue, message: self.browsed.id) }

    /// When it came into the dead-letter queue, which is when it died last.
    ///
    /// The time in a death record is that of the *first* death of its queue and reason, so it
    /// serves only where the broker does not tell; ``neverTold`` where there is not even that.
    package var diedAt: Timestamp {
        if let enqueuedAt = self.browsed.enqueuedAt { return enqueuedAt }
        let seconds = self.browsed.deaths.first.map { Int64(clamping: $0.timeSeconds) }
        return seconds.map { Timestamp(seconds: min($0, Self.latestSeconds)) } ?? Self.neverTold
    }

    /// Stands for a moment that nobody knows.
    package static let neverTold = Timestamp(seconds: 0)
    /// A client may write any time into the header; microseconds have to hold it.
    private static let latestSeconds: Int64 = 9_000_000_000_000

    /// How often it died, in all queues and for all reasons.
    package var deathCount: Int64 { DeathHistory.deathCount(of: self.browsed.deaths) }
}
