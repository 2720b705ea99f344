extension FieldTable {
    /// Whether ``init(decoding:)`` would succeed, without decoding and without allocating.
    ///
    /// What was checked once at the socket is stored and handed on as bytes.
    package static func isWellFormed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        (try? check(bytes)) != nil
    }

    static func check(
        _ bytes: UnsafeRawBufferPointer, depth: Int = 1, hasNames: Bool = true
    ) throws(CodecError) {
        guard depth <= Limits.tableDepthMax else { throw .nestedTooDeeply }
        var reader = ByteReader(bytes)
        while reader.remaining > 0 {
            if hasNames { _ = try reader.readShortBytes() }
            let type = try reader.readUInt8()
            switch type {
            case UInt8(ascii: "V"): break
            case UInt8(ascii: "t"), UInt8(ascii: "b"), UInt8(ascii: "B"):
                _ = try reader.readSlice(1)
            case UInt8(ascii: "s"), UInt8(ascii: "u"): _ = try reader.readSlice(2)
            case UInt8(ascii: "I"), UInt8(ascii: "i"), UInt8(ascii: "f"):
                _ = try reader.readSlice(4)
            case UInt8(ascii: "D"): _ = try reader.readSlice(5)
            case UInt8(ascii: "l"), UInt8(ascii: "L"), UInt8(ascii: "d"), UInt8(ascii: "T"):
                _ = try reader.readSlice(8)
            case UInt8(ascii: "S"), UInt8(ascii: "x"): _ = try reader.readLongSlice()
            case UInt8(ascii: "A"):
                try check(try reader.readLongSlice(), depth: depth + 1, hasNames: false)
            case UInt8(ascii: "F"):
                try check(try reader.readLongSlice(), depth: depth + 1, hasNames: true)
            default: throw .unknownFieldType(type)
            }
        }
    }
}
