import Messaging

extension RecordView {
    /// The header in which a quorum queue says how often a message was returned.
    package static let deliveryCountHeader = "x-delivery-count"

    /// Lends the message with the header that says how often it was returned, instead of what its
    /// publisher may have put there.
    ///
    /// The record stays as it is: the header is written for a delivery and belongs to that alone.
    package func withDeliveryCount<Answer>(
        _ returns: UInt32, _ read: (RecordView) -> Answer
    ) -> Answer {
        // What cannot be decoded was refused when it was published.
        var properties = (try? MessageProperties(decoding: self.properties)) ?? .init()
        properties.setHeader(Self.deliveryCountHeader, .int64(Int64(returns)))
        return properties.encoded().withUnsafeBytes { properties in
            read(
                RecordView(
                    exchange: self.exchange, routingKey: self.routingKey, properties: properties,
                    body: self.body, enqueuedAt: self.enqueuedAt, blindKeys: self.blindKeys))
        }
    }
}

extension MessageProperties {
    /// Sets a header; as in RabbitMQ a table that the broker changes is sorted by name.
    mutating func setHeader(_ name: String, _ value: FieldValue) {
        var headers = self.headers ?? FieldTable()
        headers[name] = value
        headers.fields.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        self.headers = headers
    }
}
