import Messaging

/// Messages that come back to the queue that rejected them, before they are dead-lettered.
extension Broker {
    /// Has a rejected message wait, when its queue lets it come back once more.
    ///
    /// It stays where it is as well; the caller settles it in the same commit. Where too many wait
    /// already, it comes back at once: that costs its consumers a try too early and loses nothing.
    ///
    /// - Returns: Whether it comes back; otherwise it is to be dead-lettered.
    mutating func retry(
        _ message: PublishedMessage, _ record: Record, of slot: Int, now: Timestamp
    ) -> Bool {
        guard let policy = self.queues[slot].settings.retry else { return false }
        var properties = (try? MessageProperties(decoding: message.properties)) ?? .init()
        let before = max(0, properties.headers?[RetryPolicy.headerName]?.integer ?? 0)
        guard before < policy.retries else { return false }
        properties.setHeader(RetryPolicy.headerName, .int64(before + 1))
        self.queues[slot].tally.retried += 1
        var delay = policy.delayMicroseconds(after: before, &self.generator)
        if self.waitingCount >= self.waitingMax { delay = 0 }
        let (origin, flags, since) = (record.origin, record.flags, record.enqueuedAt)
        properties.encoded().withUnsafeBytes { properties in
            var copy = message
            copy.properties = properties
            guard delay > 0 else {
                self.comeBack(copy, origin, since: since, to: slot, now: now)
                return
            }
            self.wait(
                copy, .queue(self.queues[slot].id, origin: origin),
                until: now.adding(microseconds: delay), since: since,
                isPersistent: flags.contains(.persistent) && self.queues[slot].settings.isDurable,
                in: self.queues[slot].host, now: now)
        }
        return true
    }

    /// Appends a message to the queue that rejected it, however full that is: it was let in before.
    ///
    /// It is the message that it was, neither published again nor young. Only its time to live
    /// begins anew, because it did not wait there by its consumers' fault.
    ///
    /// - Parameters:
    ///   - origin: The queue in which it died, if it was a dead letter.
    ///   - since: When it was published.
    mutating func comeBack(
        _ message: PublishedMessage, _ origin: QueueID?, since: Timestamp, to slot: Int,
        now: Timestamp
    ) {
        let properties = PropertyPeek(message.properties)
        var traits = PublishTraits(properties, ttlMicroseconds: properties.ttlMicroseconds)
        traits.origin = origin
        traits.retriedSince = since
        _ = self.append(message, traits, to: slot, now: now)
        self.countDead(origin, queues: 1, isFirst: false)
    }
}

extension PropertyPeek {
    /// The message's own time to live; nil when it has none that can be read.
    var ttlMicroseconds: Int64? {
        guard case .milliseconds(let value) = self.expiration else { return nil }
        return Int64(value) * 1_000
    }
}
