extension DeathRecord {
    /// The header that holds a message's death records.
    package static let headerName = "x-death"

    /// The death records in a message's headers, newest first.
    ///
    /// Clients may put anything into `x-death`: entries that are no tables, or lack a queue or a
    /// known reason, are left out, and what else is missing reads as one death at time zero.
    package static func records(in headers: FieldTable?) -> [DeathRecord] {
        guard case .array(let entries) = headers?[self.headerName] else { return [] }
        return entries.compactMap { entry in
            guard case .table(let table) = entry else { return nil }
            return DeathRecord(table)
        }
    }

    private init?(_ table: FieldTable) {
        guard let queue = table["queue"]?.text,
            let reason = table["reason"]?.text.flatMap(DeathReason.init(rawValue:))
        else { return nil }
        var routingKeys: [String] = []
        if case .array(let values) = table["routing-keys"] {
            routingKeys = values.compactMap(\.text)
        }
        var timeSeconds: UInt64 = 0
        if case .timestamp(let seconds) = table["time"] { timeSeconds = seconds }
        self.init(
            count: max(1, table["count"]?.integer ?? 1), reason: reason, queue: QueueName(queue),
            timeSeconds: timeSeconds, exchange: ExchangeName(table["exchange"]?.text ?? ""),
            routingKeys: routingKeys, originalExpiration: table["original-expiration"]?.text)
    }

    /// The table of one entry of `x-death`, fields in RabbitMQ's order.
    package var fieldValue: FieldValue {
        var table: FieldTable = [
            "count": .int64(self.count),
            "reason": .string(self.reason.rawValue),
            "queue": .string(self.queue.text),
            "time": .timestamp(seconds: self.timeSeconds),
            "exchange": .string(self.exchange.text),
            "routing-keys": .array(self.routingKeys.map(FieldValue.string)),
        ]
        if let expiration = self.originalExpiration {
            table["original-expiration"] = .string(expiration)
        }
        return .table(table)
    }
}
