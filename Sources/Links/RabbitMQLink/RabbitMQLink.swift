import AMQPClient
import BrokerLink
import Messaging
import NIOCore

/// The link to a broker elsewhere, over AMQP and RabbitMQ's management API.
///
/// It serves RabbitMQ, LavinMQ and another queuetop by what they answer. Figures come from the
/// management API and are as old as its statistics; what is done is done over AMQP, on a
/// connection that is made when it is first needed. Looking at messages takes them and puts them
/// back; see ``LookRule`` for what that costs.
package final class RabbitMQLink: BrokerLink {
    let address: LinkAddress
    let management: ManagementClient
    let lane: AMQPLane
    let sampler: Sampler
    let roster: RosterKeeper
    let glances = GlanceBook()
    let locks = QueueLocks()
    /// Asked on a queuetop only.
    let own: QueuetopAPI
    let pause: @Sendable (Double) async throws -> Void
    let about = BrokerFacts()

    /// - Parameters:
    ///   - password: Where the address has none.
    ///   - trust: Whom to believe, and what to show, when the address wants TLS.
    ///   - version: Of this program, which the broker shows in its list of connections.
    ///   - now: The wall clock.
    ///   - group: Runs the connections; has to outlive the link.
    /// - Throws: What is wrong with a file of `trust`, when TLS is wanted.
    package init(
        to address: LinkAddress, password: String, trust: TrustRoots = .system, version: String,
        limits: ManagementLimits = .usual, now: @escaping @Sendable () -> Timestamp,
        on group: any EventLoopGroup
    ) throws(TrustError) {
        self.address = address
        let usesTLS = address.amqp.usesTLS || address.management.usesTLS
        let tls = usesTLS ? try trust.configuration() : nil
        self.management = ManagementClient(
            to: address, password: password, tls: tls, limits: limits, on: group)
        self.own = QueuetopAPI(self.management, host: address.virtualHost)
        self.lane = AMQPLane(
            to: address, password: password, tls: address.amqp.usesTLS ? tls : nil,
            version: version, on: group)
        self.sampler = Sampler(
            self.management, self.lane, self.own, host: address.virtualHost, now: now,
            uptime: { NIODeadline.now().uptimeNanoseconds })
        self.roster = RosterKeeper(
            self.management, self.own, host: address.virtualHost, now: now)
        self.pause = { try await Task.sleep(for: .seconds($0)) }
    }

    package func probe() async throws(LinkError) -> BrokerIdentity {
        let product: (name: String, version: String)
        let hasHost: Bool
        do throws(ManagementFault) {
            product = try await self.learn()
            hasHost = try await self.hasVirtualHost
        } catch {
            throw error.linkError
        }
        guard hasHost else { throw .virtualHostNotFound(self.address.virtualHost) }
        return BrokerIdentity(
            product: product.name, version: product.version,
            address: self.address.amqp.address, user: self.address.user,
            virtualHost: self.address.virtualHost,
            capabilities: Self.capabilities(of: product.name),
            browseIntrusion: product.name == BrokerFacts.queuetop ? .none : .marksRedelivered)
    }

    package func sample() async throws(LinkError) -> BrokerSample {
        try await self.sampler.sample()
    }

    package func clients() async throws(LinkError) -> ClientRoster {
        // Who does not say what it is has what RabbitMQ has.
        let isQueuetop = (try? await self.isQueuetop) ?? false
        return try await self.roster.roster(isQueuetop: isQueuetop)
    }

    package func publish(_ message: Message) async throws(LinkError) -> Bool {
        let act = LaneAct(exchange: message.exchange, change: "the publish")
        return try await self.withChannel(for: act) { lane throws(LinkError) in
            let publisher: ConfirmedPublisher
            do throws(AMQPClientError) {
                publisher = try await ConfirmedPublisher.on(lane)
            } catch {
                throw act.linkError(error, wasBegun: false)
            }
            let outcome = await publisher.publish([message])
            switch outcome.fates[0] {
            case .taken: return true
            case .returned: return false
            case .refused:
                throw .refused(reason: "a queue did not take the message, as a full one does.")
            case nil:
                await self.lane.drop(lane.client)
                throw act.linkError(outcome.failure ?? .closedByClient)
            }
        }
    }

    package func readyCount(of queue: QueueName) async throws(LinkError) -> Int {
        try await self.asking(.looking(into: queue)) { lane throws(AMQPClientError) in
            try await lane.readyCount(of: queue)
        }
    }

    package func purge(_ queue: QueueName) async throws(LinkError) -> Int {
        let act = LaneAct.changing(queue, "the purge of \(queue)")
        return try await self.asking(act) { lane throws(AMQPClientError) in
            try await lane.purge(queue)
        }
    }

    package func deleteQueue(
        _ queue: QueueName, ifUnused: Bool, ifEmpty: Bool
    ) async throws(LinkError) -> Int {
        let act = LaneAct.changing(queue, "the deletion of \(queue)")
        return try await self.asking(act) { lane throws(AMQPClientError) in
            // RabbitMQ takes the deletion of a queue that is not there for done.
            _ = try await lane.readyCount(of: queue)
            return try await lane.delete(queue, ifUnused: ifUnused, ifEmpty: ifEmpty)
        }
    }

    package func closeConnection(
        _ connection: ConnectionID, reason: String
    ) async throws(LinkError) -> Int? {
        try await self.roster.close(connection, reason: reason)
    }

    package func cancelConsumer(
        _ consumer: ClientConsumer.ID
    ) async throws(LinkError) -> Int {
        guard try await self.isQueuetop else {
            throw .unsupported(
                .cancelConsumer, because: Self.noCancel(await self.about.product))
        }
        guard let connection = await self.roster.name(of: consumer.connection) else {
            throw .consumerNotFound(consumer.tag)
        }
        return try await self.own.cancel(consumer, on: connection)
    }

    package func setBreaker(_ queue: QueueName, isOpen: Bool) async throws(LinkError) {
        guard try await self.isQueuetop else {
            throw .unsupported(.circuitBreaker, because: Self.noBreaker(await self.about.product))
        }
        try await self.own.setBreaker(queue, isOpen: isOpen)
    }

    package func close() async {
        await self.lane.close()
        await self.management.close()
    }
}

