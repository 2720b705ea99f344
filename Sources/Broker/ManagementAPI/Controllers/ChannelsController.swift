import Core
import Engine
import Messaging

/// Channels of clients, and their consumers.
struct ChannelsController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("channels") { request in try await self.list(request) }
        routes.get("vhosts/{vhost}/channels") { request in
            try await self.context.require(request.host)
            return try await self.list(request) { $0.host == request.host }
        }
        routes.get("connections/{connection}/channels") { request in
            let name = request.parameter("connection")
            guard
                let connection = await self.context.engine.clientConnections.first(where: {
                    self.context.identity.connectionName($0.figures.origin) == name
                })?.figures
            else { throw APIFailure.notFound }
            try request.require(.monitoring, orBe: connection.user)
            return try await self.list(request) { $0.connection == connection.id }
        }
        routes.get("channels/{channel}") { request in try await self.channel(request) }
        routes.get("consumers") { request in
            try await self.consumers(in: await self.context.engine.virtualHosts, request)
        }
        routes.get("consumers/{vhost}", host: .any) { request in
            try await self.context.require(request.host)
            return try await self.consumers(in: [request.host], request)
        }
    }

    private func visible(_ request: APIRequest) async -> [ChannelFigures] {
        await self.context.engine.clientChannels.filter {
            request.account.may(.monitoring) || $0.user == request.account.name
        }
    }

    private func list(
        _ request: APIRequest, _ isWanted: (ChannelFigures) -> Bool = { _ in true }
    ) async throws(APIFailure) -> APIAnswer {
        var list = try ItemList(request.query)
        for channel in await self.visible(request) where isWanted(channel) {
            list.add(named: self.name(channel)) { $0.channel(channel, self.context.identity) }
        }
        return try list.answer()
    }

    private func name(_ channel: ChannelFigures) -> String {
        self.context.identity.channelName(channel.origin, channel.number)
    }

    private func channel(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let name = request.parameter("channel")
        let channels = await self.context.engine.clientChannels
        guard let channel = channels.first(where: { self.name($0) == name }) else {
            throw .notFound
        }
        try request.require(.monitoring, orBe: channel.user)
        let consumers = await self.context.engine.consumers(in: [channel.host])
            .filter { $0.consumer.connection == channel.connection }
            .filter { $0.consumer.channel == channel.number }
        return .object { json in
            json.channel(channel, self.context.identity)
            json.key("consumer_details")
            json.array { json in
                for consumer in consumers {
                    json.object { $0.consumer(consumer, self.context.identity) }
                }
            }
        }
    }

    private func consumers(
        in hosts: [VirtualHostName], _ request: APIRequest
    ) async throws(APIFailure) -> APIAnswer {
        var list = try ItemList(request.query)
        for consumer in await self.context.engine.consumers(in: hosts)
        where request.account.may(.monitoring) || consumer.user == request.account.name {
            list.add(named: consumer.consumer.tag.text) {
                $0.consumer(consumer, self.context.identity)
            }
        }
        return try list.answer()
    }
}

/// A consumer, where it is and whose.
struct PlacedConsumer: Sendable {
    var host: VirtualHostName
    var user: String
    /// Whether its queue serves one of its consumers alone.
    var isSingleActive: Bool
    var consumer: ConsumerFigures
}

extension Engine {
    fileprivate var clientChannels: [ChannelFigures] {
        self.snapshot { broker, _ in broker.channelFigures.filter { $0.connection.isOfClient } }
    }

    fileprivate func consumers(in hosts: [VirtualHostName]) -> [PlacedConsumer] {
        self.snapshot { broker, now in
            hosts.flatMap { host -> [PlacedConsumer] in
                let clients = broker.clients(in: host, now: now)
                let users = Dictionary(
                    uniqueKeysWithValues: clients.connections.map { ($0.id, $0.user) })
                return clients.consumers.map {
                    .init(
                        host: host, user: users[$0.connection] ?? "",
                        isSingleActive: broker.isSingleActive($0.queue, in: host), consumer: $0)
                }
            }
        }
    }
}

extension BrokerFace {
    /// A channel as RabbitMQ names it, such as `127.0.0.1:51234 -> 127.0.0.1:5672 (1)`.
    func channelName(_ origin: String, _ number: ChannelNumber) -> String {
        "\(self.connectionName(origin)) (\(number.number))"
    }
}

extension JSONWriter {
    fileprivate mutating func channel(_ channel: ChannelFigures, _ identity: BrokerFace) {
        self.field("confirm", channel.isConfirming)
        self.key("connection_details")
        self.object { json in
            json.field("name", identity.connectionName(channel.origin))
            json.peer(channel.origin)
        }
        self.field("consumer_count", channel.consumers)
        self.field("global_prefetch_count", channel.sharedPrefetch)
        self.key("message_stats")
        self.object { json in
            json.field("deliver_get", channel.delivered)
            json.field("publish", channel.published)
        }
        self.field("messages_unacknowledged", channel.unacked)
        self.field("name", identity.channelName(channel.origin, channel.number))
        self.field("node", identity.node)
        self.field("number", Int(channel.number.number))
        self.field("prefetch_count", channel.prefetch)
        self.field("state", channel.isBlocked ? "blocked" : "running")
        self.field("transactional", channel.isTransactional)
        self.field("user", channel.user)
        self.field("user_who_performed_action", channel.user)
        self.field("vhost", channel.host.text)
    }

    mutating func consumer(_ placed: PlacedConsumer, _ identity: BrokerFace) {
        let consumer = placed.consumer
        self.field("arguments", consumer.arguments)
        self.field("ack_required", !consumer.isAutoAck)
        self.field("active", consumer.isActive)
        self.field(
            "activity_status",
            !consumer.isActive ? "waiting" : placed.isSingleActive ? "single_active" : "up")
        self.key("channel_details")
        self.object { json in
            json.field("connection_name", identity.connectionName(consumer.origin))
            json.field("name", identity.channelName(consumer.origin, consumer.channel))
            json.field("node", identity.node)
            json.field("number", Int(consumer.channel.number))
            json.peer(consumer.origin)
            json.field("user", placed.user)
        }
        self.field("consumer_tag", consumer.tag.text)
        self.field("exclusive", consumer.isExclusive)
        self.field("prefetch_count", consumer.prefetch)
        self.key("queue")
        self.object { json in
            json.field("name", consumer.queue.text)
            json.field("vhost", placed.host.text)
        }
    }
}
