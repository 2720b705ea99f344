import Core
import Engine
import Messaging
import Passwords
import PlainJSON

/// Users: listed, made, changed and deleted.
struct UsersController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("users", .administrator) { request in
            try await self.list(self.context.engine.users, request)
        }
        routes.get("users/without-permissions", .administrator) { request in
            let known = Set(await self.context.engine.permissions.map(\.user))
            let users = await self.context.engine.users.filter { !known.contains($0.name) }
            return try await self.list(users, request)
        }
        routes.post("users/bulk-delete", .administrator) { request in
            let names = (try request.object(with: "users"))["users"]?.elements ?? []
            for name in names.compactMap(\.text) {
                guard await self.context.engine.user(UserName(name)) != nil else {
                    throw APIFailure(
                        .badRequest, "bad_request",
                        .array([.text("no_such_user"), .text(name)]))
                }
            }
            for name in names.compactMap(\.text) {
                _ = await self.context.engine.deleteUser(UserName(name))
            }
            await self.context.engine.settled()
            return .noContent
        }
        routes.get("users/{user}", .administrator) { request in
            guard let user = await self.context.engine.user(request.user) else {
                throw APIFailure.notFound
            }
            let limits = await self.context.engine.parameter(.limits(of: user.name))
            return .object { $0.user(user, limits) }
        }
        routes.put("users/{user}", .administrator) { request in try await self.put(request) }
        routes.delete("users/{user}", .administrator) { request in
            guard await self.context.engine.deleteUser(request.user) else {
                throw APIFailure.notFound
            }
            await self.context.engine.settled()
            return .noContent
        }
    }

    private func list(
        _ users: [User], _ request: APIRequest
    ) async throws(APIFailure) -> APIAnswer {
        var list = try ItemList(request.query)
        let limits = await self.context.engine.parameters.userLimits
        for user in users {
            list.add(named: user.name.text) { $0.user(user, limits[user.name]) }
        }
        return try list.answer()
    }

    private func put(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let body = try request.object()
        guard let tags = body["tags"] else { throw .badRequest("tags_not_present") }
        let names = tags.elements?.compactMap(\.text) ?? Self.tags(tags.text ?? "")
        var user = User(request.user, tags: names)
        if let name = body["hashing_algorithm"]?.text {
            guard let hashing = User.Hashing(rawValue: name) else {
                throw .badRequest("hashing algorithm '\(name)' is not known")
            }
            user.hashing = hashing
        }
        if let hash = body["password_hash"]?.text {
            guard let bytes = PasswordHash.decoded(hash) else {
                throw .badRequest("the password hash is no base64")
            }
            user.passwordHash = bytes
        } else if let password = body["password"]?.text {
            user.passwordHash = PasswordHash.make(of: password, user.hashing)
        }
        let before = await self.context.engine.user(request.user)
        if let problem = await self.context.engine.putUser(user) { throw APIFailure(problem) }
        await self.context.engine.settled()
        return before == nil ? .created : .noContent
    }

    /// A text with commas, as clients have always sent tags.
    static func tags(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.filter { $0 != " " }) }.filter { !$0.isEmpty }
    }
}

extension APIRequest {
    var user: UserName { UserName(self.parameter("user")) }
}

extension APIFailure {
    /// Why a user, a permission or a virtual host was not taken.
    init(_ problem: AccessProblem?) {
        switch problem {
        case .noSuchUser, .noSuchVirtualHost: self = .badRequest("vhost_or_user_not_found")
        case .invalid(let reason), .full(let reason): self = .badRequest(reason)
        case nil: self = .notFound
        }
    }
}

extension [RuntimeParameter] {
    /// The limits of those users that have any.
    var userLimits: [UserName: FieldValue] {
        let limits = self.filter { $0.key.component == .userLimits }
        return Dictionary(uniqueKeysWithValues: limits.map { (UserName($0.key.name), $0.value) })
    }
}

extension JSONWriter {
    mutating func user(_ user: User, _ limits: FieldValue?) {
        self.field("name", user.name.text)
        self.field("password_hash", Base64.text(of: user.passwordHash))
        self.field("hashing_algorithm", user.hashing.rawValue)
        self.field("tags", user.tags)
        self.key("limits")
        self.value(limits ?? .table([:]))
    }
}
