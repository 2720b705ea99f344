import Messaging

/// What only a stream has, at one moment.
package struct StreamFigures: Equatable, Sendable {
    /// The offset of the first message that is left; ``nextOffset`` when none is.
    package var firstOffset: UInt64
    /// The offset that the next message gets.
    package var nextOffset: UInt64
    /// How old messages get, and how many bytes of records are kept.
    package var ageMaxMicroseconds: Int64?
    package var bytesMax: UInt64?
    package var groups: Int
    /// Messages that the slowest group has not acked; nil without groups.
    package var lagMax: UInt64?
    /// Messages that retention dropped before its groups read them, all together.
    package var lost: UInt64
}

/// How far a consumer group has read a stream.
package struct StreamGroupFigures: Equatable, Sendable {
    package var name: String
    /// The first offset that it has not acked.
    package var nextOffset: UInt64
    /// Messages from there on that are left.
    package var lag: UInt64
    /// How long ago the first of them came; where its chunk is evicted, how long ago the chunk's
    /// first one came. nil without lag.
    package var lagMicroseconds: Int64?
    /// Messages that retention dropped before the group read them, since the broker started.
    package var lost: UInt64
    /// Its consumers: the first one reads, the others stand by.
    package var consumers: Int
}

/// What one step of a replay did.
package struct ReplayStep: Equatable, Sendable {
    package var copied = 0
    /// Messages that were chosen and that retention had dropped.
    package var lost: UInt64 = 0
    package var next: ReplayNext

    package init(next: ReplayNext) { self.next = next }
}

/// How a replay goes on after a step.
package enum ReplayNext: Equatable, Sendable {
    case finished
    case goOn(StreamStart)
    /// A ``StoreEffect/loadChunk(_:chunk:)`` is under way: go on once it was answered.
    case loading(StreamStart)
    /// The target refuses what is one too many; it may have room later.
    case targetFull(StreamStart)
    /// There is no stream of that name.
    case sourceNotFound
    case targetNotFound
}

/// Where a consumer reads a stream.
package struct StreamReaderFigures: Equatable, Sendable {
    package var group: String?
    /// The offset that it is sent next.
    package var nextOffset: UInt64
    /// Messages from there on that are left.
    package var lag: UInt64
    /// Messages that retention dropped before it was sent them.
    package var lost: UInt64
}
