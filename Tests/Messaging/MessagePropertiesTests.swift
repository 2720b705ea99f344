import Messaging
import Testing

@Suite("Message properties on the wire")
struct MessagePropertiesTests {
    private static func isWellFormed(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { MessageProperties.isWellFormed($0) }
    }

    private static func peek(_ bytes: [UInt8]) -> PropertyPeek {
        bytes.withUnsafeBytes { PropertyPeek($0) }
    }

    @Test("All properties come in the order and with the flags of AMQP 0-9-1, 4.2.6.1")
    func layout() throws {
        var properties = MessageProperties()
        properties.contentType = "A"
        properties.contentEncoding = "B"
        properties.headers = ["k": .void]
        properties.deliveryMode = 2
        properties.priority = 9
        properties.correlationID = "C"
        properties.replyTo = "D"
        properties.expiration = "7"
        properties.messageID = "E"
        properties.timestampSeconds = 258
        properties.type = "F"
        properties.userID = "G"
        properties.appID = "H"
        properties.clusterID = "I"
        let bytes: [UInt8] = [
            0xFF, 0xFC, 1, 0x41, 1, 0x42, 0, 0, 0, 3, 1, 0x6B, 0x56, 2, 9, 1, 0x43, 1, 0x44, 1,
            0x37, 1, 0x45, 0, 0, 0, 0, 0, 0, 1, 2, 1, 0x46, 1, 0x47, 1, 0x48, 1, 0x49,
        ]
        #expect(properties.encoded() == bytes)
        #expect(try MessageProperties(decoding: bytes) == properties)
        let peek = Self.peek(bytes)
        #expect(peek.isPersistent)
        #expect(peek.priority == 9)
        #expect(peek.expiration == .milliseconds(7))
        #expect(peek.headers == 10..<13)
        #expect(peek.userID == 34..<35)
    }

    @Test("No properties are two zero octets")
    func none() throws {
        #expect(MessageProperties().encoded() == [0, 0])
        #expect(try MessageProperties(decoding: [0, 0]) == MessageProperties())
        #expect(Self.peek([0, 0]) == Self.peek([]))
        #expect(!Self.peek([0, 0]).isPersistent)
    }

    @Test(
        "Random properties come back, and a peek sees what decoding sees",
        arguments: UInt64(1)...300)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let properties = MessageProperties.random(using: &random)
        let bytes = properties.encoded()
        #expect(try MessageProperties(decoding: bytes) == properties)
        #expect(Self.isWellFormed(bytes))
        let peek = Self.peek(bytes)
        #expect(peek.isPersistent == properties.isPersistent)
        #expect(peek.priority == properties.priority ?? 0)
        #expect(peek.hasHeaders == (properties.headers != nil))
        #expect(
            peek.userID.map { String(decoding: bytes[$0], as: UTF8.self) } == properties.userID)
        #expect(
            peek.replyTo.map { String(decoding: bytes[$0], as: UTF8.self) } == properties.replyTo)
        let headers = try peek.headers.map { range in
            try Array(bytes[range]).withUnsafeBytes { try FieldTable(decoding: $0) }
        }
        #expect(headers == properties.headers)
    }

    @Test("The check agrees with the decoder on damaged properties", arguments: UInt64(1)...200)
    func checkAgrees(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = MessageProperties.random(using: &random).encoded()
        for _ in 0..<30 {
            let damaged = bytes.mutated(using: &random)
            let decoded = try? MessageProperties(decoding: damaged)
            try #require(Self.isWellFormed(damaged) == (decoded != nil), "\(damaged)")
            // A peek reads anything without a trap, and never beyond the bytes.
            let peek = Self.peek(damaged)
            for range in [peek.headers, peek.replyTo, peek.userID] {
                try #require(range?.upperBound ?? 0 <= damaged.count)
            }
        }
    }

    @Test(
        "What the flags do not say is refused",
        arguments: [
            ([], .truncated),
            ([0x10, 0], .truncated),
            ([0, 0, 1], .trailingBytes),
            ([0, 1, 0, 0], .unknownProperty),
            ([0x20, 0, 0, 0, 0, 9], .truncated),
            ([0x20, 0, 0, 0, 0, 3, 1, 0x6B, 0x7A], .unknownFieldType(0x7A)),
        ] as [([UInt8], CodecError)])
    func malformed(bytes: [UInt8], error: CodecError) {
        #expect(throws: error) { try MessageProperties(decoding: bytes) }
        #expect(!Self.isWellFormed(bytes))
    }

    /// What RabbitMQ 3.10.8 takes and refuses, tried one by one.
    @Test(
        "An expiration is a decimal number of milliseconds up to ten years",
        arguments: [
            ("5", .milliseconds(5)), ("+5", .milliseconds(5)), ("-0", .milliseconds(0)),
            ("007", .milliseconds(7)), ("4294967296", .milliseconds(4_294_967_296)),
            ("315360000000", .milliseconds(315_360_000_000)),
            ("315360000001", .malformed), ("99999999999999999999", .malformed),
            ("-1", .malformed), ("abc", .malformed), ("", .malformed), (" 5", .malformed),
            ("5 ", .malformed), ("1.5", .malformed), ("+", .malformed),
        ] as [(String, PropertyPeek.Expiration)])
    func expiration(text: String, expected: PropertyPeek.Expiration) {
        var properties = MessageProperties()
        properties.expiration = text
        #expect(Self.peek(properties.encoded()).expiration == expected)
    }
}
