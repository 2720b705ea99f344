/// Cuts JSON text into tokens without interpreting them (RFC 8259).
///
/// It never reads a number or unescapes a string.
struct JSONTokens {
    enum Token: Equatable {
        case beginObject, endObject, beginArray, endArray, colon, comma
        case string(Range<Int>)
        /// A number, `true`, `false` or `null`.
        case literal(Range<Int>)
        case end
        /// The text ends within a token.
        case cut
        case invalid
    }

    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Token {
        while self.index < self.bytes.count, Self.isSpace(self.bytes[self.index]) {
            self.index += 1
        }
        guard self.index < self.bytes.count else { return .end }
        switch self.bytes[self.index] {
        case UInt8(ascii: "{"): return self.single(.beginObject)
        case UInt8(ascii: "}"): return self.single(.endObject)
        case UInt8(ascii: "["): return self.single(.beginArray)
        case UInt8(ascii: "]"): return self.single(.endArray)
        case UInt8(ascii: ":"): return self.single(.colon)
        case UInt8(ascii: ","): return self.single(.comma)
        case UInt8(ascii: "\""): return self.string()
        default: return self.literal()
        }
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: self.bytes[range], as: UTF8.self)
    }

    private mutating func single(_ token: Token) -> Token {
        self.index += 1
        return token
    }

    /// A string with its quotes.
    private mutating func string() -> Token {
        let start = self.index
        var isEscaped = false
        for place in (start + 1)..<max(start + 1, self.bytes.count) {
            let byte = self.bytes[place]
            if isEscaped {
                guard Self.isEscapable(byte) else { return .invalid }
                isEscaped = false
            } else if byte == UInt8(ascii: "\"") {
                self.index = place + 1
                return .string(start..<self.index)
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte < 0x20 {
                return .invalid
            }
        }
        return .cut
    }

    private mutating func literal() -> Token {
        let start = self.index
        while self.index < self.bytes.count, Self.isLiteral(self.bytes[self.index]) {
            self.index += 1
        }
        let word = self.bytes[start..<self.index]
        if word.isEmpty { return .invalid }
        if Self.isNumber(word) || Self.words.contains(where: { word.elementsEqual($0) }) {
            return .literal(start..<self.index)
        }
        let isAtEnd = self.index == self.bytes.count
        let isBegun = Self.words.contains { $0.starts(with: word) } || Self.beginsNumber(word)
        return isAtEnd && isBegun ? .cut : .invalid
    }

    private static let words = [Array("true".utf8), Array("false".utf8), Array("null".utf8)]

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func isEscapable(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"),
            UInt8(ascii: "u"):
            true
        default: false
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9")
    }

    private static func isLiteral(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func beginsNumber(_ word: ArraySlice<UInt8>) -> Bool {
        word.elementsEqual("-".utf8)
            || word.last.map { !Self.isDigit($0) } == true
                && Self.isNumber(word + [UInt8(ascii: "0")])
            || word.last.map { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") } == true
                && Self.isNumber(word.dropLast() + [UInt8(ascii: "0")])
    }

    /// `-`? digits (`.` digits)? (`e` sign? digits)?, without a superfluous leading zero.
    private static func isNumber(_ word: some Sequence<UInt8>) -> Bool {
        var rest = ArraySlice(Array(word))
        func dropDigits() -> Int {
            let digits = rest.prefix(while: Self.isDigit)
            rest = rest.dropFirst(digits.count)
            return digits.count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let whole = dropDigits()
        guard whole == 1 || whole > 1 && !startsWithZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard dropDigits() > 0 else { return false }
        }
        if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                rest = rest.dropFirst()
            }
            guard dropDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
