/// Tells what a word of an error text is; see ``ErrorSignature``.
///
/// Works on bytes: everything it recognises is ASCII, but for the ellipsis of shortened numbers.
enum Word {
    typealias Bytes = ArraySlice<UInt8>

    /// Domain endings that make a dotted word a host rather than a class or file name.
    private static let domainEndings: Set<String> = [
        "com", "net", "org", "io", "dev", "app", "cloud", "local", "internal", "lan", "svc",
        "eu", "de", "uk", "us", "fr", "at", "ch", "co",
    ]

    static func isSentencePunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "!"),
            UInt8(ascii: "?"):
            true
        default: false
        }
    }

    /// What ties words to one another, as in `order-4821`.
    static func isJoint(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "#"),
            UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Five groups of 8, 4, 4, 4 and 12 hexadecimal digits.
    static func isUUID(_ word: Bytes) -> Bool {
        let groups = word.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12]
            && groups.allSatisfy { $0.allSatisfy(Self.isHexadecimal) }
    }

    /// `1290`, `1,290.50`, `-5`, `50%`, `0x1f`, and shortened or starred ones such as `4111…`.
    static func isNumber(_ word: Bytes) -> Bool {
        if word.starts(with: Array("0x".utf8)), word.count > 2 {
            return word.dropFirst(2).allSatisfy(Self.isHexadecimal)
        }
        var rest = word
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            rest.removeFirst()
        }
        guard let first = rest.first, Self.isDigit(first) else { return false }
        return rest.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: ","),
                UInt8(ascii: "*"), UInt8(ascii: "%"), 0xE2, 0x80, 0xA6:
                true  // The last three are the ellipsis in UTF-8.
            default: false
            }
        }
    }

    /// An IP address, a name with a port, or a name that ends as domains do.
    static func isHost(_ word: Bytes) -> Bool {
        if Self.isIPv6(word) { return true }
        let parts = word.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.first, !name.isEmpty else { return false }
        let port = parts.count == 2 ? parts[1] : nil
        if let port, !(2...5).contains(port.count) || !port.allSatisfy(Self.isDigit) {
            return false
        }
        let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isHostCharacter) }) else {
            return false
        }
        if labels.count == 4, labels.allSatisfy({ $0.allSatisfy(Self.isDigit) }) { return true }
        if labels.count >= 2 {
            return Self.domainEndings.contains(String(decoding: labels.last!, as: UTF8.self))
        }
        // `code:500` is no host, `db-1:5432` is one.
        return name.elementsEqual("localhost".utf8)
            || port != nil && name.contains { Self.isDigit($0) || $0 == UInt8(ascii: "-") }
                && name.contains(where: Self.isLetter)
    }

    /// A hexadecimal key or a long mix of letters and digits.
    static func isIdentifier(_ word: Bytes) -> Bool {
        guard word.allSatisfy({ Self.isDigit($0) || Self.isLetter($0) }) else { return false }
        let digits = word.count(where: Self.isDigit)
        if word.count >= 8, digits > 0, word.allSatisfy(Self.isHexadecimal) { return true }
        return word.count >= 10 && digits >= 3
    }

    /// Masks the number in `300ms` and `order4821`; `v1` and `sha256` stay as they are.
    static func maskingNumberBeforeUnit(_ word: Bytes) -> String {
        let leading = word.prefix(while: Self.isDigit)
        if !leading.isEmpty {
            let unit = word[leading.endIndex...]
            if unit.contains(where: Self.isDigit) { return "<id>" }
            return "<n>" + String(decoding: unit, as: UTF8.self)
        }
        let trailing = word.suffix(while: Self.isDigit)
        guard trailing.count >= 4 else { return String(decoding: word, as: UTF8.self) }
        return String(decoding: word[..<trailing.startIndex], as: UTF8.self) + "<n>"
    }

    private static func isIPv6(_ word: Bytes) -> Bool {
        word.count(where: { $0 == UInt8(ascii: ":") }) >= 2
            && word.contains(where: Self.isHexadecimal)
            && word.allSatisfy { Self.isHexadecimal($0) || $0 == UInt8(ascii: ":") }
            && (Self.hasDoubleColon(word)
                || word.count(where: { $0 == UInt8(ascii: ":") }) == 7)
    }

    private static func hasDoubleColon(_ word: Bytes) -> Bool {
        zip(word, word.dropFirst()).contains { $0 == UInt8(ascii: ":") && $1 == $0 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        let lowercase = byte | 0x20
        return UInt8(ascii: "a") <= lowercase && lowercase <= UInt8(ascii: "z")
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        let lowercase = byte | 0x20
        return Self.isDigit(byte)
            || UInt8(ascii: "a") <= lowercase && lowercase <= UInt8(ascii: "f")
    }

    private static func isHostCharacter(_ byte: UInt8) -> Bool {
        // Upper case speaks for a class name: hosts are written small.
        Self.isDigit(byte) || UInt8(ascii: "a") <= byte && byte <= UInt8(ascii: "z")
            || byte == UInt8(ascii: "-")
    }
}

extension ArraySlice<UInt8> {
    /// The longest part from the end in which every byte fulfils the condition.
    func suffix(while fulfils: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        self[(self.lastIndex { !fulfils($0) }.map { $0 + 1 } ?? self.startIndex)...]
    }

    /// The part that is left when both ends lose the bytes that fulfil the condition.
    func trimming(_ fulfils: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let rest = self.drop(while: fulfils)
        guard let last = rest.lastIndex(where: { !fulfils($0) }) else { return rest }
        return rest[...last]
    }
}
