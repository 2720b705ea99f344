import Core
import Engine
import Messaging

/// What users may do in virtual hosts, and with which keys in topic exchanges.
struct PermissionsController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        for (path, isTopic) in [("permissions", false), ("topic-permissions", true)] {
            let list: Routes.Handler = { request in try await self.list(request, isTopic) }
            routes.get(path, .administrator, list)
            routes.get("vhosts/{vhost}/\(path)", .administrator, list)
            routes.get("users/{user}/\(path)", .administrator, list)
        }
        routes.get("permissions/{vhost}/{user}", .administrator) { request in
            guard let permission = await self.permissions(request).first else {
                throw APIFailure.notFound
            }
            return .object { $0.permission(permission) }
        }
        routes.put("permissions/{vhost}/{user}", .administrator) { request in
            try await self.set(request)
        }
        routes.delete("permissions/{vhost}/{user}", .administrator) { request in
            let wasThere = await self.context.engine.clearPermission(
                of: request.user, in: request.host)
            guard wasThere else { throw APIFailure.notFound }
            await self.context.engine.settled()
            return .noContent
        }
        routes.get("topic-permissions/{vhost}/{user}", .administrator) { request in
            try await self.list(request, true)
        }
        routes.put("topic-permissions/{vhost}/{user}", .administrator) { request in
            try await self.setTopic(request)
        }
        routes.delete("topic-permissions/{vhost}/{user}", .administrator) { request in
            let wasThere = await self.context.engine.clearTopicPermissions(
                of: request.user, in: request.host)
            guard wasThere else { throw APIFailure.notFound }
            await self.context.engine.settled()
            return .noContent
        }
    }

    /// Those of the virtual host and the user in the path, as far as it has them.
    private func permissions(_ request: APIRequest) async -> [Permission] {
        await self.context.engine.permissions.filter { permission in
            request.names(permission.user, permission.host)
        }
    }

    private func topics(_ request: APIRequest) async -> [TopicPermission] {
        await self.context.engine.topicPermissions.filter { permission in
            request.names(permission.user, permission.host)
        }
    }

    private func list(
        _ request: APIRequest, _ isTopic: Bool
    ) async throws(APIFailure) -> APIAnswer {
        if request.parameters["vhost"] != nil { try await self.context.require(request.host) }
        if request.parameters["user"] != nil {
            guard await self.context.engine.user(request.user) != nil else { throw .notFound }
        }
        var list = try ItemList(request.query)
        if isTopic {
            for permission in await self.topics(request) {
                list.add(named: permission.user.text) { $0.permission(permission) }
            }
        } else {
            for permission in await self.permissions(request) {
                list.add(named: permission.user.text) { $0.permission(permission) }
            }
        }
        return try list.answer()
    }

    private func set(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let body = try request.object(with: "configure", "write", "read")
        let isThere = await !self.permissions(request).isEmpty
        let permission = Permission(
            request.user, in: request.host, configure: body["configure"]?.text ?? "",
            write: body["write"]?.text ?? "", read: body["read"]?.text ?? "")
        if let problem = await self.context.engine.setPermission(permission) {
            throw APIFailure(problem)
        }
        await self.context.engine.settled()
        return isThere ? .noContent : .created
    }

    private func setTopic(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let body = try request.object(with: "exchange", "write", "read")
        let isThere = await !self.topics(request).isEmpty
        let permission = TopicPermission(
            request.user, in: request.host,
            exchange: ExchangeName(pathPart: body["exchange"]?.text ?? ""),
            write: body["write"]?.text ?? "", read: body["read"]?.text ?? "")
        if let problem = await self.context.engine.setTopicPermission(permission) {
            throw APIFailure(problem)
        }
        await self.context.engine.settled()
        return isThere ? .noContent : .created
    }
}

extension APIRequest {
    /// Whether the path is of that user and virtual host, as far as it names them.
    fileprivate func names(_ user: UserName, _ host: VirtualHostName) -> Bool {
        (self.parameters["user"] ?? user.text).hasSameOctets(as: user.text)
            && (self.parameters["vhost"] ?? host.text).hasSameOctets(as: host.text)
    }
}

extension JSONWriter {
    mutating func permission(_ permission: Permission, withHost: Bool = true) {
        self.field("user", permission.user.text)
        if withHost { self.field("vhost", permission.host.text) }
        self.field("configure", permission.configure)
        self.field("write", permission.write)
        self.field("read", permission.read)
    }

    mutating func permission(_ permission: TopicPermission) {
        self.field("user", permission.user.text)
        self.field("vhost", permission.host.text)
        self.field("exchange", permission.exchange.text)
        self.field("write", permission.write)
        self.field("read", permission.read)
    }
}
