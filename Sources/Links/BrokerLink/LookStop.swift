import Messaging

/// Why a look into a queue ended before its time: at a message that was returned so often already
/// that looking at it, which is one more return, all but used up what the queue allows.
package struct LookStop: Hashable, Sendable, CustomStringConvertible {
    /// What became of the message.
    package enum Fate: Hashable, Sendable {
        /// It is back; one more return is one too many.
        case near
        /// It was at its limit, and is where the queue sends its dead letters.
        case deadLettered
        /// It was at its limit, and was put at the end of the queue as a new message.
        case putAtEnd
    }

    package var queue: QueueName
    /// Which message from the head it was, from 1.
    package var place: Int
    /// So often the queue lets a message be returned.
    package var returnsMax: Int
    package var fate: Fate

    /// Whether the message is no longer where it was looked at.
    package var hasMoved: Bool { self.fate != .near }

    package init(queue: QueueName, place: Int, returnsMax: Int, fate: Fate) {
        self.queue = queue
        self.place = place
        self.returnsMax = returnsMax
        self.fate = fate
    }

    package var description: String {
        let message = "Stopped at message \(self.place) of \(self.queue)"
        let limit = "delivery limit of \(self.returnsMax)"
        let rest = "Those behind it were not looked at."
        return switch self.fate {
        case .near:
            "\(message): looking has brought it to its \(limit), so it must not be returned once "
                + "more. \(rest)"
        case .deadLettered:
            "\(message): it was at its \(limit), and looking has dead-lettered it. \(rest)"
        case .putAtEnd:
            "\(message): it was at its \(limit), and putting it back would have destroyed it; it "
                + "is at the end of the queue now, as a new message. \(rest)"
        }
    }
}
