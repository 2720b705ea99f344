/// One bit of the property flags for each property of class basic, highest first.
///
/// Source: AMQP 0-9-1, 4.2.6.1. Class basic has no second word of flags, so the lowest bit
/// is never set; the one above it means nothing and is ignored, as RabbitMQ does.
enum PropertyFlag {
    static let contentType: UInt16 = 1 << 15
    static let contentEncoding: UInt16 = 1 << 14
    static let headers: UInt16 = 1 << 13
    static let deliveryMode: UInt16 = 1 << 12
    static let priority: UInt16 = 1 << 11
    static let correlationID: UInt16 = 1 << 10
    static let replyTo: UInt16 = 1 << 9
    static let expiration: UInt16 = 1 << 8
    static let messageID: UInt16 = 1 << 7
    static let timestamp: UInt16 = 1 << 6
    static let type: UInt16 = 1 << 5
    static let userID: UInt16 = 1 << 4
    static let appID: UInt16 = 1 << 3
    static let clusterID: UInt16 = 1 << 2
    /// Announces a second word of flags.
    static let continuation: UInt16 = 1
}

extension MessageProperties {
    /// Decodes property flags and list exactly as they follow the body size in a content header.
    ///
    /// - Throws: ``CodecError`` when the list does not match its flags or a value is malformed.
    package init(decoding bytes: UnsafeRawBufferPointer) throws(CodecError) {
        self.init()
        var reader = ByteReader(bytes)
        let flags = try reader.readUInt16()
        guard flags & PropertyFlag.continuation == 0 else { throw .unknownProperty }
        func text(_ flag: UInt16) throws(CodecError) -> String? {
            flags & flag == 0 ? nil : try reader.readRepairedShortString()
        }
        self.contentType = try text(PropertyFlag.contentType)
        self.contentEncoding = try text(PropertyFlag.contentEncoding)
        if flags & PropertyFlag.headers != 0 { self.headers = try reader.readTable() }
        if flags & PropertyFlag.deliveryMode != 0 { self.deliveryMode = try reader.readUInt8() }
        if flags & PropertyFlag.priority != 0 { self.priority = try reader.readUInt8() }
        self.correlationID = try text(PropertyFlag.correlationID)
        self.replyTo = try text(PropertyFlag.replyTo)
        self.expiration = try text(PropertyFlag.expiration)
        self.messageID = try text(PropertyFlag.messageID)
        if flags & PropertyFlag.timestamp != 0 { self.timestampSeconds = try reader.readUInt64() }
        self.type = try text(PropertyFlag.type)
        self.userID = try text(PropertyFlag.userID)
        self.appID = try text(PropertyFlag.appID)
        self.clusterID = try text(PropertyFlag.clusterID)
        try reader.finish()
    }

    /// Decodes property flags and list from an array.
    package init(decoding bytes: [UInt8]) throws(CodecError) {
        // `withUnsafeBytes` rethrows untyped, so the typed error travels as a value.
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(CodecError) in try MessageProperties(decoding: bytes) }
        }
        self = try result.get()
    }

    /// The property flags and list, as in a content header.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.writeUInt16(self.flags)
        if let value = self.contentType { writer.writeShortString(value) }
        if let value = self.contentEncoding { writer.writeShortString(value) }
        if let value = self.headers { writer.writeTable(value) }
        if let value = self.deliveryMode { writer.writeUInt8(value) }
        if let value = self.priority { writer.writeUInt8(value) }
        if let value = self.correlationID { writer.writeShortString(value) }
        if let value = self.replyTo { writer.writeShortString(value) }
        if let value = self.expiration { writer.writeShortString(value) }
        if let value = self.messageID { writer.writeShortString(value) }
        if let value = self.timestampSeconds { writer.writeUInt64(value) }
        if let value = self.type { writer.writeShortString(value) }
        if let value = self.userID { writer.writeShortString(value) }
        if let value = self.appID { writer.writeShortString(value) }
        if let value = self.clusterID { writer.writeShortString(value) }
        return writer.bytes
    }

    private var flags: UInt16 {
        (self.contentType == nil ? 0 : PropertyFlag.contentType)
            | (self.contentEncoding == nil ? 0 : PropertyFlag.contentEncoding)
            | (self.headers == nil ? 0 : PropertyFlag.headers)
            | (self.deliveryMode == nil ? 0 : PropertyFlag.deliveryMode)
            | (self.priority == nil ? 0 : PropertyFlag.priority)
            | (self.correlationID == nil ? 0 : PropertyFlag.correlationID)
            | (self.replyTo == nil ? 0 : PropertyFlag.replyTo)
            | (self.expiration == nil ? 0 : PropertyFlag.expiration)
            | (self.messageID == nil ? 0 : PropertyFlag.messageID)
            | (self.timestampSeconds == nil ? 0 : PropertyFlag.timestamp)
            | (self.type == nil ? 0 : PropertyFlag.type)
            | (self.userID == nil ? 0 : PropertyFlag.userID)
            | (self.appID == nil ? 0 : PropertyFlag.appID)
            | (self.clusterID == nil ? 0 : PropertyFlag.clusterID)
    }
}
