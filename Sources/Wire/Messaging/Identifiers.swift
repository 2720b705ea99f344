/// A client connection, numbered by the server that accepted it; never reused while it runs.
package struct ConnectionID: Hashable, Sendable, Comparable {
    package let number: UInt64
    package init(_ number: UInt64) { self.number = number }
    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// A channel within its connection, from 1; 0 is the connection itself.
package struct ChannelNumber: Hashable, Sendable, Comparable {
    package let number: UInt16
    package init(_ number: UInt16) { self.number = number }
    package static let connection = ChannelNumber(0)
    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// A delivery or a publish within its channel, from 1 (AMQP 0-9-1, `delivery-tag`).
package struct DeliveryTag: Hashable, Sendable, Comparable {
    package let number: UInt64
    package init(_ number: UInt64) { self.number = number }
    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// Where a message stands in its queue's log.
///
/// Positions grow with every append and are never reused, so their order is the order of the
/// queue. They say nothing about how many messages lie between two of them.
package struct Position: Hashable, Sendable, Comparable {
    package let offset: UInt64
    package init(_ offset: UInt64) { self.offset = offset }
    package static func < (left: Self, right: Self) -> Bool { left.offset < right.offset }
}

/// A moment, in microseconds since 1970-01-01T00:00:00Z.
///
/// Pure rooms get it as an argument. Its source never runs backwards while a process lives, so
/// differences of two timestamps are durations.
package struct Timestamp: Hashable, Sendable, Comparable {
    package let microseconds: Int64
    package init(microseconds: Int64) { self.microseconds = microseconds }
    package init(seconds: Int64) { self.microseconds = seconds * 1_000_000 }

    package var seconds: Int64 { self.microseconds / 1_000_000 }

    /// Microseconds from `earlier` to this moment; negative when `earlier` is later.
    package func microseconds(since earlier: Timestamp) -> Int64 {
        self.microseconds - earlier.microseconds
    }

    /// The moment that is so many microseconds later; earlier when they are negative.
    package func adding(microseconds: Int64) -> Timestamp {
        Timestamp(microseconds: self.microseconds + microseconds)
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.microseconds < right.microseconds
    }
}
