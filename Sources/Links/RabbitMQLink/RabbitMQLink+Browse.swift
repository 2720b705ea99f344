import AMQPClient
import BrokerLink
import Messaging

extension RabbitMQLink {
    package func browse(_ request: BrowseRequest) async throws(LinkError) -> BrowsePage {
        var request = request
        request.countMax = min(max(1, request.countMax), 1_000)
        request.bodyBytesMax = max(0, request.bodyBytesMax)
        // A message that was read whole is not taken again to be shown whole.
        if request.countMax == 1, request.from == nil,
            let known = await self.glances.message(
                after: request.after, of: request.queue, bodyBytes: request.bodyBytesMax)
        {
            return BrowsePage(queue: request.queue, messages: [known], hasMore: true)
        }
        if try await self.isQueuetop { return try await self.own.browse(request) }
        switch try await self.lookRule(of: request.queue) {
        case .refused(let reason): throw .declined(reason: reason)
        case .read: return try await self.read(request)
        case .take(let intrusion, let limit):
            guard intrusion <= request.intrusionMax else {
                throw .tooIntrusive(request.queue, intrusion)
            }
            return try await self.take(request, within: limit)
        }
    }

    /// How a queue can be looked at, as it is now.
    ///
    /// Statistics are seconds old, and would have somebody look past a consumer that has come
    /// since: so the queue itself is asked how many it has.
    func lookRule(of queue: QueueName) async throws(LinkError) -> LookRule {
        let reply = try await self.reply(of: queue)
        var consumers: Int?
        if !reply.isStream {
            consumers = try await self.asking(
                .looking(into: queue)
            ) { lane throws(AMQPClientError) in
                try await lane.counts(of: queue).consumers
            }
        }
        let hasLimitAlways = await self.about.hasLimitAlways
        let isLimited =
            ReturnLimit(reply, hasLimitAlways: hasLimitAlways, deadLetters: .none) != nil
        return LookRule(
            reply, consumersNow: consumers,
            deadLetters: isLimited ? try await self.deadLetterPlace(of: reply) : .none,
            hasLimitAlways: hasLimitAlways)
    }

    /// Where the dead letters of a queue come to, as exchanges and bindings are now.
    private func deadLetterPlace(
        of queue: QueueReply
    ) async throws(LinkError) -> DeadLetterPlace {
        guard let way = DeadLetterWays.way(of: queue) else { return .none }
        let known: [ExchangeName: DeadLetterWays.Exchange]
        do throws(ManagementFault) {
            known = try await ExchangeReader(
                client: self.management, host: self.address.virtualHost
            ).read([way])
        } catch {
            throw error.linkError
        }
        var hasTarget: Bool?
        if way.exchange == .default, let target = way.routingKey {
            hasTarget = try await self.isThere(QueueName(target))
        }
        return DeadLetterPlace(of: queue, known: known) { _ in hasTarget }
    }

    /// Nil when the broker does not tell.
    private func isThere(_ queue: QueueName) async throws(LinkError) -> Bool? {
        do throws(LinkError) {
            _ = try await self.reply(of: queue)
            return true
        } catch {
            if case .queueNotFound = error { return false }
            guard case .refused = error else { throw error }
            return nil
        }
    }

    /// Takes the messages up to the end of the page and puts them back.
    private func take(
        _ request: BrowseRequest, within limit: ReturnLimit?
    ) async throws(LinkError) -> BrowsePage {
        let before = await self.glances.glance(of: request.queue)
        let skipped = request.after.map { before.count(through: $0) } ?? 0
        let hasChanged = LinkError.declined(
            reason: "\(request.queue) has changed since it was looked at. Look again from its head."
        )
        if request.after != nil, before.entries.isEmpty { throw hasChanged }
        guard skipped < Holding.countMax else {
            throw .declined(
                reason: "only the first \(Holding.countMax) messages of a queue can be looked at "
                    + "on this broker: all before a message have to be taken to see it.")
        }
        let (messages, isWhole, stop) = try await self.heldForAMoment(
            request.queue, skipped + request.countMax, within: limit)
        let redelivered = messages.map(\.isRedelivered)
        var place = 0
        let browsed = await self.glances.look(
            into: request.queue, messages.map(\.message), isWhole: isWhole
        ) { message, id in
            defer { place += 1 }
            return BrowsedMessage(message, id: id, isRedelivered: redelivered[place])
        }
        // All got new names: nobody can tell any more where the page would begin.
        if skipped > 0, let first = browsed.first, let last = before.entries.last,
            first.id > last.id
        {
            throw hasChanged
        }
        let page = browsed.drop { message in request.after.map { message.id <= $0 } ?? false }
        return BrowsePage(
            queue: request.queue,
            messages: page.prefix(request.countMax).map {
                $0.keeping(bodyBytes: request.bodyBytesMax)
            },
            hasMore: stop == nil && (!isWhole || page.count > request.countMax), stop: stop)
    }

