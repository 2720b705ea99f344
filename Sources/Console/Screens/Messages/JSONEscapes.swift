/// What the escapes in a JSON string stand for, as far as a person reads it.
///
/// Programs that keep to ASCII write `\u00eb` for `ë` (RFC 8259, section 7). Letters, digits and
/// symbols are shown as themselves; whatever is no ink, such as spaces and marks of direction, and
/// every other escape stays as it was sent.
enum JSONEscapes {
    /// - Parameter text: A string that ``JSONTokens`` found.
    static func readable(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
        var rest = text.unicodeScalars[...]
        var result = String.UnicodeScalarView()
        while let first = rest.first {
            if let (ink, length) = self.ink(rest) {
                result.append(ink)
                rest = rest.dropFirst(length)
            } else {
                // What is escaped never begins an escape itself.
                let length = first == "\\" ? 2 : 1
                result.append(contentsOf: rest.prefix(length))
                rest = rest.dropFirst(length)
            }
        }
        return String(result)
    }

    /// The ink that an escape at the start stands for, and the escape's length.
    private static func ink(_ text: Substring.UnicodeScalarView) -> (Unicode.Scalar, Int)? {
        guard let first = self.unit(text) else { return nil }
        if UTF16.isLeadSurrogate(first) {
            guard let second = self.unit(text.dropFirst(6)), UTF16.isTrailSurrogate(second) else {
                return nil
            }
            let value = 0x10000 + (UInt32(first) & 0x3FF) << 10 + UInt32(second) & 0x3FF
            return Unicode.Scalar(value).flatMap { self.isInk($0) ? ($0, 12) : nil }
        }
        return Unicode.Scalar(first).flatMap { self.isInk($0) ? ($0, 6) : nil }
    }

    /// The unit of UTF-16 that `\u` and four hexadecimal digits at the start name.
    private static func unit(_ text: Substring.UnicodeScalarView) -> UInt16? {
        let digits = text.dropFirst(2).prefix(4)
        guard text.starts(with: "\\u".unicodeScalars), digits.count == 4,
            digits.allSatisfy(\.properties.isASCIIHexDigit)
        else { return nil }
        return UInt16(String(digits), radix: 16)
    }

    private static func isInk(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator,
            .lineSeparator, .paragraphSeparator:
            return false
        default: return true
        }
    }
}
