extension MessageProperties {
    /// Whether ``init(decoding:)-(UnsafeRawBufferPointer)`` would succeed, without allocating.
    package static func isWellFormed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 2 else { return false }
        let flags = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        // Most messages have nothing but a delivery mode.
        if flags & ~PropertyFlag.deliveryMode == 0 { return bytes.count == (flags == 0 ? 2 : 3) }
        return (try? check(flags, bytes)) != nil
    }

    private static func check(
        _ flags: UInt16, _ bytes: UnsafeRawBufferPointer
    ) throws(CodecError) {
        guard flags & PropertyFlag.continuation == 0 else { throw .unknownProperty }
        var reader = ByteReader(bytes)
        _ = try reader.readUInt16()
        func skip(_ flag: UInt16, _ count: Int) throws(CodecError) {
            if flags & flag != 0 { _ = try reader.readSlice(count) }
        }
        func skipText(_ flag: UInt16) throws(CodecError) {
            if flags & flag != 0 { _ = try reader.readShortBytes() }
        }
        try skipText(PropertyFlag.contentType)
        try skipText(PropertyFlag.contentEncoding)
        if flags & PropertyFlag.headers != 0 {
            try FieldTable.check(try reader.readLongSlice())
        }
        try skip(PropertyFlag.deliveryMode, 1)
        try skip(PropertyFlag.priority, 1)
        try skipText(PropertyFlag.correlationID)
        try skipText(PropertyFlag.replyTo)
        try skipText(PropertyFlag.expiration)
        try skipText(PropertyFlag.messageID)
        try skip(PropertyFlag.timestamp, 8)
        try skipText(PropertyFlag.type)
        try skipText(PropertyFlag.userID)
        try skipText(PropertyFlag.appID)
        try skipText(PropertyFlag.clusterID)
        try reader.finish()
    }
}
