import Engine
import Messaging
import PlainJSON

/// The API without a socket: finds out who asks and what answers, and has it answered.
package struct ManagementRouter: Sendable {
    private let context: ManagementContext
    private let gate: any ManagementGate
    private let routes: Routes
    private let metrics: MetricsController

    package init(_ context: ManagementContext, gate: any ManagementGate) {
        self.context = context
        self.gate = gate
        self.metrics = MetricsController(context)
        let controllers: [any Controller] = [
            OverviewController(context), NodesController(context),
            ConnectionsController(context), ChannelsController(context),
            ExchangesController(context), QueuesController(context),
            MessagesController(context), BindingsController(context),
            VirtualHostsController(context), PoliciesController(context),
            ParametersController(context), GlobalParametersController(context),
            LimitsController(context), UsersController(context), PermissionsController(context),
            HealthController(context), DefinitionsController(context),
            BrowseController(context), TimingsController(context), HistoryController(context),
            DeadLettersController(context), RedrivesController(context),
            OrdersController(context), FiguresController(context),
            QueueDetailController(context), ClientsController(context),
            EventsController(context), OpenAPIController(context),
        ]
        var routes = Routes()
        for controller in controllers { controller.add(to: &routes) }
        self.routes = routes
    }

    /// A request before it is known who sends it.
    package struct Unadmitted: Sendable {
        package var method: APIMethod
        /// Path and query as they stand in the request line.
        package var target: String
        package var authorization: String?
        /// The header `X-Reason`: why a connection is to be closed.
        package var reason: String?
        package var body: [UInt8]
        /// Where it comes from, such as `127.0.0.1`.
        package var address: String

        package init(
            method: APIMethod, target: String, authorization: String?, reason: String? = nil,
            body: [UInt8] = [], address: String = "127.0.0.1"
        ) {
            self.method = method
            self.target = target
            self.authorization = authorization
            self.reason = reason
            self.body = body
            self.address = address
        }
    }

    /// What a request is answered, refusals included.
    package func answer(_ request: Unadmitted) async -> APIAnswer {
        let parts = request.target.split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = Self.path(parts[0]), let query = Self.query(parts.dropFirst().first ?? "")
        else { return APIAnswer(.badRequest) }
        do throws(APIFailure) {
            if MetricsController.isOwn(path) {
                if !LoginOrigin(address: request.address, mechanism: "HTTP").isLoopback {
                    let account = try await self.account(request)
                    guard account.may(.monitoring) else {
                        throw .notAuthorised(Access.monitoring.refusal)
                    }
                }
                return try await self.metrics.answer(path)
            }
            guard path.first == "api" else { throw .notFound }
            return try await self.answer(Array(path.dropFirst()), query, request)
        } catch {
            return error.answer
        }
    }

    private func answer(
        _ path: [String], _ query: [String: String], _ request: Unadmitted
    ) async throws(APIFailure) -> APIAnswer {
        let (route, parameters): (Routes.Route, [String: String])
        switch self.routes.match(request.method, path) {
        case .noSuchPath: throw .notFound
        case .found(let found, let names): (route, parameters) = (found, names)
        case .noSuchMethod:
            let methods = self.routes.methods(at: path).joined(separator: ", ")
            return APIAnswer(
                request.method == .options ? .ok : .methodNotAllowed,
                headers: ["allow": methods])
        }
        guard route.access != .anybody else {
            let nobody = ManagementAccount(name: "", tags: [], hosts: [])
            return try await route.answer(
                APIRequest(method: request.method, path: path, account: nobody))
        }
        let account = try await self.account(request)
        var admitted = APIRequest(
            method: request.method, path: path, query: query, body: request.body,
            account: account)
        admitted.parameters = parameters
        admitted.reason = request.reason
        try await self.check(admitted, for: route)
        return try await route.answer(admitted)
    }

    /// Who asks.
    ///
    /// - Throws: 401 when nobody says so or the gate does not know them, 400 for what is no Basic
    ///   authentication.
    private func account(
        _ request: Unadmitted
    ) async throws(APIFailure) -> ManagementAccount {
        guard let authorization = request.authorization else { throw .loginMissing }
        guard authorization.lowercased().hasPrefix("basic ") else { throw .loginFailed }
        guard let credentials = BasicLogin(authorization) else { throw .malformed }
        guard
            let account = await self.gate.admit(
                user: credentials.user, password: credentials.password,
                from: request.address)
        else { throw .loginFailed }
        return account
    }

    /// Whether the account may do what the route does, and in which virtual host.
    private func check(
        _ request: APIRequest, for route: Routes.Route
    ) async throws(APIFailure) {
        guard request.account.may(.management) else {
            throw .notAuthorised(Access.management.refusal)
        }
        guard request.account.may(route.access) else {
            throw .notAuthorised(route.access.refusal)
        }
        for (part, text) in request.parameters where part != "props" {
            // What is longer fits into no frame, and so names nothing.
            guard text.utf8.count <= Limits.nameBytesMax else {
                throw .badRequest("\(part) has more than \(Limits.nameBytesMax) bytes")
            }
        }
        guard let name = request.parameters["vhost"] else { return }
        let host = VirtualHostName(name)
        // Of one that is not there, whatever answers says so.
        guard await self.context.engine.virtualHosts.contains(host) else { return }
        guard request.account.may(route.host, of: host) else {
            throw route.access == .policymaker
                ? .objectRefused : .notAuthorised("User not authorised to access virtual host")
        }
    }

    /// Whether whoever sends a request is turned away before what it holds is looked at.
    ///
    /// - Returns: The answer to those who are; nil for a management user.
    package func refusal(of request: Unadmitted) async -> APIAnswer? {
        do throws(APIFailure) {
            guard try await self.account(request).may(.management) else {
                throw .notAuthorised(Access.management.refusal)
            }
            return nil
        } catch {
            return error.answer
        }
    }

    // MARK: The request line

    /// - Returns: nil when a part is not encoded as it should be. A slash at the end means nothing.
    private static func path(_ text: Substring) -> [String]? {
        guard text.hasPrefix("/") else { return nil }
        var parts: [String] = []
        for part in text.utf8.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        {
            guard let part = part.percentDecoded() else { return nil }
            parts.append(part)
        }
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts
    }

    private static func query(_ text: Substring) -> [String: String]? {
        var query: [String: String] = [:]
        for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts[0].percentDecoded(plusIsBlank: true),
                let value = (parts.dropFirst().first ?? ""[...].utf8)
                    .percentDecoded(plusIsBlank: true)
            else { return nil }
            query[name] = value
        }
        return query
    }
}

/// Name and password of `Authorization: Basic …` (RFC 7617).
private struct BasicLogin {
    let user: String
    let password: String

    init?(_ header: String) {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic",
            let bytes = Base64.bytes(of: String(parts[1])),
            let text = String(validating: bytes, as: UTF8.self),
            let colon = text.firstIndex(of: ":")
        else { return nil }
        self.user = String(text[..<colon])
        self.password = String(text[text.index(after: colon)...])
    }
}
