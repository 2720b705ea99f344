import BrokerLink
import Messaging

/// How a queue's messages can be looked at on a broker that offers no way to look.
package enum LookRule: Equatable, Sendable {
    /// They are taken and put back.
    case take(Intrusion)
    /// A stream is read, which changes nothing.
    case read
    /// Neither is possible; the reason is a sentence.
    case refused(reason: String)

    /// - Parameters:
    ///   - hasLimitAlways: Whether quorum queues of this broker have a delivery limit even when
    ///     nobody set one.
    package init(_ queue: QueueReply, hasLimitAlways: Bool) {
        if queue.isStream {
            self = .read
        } else if queue.hasExclusiveConsumer
            || queue.consumerDetails?.contains(where: { $0.isExclusive == true }) == true
        {
            self = .refused(
                reason: "\(queue.name) has an exclusive consumer, and the broker gives its "
                    + "messages to nobody else. Stop that consumer to look into it.")
        } else if queue.isSingleActive, queue.isQuorum || (queue.consumers ?? 0) > 0 {
            self = .refused(
                reason: "\(queue.name) has a single active consumer: taking messages past it "
                    + "would break the order that it relies on. Stop its consumers to look into "
                    + "it"
                    + (queue.isQuorum ? "; a quorum queue of this kind is never given." : "."))
        } else if queue.isQuorum {
            // How often a message was returned shows only when it was taken, and then putting it
            // back counts: so any of them may be near its limit.
            self = .take(
                queue.deliveryLimit != nil || hasLimitAlways ? .mayDeadLetter : .countsDelivery)
        } else {
            self = .take(.marksRedelivered)
        }
    }
}
