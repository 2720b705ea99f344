import Messaging
import Testing

@Suite("Reading and writing bytes")
struct ByteCodecTests {
    @Test("Integers are big-endian and come back")
    func integers() throws {
        var writer = ByteWriter()
        writer.writeUInt8(0x01)
        writer.writeUInt16(0x0203)
        writer.writeUInt32(0x0405_0607)
        writer.writeUInt64(0x0809_0A0B_0C0D_0E0F)
        #expect(writer.bytes == Array(1...15))
        try writer.bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            #expect(try reader.readUInt8() == 0x01)
            #expect(try reader.readUInt16() == 0x0203)
            #expect(try reader.readUInt32() == 0x0405_0607)
            #expect(try reader.readUInt64() == 0x0809_0A0B_0C0D_0E0F)
            try reader.finish()
            #expect(throws: CodecError.truncated) { try reader.readUInt8() }
        }
    }

    @Test("A short string in a method has to be UTF-8, elsewhere it is repaired")
    func shortStrings() throws {
        try ([2, 0xFF, 0x41] as [UInt8]).withUnsafeBytes { (bytes) throws in
            var strict = ByteReader(bytes)
            #expect(throws: CodecError.malformedText) { try strict.readShortString() }
            var lenient = ByteReader(bytes)
            #expect(try lenient.readRepairedShortString() == "\u{FFFD}A")
        }
    }

    @Test("A short string keeps 255 bytes, and no half character of one that is longer")
    func clipping() {
        func written(_ text: String) -> [UInt8] {
            var writer = ByteWriter()
            writer.writeShortString(text)
            return writer.bytes
        }
        let whole = String(repeating: "a", count: 255)
        #expect(written(whole) == [255] + Array(whole.utf8))
        #expect(written(whole + "b") == [255] + Array(whole.utf8))
        let wide = String(repeating: "a", count: 254) + "é"
        #expect(written(wide) == [254] + Array(whole.utf8.dropLast()))
    }

    @Test("Bytes left over are an error for what has to be read to its end")
    func trailing() throws {
        try ([1, 2] as [UInt8]).withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            _ = try reader.readUInt8()
            #expect(throws: CodecError.trailingBytes) { try reader.finish() }
        }
    }
}
