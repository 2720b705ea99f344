import Core
import Engine
import Messaging

/// Client connections: listed, looked at and closed.
struct ConnectionsController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("connections") { request in try await self.list(request) }
        routes.get("connections/username/{user}") { request in
            let user = request.parameter("user")
            try request.require(.monitoring, orBe: user)
            return try await self.list(request) { $0.figures.user == user }
        }
        routes.get("vhosts/{vhost}/connections") { request in
            try await self.context.require(request.host)
            return try await self.list(request) { $0.figures.virtualHost == request.host }
        }
        routes.get("connections/{connection}") { request in
            let connection = try await self.connection(request, .monitoring)
            let rates = self.context.rates.current.traffic(connection.figures.id)
            return .object { $0.connection(connection, rates, self.context.identity) }
        }
        routes.delete("connections/{connection}") { request in
            let connection = try await self.connection(request, .administrator)
            try await self.close([connection], request)
            return .noContent
        }
        routes.delete("connections/username/{user}") { request in
            let user = request.parameter("user")
            try request.require(.administrator, orBe: user)
            let connections = await self.context.engine.clientConnections
                .filter { $0.figures.user == user }
            try await self.close(connections, request)
            return .noContent
        }
    }

    /// Those that the account may see: all of them, or its own.
    private func visible(_ request: APIRequest) async -> [ClientConnection] {
        await self.context.engine.clientConnections.filter {
            request.account.may(.monitoring) || $0.figures.user == request.account.name
        }
    }

    private func list(
        _ request: APIRequest, _ isWanted: (ClientConnection) -> Bool = { _ in true }
    ) async throws(APIFailure) -> APIAnswer {
        var list = try ItemList(request.query)
        let rates = self.context.rates.current
        for connection in await self.visible(request) where isWanted(connection) {
            list.add(named: self.context.identity.connectionName(connection.figures.origin)) {
                $0.connection(
                    connection, rates.traffic(connection.figures.id), self.context.identity)
            }
        }
        return try list.answer()
    }

    /// The one that the path names, for its own user and whoever has that access.
    private func connection(
        _ request: APIRequest, _ access: Access
    ) async throws(APIFailure) -> ClientConnection {
        let name = request.parameter("connection")
        guard
            let connection = await self.context.engine.clientConnections.first(where: {
                self.context.identity.connectionName($0.figures.origin) == name
            })
        else { throw .notFound }
        try request.require(access, orBe: connection.figures.user)
        return connection
    }

    private func close(
        _ connections: [ClientConnection], _ request: APIRequest
    ) async throws(APIFailure) {
        let reason = request.reason ?? "Closed via management plugin"
        for connection in connections {
            _ = await self.context.engine.closeConnection(connection.figures.id, reason)
        }
    }
}

extension APIRequest {
    /// Checks that the account may do this with what is somebody's.
    func require(_ access: Access, orBe owner: String) throws(APIFailure) {
        guard self.account.may(access) || self.account.name == owner else { throw .objectRefused }
    }
}

/// A connection and the socket that it comes over.
struct ClientConnection: Sendable {
    var figures: ConnectionFigures
    var socket: SocketFigures?
}

extension Engine {
    /// The connections of clients in every virtual host, by where they come from.
    var clientConnections: [ClientConnection] {
        let sockets = self.sockets
        let figures = self.snapshot { broker, now in
            broker.virtualHosts.flatMap { broker.clients(in: $0, now: now).connections }
                .filter { $0.id.isOfClient }
        }
        return figures.map { ClientConnection(figures: $0, socket: sockets[$0.id]) }
    }
}

extension JSONWriter {
    fileprivate mutating func connection(
        _ client: ClientConnection, _ rates: TrafficRates?, _ identity: BrokerFace
    ) {
        let connection = client.figures
        self.field("channels", connection.channels)
        self.field("client_properties", connection.clientProperties)
        self.field("host", identity.host)
        self.field("name", identity.connectionName(connection.origin))
        self.field("node", identity.node)
        self.peer(connection.origin)
        self.field("port", Int(identity.amqpPort))
        self.field("protocol", "AMQP 0-9-1")
        self.field(
            "state",
            connection.isClosing ? "closing" : connection.isBlocked ? "blocked" : "running")
        self.field("type", "network")
        self.field("user", connection.user)
        self.field("user_who_performed_action", connection.user)
        self.field("vhost", connection.virtualHost.text)
        if let name = connection.clientProperties["connection_name"]?.text {
            self.field("user_provided_name", name)
        }
        if let socket = client.socket { self.socket(socket, rates) }
    }

    private mutating func socket(_ socket: SocketFigures, _ rates: TrafficRates?) {
        self.field("auth_mechanism", socket.terms.mechanism)
        self.field("channel_max", Int(socket.terms.channelsMax))
        self.field("connected_at", socket.connectedAt.microseconds / 1_000)
        self.field("frame_max", Int(socket.terms.frameBytesMax))
        self.field("recv_cnt", socket.traffic.reads)
        self.count("recv_oct", socket.traffic.receivedBytes, rates?.received)
        self.field("send_cnt", socket.traffic.writes)
        self.count("send_oct", socket.traffic.sentBytes, rates?.sent)
        self.field("ssl", socket.terms.isSecure)
        self.field("timeout", Int(socket.terms.heartbeatSeconds))
    }

    /// Where a client comes from, taken apart; nothing when that is no address.
    mutating func peer(_ origin: String) {
        guard let colon = origin.lastIndex(of: ":"),
            let port = Int(origin[origin.index(after: colon)...])
        else { return }
        self.field("peer_host", String(origin[..<colon]))
        self.field("peer_port", port)
    }
}
