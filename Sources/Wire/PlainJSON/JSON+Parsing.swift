/// What is wrong with a text that should be JSON, and where.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Bytes before the place.
    package let offset: Int
    package let reason: String

    package var description: String { "\(self.reason) at byte \(self.offset + 1)" }
}

extension JSON {
    /// Levels of arrays and objects within one another that are read.
    package static let depthMax = 256

    /// Reads one document, with nothing behind it but blanks.
    ///
    /// A number without fraction and exponent that fits is an ``integer(_:)``.
    ///
    /// - Parameters:
    ///   - depthMax: Levels within one another; less where the peer is not trusted.
    ///   - nameBytesMax: Bytes of a member's name.
    package init(
        parsing bytes: [UInt8], depthMax: Int = Self.depthMax, nameBytesMax: Int = .max
    ) throws(JSONError) {
        var parser = JSONParser(bytes: bytes, depthMax: depthMax, nameBytesMax: nameBytesMax)
        self = try parser.document()
    }
}

/// Reads JSON from bytes; as strict as RFC 8259.
private struct JSONParser {
    let bytes: [UInt8]
    let depthMax: Int
    let nameBytesMax: Int
    var place = 0
    private var names = NameCache()

    init(bytes: [UInt8], depthMax: Int, nameBytesMax: Int) {
        self.bytes = bytes
        self.depthMax = depthMax
        self.nameBytesMax = nameBytesMax
    }

    mutating func document() throws(JSONError) -> JSON {
        let value = try self.value(depth: 0)
        self.skipBlanks()
        guard self.place == self.bytes.count else { throw self.wrong("something follows") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        self.skipBlanks()
        guard depth <= self.depthMax else { throw self.wrong("it is nested too deeply") }
        guard let byte = self.peek else { throw self.wrong("it ends too early") }
        switch byte {
        case UInt8(ascii: "{"): return try self.object(depth)
        case UInt8(ascii: "["): return try self.array(depth)
        case UInt8(ascii: "\""): return .text(try self.string())
        case UInt8(ascii: "t"): return try self.word("true", .bool(true))
        case UInt8(ascii: "f"): return try self.word("false", .bool(false))
        case UInt8(ascii: "n"): return try self.word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try self.number()
        default: throw self.wrong("a value is expected")
        }
    }

    private mutating func object(_ depth: Int) throws(JSONError) -> JSON {
        self.place += 1
        var members: [JSON.Member] = []
        self.skipBlanks()
        if self.take("}") { return .object([]) }
        repeat {
            self.skipBlanks()
            guard self.peek == UInt8(ascii: "\"") else { throw self.wrong("a name is expected") }
            let name = try self.name()
            guard name.utf8.count <= self.nameBytesMax else {
                throw self.wrong("the name is too long")
            }
            self.skipBlanks()
            guard self.take(":") else { throw self.wrong("a colon is expected") }
            members.append(JSON.Member(name, try self.value(depth: depth + 1)))
            self.skipBlanks()
        } while self.take(",")
        guard self.take("}") else { throw self.wrong("a comma or } is expected") }
        return .object(members)
    }

    private mutating func array(_ depth: Int) throws(JSONError) -> JSON {
        self.place += 1
        var elements: [JSON] = []
        self.skipBlanks()
        if self.take("]") { return .array([]) }
        repeat {
            elements.append(try self.value(depth: depth + 1))
            self.skipBlanks()
        } while self.take(",")
        guard self.take("]") else { throw self.wrong("a comma or ] is expected") }
        return .array(elements)
    }

    private mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        guard self.bytes[self.place...].starts(with: word.utf8) else {
            throw self.wrong("a value is expected")
        }
        self.place += word.utf8.count
        return value
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = self.place
        _ = self.take("-")
        let isZero = self.peek == UInt8(ascii: "0")
        let digits = self.skipDigits()
        guard digits > 0, !isZero || digits == 1 else { throw self.wrong("this is no number") }
        var isWhole = true
        if self.take(".") {
            isWhole = false
            guard self.skipDigits() > 0 else { throw self.wrong("a digit is expected") }
        }
        if self.take("e") || self.take("E") {
            isWhole = false
            if !self.take("+") { _ = self.take("-") }
            guard self.skipDigits() > 0 else { throw self.wrong("a digit is expected") }
        }
        let digitsOnly = self.bytes[start..<self.place]
        if isWhole, let value = Self.integer(digitsOnly) { return .integer(value) }
        let text = String(decoding: digitsOnly, as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw self.wrong("the number is too large")
        }
        return .number(value)
    }

