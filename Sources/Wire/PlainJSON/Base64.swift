/// Bytes as text (RFC 4648, section 4).
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    /// The value of each character; 64 for those that mean nothing.
    private static let values: [UInt32] = {
        var values = [UInt32](repeating: 64, count: 256)
        for (value, character) in Self.alphabet.enumerated() {
            values[Int(character)] = UInt32(value)
        }
        return values
    }()

    /// The bytes as text, padded to groups of four characters.
    package static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                let digit = self.alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)]
                text.append(place <= group.count ? digit : self.padding)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that a text stands for; nil when it is none of this encoding.
    package static func bytes(of text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3)
        for start in stride(from: 0, to: characters.count, by: 4) {
            let group = characters[start..<start + 4]
            let digits = group.prefix { $0 != self.padding }
            // Padding stands at the very end, in place of at most two characters.
            guard digits.count == 4 || start + 4 == characters.count, digits.count >= 2,
                group.dropFirst(digits.count).allSatisfy({ $0 == self.padding })
            else { return nil }
            var bits: UInt32 = 0
            for digit in digits {
                let value = self.values[Int(digit)]
                guard value < 64 else { return nil }
                bits = bits << 6 | value
            }
            bits <<= UInt32(6 * (4 - digits.count))
            for place in 0..<(digits.count - 1) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * place)))
            }
        }
        return bytes
    }
}
