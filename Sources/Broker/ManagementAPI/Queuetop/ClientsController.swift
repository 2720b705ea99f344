import Core
import Engine
import Messaging

/// What connections and consumers of a virtual host hold and for how long, and the order that ends
/// a consumer.
struct ClientsController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("queuetop/clients/{vhost}") { request in
            try request.requireQuery()
            try await self.context.require(request.host)
            let figures = await self.context.engine.clients(in: request.host)
            let visible = figures.connections.filter { $0.isVisible(to: request.account) }
            let ids = Set(visible.map(\.id))
            return .object { json in
                json.key("connections")
                json.array { json in
                    for connection in visible {
                        json.object { $0.client(connection, self.context.identity) }
                    }
                }
                json.key("consumers")
                json.array { json in
                    for consumer in figures.consumers where ids.contains(consumer.connection) {
                        json.object { $0.holder(consumer, self.context.identity) }
                    }
                }
            }
        }
        routes.post("queuetop/clients/{vhost}/cancel") { request in
            try await self.context.require(request.host)
            return try await self.cancel(request)
        }
    }

    /// Ends a consumer, for its own user and for administrators, as the close of a connection.
    private func cancel(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let body = try OrderBody(request, fields: "connection", "channel", "tag")
        let name = try body.requiredText("connection")
        let channel = try body.number("channel", orElse: nil, in: 1...Int(UInt16.max))
        let tag = try body.requiredText("tag")
        let engine = self.context.engine
        let connections = await engine.clients(in: request.host).connections
        guard
            let connection = connections.first(where: {
                $0.id.isOfClient && self.context.identity.connectionName($0.origin) == name
            })
        else { throw .notFound }
        try request.require(.administrator, orBe: connection.user)
        let unacked = await engine.cancelConsumer(
            ConsumerTag(tag), on: ChannelNumber(UInt16(channel)), of: connection.id)
        guard let unacked else { throw .notFound }
        return .object { $0.field("unacked", unacked) }
    }
}

extension ConnectionFigures {
    /// Its own user and whoever watches see a connection.
    fileprivate func isVisible(to account: ManagementAccount) -> Bool {
        self.id.isOfClient
            && (account.may(.monitoring) || self.user.hasSameOctets(as: account.name))
    }
}
