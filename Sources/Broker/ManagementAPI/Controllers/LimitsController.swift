import Core
import Engine
import Messaging
import PlainJSON

/// Limits of virtual hosts and of users.
struct LimitsController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("vhost-limits") { request in
            try await self.list(.hostLimits, request) { request.account.maySee($0.host) }
        }
        routes.get("vhost-limits/{vhost}", host: .visible) { request in
            try await self.context.require(request.host)
            return try await self.list(.hostLimits, request) {
                $0.host == request.host && !$0.value.isWithoutLimit
            }
        }
        routes.put("vhost-limits/{vhost}/{limit}", .administrator) { request in
            try await self.requireHost(request)
            let value = try Self.value(request)
            return try await self.set(value, at: .limits(of: request.host), request)
        }
        routes.delete("vhost-limits/{vhost}/{limit}", .administrator) { request in
            try await self.requireHost(request)
            return try await self.set(nil, at: .limits(of: request.host), request)
        }
        routes.get("user-limits") { request in try await self.list(.userLimits, request) }
        routes.get("user-limits/{user}") { request in
            guard await self.context.engine.user(request.user) != nil else {
                throw APIFailure.notFound
            }
            return try await self.list(.userLimits, request) {
                $0.name == request.parameter("user")
            }
        }
        routes.put("user-limits/{user}/{limit}", .administrator) { request in
            let value = try Self.value(request)
            return try await self.set(value, at: .limits(of: request.user), request)
        }
        routes.delete("user-limits/{user}/{limit}", .administrator) { request in
            guard await self.context.engine.user(request.user) != nil else {
                throw APIFailure.notFound
            }
            return try await self.set(nil, at: .limits(of: request.user), request)
        }
    }

    /// RabbitMQ has other words here than where something is looked for.
    private func requireHost(_ request: APIRequest) async throws(APIFailure) {
        guard await self.context.engine.virtualHosts.contains(request.host) else {
            throw .hostNotFound
        }
    }

    private static func value(_ request: APIRequest) throws(APIFailure) -> FieldValue {
        (try request.object(with: "value"))["value"]?.fieldValue ?? .void
    }

    private func list(
        _ component: RuntimeParameter.Component, _ request: APIRequest,
        _ isWanted: (ListedLimits) -> Bool = { _ in true }
    ) async throws(APIFailure) -> APIAnswer {
        var list = try ItemList(request.query)
        for parameter in await self.context.engine.parameters
        where parameter.key.component == component {
            let limits = ListedLimits(
                host: parameter.key.host, name: parameter.key.name, value: parameter.value)
            guard isWanted(limits) else { continue }
            list.add(named: limits.name) { json in
                if component == .hostLimits {
                    json.field("vhost", limits.host.text)
                } else {
                    json.field("user", limits.name)
                }
                json.key("value")
                json.value(limits.value)
            }
        }
        return try list.answer()
    }

    private func set(
        _ value: FieldValue?, at key: RuntimeParameter.Key, _ request: APIRequest
    ) async throws(APIFailure) -> APIAnswer {
        let problem = await self.context.engine.setLimit(
            request.parameter("limit"), value, at: key)
        switch problem {
        case nil: break
        case .noSuchUser(let name):
            throw APIFailure(
                .badRequest, "bad_request", .array([.text("no_such_user"), .text(name.text)]))
        case .invalid(let reason) where key.component == .hostLimits: throw .invalid(reason)
        case .noSuchVirtualHost: throw .hostNotFound
        case .invalid(let reason), .full(let reason): throw .badRequest(reason)
        }
        await self.context.engine.settled()
        return .noContent
    }
}

/// The limits of one virtual host or user.
private struct ListedLimits {
    var host: VirtualHostName
    var name: String
    var value: FieldValue
}

extension FieldValue {
    fileprivate var isWithoutLimit: Bool { self == .array([]) || self == .table([:]) }
}
