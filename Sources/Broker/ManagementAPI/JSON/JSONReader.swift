/// Reads JSON from a request's bytes, strictly as RFC 8259 has it.
///
/// Nothing that a client sends makes it fail otherwise than by returning nil: what is nested too
/// deeply, is no UTF-8 or goes on behind its end is no JSON.
package struct JSONReader {
    /// Arrays and objects within one another.
    package static let depthMax = 64
    /// Bytes of a field's name, as AMQP's tables have them.
    package static let nameBytesMax = 255

    private let bytes: [UInt8]
    private var place = 0

    /// - Returns: nil for anything that is not one JSON value.
    package static func read(_ bytes: [UInt8]) -> JSON? {
        var reader = JSONReader(bytes: bytes)
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipBlanks()
        return reader.place == bytes.count ? value : nil
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? {
        self.place < self.bytes.count ? self.bytes[self.place] : nil
    }

    private mutating func skipBlanks() {
        while let byte = self.next, byte == 0x20 || (0x09...0x0D).contains(byte) {
            self.place += 1
        }
    }

    /// Takes a byte if it comes next, blanks before it too.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        self.skipBlanks()
        guard self.next == UInt8(ascii: character) else { return false }
        self.place += 1
        return true
    }

    private mutating func take(word: StaticString) -> Bool {
        let end = self.place + word.utf8CodeUnitCount
        let expected = UnsafeBufferPointer(
            start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard end <= self.bytes.count, self.bytes[self.place..<end].elementsEqual(expected) else {
            return false
        }
        self.place = end
        return true
    }

    private mutating func value(depth: Int) -> JSON? {
        self.skipBlanks()
        guard depth <= Self.depthMax, let byte = self.next else { return nil }
        switch byte {
        case UInt8(ascii: "{"): return self.object(depth: depth)
        case UInt8(ascii: "["): return self.array(depth: depth)
        case UInt8(ascii: "\""): return self.string().map { .string($0) }
        case UInt8(ascii: "t"): return self.take(word: "true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return self.take(word: "false") ? .bool(false) : nil
        case UInt8(ascii: "n"): return self.take(word: "null") ? .null : nil
        default: return self.number()
        }
    }

    private mutating func object(depth: Int) -> JSON? {
        guard self.take("{") else { return nil }
        var fields: [JSON.Field] = []
        if self.take("}") { return .object([]) }
        repeat {
            self.skipBlanks()
            guard let name = self.string(), name.utf8.count <= Self.nameBytesMax,
                self.take(":"),
                let value = self.value(depth: depth + 1)
            else { return nil }
            fields.append(.init(name, value))
        } while self.take(",")
        return self.take("}") ? .object(fields) : nil
    }

    private mutating func array(depth: Int) -> JSON? {
        guard self.take("[") else { return nil }
        var items: [JSON] = []
        if self.take("]") { return .array([]) }
        repeat {
            guard let item = self.value(depth: depth + 1) else { return nil }
            items.append(item)
        } while self.take(",")
        return self.take("]") ? .array(items) : nil
    }

    private mutating func number() -> JSON? {
        let start = self.place
        var isWhole = true
        while let byte = self.next {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"):
                isWhole = false
            default:
                return self.number(in: start, isWhole: isWhole)
            }
            self.place += 1
        }
        return self.number(in: start, isWhole: isWhole)
    }

    private func number(in start: Int, isWhole: Bool) -> JSON? {
        let digits = self.bytes[start..<self.place]
        guard let first = digits.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "."),
            digits.last != UInt8(ascii: ".")
        else { return nil }
        let text = String(decoding: digits, as: UTF8.self)
        if isWhole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { return nil }
        return .number(value)
    }

    private mutating func string() -> String? {
        guard self.next == UInt8(ascii: "\"") else { return nil }
        self.place += 1
        var text: [UInt8] = []
        while let byte = self.next {
            self.place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = self.escape() else { return nil }
                text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            case 0..<0x20: return nil
            default: text.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = self.next else { return nil }
        self.place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return .init(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return self.unicodeEscape()
        default: return nil
        }
    }

    private mutating func unicodeEscape() -> Unicode.Scalar? {
        guard let first = self.codeUnit() else { return nil }
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
        guard self.take(word: "\\u"), let second = self.codeUnit(),
            (0xDC00..<0xE000).contains(second)
        else { return nil }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private mutating func codeUnit() -> UInt32? {
        guard self.place + 4 <= self.bytes.count else { return nil }
        let digits = self.bytes[self.place..<self.place + 4]
        guard digits.allSatisfy({ Character(.init($0)).isHexDigit }) else { return nil }
        self.place += 4
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
