/// Bytes as letters (RFC 4648, section 4).
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let group = bytes[index..<min(index + 3, bytes.count)]
            let bits = (0..<3).reduce(UInt32(0)) { bits, offset in
                bits << 8 | UInt32(offset < group.count ? group[index + offset] : 0)
            }
            for digit in 0..<4 {
                let isFilled = digit <= group.count
                let value = Int(bits >> UInt32(18 - 6 * digit) & 0x3F)
                text.append(isFilled ? Self.alphabet[value] : UInt8(ascii: "="))
            }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
