import Messaging

/// What administrators ask: users, permissions and virtual hosts; ``endBatch(now:)`` follows.
///
/// Each change holds at once, also for connections that are open, and is durable with the batch.
extension Broker {
    /// By name.
    package var users: [User] { self.access.users.values.sorted { $0.name < $1.name } }

    /// nil when there is none of that name.
    package func user(_ name: UserName) -> User? { self.access.users[name] }

    /// By virtual host and user.
    package var permissions: [Permission] {
        self.access.permissions.values.sorted {
            ($0.host.text, $0.user.text) < ($1.host.text, $1.user.text)
        }
    }

    /// By virtual host, user and exchange.
    package var topicPermissions: [TopicPermission] {
        self.access.topics.values.flatMap(\.values).sorted {
            ($0.host.text, $0.user.text, $0.exchange.text)
                < ($1.host.text, $1.user.text, $1.exchange.text)
        }
    }

    // MARK: Users

    /// Makes a user, or gives it another password and other tags; connections that it has stay.
    ///
    /// - Returns: Why that cannot be, as a sentence; nil when it was done.
    package mutating func putUser(_ user: User) -> AccessProblem? {
        if let problem = Self.problem(with: user) { return problem }
        guard self.access.users[user.name] != nil || self.access.users.count < Limits.usersMax
        else { return .full("there are \(Limits.usersMax) users already") }
        if self.access.put(user) { self.note(definition: .userPut(user)) }
        return nil
    }

    /// Removes a user with all permissions, and closes its connections.
    ///
    /// - Returns: Whether there was such a user.
    @discardableResult
    package mutating func deleteUser(_ name: UserName) -> Bool {
        guard self.access.removeUser(name) else { return false }
        self.accessChanged()
        self.forgetParameters(of: name)
        self.note(definition: .userDeleted(name))
        for slot in self.connections.slots
        where self.connections[slot].user.hasSameOctets(as: name.text) {
            self.force(slot, "user '\(name)' is deleted")
        }
        return true
    }

    // MARK: Permissions

    /// Gives a user permissions in a virtual host instead of those that it had there.
    package mutating func setPermission(_ permission: Permission) -> AccessProblem? {
        if let problem = self.problem(with: permission) { return problem }
        guard self.access.permissions.count < Limits.permissionsMax else {
            return .full("there are \(Limits.permissionsMax) permissions already")
        }
        if self.access.set(permission) {
            self.accessChanged()
            self.note(definition: .permissionSet(permission))
        }
        return nil
    }

    /// - Returns: Whether the user had any there.
    @discardableResult
    package mutating func clearPermission(
        of user: UserName, in host: VirtualHostName
    ) -> Bool {
        guard self.access.clearPermission(at: .init(user: user, host: host)) else { return false }
        self.accessChanged()
        self.note(definition: .permissionCleared(user, in: host))
        return true
    }

    /// Gives a user permissions for a topic exchange instead of those that it had for it.
    package mutating func setTopicPermission(_ permission: TopicPermission) -> AccessProblem? {
        if let problem = self.problem(with: permission) { return problem }
        guard self.access.topicCount < Limits.permissionsMax else {
            return .full("there are \(Limits.permissionsMax) topic permissions already")
        }
        if self.access.set(permission) {
            self.accessChanged()
            self.note(definition: .topicPermissionSet(permission))
        }
        return nil
    }

    /// - Parameter exchange: nil clears those for every exchange.
    /// - Returns: Whether the user had any.
    @discardableResult
    package mutating func clearTopicPermissions(
        of user: UserName, in host: VirtualHostName, exchange: ExchangeName? = nil
    ) -> Bool {
        guard self.access.clearTopics(at: .init(user: user, host: host), of: exchange) else {
            return false
        }
        self.accessChanged()
        self.note(definition: .topicPermissionsCleared(user, in: host, exchange: exchange))
        return true
    }

    /// Routes that channels remember were allowed before: they are worked out and asked for anew.
    private mutating func accessChanged() { self.topology += 1 }

    /// Closes a connection for an administrator's reason.
    mutating func force(_ slot: Int, _ explanation: String) {
        guard !self.connections[slot].isClosing else { return }
        for channel in self.connections[slot].channels { self.flushConfirms(of: channel) }
        let refusal = Fault(.connectionForced, explanation).refusal(of: .none)
        self.emit(.closeConnection(.connection, refusal), to: slot)
        self.connections[slot].isClosing = true
    }

    /// Sets the users and permissions that definitions have.
    ///
    /// A new virtual host in which nobody gets any is guest's: RabbitMQ, too, gives it to whoever
    /// makes it, and a file of virtual hosts alone would make some that nobody can enter.
    ///
    /// - Returns: What was not taken, each as a sentence.
    mutating func grant(
        _ definitions: Definitions, _ newHosts: Set<VirtualHostName>
    ) -> [String] {
        let problems =
            definitions.users.compactMap { self.putUser($0) }
            + definitions.permissions.compactMap { self.setPermission($0) }
            + definitions.topicPermissions.compactMap { self.setTopicPermission($0) }
        self.grantGuest(newHosts.subtracting(definitions.permissions.map(\.host)))
        return problems.map(\.description)
    }

    private mutating func grantGuest(_ hosts: some Sequence<VirtualHostName>) {
        guard self.access.users[.guest] != nil else { return }
        for host in hosts { _ = self.setPermission(.all(.guest, in: host)) }
    }

    // MARK: At the start

    /// The user that a new broker has, until somebody says who else there is.
    mutating func addGuest() {
        _ = self.access.put(User(.guest, tags: ["administrator"]))
        _ = self.access.set(.all(.guest, in: .default))
    }

    /// Gives the user that a new broker has its first password; ``restore(_:_:now:)`` may follow,
    /// which knows whether it is a new one.
    package mutating func setFirstPassword(_ hash: [UInt8], _ hashing: User.Hashing) {
        guard var guest = self.access.users[.guest] else { return }
        guest.passwordHash = hash
        guest.hashing = hashing
        _ = self.access.put(guest)
    }

    /// Takes over what an earlier process left.
    mutating func restoreAccess(_ definitions: StoredDefinitions) {
        guard let users = definitions.users else { return }
        self.access = AccessTable()
        for user in users { _ = self.access.put(user) }
        for permission in definitions.permissions { _ = self.access.set(permission) }
        for permission in definitions.topicPermissions { _ = self.access.set(permission) }
    }

    /// Has a new data directory, or one from before there were users, keep the user that it begins
    /// with.
    mutating func noteFirstAccess() {
        self.grantGuest(self.virtualHosts.filter { $0 != .default })
        for user in self.users { self.note(definition: .userPut(user)) }
        for permission in self.permissions { self.note(definition: .permissionSet(permission)) }
    }
}
