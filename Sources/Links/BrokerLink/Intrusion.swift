/// What looking at messages costs on a broker, from nothing to worst.
///
/// ``BrokerLink/browse(_:)`` refuses unless the caller allows the level, and the console says
/// it before it acts.
package enum Intrusion: Int, Comparable, Hashable, Sendable {
    /// Looking changes nothing.
    case none
    /// The messages looked at are flagged redelivered.
    case marksRedelivered
    /// The look counts towards a delivery limit.
    case countsDelivery
    /// The look may push a message over its delivery limit.
    case mayDeadLetter
    /// The same where nobody knows whether a queue takes the dead letters.
    case mayLose
    /// The same where nothing takes dead letters: then the message is gone for good.
    case mayDestroy
    /// The same: the queue names a dead-letter exchange, but that leads nowhere.
    case mayDestroyAtDeadEnd

    /// What nothing is worse than.
    package static let worst = Self.mayDestroyAtDeadEnd

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
