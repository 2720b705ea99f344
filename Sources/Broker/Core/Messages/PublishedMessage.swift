import Messaging

/// The parts of a published message where they lie; valid for the call only.
struct PublishedMessage {
    let exchange: UnsafeRawBufferPointer
    let routingKey: UnsafeRawBufferPointer
    var properties: UnsafeRawBufferPointer
    let body: UnsafeRawBufferPointer
    /// Keys of its BCC header, as ``CarbonCopies`` encodes them.
    var blindKeys = UnsafeRawBufferPointer(start: nil, count: 0)

    init(
        exchange: UnsafeRawBufferPointer, routingKey: UnsafeRawBufferPointer,
        properties: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer
    ) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.properties = properties
        self.body = body
    }

    /// A message as it lies in a log.
    init(_ view: RecordView) {
        self.init(
            exchange: view.exchange, routingKey: view.routingKey, properties: view.properties,
            body: view.body)
        self.blindKeys = view.blindKeys
    }

    /// - Precondition: The slice lies within `bytes`, as the connection's machine sees to.
    init(_ slice: MessageSlice, in bytes: UnsafeRawBufferPointer) {
        @inline(__always)
        func part(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
            // One comparison a part: slices of pointers cost ten times that.
            precondition(offset >= 0 && count >= 0 && offset <= bytes.count - count)
            return UnsafeRawBufferPointer(
                start: bytes.baseAddress.map { $0 + offset }, count: count)
        }
        self.exchange = part(slice.exchangeOffset, Int(slice.exchangeBytes))
        self.routingKey = part(slice.keyOffset, Int(slice.keyBytes))
        self.properties = part(slice.propertiesOffset, slice.propertiesBytes)
        self.body = part(slice.bodyOffset, slice.bodyBytes)
    }
}

/// What a publisher wants of one message, apart from where it goes.
struct PublishTraits {
    var isMandatory = false
    /// Its publisher learns whether it arrived: by a confirm, a transaction, or as an operator.
    var isConfirmed = true
    var isPersistent: Bool
    var priority: UInt8
    /// Its own time to live.
    var ttlMicroseconds: Int64?
    /// The queue in which it died just now.
    var origin: QueueID?
    /// When it was published, if it comes back for a retry.
    var retriedSince: Timestamp?

    init(_ properties: PropertyPeek, ttlMicroseconds: Int64?) {
        self.isPersistent = properties.isPersistent
        self.priority = properties.priority
        self.ttlMicroseconds = ttlMicroseconds
    }
}
