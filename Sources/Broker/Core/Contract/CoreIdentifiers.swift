/// One incarnation of a queue: a slot of the broker's table and how often it was filled.
///
/// A queue that is deleted and declared again gets another one, so nothing that still refers to
/// the old queue can touch the new.
package struct QueueID: Hashable, Sendable {
    package let slot: UInt32
    package let incarnation: UInt32

    package init(slot: UInt32, incarnation: UInt32) {
        self.slot = slot
        self.incarnation = incarnation
    }

    var index: Int { Int(self.slot) }
}

/// One consumer: a slot of the broker's table and how often it was filled.
package struct ConsumerID: Hashable, Sendable {
    package let slot: UInt32
    package let incarnation: UInt32

    package init(slot: UInt32, incarnation: UInt32) {
        self.slot = slot
        self.incarnation = incarnation
    }

    var index: Int { Int(self.slot) }

    /// Stands where there is none, as for a message that `basic.get` fetched.
    static let none = ConsumerID(slot: .max, incarnation: .max)
}

/// The durable part of one batch, numbered from 1; becomes durable as a whole and in order.
package struct CommitNumber: Hashable, Sendable, Comparable {
    package let number: UInt64
    package init(_ number: UInt64) { self.number = number }
    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
