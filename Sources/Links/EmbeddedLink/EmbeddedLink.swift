import BrokerLink
import Core
import Engine
import Messaging
import Synchronization

/// The link to the broker in this very process: every figure exact, and looking changes nothing.
///
/// Each call is one batch of the engine, so what it reports or does happens at one moment.
package final class EmbeddedLink: BrokerLink {
    /// Messages that a redrive moves before others have their turn on the engine.
    package static let redriveBatch = 1_000

    let engine: Engine
    /// The virtual host whose queues it shows.
    let host: VirtualHostName
    private let identity: BrokerIdentity
    /// Guarded by its own lock, which nothing else is taken under.
    private let isClosed = Mutex(false)

    /// - Parameters:
    ///   - host: The virtual host whose queues it shows.
    ///   - version: Of this program, which is the broker's too.
    package init(to engine: Engine, host: VirtualHostName = .default, version: String) {
        self.engine = engine
        self.host = host
        let capabilities = Capability.allCases.map { ($0, Availability.available) }
        self.identity = BrokerIdentity(
            product: "queuetop", version: version, address: BrokerIdentity.embeddedAddress,
            user: "guest",
            virtualHost: host.text, capabilities: Dictionary(uniqueKeysWithValues: capabilities),
            browseIntrusion: .none)
    }

    package func probe() async throws(LinkError) -> BrokerIdentity {
        try self.requireOpen()
        return self.identity
    }

    package func sample() async throws(LinkError) -> BrokerSample {
        try self.requireOpen()
        return BrokerSample(await self.engine.sample(in: self.host))
    }

    package func detail(of queue: QueueName) async throws(LinkError) -> QueueDetail {
        try self.requireOpen()
        guard let facts = await self.engine.detail(of: queue, in: self.host) else {
            throw .queueNotFound(queue)
        }
        return QueueDetail(facts)
    }

    package func clients() async throws(LinkError) -> ClientRoster {
        try self.requireOpen()
        return ClientRoster(await self.engine.clients(in: self.host))
    }

    package func browse(_ request: BrowseRequest) async throws(LinkError) -> BrowsePage {
        try self.requireOpen()
        let (countMax, bytesMax) =
            (min(max(1, request.countMax), 1_000), max(0, request.bodyBytesMax))
        let page =
            if let place = request.from, request.after == nil {
                await self.engine.browse(
                    request.queue, in: self.host, from: StreamStart(place), countMax: countMax,
                    bodyBytesMax: bytesMax)
            } else {
                await self.engine.browse(
                    request.queue, in: self.host, after: request.after?.position,
                    countMax: countMax, bodyBytesMax: bytesMax)
            }
        guard let page else { throw .queueNotFound(request.queue) }
        return BrowsePage(
            queue: request.queue, messages: page.records.map { BrowsedMessage($0) },
            hasMore: page.hasMore)
    }

    package func publish(_ message: Message) async throws(LinkError) -> Bool {
        try self.requireOpen()
        guard let queues = await self.engine.publish(message, in: self.host) else {
            throw .exchangeNotFound(message.exchange)
        }
        return queues > 0
    }

    package func purge(_ queue: QueueName) async throws(LinkError) -> Int {
        try await self.requireNoStream(queue)
        guard let count = await self.engine.purge(queue, in: self.host) else {
            throw .queueNotFound(queue)
        }
        return count
    }

    package func delete(
        _ messages: [MessageID], from queue: QueueName
    ) async throws(LinkError) -> Int {
        try await self.requireNoStream(queue)
        let count = await self.engine.delete(
            messages.map(\.position), from: queue, in: self.host)
        guard let count else { throw .queueNotFound(queue) }
        return count
    }

    package func deleteQueue(
        _ queue: QueueName, ifUnused: Bool, ifEmpty: Bool
    ) async throws(LinkError) -> Int {
        try self.requireOpen()
        let deletion = await self.engine.deleteQueue(
            queue, in: self.host, ifUnused: ifUnused, ifEmpty: ifEmpty)
        switch deletion {
        case .deleted(let messages): return messages
        case .notFound: throw .queueNotFound(queue)
        case .inUse(let consumers):
            throw .queueInUse(
                queue, reason: consumers == 1 ? "1 consumer" : "\(consumers) consumers")
        case .notEmpty(let messages):
            throw .queueInUse(
                queue, reason: messages == 1 ? "1 message left" : "\(messages) messages left")
        }
    }

    package func closeConnection(
        _ connection: ConnectionID, reason: String
    ) async throws(LinkError) -> Int? {
        try self.requireOpen()
        guard let unacked = await self.engine.closeConnection(connection, reason) else {
            throw .connectionNotFound
        }
        return unacked
    }

    package func cancelConsumer(
        _ consumer: ClientConsumer.ID
    ) async throws(LinkError) -> Int {
        try self.requireOpen()
        let unacked = await self.engine.cancelConsumer(
            consumer.tag, on: consumer.channel, of: consumer.connection)
        guard let unacked else { throw .consumerNotFound(consumer.tag) }
        return unacked
    }

    package func redrive(_ request: RedriveRequest) -> AsyncStream<RedriveEvent> {
        let run = RedriveRun(request, of: self) { seconds in
            try await Task.sleep(for: .seconds(seconds))
        }
        // Pulled: each event runs its batch when it is asked for, so nothing goes on when nobody
        // listens any more.
        return AsyncStream { await run.next() }
    }

    package func replay(_ request: ReplayRequest) -> AsyncStream<ReplayEvent> {
        let run = ReplayRun(request, of: self) { seconds in
            try await Task.sleep(for: .seconds(seconds))
        }
        return AsyncStream { await run.next() }
    }

    package func close() async { self.isClosed.withLock { $0 = true } }

    /// Says that single messages, or all of them, are not taken out of a stream.
    func requireNoStream(_ queue: QueueName) async throws(LinkError) {
        try self.requireOpen()
        guard await self.engine.nextOffset(of: queue, in: self.host) == nil else {
            throw .declined(
                reason: "\(queue) is a stream; its messages leave by age or size alone.")
        }
    }

    func requireOpen() throws(LinkError) {
        guard !self.isClosed.withLock({ $0 }) else {
            throw .disconnected(reason: "the link was closed")
        }
    }
}
