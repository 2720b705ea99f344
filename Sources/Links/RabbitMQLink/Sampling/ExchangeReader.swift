import BrokerLink
import Messaging

/// Reads what is known of exchanges from a management API.
struct ExchangeReader: Sendable {
    let client: ManagementClient
    let host: String

    /// What is known, and what is missing in it to follow these ways to their ends.
    func read(
        _ ways: Set<DeadLetterWays.Way>,
        beside known: [ExchangeName: DeadLetterWays.Exchange] = [:]
    ) async throws(ManagementFault) -> [ExchangeName: DeadLetterWays.Exchange] {
        var known = known
        while case let missing = DeadLetterWays.unknownExchanges(ways, known: known),
            !missing.isEmpty
        {
            for name in missing { known[name] = try await self.exchange(name) }
        }
        return known
    }

    /// One exchange; one that does not exist leads nowhere.
    private func exchange(
        _ name: ExchangeName
    ) async throws(ManagementFault) -> DeadLetterWays.Exchange {
        do throws(ManagementFault) {
            let path = ["exchanges", self.host, name.text]
            let exchange: ExchangeReply = try await self.client.get(path)
            let bindings: [BindingReply] = try await self.client.get(path + ["bindings", "source"])
            return DeadLetterWays.Exchange(
                type: exchange.type ?? "",
                bindings: bindings.map {
                    .init(
                        destination: $0.destination, isToQueue: $0.destinationType == "queue",
                        routingKey: $0.routingKey)
                }, mayLeadOn: exchange.mayLeadOn)
        } catch {
            guard !error.isDisconnected else { throw error }
            // What may not be read may lead anywhere.
            return DeadLetterWays.Exchange(
                type: "", bindings: [], mayLeadOn: error != .notFound)
        }
    }
}
