import Messaging

/// One message in one queue, for as long as it lies there.
package struct MessageID: Hashable, Sendable, Comparable {
    package let position: Position
    package init(_ position: Position) { self.position = position }
    package static func < (left: Self, right: Self) -> Bool { left.position < right.position }
}

/// Which messages of a queue to look at.
package struct BrowseRequest: Hashable, Sendable {
    package var queue: QueueName
    /// Where to go on; nil starts at the head.
    package var after: MessageID?
    /// Where a stream's first page begins instead of at the head.
    package var from: StreamPlace?
    /// At most so many messages in the page, 1 to 1,000.
    package var countMax: Int
    /// At most so many bytes of each body; the rest is left out and counted.
    package var bodyBytesMax: Int
    /// The worst that looking may do.
    package var intrusionMax: Intrusion

    package init(
        queue: QueueName, after: MessageID? = nil, from: StreamPlace? = nil,
        countMax: Int = 100, bodyBytesMax: Int = 65_536, intrusionMax: Intrusion = .none
    ) {
        self.queue = queue
        self.after = after
        self.from = from
        self.countMax = countMax
        self.bodyBytesMax = bodyBytesMax
        self.intrusionMax = intrusionMax
    }
}

/// A page of messages, oldest first.
package struct BrowsePage: Equatable, Sendable {
    package var queue: QueueName
    package var messages: [BrowsedMessage]
    /// Whether more lie behind the last one that can be looked at.
    package var hasMore: Bool
    /// Why no more are looked at although there may be; nil when nothing was in the way.
    package var stop: LookStop?

    package init(
        queue: QueueName, messages: [BrowsedMessage], hasMore: Bool, stop: LookStop? = nil
    ) {
        self.queue = queue
        self.messages = messages
        self.hasMore = hasMore
        self.stop = stop
    }

    /// The messages that are still where they were looked at.
    package var standing: [BrowsedMessage] {
        self.stop?.hasMoved == true ? self.messages.dropLast() : self.messages
    }
}

/// A message as it lies in a queue.
package struct BrowsedMessage: Equatable, Sendable {
    package var id: MessageID
    /// The body holds at most as much as was asked for; see ``bodyBytes``.
    package var message: Message
    /// The whole body's size in bytes.
    package var bodyBytes: Int
    /// When it came into the queue; nil when the broker does not tell.
    package var enqueuedAt: Timestamp?
    package var isRedelivered: Bool
    package var isUnacked: Bool
    /// Where it died before, newest death first; empty when it never did.
    package var deaths: [DeathRecord]
    /// Its offset in a stream; nil in any other queue.
    package var streamOffset: UInt64?

    package init(
        id: MessageID, message: Message, bodyBytes: Int, enqueuedAt: Timestamp?,
        isRedelivered: Bool, isUnacked: Bool, deaths: [DeathRecord], streamOffset: UInt64? = nil
    ) {
        self.id = id
        self.message = message
        self.bodyBytes = bodyBytes
        self.enqueuedAt = enqueuedAt
        self.isRedelivered = isRedelivered
        self.isUnacked = isUnacked
        self.deaths = deaths
        self.streamOffset = streamOffset
    }
}
