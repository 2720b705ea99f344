import AMQP
import AMQPClient
import Messaging

extension LaneChannel {
    /// Messages of a queue that are ready now, as the queue itself counts them.
    func readyCount(of queue: QueueName) async throws(AMQPClientError) -> Int {
        try await self.counts(of: queue).ready
    }

    /// What a queue itself counts now.
    func counts(of queue: QueueName) async throws(AMQPClientError) -> QueueCounts {
        var declare = QueueMethod.Declare(queue: queue)
        declare.isPassive = true
        let reply = try await self.channel.call(.queue(.declare(declare)))
        guard case .queue(.declareOK(_, let messageCount, let consumerCount)) = reply else {
            throw .unexpectedReply(reply)
        }
        return QueueCounts(ready: Int(messageCount), consumers: Int(consumerCount))
    }

    /// Removes every ready message and returns how many there were.
    func purge(_ queue: QueueName) async throws(AMQPClientError) -> Int {
        let reply = try await self.channel.call(.queue(.purge(queue: queue, noWait: false)))
        guard case .queue(.purgeOK(let messageCount)) = reply else {
            throw .unexpectedReply(reply)
        }
        return Int(messageCount)
    }

    /// Deletes a queue and returns how many messages went with it.
    func delete(
        _ queue: QueueName, ifUnused: Bool, ifEmpty: Bool
    ) async throws(AMQPClientError) -> Int {
        var delete = QueueMethod.Delete(queue: queue)
        delete.ifUnused = ifUnused
        delete.ifEmpty = ifEmpty
        let reply = try await self.channel.call(.queue(.delete(delete)))
        guard case .queue(.deleteOK(let messageCount)) = reply else {
            throw .unexpectedReply(reply)
        }
        return Int(messageCount)
    }
}
