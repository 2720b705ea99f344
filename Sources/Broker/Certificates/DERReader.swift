/// Reads values of DER (X.690) one after another; nil wherever they are not what was expected.
struct DERReader {
    enum Tag: UInt8 {
        case identifier = 0x06
        case sequence = 0x30
        case set = 0x31
        /// The version of a certificate, which may be missing.
        case version = 0xA0
    }

    /// Bytes of one value's length that there may be: certificates are small.
    private static let lengthBytesMax = 3
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.rest = bytes }

    var isAtEnd: Bool { self.rest.isEmpty }

    /// The inside of the next value, if it has that tag.
    mutating func enter(_ tag: Tag) -> DERReader? {
        guard self.rest.first == tag.rawValue else { return nil }
        return self.next().map { DERReader($0.content) }
    }

    mutating func skip() -> Bool { self.next() != nil }

    mutating func skip(ifTagged tag: Tag) {
        if self.rest.first == tag.rawValue { _ = self.skip() }
    }

    /// An object identifier in its usual form, such as `2.5.4.3`.
    mutating func identifier() -> String? {
        guard self.rest.first == Tag.identifier.rawValue, let content = self.next()?.content,
            !content.isEmpty
        else { return nil }
        var arcs: [UInt64] = []
        var arc: UInt64 = 0
        for byte in content {
            guard arc < 1 << 56 else { return nil }
            arc = arc << 7 | UInt64(byte & 0x7F)
            guard byte & 0x80 == 0 else { continue }
            arcs.append(arc)
            arc = 0
        }
        guard content.last.map({ $0 & 0x80 == 0 }) == true else { return nil }
        let first = min(arcs[0] / 40, 2)
        let begin = [first, arcs[0] - first * 40]
        return (begin + arcs.dropFirst()).map(String.init).joined(separator: ".")
    }

    /// A string of any of the types that names have.
    mutating func text() -> String? {
        guard let (tag, content) = self.next() else { return nil }
        switch tag {
        case 0x0C, 0x12, 0x13, 0x16: return String(validating: content, as: UTF8.self)
        case 0x14:  // T61String, in practice Latin-1.
            return String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) }))
        case 0x1E:  // BMPString
            guard content.count.isMultiple(of: 2) else { return nil }
            let start = content.startIndex
            let units = stride(from: start, to: content.endIndex, by: 2).map {
                UInt16(content[$0]) << 8 | UInt16(content[$0 + 1])
            }
            return String(validating: units, as: UTF16.self)
        default: return nil
        }
    }

    private mutating func next() -> (tag: UInt8, content: ArraySlice<UInt8>)? {
        guard let tag = self.rest.popFirst(), tag & 0x1F != 0x1F, let first = self.rest.popFirst()
        else { return nil }
        var length = Int(first)
        if first & 0x80 != 0 {
            let bytes = Int(first & 0x7F)
            guard (1...Self.lengthBytesMax) ~= bytes, self.rest.count >= bytes else { return nil }
            length = self.rest.prefix(bytes).reduce(0) { $0 << 8 | Int($1) }
            self.rest = self.rest.dropFirst(bytes)
        }
        guard self.rest.count >= length else { return nil }
        let content = self.rest.prefix(length)
        self.rest = self.rest.dropFirst(length)
        return (tag, content)
    }
}
