import BrokerLink
import Messaging

extension CommandSession {
    /// Refuses to take messages from a stream, whose messages leave by age or size alone.
    func requireTakeable(_ queue: QueueName) async throws(CommandFailure) {
        guard try await self.detail(of: queue).type == "stream" else { return }
        throw CommandFailure(
            .notAllowed,
            "\(queue) is a stream: its messages leave by age or size alone, and nothing was done. "
                + "`queuetop export` reads them.")
    }
}
