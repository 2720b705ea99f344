import Messaging

/// Why messages died, as far as several of them can share it; equal causes form one group.
package struct DeathCause: Hashable, Sendable {
    /// Nil when the message carries no death record: somebody published it here directly.
    package var reason: DeathReason?
    /// The queue it died in.
    package var origin: QueueName?
    /// The exchange it had been published to before it came into that queue.
    package var exchange: ExchangeName?
    package var routingKey: String?
    /// The error in general terms, such as `PaymentDeclined: card <n> expired`, or the time to
    /// live that ran out; nil when nothing is known beyond the reason.
    package var signature: String?

    package init(
        reason: DeathReason?, origin: QueueName?, exchange: ExchangeName?, routingKey: String?,
        signature: String?
    ) {
        self.reason = reason
        self.origin = origin
        self.exchange = exchange
        self.routingKey = routingKey
        self.signature = signature
    }

    /// The cause that a death record and the consumer's error text add up to.
    package init(_ record: DeathRecord?, error: String?) {
        self.init(
            reason: record?.reason, origin: record?.queue, exchange: record?.exchange,
            routingKey: record?.routingKeys.first,
            signature: error.map(ErrorSignature.masking) ?? record.flatMap(Self.timeToLive))
    }

    /// The reason in one word as operators know it.
    package var reasonWord: String { self.reason?.rawValue ?? "unknown" }

    /// What is known beyond the reason, in words; never empty.
    package var explanation: String {
        if let signature = self.signature { return signature }
        return switch self.reason {
        case .rejected: self.route.map { "\($0), no error header" } ?? "no error header"
        case .expired: "time to live of the queue ran out"
        case .maxLength: "the queue was full"
        case .deliveryLimit: "delivered too often"
        case nil: "no death record; published here directly"
        }
    }

    /// What tells apart those of which only the way is known: the routing key, or the exchange.
    private var route: String? {
        if let key = self.routingKey, !key.isEmpty { return key }
        return self.exchange.flatMap { $0 == .default ? nil : $0.text }
    }

    /// `ttl 60 s` for a message that brought its own time to live.
    private static func timeToLive(_ record: DeathRecord) -> String? {
        guard record.reason == .expired,
            let milliseconds = record.originalExpiration.flatMap({ Int($0) })
        else { return nil }
        return milliseconds % 1_000 == 0
            ? "ttl \(milliseconds / 1_000) s" : "ttl \(milliseconds) ms"
    }
}
