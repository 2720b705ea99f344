import Core
import Engine
import Messaging

/// Users and their permissions, as far as this broker has them: `guest`, who may do everything.
struct UsersController: Controller {
    private static let user = "guest"
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        self.addUsers(to: &routes)
        routes.get("permissions", .administrator) { request in
            try await self.permissions(await self.context.engine.virtualHosts, request)
        }
        routes.get("permissions/{vhost}/{user}", .administrator) { request in
            try await self.context.require(request.host)
            guard request.parameter("user") == Self.user else { throw APIFailure.notFound }
            return .object { $0.permission(Self.user, request.host) }
        }
        routes.get("vhosts/{vhost}/permissions", .administrator) { request in
            try await self.context.require(request.host)
            return try await self.permissions([request.host], request)
        }
        routes.get("users/{user}/permissions", .administrator) { request in
            guard request.parameter("user") == Self.user else { throw APIFailure.notFound }
            return try await self.permissions(await self.context.engine.virtualHosts, request)
        }
        let empty: Routes.Handler = { _ in .json { $0.array { _ in } } }
        routes.get("topic-permissions", .administrator, empty)
        routes.get("vhosts/{vhost}/topic-permissions", .administrator, empty)
        routes.get("users/{user}/topic-permissions", .administrator, empty)
    }

    private func addUsers(to routes: inout Routes) {
        routes.get("users", .administrator) { request in
            var list = try ItemList(request.query)
            list.add(named: Self.user) { $0.user(Self.user) }
            return try list.answer()
        }
        routes.get("users/without-permissions", .administrator) { _ in
            .json { $0.array { _ in } }
        }
        routes.get("users/{user}", .administrator) { request in
            guard request.parameter("user") == Self.user else { throw APIFailure.notFound }
            return .object { $0.user(Self.user) }
        }
    }

    private func permissions(
        _ hosts: [VirtualHostName], _ request: APIRequest
    ) async throws(APIFailure) -> APIAnswer {
        var list = try ItemList(request.query)
        for host in hosts { list.add(named: Self.user) { $0.permission(Self.user, host) } }
        return try list.answer()
    }
}

extension JSONWriter {
    fileprivate mutating func user(_ name: String) {
        self.field("name", name)
        self.field("tags", ["administrator"])
        self.key("limits")
        self.object { _ in }
    }

    fileprivate mutating func permission(_ user: String, _ host: VirtualHostName) {
        self.field("user", user)
        self.field("vhost", host.text)
        self.field("configure", ".*")
        self.field("write", ".*")
        self.field("read", ".*")
    }
}
