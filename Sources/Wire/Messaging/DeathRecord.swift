/// Why a message was dead-lettered; the raw value is what `x-death` carries.
package enum DeathReason: String, Hashable, Sendable, CaseIterable {
    case rejected
    case expired
    case maxLength = "maxlen"
    case deliveryLimit = "delivery_limit"
}

/// One entry of a message's `x-death` header: its deaths in one queue for one reason.
///
/// Source: RabbitMQ's documentation of dead-letter exchanges, "Dead-Lettered Effects on Messages".
package struct DeathRecord: Hashable, Sendable {
    /// How often it died so, from 1.
    package var count: Int64
    package var reason: DeathReason
    package var queue: QueueName
    /// When it first died so, in seconds since 1970.
    package var timeSeconds: UInt64
    /// The exchange it had been published to before it came into that queue.
    package var exchange: ExchangeName
    /// Its routing keys then: the message's own, and those of CC; BCC's are left out.
    package var routingKeys: [String]
    /// The `expiration` property that dead-lettering removed.
    package var originalExpiration: String?

    package init(
        count: Int64, reason: DeathReason, queue: QueueName, timeSeconds: UInt64,
        exchange: ExchangeName, routingKeys: [String], originalExpiration: String? = nil
    ) {
        self.count = count
        self.reason = reason
        self.queue = queue
        self.timeSeconds = timeSeconds
        self.exchange = exchange
        self.routingKeys = routingKeys
        self.originalExpiration = originalExpiration
    }
}
