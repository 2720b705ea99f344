/// Bytes in hexadecimal, with the printable ones beside.
///
/// `00000010  7b 22 69 64 22 3a 38 38  32 31 33 7d              {"id":88213}`
package enum HexDump {
    /// How many bytes a line of that width can show: 16, half or a quarter of them.
    package static func bytesPerLine(columns: Int) -> Int {
        [16, 8].first { Self.columns(bytesPerLine: $0) <= columns } ?? 4
    }

    /// The lines of a dump that is at most so wide, where that is possible at all.
    package static func lines(of bytes: [UInt8], columns: Int) -> [String] {
        let perLine = Self.bytesPerLine(columns: columns)
        return stride(from: 0, to: bytes.count, by: perLine).map { start in
            Self.line(bytes[start..<min(start + perLine, bytes.count)], perLine: perLine)
        }
    }

    private static func columns(bytesPerLine: Int) -> Int { 8 + 2 + bytesPerLine * 4 + 3 }

    private static func line(_ bytes: ArraySlice<UInt8>, perLine: Int) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(Self.columns(bytesPerLine: perLine))
        for shift in stride(from: 28, through: 0, by: -4) {
            text.append(Self.digit(UInt8(bytes.startIndex >> shift & 0xF)))
        }
        text.append(0x20)
        for place in 0..<perLine {
            if place % 8 == 0 { text.append(0x20) }
            if place < bytes.count {
                let byte = bytes[bytes.startIndex + place]
                text += [Self.digit(byte >> 4), Self.digit(byte & 0xF), 0x20]
            } else {
                text += [0x20, 0x20, 0x20]
            }
        }
        text.append(0x20)
        for byte in bytes { text.append((0x20...0x7E).contains(byte) ? byte : UInt8(ascii: ".")) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
