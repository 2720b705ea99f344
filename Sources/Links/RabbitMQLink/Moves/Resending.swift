import Messaging
import Metering

/// Where dead letters go back to, and as what.
package enum Resending {
    /// Further keys, and what a broker adds to a delivery and is no part of the message.
    private static let removedHeaders = ["CC", "BCC", "x-delivery-count", "x-acquired-count"]

    /// The queue that a message died in: the newest record that is neither of the queue it lies in
    /// nor of one that it only passed through on its way.
    ///
    /// Delay queues and dead-letter queues let go of messages by expiry or overflow, whereas a
    /// queue that works on messages rejects them.
    ///
    /// - Parameter deadLetterQueues: All queues that receive dead letters.
    package static func queueItDiedIn(
        _ deaths: [DeathRecord], lyingIn source: QueueName, deadLetterQueues: Set<QueueName>
    ) -> QueueName? {
        let elsewhere = deaths.filter { $0.queue != source }
        let decisive = elsewhere.first { death in
            switch death.reason {
            case .rejected, .deliveryLimit: true
            case .expired, .maxLength: !deadLetterQueues.contains(death.queue)
            }
        }
        return (decisive ?? elsewhere.first)?.queue
    }

    /// A message as it is published to a queue by name, with its deaths kept.
    ///
    /// Without its `expiration`, of which it died perhaps; without CC and BCC, which would copy it
    /// to others; without a user-id other than the link's own, which the broker would refuse.
    package static func message(
        _ message: Message, to queue: QueueName, user: String
    ) -> Message {
        var copy = message
        copy.exchange = .default
        copy.routingKey = queue.text
        copy.properties.expiration = nil
        if copy.properties.userID != user { copy.properties.userID = nil }
        for name in self.removedHeaders where copy.properties.headers?[name] != nil {
            copy.properties.headers?[name] = nil
        }
        return copy
    }

    /// A message as it is published to the queue that it was taken from: it still has to expire.
    package static func again(_ message: Message, to queue: QueueName, user: String) -> Message {
        var copy = self.message(message, to: queue, user: user)
        copy.properties.expiration = message.properties.expiration
        return copy
    }
}

/// Tells from the depth of the source how many messages came back to it.
package struct ReturnWatch: Equatable, Sendable {
    /// Ready messages of the source at the start.
    package let readyAtStart: Int

    package init(readyAtStart: Int) { self.readyAtStart = readyAtStart }

    /// How many came into the source meanwhile, when those are too many by ``ReturnRule``.
    ///
    /// - Parameters:
    ///   - ready: Ready messages of the source now.
    ///   - taken: Messages taken out of it so far, held ones included.
    package func returned(ready: Int, taken: Int, moved: Int) -> Int? {
        let returned = ready - max(0, self.readyAtStart - taken)
        return ReturnRule.stops(returned: returned, moved: moved) ? returned : nil
    }
}
