import Messaging

/// Messages a second of every connection, from one roster to the next.
///
/// As with queues, rates are computed here for every link alike.
package struct ClientRates: Equatable, Sendable {
    /// Of one connection; nil until two rosters can be compared, or where the link cannot tell.
    package struct Rates: Equatable, Sendable {
        package var publishedPerSecond: Double?
        package var deliveredPerSecond: Double?
    }

    private struct Totals: Equatable, Sendable {
        var published: UInt64?
        var delivered: UInt64?
    }

    private var at: Timestamp?
    private var totals: [ConnectionID: Totals] = [:]
    private var rates: [ConnectionID: Rates] = [:]

    package init() {}

    /// The rates of a connection.
    package subscript(connection: ConnectionID) -> Rates { self.rates[connection] ?? Rates() }

    /// Takes in a newer roster; one of the same moment or an older one makes no rates.
    package mutating func append(_ roster: ClientRoster) {
        let elapsed = self.at.map { Double(roster.at.microseconds(since: $0)) / 1_000_000 } ?? 0
        guard self.at == nil || elapsed > 0 else { return }
        var totals: [ConnectionID: Totals] = [:]
        var rates: [ConnectionID: Rates] = [:]
        for connection in roster.connections {
            let id = connection.id
            let newer = Totals(
                published: connection.published.value, delivered: connection.delivered.value)
            totals[id] = newer
            guard let older = self.totals[id] else { continue }
            rates[id] = Rates(
                publishedPerSecond: Self.rate(
                    from: older.published, to: newer.published, elapsed,
                    before: self.rates[id]?.publishedPerSecond),
                deliveredPerSecond: Self.rate(
                    from: older.delivered, to: newer.delivered, elapsed,
                    before: self.rates[id]?.deliveredPerSecond))
        }
        self.at = roster.at
        (self.totals, self.rates) = (totals, rates)
    }

    /// What began anew meanwhile is not known.
    private static func rate(
        from older: UInt64?, to newer: UInt64?, _ elapsedSeconds: Double, before: Double?
    ) -> Double? {
        guard let older, let newer, newer >= older else { return nil }
        return RateSmoothing.blend(
            before, Double(newer - older) / elapsedSeconds, elapsedSeconds: elapsedSeconds)
    }
}
