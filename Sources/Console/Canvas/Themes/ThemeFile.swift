/// The colours of a theme file by key, in btop's format.
///
/// ```
/// # a comment
/// theme[main_bg]="#282a36"     red, green, blue in hexadecimal
/// theme[main_fg]="#cc"         a grey
/// theme[title]="248 248 242"   red, green, blue in decimal
/// theme[hi_fg]=""              the terminal's own colour
/// ```
/// Quotes may be missing, the last of several lines for one key counts, and keys that mean nothing
/// here are skipped unread, as btop does.
struct ThemeFile {
    private let colours: [Substring: RGB?]

    init(parsing text: String, name: String) throws(ThemeError) {
        guard text.utf8.count <= Theme.fileBytesMax else {
            throw ThemeError(theme: name, line: 1, reason: .tooLong(bytes: text.utf8.count))
        }
        var colours: [Substring: RGB?] = [:]
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            do {
                guard let (key, value) = try Self.entry(in: line) else { continue }
                colours.updateValue(try Self.colour(value, key: key), forKey: key)
            } catch {
                throw ThemeError(theme: name, line: index + 1, reason: error)
            }
        }
        self.colours = colours
    }

    /// The colour of a key: `nil` when the file does not mention it, `.some(nil)` when it leaves it
    /// to the terminal.
    subscript(key: String) -> RGB?? { self.colours[Substring(key)] }

    /// Key and value of a line; `nil` for blank lines, comments and unknown keys.
    private static func entry(
        in line: Substring
    ) throws(ThemeError.Reason) -> (key: Substring, value: Substring)? {
        // Editors of some systems put a byte order mark in front of a file.
        let line = line.trimmed { $0 == " " || $0 == "\t" || $0 == "\u{FEFF}" }
        guard !line.isEmpty, !line.hasPrefix("#") else { return nil }
        guard line.hasPrefix("theme["), let bracket = line.firstIndex(of: "]") else {
            throw .unreadableLine(String(line))
        }
        let key = line[line.index(line.startIndex, offsetBy: 6)..<bracket]
        let assignment = line[line.index(after: bracket)...].trimmed(\.isWhitespace)
        guard assignment.hasPrefix("=") else { throw .unreadableLine(String(line)) }
        guard ThemeKeys.all.contains(String(key)) else { return nil }
        let value = assignment.dropFirst().trimmed(\.isWhitespace)
        guard value.hasPrefix("\"") else { return (key, value) }
        let quoted = value.dropFirst()
        guard let quote = quoted.firstIndex(of: "\"") else {
            throw .unclosedValue(key: String(key))
        }
        let rest = quoted[quoted.index(after: quote)...].trimmed(\.isWhitespace)
        guard rest.isEmpty || rest.hasPrefix("#") else { throw .unclosedValue(key: String(key)) }
        return (key, quoted[..<quote].trimmed(\.isWhitespace))
    }

    private static func colour(
        _ value: Substring, key: Substring
    ) throws(ThemeError.Reason) -> RGB? {
        if value.isEmpty { return nil }
        if let colour = self.hexadecimal(value) ?? self.decimal(value) { return colour }
        throw .notAColour(key: String(key), value: String(value))
    }

    private static func hexadecimal(_ value: Substring) -> RGB? {
        let digits = value.dropFirst()
        guard value.hasPrefix("#"), digits.allSatisfy(\.isHexDigit),
            let number = UInt32(digits, radix: 16)
        else { return nil }
        switch digits.utf8.count {
        case 2: return RGB(UInt8(number), UInt8(number), UInt8(number))
        case 6: return RGB(number)
        default: return nil
        }
    }

    private static func decimal(_ value: Substring) -> RGB? {
        let parts = value.split(separator: " ").map { UInt8($0) }
        guard parts.count == 3, let red = parts[0], let green = parts[1], let blue = parts[2]
        else { return nil }
        return RGB(red, green, blue)
    }
}

extension Substring {
    /// Without such characters at either end.
    fileprivate func trimmed(_ isDropped: (Character) -> Bool) -> Substring {
        var result = self.drop(while: isDropped)
        while let last = result.last, isDropped(last) { result.removeLast() }
        return result
    }
}
