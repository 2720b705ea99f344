import Messaging

/// A message that dies: its properties, and the history in them.
///
/// Works on the header's own tables, because clients put what they like into `x-death` and what
/// is not understood has to go through unchanged. Source: RabbitMQ 3.10, dead letter exchanges,
/// "Dead-Lettered Effects on Messages".
struct DeadLetter {
    private(set) var properties: MessageProperties
    private let exchange: String
    private let routingKey: String

    init(_ message: PublishedMessage) {
        // What cannot be decoded was refused when it was published.
        self.properties = (try? MessageProperties(decoding: message.properties)) ?? .init()
        self.exchange = message.exchange.text
        self.routingKey = message.routingKey.text
    }

    /// Its deaths, newest first, as they stand in the header.
    private var deaths: [FieldValue] {
        guard case .array(let deaths) = self.properties.headers?[DeathRecord.headerName] else {
            return []
        }
        return deaths
    }

    /// Writes a death into the header and takes the expiration out.
    ///
    /// - Parameter isKeyOverridden: It goes on with another key than its own, so the further
    ///   keys in its CC header end here.
    mutating func die(
        in queue: QueueName, _ reason: DeathReason, at now: Timestamp, isKeyOverridden: Bool
    ) {
        var headers = self.properties.headers ?? FieldTable()
        let isFirst = headers[DeathRecord.headerName] == nil
        if isFirst {
            headers["x-first-death-reason"] = .string(reason.rawValue)
            headers["x-first-death-queue"] = .string(queue.text)
            headers["x-first-death-exchange"] = .string(self.exchange)
        }
        var deaths = self.deaths
        if let index = deaths.firstIndex(where: { Self.matches($0, queue, reason) }) {
            // The same death again: counted, and the newest; the rest tells of the first time.
            let counted = Self.counted(deaths[index])
            deaths.removeAll { Self.matches($0, queue, reason) }
            deaths.insert(counted, at: 0)
        } else {
            let record = DeathRecord(
                count: 1, reason: reason, queue: queue, timeSeconds: UInt64(max(0, now.seconds)),
                exchange: ExchangeName(self.exchange), routingKeys: self.routingKeys(headers),
                originalExpiration: self.properties.expiration)
            deaths.insert(record.fieldValue, at: 0)
        }
        headers[DeathRecord.headerName] = .array(deaths)
        if isKeyOverridden { headers["CC"] = nil }
        // RabbitMQ keeps tables that it changes sorted by name.
        headers.fields.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        self.properties.headers = headers
        self.properties.expiration = nil
    }

    /// Whether putting it into that queue would be a cycle without anybody's doing: it died
    /// there, and nothing since was a rejection.
    ///
    /// Asked after ``die(in:_:at:isKeyOverridden:)``.
    func isCycling(to queue: QueueName, _ reason: DeathReason) -> Bool {
        guard reason != .rejected else { return false }
        let deaths = self.deaths
        guard let last = deaths.firstIndex(where: { Self.text("queue", of: $0) == queue.text })
        else { return false }
        return deaths[...last].allSatisfy { death in
            guard case .table = death else { return false }
            return Self.text("reason", of: death) != DeathReason.rejected.rawValue
        }
    }

    /// The keys in its CC header; those of BCC are not in its properties.
    var furtherKeys: [[UInt8]] { CarbonCopies.keys(of: self.properties.headers?["CC"]) }

    /// Its own key, and those of its CC header.
    private func routingKeys(_ headers: FieldTable) -> [String] {
        [self.routingKey]
            + CarbonCopies.keys(of: headers["CC"]).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func text(_ field: String, of death: FieldValue) -> String? {
        guard case .table(let table) = death else { return nil }
        return table[field]?.text
    }

    private static func matches(
        _ death: FieldValue, _ queue: QueueName, _ reason: DeathReason
    ) -> Bool {
        Self.text("queue", of: death) == queue.text
            && Self.text("reason", of: death) == reason.rawValue
    }

    private static func counted(_ death: FieldValue) -> FieldValue {
        guard case .table(var table) = death else { return death }
        let count = table["count"]?.integer ?? 0
        table["count"] = .int64(count < .max ? count + 1 : count)
        return .table(table)
    }
}
