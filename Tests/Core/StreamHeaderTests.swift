import Core
import Messaging
import Testing

/// The header that says a message's offset, put among whatever properties there are.
@Suite struct StreamHeaderTests {
    private func set(
        _ properties: MessageProperties, _ offset: UInt64
    ) throws -> MessageProperties {
        let bytes = properties.encoded().withUnsafeBytes { StreamHeader.set(offset, in: $0) }
        return try MessageProperties(decoding: bytes)
    }

    private var full: MessageProperties {
        var properties = MessageProperties()
        properties.contentType = "text/plain"
        properties.contentEncoding = "gzip"
        properties.deliveryMode = 2
        properties.priority = 3
        properties.correlationID = "c"
        properties.expiration = "60000"
        properties.messageID = "m"
        properties.timestampSeconds = 5
        properties.userID = "guest"
        properties.appID = "a"
        return properties
    }

    @Test(
        "Nothing else changes, with headers and without",
        arguments: [nil, [:], ["a": .int32(1), "b": .string("x-stream")]] as [FieldTable?])
    func keeps(_ headers: FieldTable?) throws {
        for before in [MessageProperties(), self.full] {
            var properties = before
            properties.headers = headers
            var expected = properties
            expected.headers = FieldTable(
                (headers?.fields ?? []) + [.init("x-stream-offset", .int64(258))])
            #expect(try self.set(properties, 258) == expected)
        }
        var partly = MessageProperties()
        partly.contentEncoding = "gzip"
        #expect(try self.set(partly, 0).contentEncoding == "gzip")
    }

    @Test("One that a publisher wrote is replaced; a name within a value is none")
    func replaces() throws {
        var properties = self.full
        properties.headers = [
            "x-stream-offset": .string("mine"), "note": .string("x-stream-offset"),
        ]
        let headers = try self.set(properties, 9).headers
        #expect(headers?.fields.count == 2)
        #expect(headers?["x-stream-offset"] == .int64(9))
        #expect(headers?["note"] == .string("x-stream-offset"))
    }

    @Test("No bytes at all stand for no properties")
    func empty() throws {
        let bytes = StreamHeader.set(3, in: UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(try MessageProperties(decoding: bytes).headers == ["x-stream-offset": .int64(3)])
    }
}
