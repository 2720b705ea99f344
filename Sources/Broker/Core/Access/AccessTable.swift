import Messaging

/// The users of a broker and what they may do.
struct AccessTable {
    /// A user in a virtual host.
    struct Place: Hashable {
        var user: UserName
        var host: VirtualHostName
    }

    private(set) var users: [UserName: User] = [:]
    private(set) var permissions: [Place: Permission] = [:]
    /// By user and virtual host, then by exchange.
    private(set) var topics: [Place: [ExchangeName: TopicPermission]] = [:]
    private(set) var topicCount = 0
    /// Grows with every change; what was worked out before is void.
    private(set) var generation: UInt64 = 1

    // MARK: Users

    /// - Returns: Whether that changed anything.
    mutating func put(_ user: User) -> Bool {
        guard self.users[user.name] != user else { return false }
        self.users[user.name] = user
        self.generation += 1
        return true
    }

    /// Removes a user with all permissions.
    ///
    /// - Returns: Whether there was such a user.
    mutating func removeUser(_ name: UserName) -> Bool {
        guard self.users.removeValue(forKey: name) != nil else { return false }
        self.permissions = self.permissions.filter { $0.key.user != name }
        self.topics = self.topics.filter { $0.key.user != name }
        self.topicsChanged()
        return true
    }

    // MARK: Permissions

    mutating func set(_ permission: Permission) -> Bool {
        let place = Place(user: permission.user, host: permission.host)
        guard self.permissions[place] != permission else { return false }
        self.permissions[place] = permission
        self.generation += 1
        return true
    }

    mutating func clearPermission(at place: Place) -> Bool {
        guard self.permissions.removeValue(forKey: place) != nil else { return false }
        self.generation += 1
        return true
    }

    mutating func set(_ permission: TopicPermission) -> Bool {
        let place = Place(user: permission.user, host: permission.host)
        guard self.topics[place]?[permission.exchange] != permission else { return false }
        self.topics[place, default: [:]][permission.exchange] = permission
        self.topicsChanged()
        return true
    }

    /// - Parameter exchange: nil clears those for every exchange.
    mutating func clearTopics(at place: Place, of exchange: ExchangeName?) -> Bool {
        guard let known = self.topics[place] else { return false }
        if let exchange {
            guard known[exchange] != nil else { return false }
            self.topics[place]?[exchange] = nil
            if known.count == 1 { self.topics[place] = nil }
        } else {
            self.topics[place] = nil
        }
        self.topicsChanged()
        return true
    }

    /// Forgets all that was allowed in a virtual host.
    mutating func forget(_ host: VirtualHostName) {
        self.permissions = self.permissions.filter { $0.key.host != host }
        self.topics = self.topics.filter { $0.key.host != host }
        self.topicsChanged()
    }

    private mutating func topicsChanged() {
        self.topicCount = self.topics.values.reduce(0) { $0 + $1.count }
        self.generation += 1
    }

    /// What a user may do in a virtual host now.
    func grants(_ user: UserName, in host: VirtualHostName) -> Grants {
        let place = Place(user: user, host: host)
        return Grants(
            self.permissions[place], topics: self.topics[place] ?? [:],
            generation: self.generation)
    }
}
