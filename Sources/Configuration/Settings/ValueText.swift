/// What the words of settings mean; nil where they mean nothing.
package enum ValueText {
    private static let byteUnits = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
        ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ]
    // `ms` comes before the units that it ends like.
    private static let timeUnits: [(String, Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000),
    ]

    /// A number of bytes: `1073741824`, `512MiB`, `50MB`; more than none.
    package static func bytes(_ text: String) -> Int? {
        let unit = Self.byteUnits.first { text.hasSuffix($0.0) }
        let digits = text.dropLast(unit?.0.count ?? 0)
        guard let number = Self.digits(digits), number > 0 else { return nil }
        let (bytes, isTooMuch) = number.multipliedReportingOverflow(by: unit?.1 ?? 1)
        return isTooMuch ? nil : bytes
    }

    /// A length of time in milliseconds: `500ms`, `3s`, `2m`, `1h`; a bare number is milliseconds.
    package static func milliseconds(_ text: String) -> Int64? {
        let unit = Self.timeUnits.first { text.hasSuffix($0.0) }
        let digits = text.dropLast(unit?.0.count ?? 0)
        guard let number = Self.digits(digits) else { return nil }
        let (value, isTooMuch) = Int64(number).multipliedReportingOverflow(by: unit?.1 ?? 1)
        return isTooMuch ? nil : value
    }

    /// `true` or `false`, and what YAML and shells have for them.
    package static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }

    /// A whole number without sign or blanks.
    package static func count(_ text: String) -> Int? { Self.digits(text[...]) }

    /// `${NAME}`: the name of a variable of the environment.
    package static func variable(_ text: String) -> String? {
        guard text.hasPrefix("${"), text.hasSuffix("}") else { return nil }
        let name = text.dropFirst(2).dropLast()
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            name.utf8.allSatisfy({ Self.isWord($0) })
        else { return nil }
        return String(name)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Digits alone: `Int` would take a sign too.
    private static func digits(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(text)
    }
}
