import Messaging

/// The encoded parts of a stream's variant; only the two times in it change with each message.
struct MessageTemplate: Sendable {
    let routingKey: [UInt8]
    private(set) var properties: [UInt8]
    private let timestampOffset: Int
    private let plannedOffset: Int

    init(_ variant: LoadVariant, of stream: LoadStream) {
        var properties = MessageProperties()
        properties.contentType =
            switch stream.body {
            case .order: "application/json"
            case .filler: "application/octet-stream"
            }
        properties.headers = FieldTable(
            [.init(PlannedHeader.name, .int64(0))] + variant.headers.fields)
        properties.deliveryMode =
            stream.isPersistent
            ? MessageProperties.DeliveryMode.persistent.rawValue
            : MessageProperties.DeliveryMode.transient.rawValue
        properties.expiration = variant.expirationMilliseconds.map { String($0) }
        properties.timestampSeconds = 0
        let bytes = properties.encoded()
        self.routingKey = Array(variant.routingKey.utf8)
        self.properties = bytes
        // The timestamp is the last property written: no later one is set.
        self.timestampOffset = bytes.count - 8
        self.plannedOffset = bytes.withUnsafeBytes { PlannedHeader.offset(in: $0) }!
    }

    /// Makes it the template of a message planned for that time.
    mutating func stamp(_ planned: Timestamp) {
        self.properties.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(
                of: UInt64(planned.seconds).bigEndian, toByteOffset: self.timestampOffset,
                as: UInt64.self)
            bytes.storeBytes(
                of: planned.microseconds.bigEndian, toByteOffset: self.plannedOffset,
                as: Int64.self)
        }
    }
}