    /// Digits with or without a minus; nil when the number does not fit.
    private static func integer(_ text: ArraySlice<UInt8>) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        var value: Int64 = 0
        for byte in isNegative ? text.dropFirst() : text {
            // Downwards: the least number has no positive counterpart.
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (next, isTooLow) = tens.subtractingReportingOverflow(Int64(byte & 15))
            if overflow || isTooLow { return nil }
            value = next
        }
        guard !isNegative else { return value }
        return value == .min ? nil : -value
    }

    /// A member's name: lists have the same ones again and again, and share them.
    private mutating func name() throws(JSONError) -> String {
        let start = self.place + 1
        let end = self.endOfPlainText(from: start)
        guard end < self.bytes.count, self.bytes[end] == UInt8(ascii: "\"") else {
            return try self.string()
        }
        guard let name = self.names.name(self.bytes[start..<end]) else {
            throw self.wrong("the text before is no UTF-8")
        }
        self.place = end + 1
        return name
    }

    /// Where the first byte is that ends a text or does not stand for itself.
    private func endOfPlainText(from start: Int) -> Int {
        self.bytes.withUnsafeBufferPointer { bytes in
            var end = start
            while end < bytes.count, bytes[end] >= 0x20, bytes[end] != UInt8(ascii: "\""),
                bytes[end] != UInt8(ascii: "\\")
            {
                end += 1
            }
            return end
        }
    }

    private mutating func string() throws(JSONError) -> String {
        self.place += 1
        var units: [UInt8] = []
        while true {
            let start = self.place
            self.place = self.endOfPlainText(from: start)
            let run = self.bytes[start..<self.place]
            guard let byte = self.peek else { throw self.wrong("it ends within a text") }
            self.place += 1
            switch byte {
            case UInt8(ascii: "\""):
                // Most texts are one run as a whole: those are not gathered first.
                let text =
                    units.isEmpty
                    ? String(validating: run, as: UTF8.self)
                    : String(validating: units + run, as: UTF8.self)
                guard let text else { throw self.wrong("the text before is no UTF-8") }
                return text
            case UInt8(ascii: "\\"):
                units += run
                units += String(try self.escaped()).utf8
            default: throw self.wrong("a control character has to be escaped")
            }
        }
    }

    private mutating func escaped() throws(JSONError) -> Unicode.Scalar {
        guard let byte = self.peek else { throw self.wrong("it ends within a text") }
        self.place += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "u"): return try self.unicode()
        default: throw self.wrong("there is no such escape")
        }
    }

    /// Four digits, or twice four where two halves make one character.
    private mutating func unicode() throws(JSONError) -> Unicode.Scalar {
        let first = try self.fourDigits()
        guard (0xD800..<0xDC00).contains(first) else {
            guard let scalar = Unicode.Scalar(first) else {
                throw self.wrong("half a character is escaped")
            }
            return scalar
        }
        guard self.take("\\"), self.take("u") else {
            throw self.wrong("half a character is escaped")
        }
        let second = try self.fourDigits()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw self.wrong("half a character is escaped") }
        return scalar
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        let digits = self.bytes[self.place...].prefix(4)
        guard digits.count == 4,
            digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw self.wrong("four hexadecimal digits are expected") }
        self.place += 4
        return value
    }

    private var peek: UInt8? {
        self.place < self.bytes.count ? self.bytes[self.place] : nil
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard self.peek == UInt8(ascii: character) else { return false }
        self.place += 1
        return true
    }

    private mutating func skipDigits() -> Int {
        let start = self.place
        while let byte = self.peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            self.place += 1
        }
        return self.place - start
    }

    private mutating func skipBlanks() {
        while let byte = self.peek, byte <= 0x20,
            byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
        {
            self.place += 1
        }
    }

    private func wrong(_ reason: String) -> JSONError {
        JSONError(offset: self.place, reason: reason)
    }
}