    private func heldForAMoment(
        _ queue: QueueName, _ count: Int, within limit: ReturnLimit?
    ) async throws(LinkError) -> ([ReceivedMessage], isWhole: Bool, LookStop?) {
        let act = LaneAct.looking(into: queue)
        let user = self.address.user
        let (seen, lost) = try await self.holding(
            queue, within: limit, for: act
        ) { holding throws(AMQPClientError) in
            let stop = try await holding.look(until: count)
            let seen = (holding.messages, isWhole: holding.isWhole, stop)
            return (seen, try await holding.release(user: user))
        }
        guard lost == 0 else { throw .lost(from: queue, count: lost) }
        return seen
    }

    /// Runs work that takes messages of a queue, on a channel of its own.
    private func holding<Value: Sendable>(
        _ queue: QueueName, within limit: ReturnLimit?, for act: LaneAct,
        _ work: (inout Holding) async throws(AMQPClientError) -> Value
    ) async throws(LinkError) -> Value {
        try await self.locked(queue) { () throws(LinkError) in
            try await self.withChannel(for: act) { lane throws(LinkError) in
                var holding = Holding(queue, on: lane, within: limit)
                do throws(AMQPClientError) {
                    return try await work(&holding)
                } catch {
                    throw act.linkError(error).costing(holding.atLimit)
                }
            }
        }
    }

    /// Runs work that takes messages of a queue while nobody else here does.
    func locked<Value: Sendable>(
        _ queue: QueueName, _ body: () async throws(LinkError) -> Value
    ) async throws(LinkError) -> Value {
        await self.locks.lock(queue)
        do throws(LinkError) {
            let value = try await body()
            await self.locks.unlock(queue)
            return value
        } catch {
            await self.locks.unlock(queue)
            throw error
        }
    }

    package func delete(
        _ messages: [MessageID], from queue: QueueName
    ) async throws(LinkError) -> Int {
        if try await self.isQueuetop { return try await self.own.delete(messages, from: queue) }
        let limit = try await self.requireTakeable(queue)
        let user = self.address.user
        let glance = await self.glances.glance(of: queue)
        let act = LaneAct.changing(queue, "the deletion of messages from \(queue)")
        let targets = Set(messages)
        let (deleted, lost) = try await self.holding(
            queue, within: limit, for: act
        ) { holding throws(AMQPClientError) in
            let found = try await holding.find(targets, by: glance)
            for message in found { holding.lane.channel.ack(message.tag) }
            holding.settled(Set(found.map(\.tag)))
            // Its reply comes behind the acks.
            return (found.count, try await holding.release(user: user))
        }
        guard lost == 0 else { throw .lost(from: queue, count: lost) }
        return deleted
    }
}

extension Holding {
    /// Holds messages from the head on until all the chosen ones are among them, or cannot be.
    ///
    /// - Returns: Those that are certain to be the chosen ones, in the order of the queue.
    mutating func find(
        _ targets: Set<MessageID>, by glance: Glance
    ) async throws(AMQPClientError) -> [ReceivedMessage] {
        var wanted = glance.extent(of: targets)
        while true {
            try await self.take(until: wanted)
            let ids = glance.recognise(
                self.messages.map { Fingerprint($0.message) }, isWhole: self.isWhole)
            let found = zip(self.messages, ids).filter { $0.1.map(targets.contains) ?? false }
            let known = targets.count { id in glance.entries.contains { $0.id == id } }
            if found.count == known || self.isWhole || self.isFull || wanted == 0 {
                return found.map(\.0)
            }
            // What came before them since pushed them back.
            wanted = self.messages.count + Self.searchStep
        }
    }

    private static let searchStep = 500
}
