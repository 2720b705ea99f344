/// Appends AMQP's big-endian values to an array.
package struct ByteWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Writes one octet.
    package mutating func writeUInt8(_ value: UInt8) { self.bytes.append(value) }
    /// Writes two octets.
    package mutating func writeUInt16(_ value: UInt16) { self.writeInteger(value) }
    /// Writes four octets.
    package mutating func writeUInt32(_ value: UInt32) { self.writeInteger(value) }
    /// Writes eight octets.
    package mutating func writeUInt64(_ value: UInt64) { self.writeInteger(value) }

    @inline(__always)
    private mutating func writeInteger<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.bigEndian) { self.bytes.append(contentsOf: $0) }
    }

    /// Writes the octets as they are.
    package mutating func writeBytes(_ bytes: some Sequence<UInt8>) {
        self.bytes.append(contentsOf: bytes)
    }

    /// Writes a short string, cut to whole characters within 255 bytes.
    ///
    /// Cutting happens only to reply texts and to text that was repaired when read: names and keys
    /// are checked against ``Limits/nameBytesMax`` before they come here.
    package mutating func writeShortString(_ text: String) {
        let part = text.prefix(utf8Bytes: Limits.nameBytesMax)
        self.writeUInt8(UInt8(part.utf8.count))
        self.writeBytes(part.utf8)
    }

    /// Writes a long string: four length octets, then the bytes.
    package mutating func writeLongBytes(_ bytes: [UInt8]) {
        self.writeUInt32(UInt32(bytes.count))
        self.writeBytes(bytes)
    }

    /// Writes a field table with its length.
    package mutating func writeTable(_ table: FieldTable) {
        self.writeWithLength { table.encodeFields(into: &$0) }
    }

    /// Writes what `body` writes, with its length in four octets before it.
    mutating func writeWithLength(_ body: (inout ByteWriter) -> Void) {
        let start = self.bytes.count
        self.writeUInt32(0)
        body(&self)
        let length = UInt32(self.bytes.count - start - 4).bigEndian
        withUnsafeBytes(of: length) { length in
            for (index, byte) in length.enumerated() { self.bytes[start + index] = byte }
        }
    }
}

extension String {
    /// As many whole Unicode scalars from the start as fit in that many bytes of UTF-8.
    package func prefix(utf8Bytes: Int) -> Substring {
        guard self.utf8.count > utf8Bytes else { return self[...] }
        var end = self.utf8.index(self.startIndex, offsetBy: utf8Bytes)
        while end.samePosition(in: self.unicodeScalars) == nil {
            end = self.utf8.index(before: end)
        }
        return self[..<end]
    }
}
