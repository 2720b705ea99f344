import Messaging

/// What publishers do with a queue's messages; each is a way to lose or to repeat one.
package struct PublishHabit: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Something was published at all.
    package static let published = Self(rawValue: 1)
    /// Not persistent: a restart loses it.
    package static let transient = Self(rawValue: 2)
    /// On a channel with neither confirms nor transactions.
    package static let unconfirmed = Self(rawValue: 4)
    /// Into a queue that deduplicates, without an id.
    package static let withoutID = Self(rawValue: 8)
}

/// What publishers did lately: at least in the last half minute, at most in the last minute, as
/// long as somebody looks; since the last look otherwise. So publishing costs one `or`.
struct PublishHabits {
    static let microseconds: Int64 = 30_000_000

    private var current: PublishHabit = []
    private var former: PublishHabit = []
    private var since = Timestamp(microseconds: 0)

    @inline(__always)
    mutating func saw(_ habit: PublishHabit) { self.current.formUnion(habit) }

    /// What was seen lately.
    mutating func lately(now: Timestamp) -> PublishHabit {
        let seen = self.current.union(self.former)
        if now.microseconds(since: self.since) >= Self.microseconds {
            self.former = self.current
            self.current = []
            self.since = now
        }
        return seen
    }
}

extension PublishTraits {
    @inline(__always)
    var habit: PublishHabit {
        var habit = PublishHabit.published
        if !self.isPersistent { habit.insert(.transient) }
        if !self.isConfirmed { habit.insert(.unconfirmed) }
        return habit
    }
}
