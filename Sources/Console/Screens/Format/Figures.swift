import BrokerLink
import Messaging

/// Figures as people read them, each with its unit and as short as its meaning allows.
package enum Figures {
    /// What stands where nothing is known or nothing is there.
    package static let none = "–"

    /// `48,120`, and from ten million on `12.3 M`.
    package static func count(_ value: Int) -> String {
        let magnitude = value.magnitude
        let sign = value < 0 ? "-" : ""
        if magnitude < 10_000_000 { return sign + Self.grouped(magnitude) }
        if magnitude < 1_000_000_000 { return sign + Self.tenths(magnitude / 100_000) + " M" }
        return sign + Self.tenths(magnitude / 100_000_000) + " G"
    }

    /// The count in at most so many cells: `48,120`, else `1.23 M`, `412 k`.
    package static func count(_ value: Int, columns: Int) -> String {
        let text = Self.grouped(value.magnitude)
        guard value >= 0, text.utf8.count > columns else { return Self.count(value) }
        var unit: UInt = 1_000
        for name in ["k", "M", "G", "T", "P"] {
            let hundredths = value.magnitude / (unit / 100)
            if hundredths < 1_000, columns >= 6 {
                return "\(hundredths / 100).\(Self.padded(hundredths % 100)) \(name)"
            }
            if hundredths < 10_000, columns >= 6 {
                return Self.tenths(hundredths / 10) + " \(name)"
            }
            if hundredths < 100_000 { return "\(hundredths / 100) \(name)" }
            unit *= 1_000
        }
        return Self.count(value)
    }

    /// A total, written as a count.
    package static func count(_ value: UInt64) -> String { Self.count(Int(clamping: value)) }

    /// `1,204/s`; below ten a tenth is shown: `0.3/s`.
    package static func rate(_ perSecond: Double) -> String {
        guard perSecond.isFinite else { return Self.none }
        let tenths = Int((abs(perSecond) * 10).rounded())
        let sign = perSecond < 0 && tenths > 0 ? "-" : ""
        if tenths == 0 { return "0/s" }
        if tenths < 100 { return sign + Self.tenths(UInt(tenths)) + "/s" }
        return sign + Self.count(Int(abs(perSecond).rounded())) + "/s"
    }

    /// The rate without its unit, for columns whose title says it, in at most so many cells.
    package static func bareRate(_ perSecond: Double, columns: Int) -> String {
        guard perSecond.isFinite, perSecond >= 0, perSecond < 1e15 else { return Self.none }
        let whole = Int(perSecond.rounded())
        return whole >= 10
            ? Self.count(whole, columns: columns) : String(Self.rate(perSecond).dropLast(2))
    }

    /// `1.9 MB` in powers of 1,000; `312 B` below one of them. Never more than there is.
    package static func bytes(_ value: UInt64) -> String {
        if value < 1_000 { return "\(value) B" }
        var unit: UInt64 = 1_000
        for name in ["kB", "MB", "GB", "TB", "PB", "EB"] {
            let tenths = UInt(value / (unit / 10))
            if tenths < 100 { return Self.tenths(tenths) + " \(name)" }
            if tenths < 10_000 || name == "EB" { return "\(tenths / 10) \(name)" }
            unit *= 1_000
        }
        return "\(value) B"
    }

    /// `180 ms`, `1.9 s`, `2m 41s`, `2h 10m`, `3d 4h`: two figures at most.
    package static func duration(microseconds: Int64) -> String {
        let micros = UInt(max(0, microseconds))
        if micros < 1_000 { return "\(micros) µs" }
        if micros < 9_950 { return Self.tenths((micros + 50) / 100) + " ms" }
        if micros < 999_500 { return "\((micros + 500) / 1_000) ms" }
        if micros < 59_950_000 { return Self.tenths((micros + 50_000) / 100_000) + " s" }
        let seconds = (micros + 500_000) / 1_000_000
        if seconds < 3_600 { return "\(seconds / 60)m \(Self.padded(seconds % 60))s" }
        if seconds < 86_400 { return "\(seconds / 3_600)h \(Self.padded(seconds / 60 % 60))m" }
        return "\(seconds / 86_400)d \(seconds / 3_600 % 24)h"
    }

    /// How long something takes that is only estimated: whole seconds below a minute.
    package static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e12 else { return "never" }
        if seconds >= 1, seconds < 59.5 { return "\(Int(seconds.rounded())) s" }
        return Self.duration(microseconds: Int64(seconds * 1_000_000))
    }

    /// `65 %`; what is there at all is never shown as 0.
    package static func share(_ part: Double, of whole: Double) -> String {
        guard whole > 0 else { return Self.none }
        let percent = part / whole * 100
        if part > 0, percent < 1 { return "<1 %" }
        return "\(Int(percent.rounded())) %"
    }

    /// `1 queue`, `2,000 queues`.
    package static func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(Self.count(count)) \(count == 1 ? noun : plural ?? noun + "s")"
    }

    private static func grouped(_ value: UInt) -> String {
        let digits = String(value)
        guard digits.utf8.count > 3 else { return digits }
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.utf8.count - place) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    private static func tenths(_ tenths: UInt) -> String {
        if tenths >= 1_000 { return Self.grouped(tenths / 10) }
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    static func padded(_ value: UInt) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
