import Messaging

/// Why a broker did not do what a link asked: what happened, what it means, what to do.
package enum LinkError: Error, Hashable, Sendable, CustomStringConvertible {
    case queueNotFound(QueueName)
    case exchangeNotFound(ExchangeName)
    case connectionNotFound
    case consumerNotFound(ConsumerTag)
    case noCircuitBreaker(QueueName)
    /// The queue holds messages or has consumers, and the caller asked to delete it only if not.
    case queueInUse(QueueName, reason: String)
    /// By the broker.
    case refused(reason: String)
    /// By the link itself, which did not even ask the broker for it.
    case declined(reason: String)
    /// So many messages could not be put back where they were taken from, and are gone.
    case lost(from: QueueName, count: Int)
    /// Messages at their delivery limit were held when their channel or connection ended.
    indirect case endedAtLimit(HeldAtLimit, cause: LinkError)
    /// Messages that are put back come back to where they are taken from.
    case returning(to: QueueName, count: Int, moved: Int)
    /// Looking would cost more than the caller allowed.
    case tooIntrusive(QueueName, Intrusion)
    case unsupported(Capability, because: String)
    case disconnected(reason: String)
    /// The broker answers, and does not let this user in.
    case loginRefused(reason: String)
    case virtualHostNotFound(String)
    /// It was not even tried, because something that has to come first failed.
    case notAttempted(reason: String)
    /// The connection ended while the broker worked on it; it may or may not have happened.
    case outcomeUnknown(action: String)

    /// Whether messages are lost, or may be.
    package var tellsOfLoss: Bool {
        switch self {
        case .lost, .endedAtLimit: true
        case .queueNotFound, .exchangeNotFound, .connectionNotFound, .consumerNotFound,
            .noCircuitBreaker, .queueInUse, .refused, .declined, .returning, .tooIntrusive,
            .unsupported, .disconnected, .loginRefused, .virtualHostNotFound, .notAttempted,
            .outcomeUnknown:
            false
        }
    }

    package var description: String {
        switch self {
        case .queueNotFound(let queue):
            "There is no queue \(queue): it was deleted meanwhile. Refresh the list."
        case .exchangeNotFound(let exchange):
            "There is no exchange \(exchange): it was deleted meanwhile. Choose another target."
        case .connectionNotFound:
            "There is no such connection: it ended meanwhile. Refresh the list."
        case .consumerNotFound(let tag):
            "There is no consumer \(tag): it ended meanwhile. Refresh the list."
        case .noCircuitBreaker(let queue):
            "\(queue) has no circuit breaker. Give it one with the policy key breaker-threshold."
        case .queueInUse(let queue, let reason):
            "\(queue) was not deleted: \(reason). Purge it or stop its consumers first."
        case .refused(let reason):
            "The broker refused: \(reason)"
        case .declined(let reason):
            "Not done: \(reason)"
        case .lost(let queue, let count):
            "\(count) messages of \(queue) are LOST: they were at their delivery limit, could not "
                + "be put back, and the queue has no dead-letter exchange that is known to lead "
                + "to a queue. Give it one."
        case .endedAtLimit(let held, let cause):
            "\(held.sentence(when: cause.ending)) \(cause)"
        case .returning(let queue, let count, let moved):
            "Stopped: \(count) messages came into \(queue) while \(moved) were put back, so they "
                + "seem to die again. The others stay there: put the cause right, then go on."
        case .tooIntrusive(let queue, let intrusion):
            "Looking into \(queue) \(intrusion.consequence). Allow it explicitly to go on."
        case .unsupported(_, let reason):
            "This broker cannot do that: \(reason)"
        case .virtualHostNotFound(let host):
            "There is no virtual host \(host). Name one that there is, or make it first."
        case .disconnected(let reason), .loginRefused(let reason):
            "Not connected: \(reason). The link reconnects by itself; try again then."
        case .notAttempted(let reason):
            "Nothing was done. \(reason)"
        case .outcomeUnknown(let action):
            "The connection was lost during \(action): it may or may not have happened. "
                + "Check the queue before you repeat it."
        }
    }
}

extension Intrusion {
    /// What looking does, as the end of a sentence.
    package var consequence: String {
        switch self {
        case .none: "changes nothing"
        case .marksRedelivered: "marks its messages redelivered"
        case .countsDelivery: "counts as a delivery attempt of each message"
        case .mayDeadLetter: "may dead-letter messages that are near their delivery limit"
        case .mayLose:
            "counts as a return, and messages at their delivery limit may be LOST: nobody knows "
                + "whether the queue's dead-letter exchange leads them to a queue"
        case .mayDestroy:
            "counts as a return, and messages at their delivery limit would be LOST: the queue has "
                + "no dead-letter exchange"
        case .mayDestroyAtDeadEnd:
            "counts as a return, and messages at their delivery limit would be LOST: the queue's "
                + "dead-letter exchange does not exist, or leads to no queue"
        }
    }
}
