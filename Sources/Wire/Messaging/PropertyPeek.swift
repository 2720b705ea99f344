/// The few properties that the broker's hot path needs, read without decoding or allocating.
///
/// Offsets count from the start of the encoded properties. Malformed bytes read as absent
/// properties; those from a socket were checked by ``MessageProperties/isWellFormed(_:)``.
package struct PropertyPeek: Hashable, Sendable {
    /// Time to live, as the `expiration` property's decimal text says it.
    package enum Expiration: Hashable, Sendable {
        case absent
        case milliseconds(UInt64)
        /// Not a decimal number up to ``millisecondsMax``: a broker refuses the message.
        case malformed

        /// Ten years of 365 days, the longest that RabbitMQ takes.
        package static let millisecondsMax: UInt64 = 315_360_000_000
    }

    /// As the publisher wrote it; nil when it wrote none.
    package private(set) var deliveryMode: UInt8?
    package var isPersistent: Bool {
        self.deliveryMode == MessageProperties.DeliveryMode.persistent.rawValue
    }
    package private(set) var priority: UInt8 = 0
    package private(set) var expiration = Expiration.absent
    /// The fields of `headers`, without the table's length; nil without headers.
    package private(set) var headers: Range<Int>?
    /// The text of `reply-to`.
    package private(set) var replyTo: Range<Int>?
    /// The text of `user-id`, which has to be the connection's.
    package private(set) var userID: Range<Int>?

    package var hasHeaders: Bool { self.headers != nil }

    package init(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 2 else { return }
        let flags = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        // Most messages have nothing but a delivery mode.
        if flags & ~PropertyFlag.deliveryMode == 0 {
            if flags != 0, bytes.count > 2 {
                self.deliveryMode = bytes[2]
            }
            return
        }
        try? self.walk(flags, bytes)
    }

    private mutating func walk(
        _ flags: UInt16, _ bytes: UnsafeRawBufferPointer
    ) throws(CodecError) {
        var reader = ByteReader(bytes)
        _ = try reader.readUInt16()
        func skipText(_ flag: UInt16) throws(CodecError) {
            if flags & flag != 0 { _ = try reader.readShortBytes() }
        }
        try skipText(PropertyFlag.contentType)
        try skipText(PropertyFlag.contentEncoding)
        if flags & PropertyFlag.headers != 0 {
            let count = try reader.readLongSlice().count
            self.headers = reader.offset - count..<reader.offset
        }
        if flags & PropertyFlag.deliveryMode != 0 {
            self.deliveryMode = try reader.readUInt8()
        }
        if flags & PropertyFlag.priority != 0 { self.priority = try reader.readUInt8() }
        try skipText(PropertyFlag.correlationID)
        if flags & PropertyFlag.replyTo != 0 {
            let count = try reader.readShortBytes().count
            self.replyTo = reader.offset - count..<reader.offset
        }
        if flags & PropertyFlag.expiration != 0 {
            self.expiration = Expiration(text: try reader.readShortBytes())
        }
        guard flags & PropertyFlag.userID != 0 else { return }
        try skipText(PropertyFlag.messageID)
        if flags & PropertyFlag.timestamp != 0 { _ = try reader.readUInt64() }
        try skipText(PropertyFlag.type)
        let count = try reader.readShortBytes().count
        self.userID = reader.offset - count..<reader.offset
    }
}

extension PropertyPeek.Expiration {
    /// Reads decimal text, with a sign as RabbitMQ allows it.
    package init(text: UnsafeRawBufferPointer) {
        var digits = text[...]
        var isNegative = false
        if let sign = digits.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            isNegative = sign == UInt8(ascii: "-")
            digits = digits.dropFirst()
        }
        guard !digits.isEmpty else {
            self = .malformed
            return
        }
        var value: UInt64 = 0
        for octet in digits {
            let digit = octet &- UInt8(ascii: "0")
            value = value * 10 + UInt64(digit)
            guard digit <= 9, value <= Self.millisecondsMax else {
                self = .malformed
                return
            }
        }
        self = isNegative && value > 0 ? .malformed : .milliseconds(value)
    }
}
