import Messaging

/// The parts of a message as they lie in memory, for ``FrameWriter``.
///
/// Valid only as long as the memory behind it: make one inside the closure that lends the bytes.
package struct MessageBytes {
    package var exchange: UnsafeRawBufferPointer
    package var routingKey: UnsafeRawBufferPointer
    /// The property flags and list, as encoded.
    package var properties: UnsafeRawBufferPointer
    package var body: UnsafeRawBufferPointer

    package init(
        exchange: UnsafeRawBufferPointer, routingKey: UnsafeRawBufferPointer,
        properties: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer
    ) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.properties = properties
        self.body = body
    }

    /// The parts that `slice` names within `bytes`.
    package init(_ slice: MessageSlice, in bytes: UnsafeRawBufferPointer) {
        func part(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
        }
        self.init(
            exchange: part(slice.exchangeOffset, Int(slice.exchangeBytes)),
            routingKey: part(slice.keyOffset, Int(slice.keyBytes)),
            properties: part(slice.propertiesOffset, slice.propertiesBytes),
            body: part(slice.bodyOffset, slice.bodyBytes))
    }
}
