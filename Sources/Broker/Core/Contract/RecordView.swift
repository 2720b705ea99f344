import Messaging

/// One message as it lies in its queue's log.
///
/// The pointers are valid until the next call that changes the broker; for what effects name,
/// until ``Broker/effectsPerformed()``.
package struct RecordView {
    package let exchange: UnsafeRawBufferPointer
    package let routingKey: UnsafeRawBufferPointer
    /// Property flags and list, as in a content header.
    package let properties: UnsafeRawBufferPointer
    package let body: UnsafeRawBufferPointer
    package let enqueuedAt: Timestamp
    /// Further keys that its publisher named and nobody is to see, as ``CarbonCopies`` encodes
    /// them; mostly empty.
    let blindKeys: UnsafeRawBufferPointer
}
