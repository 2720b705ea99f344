import Messaging

/// Tells messages apart that a broker gives no identity: equal ones are taken for the same.
///
/// What the broker itself changes with each delivery is left out: a count of deliveries says
/// nothing about which message it is.
package struct Fingerprint: Hashable, Sendable {
    /// Headers that a broker writes at each delivery.
    private static let countHeaders: Set<String> = ["x-delivery-count", "x-acquired-count"]

    private let hash: Int
    private let bodyBytes: Int

    package init(_ message: Message) {
        var properties = message.properties
        for name in Self.countHeaders where properties.headers?[name] != nil {
            properties.headers?[name] = nil
        }
        if properties.headers?.isEmpty == true { properties.headers = nil }
        var hasher = Hasher()
        hasher.combine(message.exchange)
        hasher.combine(message.routingKey)
        hasher.combine(properties)
        message.body.withUnsafeBytes { hasher.combine(bytes: $0) }
        self.hash = hasher.finalize()
        self.bodyBytes = message.body.count
    }
}
