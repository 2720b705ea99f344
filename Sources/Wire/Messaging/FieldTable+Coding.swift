extension FieldTable {
    /// Decodes the fields of a table: its bytes without the length before them.
    ///
    /// Octets and types follow RabbitMQ's errata to AMQP 0-9-1, section 3; `L` reads as `l`.
    ///
    /// - Throws: ``CodecError`` when a field is cut off, has an unknown type, or lies too deep.
    package init(decoding bytes: UnsafeRawBufferPointer) throws(CodecError) {
        try self.init(decoding: bytes, depth: 1)
    }

    fileprivate init(decoding bytes: UnsafeRawBufferPointer, depth: Int) throws(CodecError) {
        guard depth <= Limits.tableDepthMax else { throw .nestedTooDeeply }
        self.init()
        var reader = ByteReader(bytes)
        while reader.remaining > 0 {
            let name = try reader.readRepairedShortString()
            self.fields.append(Field(name, try FieldValue(from: &reader, depth: depth)))
        }
    }

    /// Appends the fields without the length before them.
    package func encodeFields(into writer: inout ByteWriter) {
        for field in self.fields {
            writer.writeShortString(field.name)
            field.value.encode(into: &writer)
        }
    }

    /// Appends the length and the fields.
    package func encode(into writer: inout ByteWriter) { writer.writeTable(self) }
}

extension FieldValue {
    /// Decodes a type octet and the value behind it; `depth` counts the table it stands in.
    fileprivate init(from reader: inout ByteReader, depth: Int) throws(CodecError) {
        let type = try reader.readUInt8()
        switch type {
        case UInt8(ascii: "t"): self = .bool(try reader.readUInt8() != 0)
        case UInt8(ascii: "b"): self = .int8(Int8(bitPattern: try reader.readUInt8()))
        case UInt8(ascii: "B"): self = .uint8(try reader.readUInt8())
        case UInt8(ascii: "s"): self = .int16(Int16(bitPattern: try reader.readUInt16()))
        case UInt8(ascii: "u"): self = .uint16(try reader.readUInt16())
        case UInt8(ascii: "I"): self = .int32(Int32(bitPattern: try reader.readUInt32()))
        case UInt8(ascii: "i"): self = .uint32(try reader.readUInt32())
        case UInt8(ascii: "l"), UInt8(ascii: "L"):
            self = .int64(Int64(bitPattern: try reader.readUInt64()))
        case UInt8(ascii: "f"): self = .float(Float(bitPattern: try reader.readUInt32()))
        case UInt8(ascii: "d"): self = .double(Double(bitPattern: try reader.readUInt64()))
        case UInt8(ascii: "D"):
            let scale = try reader.readUInt8()
            self = .decimal(scale: scale, value: Int32(bitPattern: try reader.readUInt32()))
        case UInt8(ascii: "S"): self = .longString(try reader.readLongBytes())
        case UInt8(ascii: "x"): self = .byteArray(try reader.readLongBytes())
        case UInt8(ascii: "A"):
            self = .array(try Self.array(decoding: try reader.readLongSlice(), depth: depth + 1))
        case UInt8(ascii: "T"): self = .timestamp(seconds: try reader.readUInt64())
        case UInt8(ascii: "F"):
            self = .table(try FieldTable(decoding: try reader.readLongSlice(), depth: depth + 1))
        case UInt8(ascii: "V"): self = .void
        default: throw .unknownFieldType(type)
        }
    }

    private static func array(
        decoding bytes: UnsafeRawBufferPointer, depth: Int
    ) throws(CodecError) -> [FieldValue] {
        guard depth <= Limits.tableDepthMax else { throw .nestedTooDeeply }
        var values: [FieldValue] = []
        var reader = ByteReader(bytes)
        while reader.remaining > 0 { values.append(try FieldValue(from: &reader, depth: depth)) }
        return values
    }

    /// Appends the type octet and the value.
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeUInt8(self.typeOctet)
        switch self {
        case .bool(let value): writer.writeUInt8(value ? 1 : 0)
        case .int8(let value): writer.writeUInt8(UInt8(bitPattern: value))
        case .uint8(let value): writer.writeUInt8(value)
        case .int16(let value): writer.writeUInt16(UInt16(bitPattern: value))
        case .uint16(let value): writer.writeUInt16(value)
        case .int32(let value): writer.writeUInt32(UInt32(bitPattern: value))
        case .uint32(let value): writer.writeUInt32(value)
        case .int64(let value): writer.writeUInt64(UInt64(bitPattern: value))
        case .float(let value): writer.writeUInt32(value.bitPattern)
        case .double(let value): writer.writeUInt64(value.bitPattern)
        case .decimal(let scale, let value):
            writer.writeUInt8(scale)
            writer.writeUInt32(UInt32(bitPattern: value))
        case .longString(let bytes), .byteArray(let bytes): writer.writeLongBytes(bytes)
        case .array(let values):
            writer.writeWithLength { for value in values { value.encode(into: &$0) } }
        case .timestamp(let seconds): writer.writeUInt64(seconds)
        case .table(let table): writer.writeTable(table)
        case .void: break
        }
    }

    private var typeOctet: UInt8 {
        switch self {
        case .bool: UInt8(ascii: "t")
        case .int8: UInt8(ascii: "b")
        case .uint8: UInt8(ascii: "B")
        case .int16: UInt8(ascii: "s")
        case .uint16: UInt8(ascii: "u")
        case .int32: UInt8(ascii: "I")
        case .uint32: UInt8(ascii: "i")
        case .int64: UInt8(ascii: "l")
        case .float: UInt8(ascii: "f")
        case .double: UInt8(ascii: "d")
        case .decimal: UInt8(ascii: "D")
        case .longString: UInt8(ascii: "S")
        case .byteArray: UInt8(ascii: "x")
        case .array: UInt8(ascii: "A")
        case .timestamp: UInt8(ascii: "T")
        case .table: UInt8(ascii: "F")
        case .void: UInt8(ascii: "V")
        }
    }
}
