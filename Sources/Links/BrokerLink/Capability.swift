/// Something a console can ask of a broker.
package enum Capability: Hashable, Sendable, CaseIterable {
    case browse
    case publish
    case purge
    case deleteMessages
    case deleteQueue
    case redrive
    /// Reading a stream from any offset or time, and copying it into a queue.
    case replay
    case closeConnection
    case cancelConsumer
    case circuitBreaker
    case processingTime
    case oldestAge
}

/// Whether a broker can do it, and if not, why: the console greys it out and says so.
package enum Availability: Hashable, Sendable {
    case available
    case unavailable(because: String)
}
