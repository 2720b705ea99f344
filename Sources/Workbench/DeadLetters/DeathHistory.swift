import Messaging

/// What a message's death records, newest first, say about it.
package enum DeathHistory {
    /// The record that tells why a message lies in a dead-letter queue, and where it belongs.
    ///
    /// That is the newest one that is neither of the queue it lies in nor of a queue it only passed
    /// through: delay queues and dead-letter queues receive dead letters and let go of them by
    /// expiry or overflow, whereas a queue that works on messages rejects them. When every other
    /// record looks like that, the newest of another queue counts; when there is no other queue,
    /// the newest of all.
    ///
    /// - Parameters:
    ///   - records: The `x-death` entries, newest first.
    ///   - queue: Where the message lies now.
    ///   - deadLetterQueues: All queues known to receive dead letters.
    package static func decisiveRecord(
        of records: [DeathRecord], lyingIn queue: QueueName, deadLetterQueues: Set<QueueName>
    ) -> DeathRecord? {
        let elsewhere = records.filter { $0.queue != queue }
        let decisive = elsewhere.first { record in
            switch record.reason {
            case .rejected, .deliveryLimit: true
            case .expired, .maxLength: !deadLetterQueues.contains(record.queue)
            }
        }
        return decisive ?? elsewhere.first ?? records.first
    }

    /// How often a message died, in all queues and for all reasons; 0 when it never did.
    package static func deathCount(of records: [DeathRecord]) -> Int64 {
        // Saturating: a client may write any count into the header.
        records.reduce(0) { sum, record in
            let (total, isOverflow) = sum.addingReportingOverflow(max(0, record.count))
            return isOverflow ? .max : total
        }
    }
}
