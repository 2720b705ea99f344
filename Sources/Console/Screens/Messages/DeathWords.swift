import Messaging

/// Death records as sentences.
package enum DeathWords {
    /// `rejected in orders.payment 3 times, first 2h 10m ago; came through orders.x → created`.
    ///
    /// A record's time is that of its first death, so several deaths say `first`.
    package static func sentence(_ record: DeathRecord, now: Timestamp) -> String {
        let age = Figures.duration(microseconds: Self.age(record, now: now))
        let when = record.count > 1 ? "\(self.times(record.count)), first \(age) ago" : "\(age) ago"
        let keys = record.routingKeys.joined(separator: ", ")
        return "\(Self.what(record)) \(when); came through \(Route.text(record.exchange, keys))"
    }

    /// `died once`, `died 3 times`; empty when it never did.
    static func count(_ deaths: Int64) -> String {
        deaths > 0 ? "died \(self.times(deaths))" : ""
    }

    private static func times(_ count: Int64) -> String {
        count == 1 ? "once" : "\(Figures.count(Int(clamping: count))) times"
    }

    private static func what(_ record: DeathRecord) -> String {
        switch record.reason {
        case .rejected: "rejected in \(record.queue)"
        case .expired:
            "expired in \(record.queue)"
                + (record.originalExpiration.map { " (ttl \($0) ms)" } ?? "")
        case .maxLength: "dropped from \(record.queue), which was full,"
        case .deliveryLimit: "delivered too often in \(record.queue)"
        }
    }

    private static func age(_ record: DeathRecord, now: Timestamp) -> Int64 {
        // A client may have written any time at all.
        let seconds = now.seconds - Int64(clamping: record.timeSeconds)
        return max(0, seconds).multipliedReportingOverflow(by: 1_000_000).partialValue
    }
}

/// How a message came: `orders.x → order.created`.
enum Route {
    static func text(_ exchange: ExchangeName, _ routingKey: String) -> String {
        exchange == .default ? "(default) → \(routingKey)" : "\(exchange) → \(routingKey)"
    }
}
