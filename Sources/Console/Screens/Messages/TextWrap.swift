import Canvas

/// Breaks long lines at the edge, wherever that falls: payloads are data, not prose.
enum TextWrap {
    /// The line in parts of at most so many columns; one empty part for an empty line.
    ///
    /// - Complexity: O(*n*).
    static func lines(of line: String, columns: Int) -> [String] {
        if line.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
            return Self.chunks(of: line, columns: columns)
        }
        var parts: [String] = []
        var part = ""
        var used = 0
        for character in line {
            let width = TextWidth.columns(of: String(character))
            if used + width > columns, !part.isEmpty {
                parts.append(part)
                part = ""
                used = 0
            }
            part.append(character)
            used += width
        }
        parts.append(part)
        return parts
    }

    /// The same where every byte is one column: most payloads are plain ASCII, and long.
    private static func chunks(of line: String, columns: Int) -> [String] {
        let bytes = Array(line.utf8)
        guard bytes.count > columns else { return [line] }
        return stride(from: 0, to: bytes.count, by: columns).map { start in
            String(decoding: bytes[start..<min(start + columns, bytes.count)], as: UTF8.self)
        }
    }
}
