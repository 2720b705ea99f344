import BrokerLink
import Messaging

/// How a queue's messages can be looked at on a broker that offers no way to look.
package enum LookRule: Equatable, Sendable {
    /// They are taken and put back.
    ///
    /// - Parameter limit: How often that may be done with a message; nil is without end.
    case take(Intrusion, within: ReturnLimit? = nil)
    /// A stream is read, which changes nothing.
    case read
    /// Neither is possible; the reason is a sentence.
    case refused(reason: String)

    /// - Parameters:
    ///   - consumersNow: How many consumers the queue has at this moment; nil goes by `queue`,
    ///     which is some seconds old.
    ///   - deadLetters: Where its dead letters come to; asked where messages have a limit only.
    ///   - hasLimitAlways: Whether quorum queues of this broker have a delivery limit even when
    ///     nobody set one.
    package init(
        _ queue: QueueReply, consumersNow: Int? = nil, deadLetters: DeadLetterPlace,
        hasLimitAlways: Bool
    ) {
        let consumers = consumersNow ?? queue.consumers ?? 0
        if queue.isStream {
            self = .read
        } else if queue.hasExclusiveConsumer
            || queue.consumerDetails?.contains(where: { $0.isExclusive == true }) == true
        {
            self = .refused(
                reason: "\(queue.name) has an exclusive consumer, and the broker gives its "
                    + "messages to nobody else. Stop that consumer to look into it.")
        } else if let known = queue.consumerDetails?.count, let consumersNow, known < consumersNow,
            !queue.isQuorum, !queue.isSingleActive
        {
            self = .refused(
                reason: "a consumer of \(queue.name) has just come, and the broker does not tell "
                    + "yet whether it has the queue for itself. Look again in some seconds.")
        } else if queue.isSingleActive, queue.isQuorum || consumers > 0 {
            self = .refused(
                reason: "\(queue.name) has a single active consumer: taking messages past it "
                    + "would break the order that it relies on. Stop its consumers to look into "
                    + "it"
                    + (queue.isQuorum ? "; a quorum queue of this kind is never given." : "."))
        } else if queue.isQuorum {
            // How often a message was returned shows only when it was taken, and then putting it
            // back counts: so any of them may be near its limit.
            let limit = ReturnLimit(
                queue, hasLimitAlways: hasLimitAlways, deadLetters: deadLetters)
            self = .take(limit?.intrusion ?? .countsDelivery, within: limit)
        } else {
            self = .take(.marksRedelivered)
        }
    }

    /// What looking costs; nil when it is not possible.
    package var intrusion: Intrusion? {
        switch self {
        case .take(let intrusion, _): intrusion
        case .read: Intrusion.none
        case .refused: nil
        }
    }
}
