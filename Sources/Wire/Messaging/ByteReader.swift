/// Reads AMQP's big-endian values from raw bytes and checks every bound.
///
/// Valid only as long as the memory behind it. A read that throws leaves the offset where it was
/// or within the bytes; the reader is not used further then.
package struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    /// Bytes read so far.
    package private(set) var offset = 0

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package var remaining: Int { self.bytes.count - self.offset }

    @inline(__always)
    private mutating func readInteger<Value: FixedWidthInteger>(
        _: Value.Type
    ) throws(CodecError) -> Value {
        let size = MemoryLayout<Value>.size
        guard self.remaining >= size else { throw .truncated }
        defer { self.offset += size }
        return Value(
            bigEndian: self.bytes.loadUnaligned(fromByteOffset: self.offset, as: Value.self))
    }

    /// One octet.
    package mutating func readUInt8() throws(CodecError) -> UInt8 {
        try self.readInteger(UInt8.self)
    }

    /// Two octets.
    package mutating func readUInt16() throws(CodecError) -> UInt16 {
        try self.readInteger(UInt16.self)
    }

    /// Four octets.
    package mutating func readUInt32() throws(CodecError) -> UInt32 {
        try self.readInteger(UInt32.self)
    }

    /// Eight octets.
    package mutating func readUInt64() throws(CodecError) -> UInt64 {
        try self.readInteger(UInt64.self)
    }

    /// The next bytes as they lie in memory, without copying.
    package mutating func readSlice(_ count: Int) throws(CodecError) -> UnsafeRawBufferPointer {
        guard count <= self.remaining else { throw .truncated }
        defer { self.offset += count }
        return UnsafeRawBufferPointer(rebasing: self.bytes[self.offset..<self.offset + count])
    }

    /// The bytes of a short string: one length octet, then that many (AMQP 0-9-1, 4.2.5.3).
    package mutating func readShortBytes() throws(CodecError) -> UnsafeRawBufferPointer {
        try self.readSlice(Int(try self.readUInt8()))
    }

    /// A short string that has to be UTF-8, as in methods.
    package mutating func readShortString() throws(CodecError) -> String {
        guard let text = String(validating: try self.readShortBytes(), as: UTF8.self) else {
            throw .malformedText
        }
        return text
    }

    /// A short string in which bytes that are not UTF-8 become U+FFFD, as in tables and properties:
    /// RabbitMQ takes any bytes there, so they must not end a connection.
    package mutating func readRepairedShortString() throws(CodecError) -> String {
        String(decoding: try self.readShortBytes(), as: UTF8.self)
    }

    /// A long string: four length octets, then that many bytes of any kind.
    package mutating func readLongBytes() throws(CodecError) -> [UInt8] {
        Array(try self.readLongSlice())
    }

    /// The bytes of a long string, table or array, without copying.
    package mutating func readLongSlice() throws(CodecError) -> UnsafeRawBufferPointer {
        try self.readSlice(Int(try self.readUInt32()))
    }

    /// A field table with its length.
    package mutating func readTable() throws(CodecError) -> FieldTable {
        try FieldTable(decoding: try self.readLongSlice())
    }

    /// - Throws: ``CodecError/trailingBytes`` unless everything was read.
    package func finish() throws(CodecError) {
        guard self.remaining == 0 else { throw .trailingBytes }
    }
}
