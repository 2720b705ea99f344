import Messaging

/// A reply that goes straight to the consumer that waits for it, without a queue between.
///
/// Source: RabbitMQ's documentation of direct reply-to. A client consumes from the pseudo-queue
/// `amq.rabbitmq.reply-to` and publishes requests with that name in `reply-to`; the broker puts an
/// address there that names the client's channel, and the answer is published to the default
/// exchange with that address as its key. Bytes of its own, because no log holds it.
package struct DirectReply: Hashable, Sendable {
    package var consumerTag: [UInt8]
    package var tag: DeliveryTag
    package var exchange: [UInt8]
    package var routingKey: [UInt8]
    /// Property flags and list, as the publisher wrote them.
    package var properties: [UInt8]
    package var body: [UInt8]

    /// The pseudo-queue.
    static let queue = QueueName("amq.rabbitmq.reply-to")
    private static let addressPrefix = Array("amq.rabbitmq.reply-to.".utf8)

    /// Whether a routing key has the form of an address.
    @inline(__always)
    static func isAddress(_ key: UnsafeRawBufferPointer) -> Bool {
        key.count > Self.addressPrefix.count && key.starts(with: Self.addressPrefix)
    }

    /// Whether a name is the pseudo-queue's or has the form of an address.
    static func isAddressOrQueue(_ name: QueueName) -> Bool {
        name == Self.queue || Array(name.text.utf8).withUnsafeBytes { Self.isAddress($0) }
    }

    /// - Parameter token: What nobody can guess.
    static func address(token: String) -> [UInt8] { Self.addressPrefix + Array(token.utf8) }
}

/// The consumer of one channel that waits for replies.
struct ReplyConsumer {
    let tag: ConsumerTag
    let address: [UInt8]
}
