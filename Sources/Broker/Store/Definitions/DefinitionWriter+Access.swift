import Core
import Messaging

/// Users and what they may do.
extension DefinitionWriter {
    func applyToAccess(_ change: DefinitionChange) throws {
        switch change {
        case .userPut(let user): try self.put(user)
        case .userDeleted(let name):
            try self.run("DELETE FROM users WHERE name = ?", .text(name.text))
            try self.run("DELETE FROM permissions WHERE user = ?", .text(name.text))
            try self.run("DELETE FROM topic_permissions WHERE user = ?", .text(name.text))
            try self.clear(.limits(of: name))
        case .permissionSet(let permission): try self.set(permission)
        case .permissionCleared(let user, let host):
            try self.run(
                "DELETE FROM permissions WHERE user = ? AND host = ?",
                .text(user.text), .text(host.text))
        case .topicPermissionSet(let permission): try self.set(permission)
        case .topicPermissionsCleared(let user, let host, let exchange?):
            try self.run(
                "DELETE FROM topic_permissions WHERE user = ? AND host = ? AND exchange = ?",
                .text(user.text), .text(host.text), .text(exchange.text))
        case .topicPermissionsCleared(let user, let host, nil):
            try self.run(
                "DELETE FROM topic_permissions WHERE user = ? AND host = ?",
                .text(user.text), .text(host.text))
        case .hostAdded, .hostRemoved, .exchangeDeclared, .exchangeDeleted, .queueDeclared,
            .queueDeleted, .bound, .unbound, .policiesReplaced, .parameterSet, .parameterCleared:
            preconditionFailure("what is no user's is written elsewhere")
        }
    }

    private func put(_ user: User) throws {
        try self.run(
            """
            INSERT INTO users (name, password_hash, hashing, tags) VALUES (?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET password_hash = excluded.password_hash,
                    hashing = excluded.hashing, tags = excluded.tags
            """,
            .text(user.name.text), .bytes(user.passwordHash), .text(user.hashing.rawValue),
            .table(["tags": .array(user.tags.map { .string($0) })]))
    }

    private func set(_ permission: Permission) throws {
        try self.run(
            """
            INSERT INTO permissions (user, host, configure, write, read) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (user, host) DO UPDATE SET configure = excluded.configure,
                    write = excluded.write, read = excluded.read
            """,
            .text(permission.user.text), .text(permission.host.text),
            .text(permission.configure), .text(permission.write), .text(permission.read))
    }

    private func set(_ permission: TopicPermission) throws {
        try self.run(
            """
            INSERT INTO topic_permissions (user, host, exchange, write, read)
                VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (user, host, exchange) DO UPDATE SET write = excluded.write,
                    read = excluded.read
            """,
            .text(permission.user.text), .text(permission.host.text),
            .text(permission.exchange.text), .text(permission.write), .text(permission.read))
    }
}
