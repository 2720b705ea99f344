import BrokerLink
import Messaging

extension RabbitMQLink {
    package func detail(of queue: QueueName) async throws(LinkError) -> QueueDetail {
        let reply = try await self.reply(of: queue)
        let bindings: [BindingReply]
        do throws(ManagementFault) {
            bindings = try await self.management.get(
                ["queues", self.address.virtualHost, queue.text, "bindings"])
        } catch {
            throw error == .notFound ? .queueNotFound(queue) : error.linkError
        }
        var types: [String: String] = [:]
        let sources = Set(bindings.map(\.source)).subtracting([""])
        for source in sources.sorted().prefix(Self.exchangesAskedMax) {
            types[source] = await self.type(ofExchange: source)
        }
        let product = await self.about.product
        var detail = QueueDetail(
            reply, bindings: bindings, exchangeTypes: types,
            consumers: try await self.roster.consumers(of: reply))
        if reply.isStream { detail.groups = .unavailable(because: StreamSample.noGroups(product)) }
        guard try await self.isQueuetop else { return detail }
        do throws(ManagementFault) {
            guard let own = try await self.own.detail(of: queue) else { return detail }
            detail.add(own, consumers: await self.roster.consumers(own.consumers))
            return detail
        } catch {
            throw error.linkError
        }
    }

    /// Exchanges whose type is asked for; of more, it is not told.
    private static let exchangesAskedMax = 20

    /// What the management API says of one queue.
    func reply(of queue: QueueName) async throws(LinkError) -> QueueReply {
        do throws(ManagementFault) {
            return try await self.management.get(
                ["queues", self.address.virtualHost, queue.text])
        } catch {
            throw error == .notFound ? .queueNotFound(queue) : error.linkError
        }
    }

    private func type(ofExchange name: String) async -> String? {
        let reply: ExchangeReply? = try? await self.management.get(
            ["exchanges", self.address.virtualHost, name])
        return reply?.type
    }
}

extension QueueDetail {
    init(
        _ reply: QueueReply, bindings: [BindingReply], exchangeTypes: [String: String],
        consumers: [ClientConsumer]
    ) {
        self.init(
            name: QueueName(reply.name), type: reply.kind, isDurable: reply.isDurable,
            isExclusive: reply.isExclusive,
            owner: reply.owner.map { Origin.text($0.peerHost, $0.peerPort, else: $0.name) },
            isAutoDelete: reply.isAutoDelete, arguments: FieldTable(reply.arguments),
            policy: reply.policy, operatorPolicy: reply.operatorPolicy,
            effectivePolicy: FieldTable(reply.effectivePolicy),
            deliveryLimit: reply.deliveryLimit,
            consumers: consumers.map {
                var consumer = $0
                consumer.queue = QueueName(reply.name)
                return consumer
            },
            // Every queue has one to the default exchange, which nobody made and nobody can remove.
            bindings: bindings.filter { !$0.source.isEmpty }.map {
                Binding(
                    exchange: ExchangeName($0.source),
                    exchangeType: exchangeTypes[$0.source] ?? "",
                    routingKey: $0.routingKey, arguments: FieldTable($0.arguments))
            })
    }
}
