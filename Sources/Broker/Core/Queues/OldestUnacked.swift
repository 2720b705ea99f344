import Messaging

/// The delivery of a queue that a consumer has held longest, as far as it is known.
///
/// Deliveries are made in the order of time, so that a new one never is the longest held unless it
/// is the only one. How long its message lay in the queue before does not matter: a consumer that
/// works off an old backlog is not stuck.
enum OldestUnacked {
    case none
    /// Where its message lies, and since when it has been with its consumer.
    case known(Position, Timestamp)
    /// The one that was known has left: the channels' lists have to be searched.
    case unknown

    @inline(__always)
    mutating func delivered(_ position: Position, at now: Timestamp) {
        if case .none = self { self = .known(position, now) }
    }

    mutating func left(_ position: Position) {
        if case .known(position, _) = self { self = .unknown }
    }
}
