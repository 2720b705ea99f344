import Messaging
import Screens

/// One line of JSON with plain fields (RFC 8259).
struct JSONLine {
    private var fields: [String] = []

    /// The object and a line feed.
    var text: String { "{" + self.fields.joined(separator: ",") + "}\n" }

    mutating func add(_ name: String, _ value: String) {
        self.fields.append(Self.quoted(name) + ":" + Self.quoted(value))
    }

    mutating func add(_ name: String, _ value: Int) {
        self.fields.append(Self.quoted(name) + ":\(value)")
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case _ where Self.isHidden(scalar):
                for unit in String(scalar).utf16 { quoted += "\\u" + Self.hex(unit) }
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// Control and format characters: a log is read in terminals too, so none of them goes out raw.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func hex(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return String(repeating: "0", count: 4 - digits.utf8.count) + digits
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
