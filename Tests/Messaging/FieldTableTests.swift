import Messaging
import Testing

@Suite("Field tables on the wire")
struct FieldTableTests {
    private static func encoded(_ table: FieldTable) -> [UInt8] {
        var writer = ByteWriter()
        table.encodeFields(into: &writer)
        return writer.bytes
    }

    private static func decode(_ bytes: [UInt8]) throws -> FieldTable {
        try bytes.withUnsafeBytes { try FieldTable(decoding: $0) }
    }

    private static func isWellFormed(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { FieldTable.isWellFormed($0) }
    }

    /// Type octets from RabbitMQ's errata to AMQP 0-9-1, section 3.
    @Test(
        "Each type has its octet and layout",
        arguments: [
            (FieldValue.bool(true), [0x74, 1]),
            (.int8(-2), [0x62, 0xFE]),
            (.uint8(254), [0x42, 0xFE]),
            (.int16(-2), [0x73, 0xFF, 0xFE]),
            (.uint16(65_534), [0x75, 0xFF, 0xFE]),
            (.int32(-2), [0x49, 0xFF, 0xFF, 0xFF, 0xFE]),
            (.uint32(16_909_060), [0x69, 1, 2, 3, 4]),
            (.int64(-2), [0x6C, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE]),
            (.float(1), [0x66, 0x3F, 0x80, 0, 0]),
            (.double(1), [0x64, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0]),
            (.decimal(scale: 2, value: -2), [0x44, 2, 0xFF, 0xFF, 0xFF, 0xFE]),
            (.longString([1, 2]), [0x53, 0, 0, 0, 2, 1, 2]),
            (.byteArray([1, 2]), [0x78, 0, 0, 0, 2, 1, 2]),
            (.array([.bool(false), .void]), [0x41, 0, 0, 0, 3, 0x74, 0, 0x56]),
            (.timestamp(seconds: 258), [0x54, 0, 0, 0, 0, 0, 0, 1, 2]),
            (.table(["k": .void]), [0x46, 0, 0, 0, 3, 1, 0x6B, 0x56]),
            (.void, [0x56]),
        ] as [(FieldValue, [UInt8])])
    func layout(value: FieldValue, octets: [UInt8]) throws {
        let table: FieldTable = ["k": value]
        let bytes = Self.encoded(table)
        #expect(bytes == [1, 0x6B] + octets)
        #expect(try Self.decode(bytes) == table)
        #expect(Self.isWellFormed(bytes))
    }

    @Test("The long signed integer has a second octet, and any octet but zero is true")
    func otherSpellings() throws {
        #expect(try Self.decode([1, 0x6B, 0x4C, 0, 0, 0, 0, 0, 0, 0, 7]) == ["k": .int64(7)])
        #expect(try Self.decode([1, 0x6B, 0x74, 9]) == ["k": .bool(true)])
    }

    @Test("Fields keep their order, and a name may come twice")
    func order() throws {
        let table = FieldTable([.init("b", .void), .init("a", .uint8(1)), .init("b", .uint8(2))])
        #expect(try Self.decode(Self.encoded(table)) == table)
    }

    @Test("Random tables come back as they were", arguments: UInt64(1)...300)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let table = FieldTable.random(depth: 5, using: &random)
        #expect(try Self.decode(Self.encoded(table)) == table)
    }

    @Test("The check agrees with the decoder on damaged tables", arguments: UInt64(1)...200)
    func checkAgrees(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = Self.encoded(.random(depth: 4, using: &random))
        for _ in 0..<30 {
            let damaged = bytes.mutated(using: &random)
            let decoded = try? Self.decode(damaged)
            try #require(Self.isWellFormed(damaged) == (decoded != nil), "\(damaged)")
        }
    }

    @Test("Tables and arrays nest to the limit and no deeper", arguments: [true, false])
    func depth(ofTables: Bool) throws {
        func nested(_ levels: Int) -> [UInt8] {
            var value = FieldValue.void
            for _ in 1..<levels {
                value = ofTables ? .table(["k": value]) : .array([value])
            }
            return Self.encoded(["k": value])
        }
        let most = nested(Limits.tableDepthMax)
        _ = try Self.decode(most)
        #expect(Self.isWellFormed(most))
        let tooMany = nested(Limits.tableDepthMax + 1)
        #expect(throws: CodecError.nestedTooDeeply) { try Self.decode(tooMany) }
        #expect(!Self.isWellFormed(tooMany))
    }

    @Test("A cut table and an unknown type are refused")
    func malformed() {
        #expect(throws: CodecError.truncated) { try Self.decode([3, 0x6B]) }
        #expect(throws: CodecError.truncated) { try Self.decode([1, 0x6B]) }
        #expect(throws: CodecError.truncated) {
            try Self.decode([1, 0x6B, 0x53, 0xFF, 0xFF, 0xFF, 0xFF, 1])
        }
        #expect(throws: CodecError.unknownFieldType(0x7A)) { try Self.decode([1, 0x6B, 0x7A, 1]) }
    }

    @Test("A name that is no UTF-8 is repaired, not refused")
    func repairedName() throws {
        #expect(try Self.decode([1, 0xFF, 0x56]) == ["\u{FFFD}": .void])
    }
}
