import Core
import Messaging

/// What administrators ask.
extension TestBroker {
    var users: [User] { self.broker.users }
    var permissions: [Permission] { self.broker.permissions }
    var topicPermissions: [TopicPermission] { self.broker.topicPermissions }
    var virtualHosts: [VirtualHostName] { self.broker.virtualHosts }

    func user(_ name: UserName) -> User? { self.broker.user(name) }

    func admits(_ user: UserName, to host: VirtualHostName) -> Bool {
        self.broker.admits(user, to: host)
    }

    func putUser(_ user: User) -> AccessProblem? { self.broker.putUser(user) }

    @discardableResult
    func deleteUser(_ name: UserName) -> Bool { self.broker.deleteUser(name) }

    func setPermission(_ permission: Permission) -> AccessProblem? {
        self.broker.setPermission(permission)
    }

    @discardableResult
    func clearPermission(of user: UserName, in host: VirtualHostName) -> Bool {
        self.broker.clearPermission(of: user, in: host)
    }

    func setTopicPermission(_ permission: TopicPermission) -> AccessProblem? {
        self.broker.setTopicPermission(permission)
    }

    @discardableResult
    func clearTopicPermissions(
        of user: UserName, in host: VirtualHostName, exchange: ExchangeName?
    ) -> Bool {
        self.broker.clearTopicPermissions(of: user, in: host, exchange: exchange)
    }

    func putVirtualHost(_ name: VirtualHostName) -> AccessProblem? {
        self.broker.putVirtualHost(name)
    }

    func deleteVirtualHost(_ name: VirtualHostName) throws -> Bool {
        try self.broker.deleteVirtualHost(name, now: self.now)
    }

    func restore(_ definitions: StoredDefinitions) -> [String] {
        self.broker.restore(definitions, RecoveredContents(), now: self.now)
    }

    /// Opens a connection as that user, and its channel 1.
    func open(_ id: ConnectionID, user: String, host: VirtualHostName = .default) {
        self.broker.connectionOpened(id, origin: "test", user: user, host: host)
        self.send(.openChannel, id)
    }
}
