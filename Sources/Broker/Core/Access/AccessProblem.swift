import Messaging

/// Why a user, a permission or a virtual host is not taken.
package enum AccessProblem: Error, Hashable, Sendable, CustomStringConvertible {
    case noSuchUser(UserName)
    case noSuchVirtualHost(VirtualHostName)
    /// What was given is wrong: the end of a sentence.
    case invalid(String)
    /// A limit is reached.
    case full(String)

    package var description: String {
        switch self {
        case .noSuchUser(let name): "there is no user '\(name)'"
        case .noSuchVirtualHost(let name): "there is no vhost '\(name)'"
        case .invalid(let reason), .full(let reason): reason
        }
    }
}

extension Broker {
    /// What is wrong with a user by itself.
    static func problem(with user: User) -> AccessProblem? {
        let bytes = user.name.text.utf8.count
        guard (1...Limits.nameBytesMax) ~= bytes else {
            return .invalid("a user's name has \(bytes) bytes, not 1 to \(Limits.nameBytesMax)")
        }
        guard user.tags.count <= Limits.userTagsMax,
            user.tags.allSatisfy({ $0.utf8.count <= Limits.nameBytesMax })
        else {
            return .invalid(
                "user '\(user.name)' has more than \(Limits.userTagsMax) tags, or a tag of more "
                    + "than \(Limits.nameBytesMax) bytes")
        }
        let hashBytes = user.passwordHash.isEmpty || user.passwordHash.count == user.hashing.bytes
        guard hashBytes else {
            return .invalid(
                "the password hash of user '\(user.name)' has \(user.passwordHash.count) bytes, "
                    + "not the \(user.hashing.bytes) of \(user.hashing.rawValue)")
        }
        return nil
    }

    func problem(with permission: Permission) -> AccessProblem? {
        self.problem(with: permission.user, in: permission.host)
            ?? Self.problem(
                withPatterns: [permission.configure, permission.write, permission.read])
    }

    func problem(with permission: TopicPermission) -> AccessProblem? {
        let bytes = permission.exchange.text.utf8.count
        guard bytes <= Limits.nameBytesMax else {
            return .invalid("an exchange's name has \(bytes) bytes, not \(Limits.nameBytesMax)")
        }
        return self.problem(with: permission.user, in: permission.host)
            ?? Self.problem(
                withPatterns: [
                    permission.expanded(permission.write), permission.expanded(permission.read),
                ])
    }

    private func problem(
        with user: UserName, in host: VirtualHostName
    ) -> AccessProblem? {
        guard self.access.users[user] != nil else { return .noSuchUser(user) }
        return self.hostSlots[host] == nil ? .noSuchVirtualHost(host) : nil
    }

    private static func problem(withPatterns patterns: [String]) -> AccessProblem? {
        for pattern in patterns {
            guard pattern.utf8.count <= Limits.patternBytesMax else {
                return .invalid("a pattern has more than \(Limits.patternBytesMax) bytes")
            }
            guard (try? NamePattern(ofPermission: pattern)) != nil else {
                return .invalid("'\(pattern)' is no regular expression")
            }
        }
        return nil
    }
}

extension User.Hashing {
    /// Bytes of salt and hash together.
    package var bytes: Int {
        switch self {
        case .sha256: 4 + 32
        case .sha512: 4 + 64
        case .md5: 4 + 16
        }
    }
}
