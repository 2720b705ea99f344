import Messaging
import PlainJSON
import Screens

/// One line of the audit log: a JSON object with plain fields.
struct AuditLine {
    private var fields: [JSON.Member] = []

    /// The object and a line feed.
    var text: String { JSON.object(self.fields).compactText + "\n" }

    mutating func add(_ name: String, _ value: String) {
        self.fields.append(.init(name, .text(value)))
    }

    mutating func add(_ name: String, _ value: Int) {
        self.fields.append(.init(name, .count(value)))
    }
}

/// Moments as RFC 3339 writes them.
enum UTCText {
    /// `2026-11-22T18:32:07.123Z`.
    static func of(_ moment: Timestamp) -> String {
        let milliseconds = moment.microseconds % 1_000_000 / 1_000
        let text = ClockText.dateAndTime(moment, utcOffsetSeconds: 0)
        let fraction = String(1_000 + milliseconds).dropFirst()
        return text.split(separator: " ").joined(separator: "T") + ".\(fraction)Z"
    }
}
