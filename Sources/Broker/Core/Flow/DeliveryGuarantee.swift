/// How often a message that a publisher has handed over is seen by a consumer, as a queue really
/// is: with its settings, its consumers, and what its publishers did lately.
///
/// A promise holds only if every message and every consumer keeps it, so the weakest decides:
///
/// | fact | guarantee | because |
/// | --- | --- | --- |
/// | some consumer takes without ack | at most once | what is on its way is gone |
/// | the queue is not durable | at most once | a restart empties it |
/// | it is exclusive, auto-delete or expires | at most once | it goes with its messages |
/// | some message is transient, or was lately | at most once | a restart loses it |
/// | some had no confirm, no transaction lately | at most once | a loss on the way is missed |
/// | a limit drops the oldest, nobody gets them | at most once | when it is full |
/// | a time to live, nobody gets dead letters | at most once | after its time |
/// | a limit of returns, nobody gets dead letters | at most once | past the limit |
/// | none of these | at least once | what is not acked comes again |
/// | and it is a stream with retention | no less, within it | what is too old or too much goes |
/// | and it deduplicates, all had ids lately | effectively once | a repeat is not stored |
///
/// A stream keeps every message, so none of it is transient. Its retention is no loss: it takes
/// what it was told to keep no longer, read or not, and a reader that keeps up misses nothing. It
/// is named with every guarantee.
///
/// Dead letters count as kept when some queue gets them; that queue has a guarantee of its own. A
/// consumer that rejects without requeue has decided about the message itself: that loses nothing.
/// "Effectively once" is about publishing: after a consumer's connection broke, its messages are
/// delivered again and marked as redelivered.
///
/// Source: RabbitMQ's reliability guide ("Data Safety"), and what this broker promises of confirms.
package enum DeliveryGuarantee: Hashable, Sendable, CaseIterable {
    case atMostOnce, atLeastOnce, effectivelyOnce
}

/// Why a queue's guarantee is not a stronger one.
package struct GuaranteeReasons: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    // Ways to lose a message.
    package static let autoAck = Self(rawValue: 1)
    package static let notDurable = Self(rawValue: 2)
    package static let goesAway = Self(rawValue: 4)
    package static let transientMessages = Self(rawValue: 8)
    package static let unconfirmedPublishes = Self(rawValue: 16)
    package static let dropsOldest = Self(rawValue: 32)
    package static let dropsExpired = Self(rawValue: 64)
    package static let dropsReturned = Self(rawValue: 1_024)
    /// It is a stream that drops what is too old or too much; with every guarantee.
    package static let endsWithRetention = Self(rawValue: 2_048)
    /// All of these but the last.
    package static let losses: Self = [
        .autoAck, .notDurable, .goesAway, .transientMessages, .unconfirmedPublishes, .dropsOldest,
        .dropsExpired, .dropsReturned,
    ]

    // Why a message that is published again may be stored again.
    package static let noDeduplication = Self(rawValue: 128)
    package static let publishesWithoutID = Self(rawValue: 256)
    /// It deduplicates, and nothing was published lately that could have an id.
    package static let noPublishes = Self(rawValue: 512)
}

/// A queue's guarantee, and why it is no stronger one.
package struct QueueGuarantee: Hashable, Sendable {
    package var guarantee: DeliveryGuarantee
    package var reasons: GuaranteeReasons

    package init(_ guarantee: DeliveryGuarantee, _ reasons: GuaranteeReasons) {
        self.guarantee = guarantee
        self.reasons = reasons
    }
}

/// What a guarantee follows from.
package struct GuaranteeFacts: Equatable {
    /// Durable, and its messages are synced before their confirm.
    package var isDurable = true
    /// Exclusive, auto-delete, or gone when it is unused.
    package var goesAway = false
    package var autoAckConsumers = 0
    /// Whether some queue gets its dead letters.
    package var keepsDeadLetters = false
    package var dropsOldest = false
    package var hasTimeToLive = false
    /// It is a stream that keeps messages for a while only.
    package var hasRetention = false
    /// Messages that were returned too often die.
    package var limitsReturns = false
    package var deduplicates = false
    /// What publishers did lately, and what is left of it.
    package var habits: PublishHabit = .published

    /// A durable queue with persistent, confirmed messages.
    package init() {}

    /// The table of ``DeliveryGuarantee``.
    package var guarantee: QueueGuarantee {
        var reasons: GuaranteeReasons = []
        if self.autoAckConsumers > 0 { reasons.insert(.autoAck) }
        if !self.isDurable { reasons.insert(.notDurable) }
        if self.goesAway { reasons.insert(.goesAway) }
        if self.habits.contains(.transient) { reasons.insert(.transientMessages) }
        if self.habits.contains(.unconfirmed) { reasons.insert(.unconfirmedPublishes) }
        if self.dropsOldest, !self.keepsDeadLetters { reasons.insert(.dropsOldest) }
        if self.hasTimeToLive, !self.keepsDeadLetters { reasons.insert(.dropsExpired) }
        if self.limitsReturns, !self.keepsDeadLetters { reasons.insert(.dropsReturned) }
        let within: GuaranteeReasons = self.hasRetention ? .endsWithRetention : []
        guard reasons.isEmpty else {
            return QueueGuarantee(.atMostOnce, reasons.union(within))
        }
        if !self.deduplicates {
            reasons.insert(.noDeduplication)
        } else if self.habits.contains(.withoutID) {
            reasons.insert(.publishesWithoutID)
        } else if !self.habits.contains(.published) {
            reasons.insert(.noPublishes)
        }
        return QueueGuarantee(
            reasons.isEmpty ? .effectivelyOnce : .atLeastOnce, reasons.union(within))
    }
}
