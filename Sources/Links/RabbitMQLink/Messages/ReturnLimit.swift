import BrokerLink
import Messaging

/// How often a quorum queue lets its messages be returned, and what comes of those that were
/// returned more often.
///
/// Every way to put a message back counts: a nack or reject with requeue, a recover, and the end
/// of a channel or connection that holds it (seen on RabbitMQ 3.10.8). So a message that is at its
/// limit cannot be put back any more once it was taken. How often it was returned shows only then.
package struct ReturnLimit: Equatable, Sendable {
    /// Of every quorum queue of RabbitMQ 4 that nobody gave another one.
    static let usual = 20

    package var returnsMax: Int
    /// What becomes of what was returned too often.
    package var deadLetters: DeadLetterPlace

    package init(returnsMax: Int, deadLetters: DeadLetterPlace) {
        self.returnsMax = returnsMax
        self.deadLetters = deadLetters
    }

    /// Nil when messages of the queue may be returned as often as anybody likes.
    init?(_ queue: QueueReply, hasLimitAlways: Bool, deadLetters: DeadLetterPlace) {
        guard queue.isQuorum, let limit = queue.deliveryLimit ?? (hasLimitAlways ? Self.usual : nil)
        else { return nil }
        // RabbitMQ 4 takes a limit below zero for none.
        guard limit >= 0 || !hasLimitAlways else { return nil }
        self.init(returnsMax: max(0, limit), deadLetters: deadLetters)
    }

    /// Whether what was returned too often is sure to be dead-lettered, unless it goes in a circle;
    /// otherwise it is destroyed, or may be.
    package var isDeadLettering: Bool { self.deadLetters == .somewhere }

    /// How often a message was returned before it was taken now.
    static func returns(of message: Message) -> Int {
        message.properties.headers?["x-delivery-count"]?.integer.map { Int(clamping: $0) } ?? 0
    }

    /// Whether one more return would be one too many.
    package func isReached(by message: Message) -> Bool {
        Self.returns(of: message) >= self.returnsMax
    }

    /// Whether one more return reaches the limit, if it is not reached yet.
    package func isNear(_ message: Message) -> Bool {
        Self.returns(of: message) + 1 >= self.returnsMax
    }

    /// What looking into the queue may do.
    var intrusion: Intrusion { self.deadLetters.intrusion }
}
