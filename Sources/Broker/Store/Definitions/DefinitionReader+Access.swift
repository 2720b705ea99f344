import Core
import Foundation
import GRDB
import Messaging

/// Users and what they may do.
extension DefinitionReader {
    func readAccess(into stored: inout StoredDefinitions) throws {
        // A number that was given is remembered when its row is gone.
        let hadUsers = try Bool.fetchOne(
            self.database, sql: "SELECT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'users')"
        )
        if hadUsers == true { stored.users = try self.users() }
        stored.permissions = try self.read(
            "permissions", "user, host, configure, write, read"
        ) { row in
            Permission(
                UserName(try row.text(1)), in: VirtualHostName(try row.text(2)),
                configure: try row.text(3), write: try row.text(4), read: try row.text(5))
        }
        stored.topicPermissions = try self.read(
            "topic_permissions", "user, host, exchange, write, read"
        ) { row in
            TopicPermission(
                UserName(try row.text(1)), in: VirtualHostName(try row.text(2)),
                exchange: ExchangeName(try row.text(3)), write: try row.text(4),
                read: try row.text(5))
        }
    }

    private func users() throws -> [User] {
        try self.read("users", "name, password_hash, hashing, tags") { row in
            guard let hashing = User.Hashing(rawValue: try row.text(3)),
                case .array(let tags) = try row.table(4)["tags"] ?? .array([])
            else { throw MalformedValue() }
            return User(
                UserName(try row.text(1)), passwordHash: Array(try row.value(2) as Data),
                hashing: hashing, tags: tags.compactMap(\.text))
        }
    }
}
