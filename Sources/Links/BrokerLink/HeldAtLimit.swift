import Messaging

/// Messages that were held when the channel or connection that held them ended, which counts as
/// one more return of each: of those at their delivery limit, as one too many.
package struct HeldAtLimit: Hashable, Sendable {
    package var queue: QueueName
    /// Those that were at their limit.
    package var count: Int
    /// Those that were asked for: nobody knows whether they came, and how often they had been
    /// returned.
    package var underWay: Int
    /// Whether the queue has a place for its dead letters.
    package var isDeadLettering: Bool

    package init(queue: QueueName, count: Int, underWay: Int, isDeadLettering: Bool) {
        self.queue = queue
        self.count = count
        self.underWay = underWay
        self.isDeadLettering = isDeadLettering
    }

    /// What that means, as sentences.
    ///
    /// - Parameter event: What happened to the connection, such as `the connection broke`.
    func sentence(when event: String) -> String {
        let (limit, fate) = ("at their delivery limit", self.fate)
        guard self.count > 0 else {
            guard self.underWay > 1 else {
                return "A message of \(self.queue) may have been on its way when \(event): "
                    + "\(fate) it if it was \(Self.atItsLimit)."
            }
            return "Up to \(Self.messages(self.underWay)) of \(self.queue) were on their way when "
                + "\(event): \(fate) those that were \(limit)."
        }
        let verb = self.count == 1 ? "was \(Self.atItsLimit)" : "were \(limit)"
        let known = "\(Self.messages(self.count)) of \(self.queue) \(verb) when \(event)"
        let unknown =
            self.underWay == 0
            ? "" : ", up to \(self.underWay) more were on their way and may have been, too"
        let all = self.count + self.underWay == 1 ? "it" : "them"
        return "\(known)\(unknown): \(fate) \(all)."
    }

    private static let atItsLimit = "at its delivery limit"

    private static func messages(_ count: Int) -> String {
        count == 1 ? "1 message" : "\(count) messages"
    }

    private var fate: String {
        self.isDeadLettering
            ? "the broker may have dead-lettered" : "the broker may have dropped"
    }
}

extension LinkError {
    /// Whether it tells that a channel ended, and all that it held was put back.
    private var endsChannel: Bool {
        switch self {
        case .disconnected, .outcomeUnknown, .refused: true
        case .queueNotFound, .exchangeNotFound, .connectionNotFound, .consumerNotFound,
            .noCircuitBreaker, .queueInUse, .declined, .lost, .endedAtLimit, .returning,
            .tooIntrusive, .unsupported, .loginRefused, .virtualHostNotFound, .notAttempted:
            false
        }
    }

    /// The same error, and what it cost the messages that were held when it came.
    ///
    /// - Parameter held: Nil where messages may be returned without end.
    package func costing(_ held: HeldAtLimit?) -> LinkError {
        guard let held, held.count + held.underWay > 0, self.endsChannel else { return self }
        return .endedAtLimit(held, cause: self)
    }

    /// What became of what held the messages.
    var ending: String {
        if case .refused = self { "the broker closed the channel" } else { "the connection broke" }
    }
}
