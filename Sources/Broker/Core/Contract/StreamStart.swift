import Messaging

/// Where in a stream somebody begins to read.
package enum StreamStart: Hashable, Sendable {
    /// The first message that is left.
    case first
    /// The newest message that is there.
    case last
    /// The next message that comes.
    case next
    /// The message with that offset, or the first one behind it that is left.
    case offset(UInt64)
    /// The first message that came at that moment or later.
    case time(Timestamp)
}

extension StreamStart {
    /// Understands the consumer argument `x-stream-offset` as RabbitMQ 3.10 does: `first`, `last`,
    /// `next`, a number, a timestamp, or how long ago, such as `1h`; nil when it is none of these.
    init?(_ value: FieldValue, now: Timestamp) {
        if let offset = value.integer {
            self = offset < 0 ? .first : .offset(UInt64(offset))
            return
        }
        if case .timestamp(let seconds) = value {
            self = .time(Timestamp(seconds: Int64(clamping: min(seconds, Self.secondsMax))))
            return
        }
        switch value.text {
        case "first": self = .first
        case "last": self = .last
        case "next": self = .next
        case let text?:
            guard let age = StreamAge.microseconds(text) else { return nil }
            self = .time(now.adding(microseconds: -age))
        case nil: return nil
        }
    }

    /// The last second that a ``Timestamp`` can name.
    private static let secondsMax = UInt64(Int64.max / 1_000_000)
}

/// An age as `x-max-age` and `x-stream-offset` write it: a number and a unit, such as `7D`.
package enum StreamAge {
    /// A hundred years: what is longer is never reached.
    private static let secondsMax: Int64 = 3_155_760_000

    /// - Returns: nil when the text is no age, or an age of nothing, as in RabbitMQ.
    package static func microseconds(_ text: String) -> Int64? {
        let digits = text.utf8.dropLast()
        guard let unit = text.utf8.last, let secondsEach = Self.seconds(of: unit), !digits.isEmpty
        else { return nil }
        var count: Int64 = 0
        for octet in digits {
            guard octet >= UInt8(ascii: "0"), octet <= UInt8(ascii: "9") else { return nil }
            count = min(count * 10 + Int64(octet - UInt8(ascii: "0")), Self.secondsMax)
        }
        guard count > 0 else { return nil }
        return min(count * secondsEach, Self.secondsMax) * 1_000_000
    }

    private static func seconds(of unit: UInt8) -> Int64? {
        switch unit {
        case UInt8(ascii: "Y"): 365 * 86_400
        case UInt8(ascii: "M"): 30 * 86_400
        case UInt8(ascii: "D"): 86_400
        case UInt8(ascii: "h"): 3_600
        case UInt8(ascii: "m"): 60
        case UInt8(ascii: "s"): 1
        default: nil
        }
    }
}
