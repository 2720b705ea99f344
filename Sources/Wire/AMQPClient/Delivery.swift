import AMQP
import Messaging

/// One message that a consumer got.
///
/// Its bytes are those of the socket's buffer: valid only during the call that hands it over.
package struct Delivery {
    package let tag: DeliveryTag
    package let isRedelivered: Bool
    package let message: MessageBytes
}

/// A delivery or the answer to a get, decoded and free of the socket's buffer.
package struct ReceivedMessage: Hashable, Sendable {
    /// What to settle it by.
    package var tag: DeliveryTag
    package var isRedelivered: Bool
    package var message: Message
}

extension ReceivedMessage {
    /// Copies a delivery out of the socket's buffer.
    package init(copying delivery: Delivery) {
        self.init(
            tag: delivery.tag, isRedelivered: delivery.isRedelivered,
            message: Message(copying: delivery.message))
    }
}

/// A mandatory message that no queue took.
package struct ReturnedMessage: Hashable, Sendable {
    package var code: UInt16
    package var text: String
    package var message: Message
}

extension Message {
    /// Copies and decodes a message; properties that cannot be read are left out.
    package init(copying bytes: MessageBytes) {
        self.init(
            exchange: ExchangeName(String(decoding: bytes.exchange, as: UTF8.self)),
            routingKey: String(decoding: bytes.routingKey, as: UTF8.self),
            properties: (try? MessageProperties(decoding: bytes.properties))
                ?? MessageProperties(),
            body: Array(bytes.body))
    }

    /// Lends the message's parts as ``MessageBytes``, encoded.
    package func withBytes<Result>(_ body: (MessageBytes) -> Result) -> Result {
        var exchange = self.exchange.text
        var routingKey = self.routingKey
        let properties = self.properties.encoded()
        return exchange.withUTF8 { exchange in
            routingKey.withUTF8 { routingKey in
                properties.withUnsafeBytes { properties in
                    self.body.withUnsafeBytes { content in
                        body(
                            MessageBytes(
                                exchange: UnsafeRawBufferPointer(exchange),
                                routingKey: UnsafeRawBufferPointer(routingKey),
                                properties: properties, body: content))
                    }
                }
            }
        }
    }
}

/// Who takes the deliveries of one consumer; both are called on the connection's event loop.
package struct ConsumerHandler {
    /// Gets all deliveries of one read at once; their bytes are gone when it returns.
    package var onDeliveries: ([Delivery]) -> Void
    /// The server ended the consumer, because its queue is gone.
    package var onCancel: () -> Void

    package init(
        onDeliveries: @escaping ([Delivery]) -> Void, onCancel: @escaping () -> Void = {}
    ) {
        self.onDeliveries = onDeliveries
        self.onCancel = onCancel
    }
}