extension RabbitMQLink {
    /// Runs work on a channel of its own, which is closed afterwards.
    func withChannel<Value: Sendable>(
        for act: LaneAct, _ work: (LaneChannel) async throws(LinkError) -> Value
    ) async throws(LinkError) -> Value {
        let lane = try await self.lane.open(for: act)
        defer { lane.close() }
        return try await work(lane)
    }

    /// The same for work that only asks the broker.
    func asking<Value: Sendable>(
        _ act: LaneAct, _ work: (LaneChannel) async throws(AMQPClientError) -> Value
    ) async throws(LinkError) -> Value {
        try await self.withChannel(for: act) { lane throws(LinkError) in
            do throws(AMQPClientError) {
                return try await work(lane)
            } catch {
                throw act.linkError(error)
            }
        }
    }

    /// Looks at no more than one queue: a host that is not there, or not for this user, says so.
    private var hasVirtualHost: Bool {
        get async throws(ManagementFault) {
            do throws(ManagementFault) {
                let _: PageReply<QueueReply> = try await self.management.get(
                    ["queues", self.address.virtualHost],
                    query: ["page": "1", "page_size": "1", "columns": "name"])
                return true
            } catch {
                guard error == .notFound else { throw error }
                return false
            }
        }
    }

    /// Asks who answers.
    private func learn() async throws(ManagementFault) -> (name: String, version: String) {
        let overview: OverviewReply = try await self.management.get(["overview"])
        await self.about.learn(product: overview.product.name, version: overview.product.version)
        return overview.product
    }

    /// Whether the broker is a queuetop, which can more than RabbitMQ's API says.
    var isQueuetop: Bool {
        get async throws(LinkError) {
            do throws(ManagementFault) {
                if await !self.about.isKnown { _ = try await self.learn() }
            } catch {
                throw error.linkError
            }
            return await self.about.product == BrokerFacts.queuetop
        }
    }

    private static func capabilities(of product: String) -> [Capability: Availability] {
        var capabilities = Dictionary(
            uniqueKeysWithValues: Capability.allCases.map { ($0, Availability.available) })
        guard product != BrokerFacts.queuetop else { return capabilities }
        capabilities[.cancelConsumer] = .unavailable(because: self.noCancel(product))
        capabilities[.circuitBreaker] = .unavailable(because: self.noBreaker(product))
        capabilities[.processingTime] = .unavailable(
            because: "\(product) does not measure processing times; shown is the mean by "
                + "unacked messages and acks a second")
        return capabilities
    }

    private static func noCancel(_ product: String) -> String {
        "\(product) lets only a consumer's own connection cancel it; close that connection"
    }

    private static func noBreaker(_ product: String) -> String {
        "\(product) has no circuit breakers"
    }
}

/// What is known of the broker once it has answered.
actor BrokerFacts {
    /// What another queuetop calls itself.
    static let queuetop = "queuetop"

    private(set) var product = "this broker"
    private var version = ""

    var isKnown: Bool { !self.version.isEmpty }

    func learn(product: String, version: String) {
        self.product = product
        self.version = version
    }

    /// Whether quorum queues have a delivery limit even when nobody set one, as since RabbitMQ 4.0.
    var hasLimitAlways: Bool { Self.hasLimitAlways(self.product, self.version) }

    static func hasLimitAlways(_ product: String, _ version: String) -> Bool {
        guard product == "RabbitMQ", let major = version.split(separator: ".").first else {
            return false
        }
        return (Int(major) ?? 0) >= 4
    }
}
