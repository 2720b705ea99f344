import Messaging

/// The header `x-stream-offset`, with which every message of a stream is delivered.
///
/// It is put in when a message is appended, once, however many read it then.
package enum StreamHeader {
    package static let name = "x-stream-offset"

    /// Encoded properties with the header set.
    package static func set(_ offset: UInt64, in properties: UnsafeRawBufferPointer) -> [UInt8] {
        // Nothing at all stands for no properties.
        guard properties.count >= 2 else { return Self.replaced(offset, in: properties) }
        let headers = PropertyPeek(properties).headers
        if let headers, Self.isNamed(in: properties, headers) {
            return Self.replaced(offset, in: properties)
        }
        var field = ByteWriter()
        field.writeUInt8(UInt8(Self.name.utf8.count))
        field.writeBytes(Self.name.utf8)
        field.writeUInt8(UInt8(ascii: "l"))
        field.writeUInt64(offset)
        var writer = ByteWriter()
        let flags = UInt16(properties[0]) << 8 | UInt16(properties[1])
        writer.writeUInt16(flags | Self.headersFlag)
        let start = headers?.lowerBound.advanced(by: -4) ?? Self.tableOffset(properties, flags)
        writer.writeBytes(properties[2..<start])
        writer.writeUInt32(UInt32((headers?.count ?? 0) + field.bytes.count))
        if let headers { writer.writeBytes(properties[headers]) }
        writer.writeBytes(field.bytes)
        writer.writeBytes(properties[(headers?.upperBound ?? start)...])
        return writer.bytes
    }

    /// The property flags' bits (AMQP 0-9-1, 4.2.6.1).
    private static let contentTypeFlag: UInt16 = 1 << 15
    private static let contentEncodingFlag: UInt16 = 1 << 14
    private static let headersFlag: UInt16 = 1 << 13

    /// Where the table of headers would begin: behind the two short strings before it.
    private static func tableOffset(_ bytes: UnsafeRawBufferPointer, _ flags: UInt16) -> Int {
        var offset = 2
        if flags & Self.contentTypeFlag != 0 { offset += 1 + Int(bytes[offset]) }
        if flags & Self.contentEncodingFlag != 0 { offset += 1 + Int(bytes[offset]) }
        return offset
    }

    /// Whether the name stands anywhere among the headers.
    private static func isNamed(in bytes: UnsafeRawBufferPointer, _ headers: Range<Int>) -> Bool {
        let name = Array(Self.name.utf8)
        guard headers.count >= name.count else { return false }
        for start in headers.lowerBound...headers.upperBound - name.count
        where bytes[start] == name[0] {
            if bytes[start..<start + name.count].elementsEqual(name) { return true }
        }
        return false
    }

    private static func replaced(_ offset: UInt64, in bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var properties = (try? MessageProperties(decoding: bytes)) ?? MessageProperties()
        var headers = properties.headers ?? FieldTable()
        headers.fields.removeAll { $0.name == Self.name }
        headers[Self.name] = .int64(Int64(clamping: offset))
        properties.headers = headers
        return properties.encoded()
    }
}
