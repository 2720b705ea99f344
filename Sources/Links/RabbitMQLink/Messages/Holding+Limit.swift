import AMQPClient
import BrokerLink
import Messaging

extension Holding {
    /// Takes messages to look at them: of a queue with a delivery limit one by one, and none behind
    /// the first that is near it.
    ///
    /// - Returns: Why it took no more; nil when the wanted ones or all were taken.
    mutating func look(until count: Int) async throws(AMQPClientError) -> LookStop? {
        guard let limit else {
            try await self.take(until: count)
            return nil
        }
        while !self.isWhole, !self.isFull, self.messages.count < count {
            guard let last = try await self.takeBatch(1).last?.message, limit.isNear(last) else {
                continue
            }
            let fate: LookStop.Fate =
                if !limit.isReached(by: last) {
                    .near
                } else {
                    self.isDoomed(last) ? .putAtEnd : .deadLettered
                }
            return LookStop(
                queue: self.queue, place: self.messages.count, returnsMax: limit.returnsMax,
                fate: fate)
        }
        return nil
    }

    /// Puts back all that is still held; see ``saveDoomed(except:by:user:)`` for what cannot
    /// be.
    ///
    /// - Returns: How many could not be put back and are lost.
    mutating func release(
        by publisher: ConfirmedPublisher? = nil, user: String
    ) async throws(AMQPClientError) -> Int {
        let saving = try await self.saveDoomed(by: publisher, user: user)
        do throws(AMQPClientError) {
            try await self.release()
        } catch {
            // A publish that is not permitted ends the channel, which puts everything back.
            guard saving.lost > 0, case .channelClosed = error else { throw error }
        }
        return saving.lost
    }

    /// What the end of the channel costs those that are held now; nil where it costs nothing.
    var atLimit: HeldAtLimit? {
        guard let limit else { return nil }
        let reached = self.messages.map(\.message).filter(limit.isReached)
        return HeldAtLimit(
            queue: self.queue, count: reached.count, underWay: self.underWay,
            isDeadLettering: limit.isDeadLettering && !reached.contains(where: self.isDoomed))
    }

    /// Whether putting the message back destroys it, or may.
    func isDoomed(_ message: Message) -> Bool {
        guard let limit, limit.isReached(by: message) else { return false }
        return !limit.isDeadLettering || self.mayCircle(message)
    }

    /// Whether it has died elsewhere before. RabbitMQ drops what would die into a queue in which it
    /// died already, unless somebody rejected it since.
    private func mayCircle(_ message: Message) -> Bool {
        DeathRecord.records(in: message.properties.headers).contains { $0.queue != self.queue }
    }

    /// Publishes those messages anew, at the end of their own queue, that would be destroyed if
    /// they were put back, and acks them.
    ///
    /// - Parameters:
    ///   - spared: Those that are not to be put back.
    ///   - publisher: Of the same channel; one is made when it is nil.
    /// - Returns: How many are at the end of the queue now, and how many nothing could be done for:
    ///   these are lost as soon as they are put back.
    mutating func saveDoomed(
        except spared: Set<DeliveryTag> = [], by publisher: ConfirmedPublisher? = nil,
        user: String
    ) async throws(AMQPClientError) -> (saved: Int, lost: Int) {
        let doomed = self.messages.filter {
            self.isDoomed($0.message) && !spared.contains($0.tag)
        }
        guard !doomed.isEmpty else { return (0, 0) }
        var desk = publisher
        if desk == nil { desk = try await ConfirmedPublisher.on(self.lane) }
        let queue = self.queue
        let outcome = await desk?.publish(
            doomed.map { Resending.again($0.message, to: queue, user: user) })
        let fates = outcome?.fates ?? []
        let saved = Set(zip(doomed, fates).filter { $0.1 == .taken }.map(\.0.tag))
        for tag in saved { self.lane.channel.ack(tag) }
        self.settled(saved)
        return (saved.count, doomed.count - saved.count)
    }
}
