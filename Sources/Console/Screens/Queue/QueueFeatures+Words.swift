import BrokerLink

extension QueueFeatures {
    /// The features as RabbitMQ's management shows them: `D TTL DLX`.
    package var words: String {
        Self.named.filter { self.contains($0.feature) }.map(\.word).joined(separator: " ")
    }

    private static let named: [(feature: QueueFeatures, word: String)] = [
        (.stream, "Str"), (.quorum, "Q"), (.durable, "D"), (.autoDelete, "AD"),
        (.exclusive, "Excl"),
        (.priorities, "Pri"),
        (.singleActiveConsumer, "SAC"), (.messageTTL, "TTL"), (.expires, "Exp"),
        (.limited, "Lim"), (.deadLettering, "DLX"), (.retries, "Ret"),
        (.policy, "Pol"), (.rateLimited, "Rate"), (.circuitBreaker, "CB"),
        (.deduplicating, "Once"),
    ]
}
