/// How a payload is shown.
package enum PayloadFormat: Hashable, Sendable, CaseIterable {
    case text
    case json
    case hex

    package var name: String {
        switch self {
        case .text: "text"
        case .json: "JSON"
        case .hex: "hex"
        }
    }
}

/// A payload laid out as lines for a given width.
package struct Payload: Equatable, Sendable {
    /// How it is shown, which may not be how it was wanted: not everything is JSON.
    package let format: PayloadFormat
    package let lines: [String]

    /// Lays out the beginning of a body.
    ///
    /// Without a wish the format that says most is taken: JSON, else text, else hex.
    ///
    /// - Parameters:
    ///   - bytes: What was read of the body.
    ///   - isCut: Whether there is more of it.
    ///   - wanted: What the person chose.
    ///   - columns: The width; longer lines are wrapped.
    package init(_ bytes: [UInt8], isCut: Bool, wanted: PayloadFormat?, columns: Int) {
        let columns = max(1, columns)
        if wanted == nil || wanted == .json,
            let text = Self.validText(bytes, isCut: isCut),
            let lines = JSONLayout.lines(of: Array(text.utf8), isCut: isCut)
        {
            self.format = .json
            self.lines = lines.flatMap { TextWrap.lines(of: $0, columns: columns) }
        } else if wanted == .text || wanted == .json {
            self.format = .text
            self.lines = Self.wrapped(String(decoding: bytes, as: UTF8.self), columns: columns)
        } else if wanted == nil, let text = Self.validText(bytes, isCut: isCut) {
            self.format = .text
            self.lines = Self.wrapped(text, columns: columns)
        } else {
            self.format = .hex
            self.lines = HexDump.lines(of: bytes, columns: columns)
        }
    }

    /// One line for a list: white space made one, binary data in hexadecimal.
    package static func preview(_ bytes: [UInt8], isCut: Bool, lengthMax: Int) -> String {
        // Four bytes at most make one character of a list; the rest is not even decoded.
        let head = Array(bytes.prefix(lengthMax * 4))
        guard let text = Self.validText(head, isCut: isCut || head.count < bytes.count) else {
            let digits = head.prefix(lengthMax / 3 + 1).map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
            return digits.joined(separator: " ")
        }
        return text.split { $0.isWhitespace }.joined(separator: " ")
    }

    /// The bytes as text if they are UTF-8, apart from a last character that was cut in two.
    private static func validText(_ bytes: [UInt8], isCut: Bool) -> String? {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        guard isCut else { return nil }
        return (1...3).lazy.compactMap {
            String(validating: bytes.dropLast($0), as: UTF8.self)
        }.first
    }

    private static func wrapped(_ text: String, columns: Int) -> [String] {
        guard !text.isEmpty else { return [] }
        return text.split(omittingEmptySubsequences: false) { $0.isNewline }.flatMap { line in
            TextWrap.lines(of: Self.withoutTabs(line), columns: columns)
        }
    }

    private static func withoutTabs(_ line: Substring) -> String {
        line.utf8.contains(0x09)
            ? line.split(separator: "\t", omittingEmptySubsequences: false).joined(
                separator: "    ")
            : String(line)
    }
}
