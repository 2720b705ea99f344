/// What makes a queue different from a plain one, by its declaration or by policies.
package struct QueueFeatures: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let durable = Self(rawValue: 1)
    /// Only one connection may use it, with which it goes.
    package static let exclusive = Self(rawValue: 2)
    package static let autoDelete = Self(rawValue: 4)
    package static let priorities = Self(rawValue: 8)
    package static let singleActiveConsumer = Self(rawValue: 16)
    package static let messageTTL = Self(rawValue: 32)
    /// Deleted when it is unused for so long.
    package static let expires = Self(rawValue: 64)
    /// Limited in messages or bytes.
    package static let limited = Self(rawValue: 128)
    package static let deadLettering = Self(rawValue: 256)
    /// A policy or an operator policy applies to it.
    package static let policy = Self(rawValue: 512)
    /// A quorum queue: its messages are all persistent, and their returns are counted.
    package static let quorum = Self(rawValue: 1_024)
    /// Rejected messages come back a few times.
    package static let retries = Self(rawValue: 2_048)
    /// Messages stay when they are read.
    package static let stream = Self(rawValue: 4_096)
    package static let rateLimited = Self(rawValue: 8_192)
    package static let circuitBreaker = Self(rawValue: 16_384)
    package static let deduplicating = Self(rawValue: 32_768)
}
