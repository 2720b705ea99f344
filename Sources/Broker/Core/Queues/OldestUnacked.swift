import Messaging

/// The oldest unacked message of a queue, as far as it is known.
enum OldestUnacked {
    case none
    case known(Position, Timestamp)
    /// The one that was known has left: the channels' lists have to be searched.
    case unknown

    mutating func arrived(_ position: Position, _ enqueuedAt: Timestamp) {
        switch self {
        case .none: self = .known(position, enqueuedAt)
        case .known(let oldest, _):
            if position < oldest { self = .known(position, enqueuedAt) }
        case .unknown: break
        }
    }

    mutating func left(_ position: Position) {
        if case .known(position, _) = self { self = .unknown }
    }
}
