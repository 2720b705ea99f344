import Core
import GRDB
import GRDBSQLite
import Messaging

/// Writes changes into the tables, within a transaction of its caller's.
///
/// Each change is one that may be made again: what holds already stays as it is.
struct DefinitionWriter {
    let database: Database

    func apply(_ change: DefinitionChange) throws {
        switch change {
        case .hostAdded(let host):
            try self.run("INSERT OR IGNORE INTO hosts (name) VALUES (?)", .text(host.text))
        case .exchangeDeclared(let exchange, let host): try self.declare(exchange, in: host)
        case .exchangeDeleted(let name, let host): try self.delete(name, in: host)
        case .queueDeclared(let id, let queue, let host):
            try self.declare(queue, id, in: host)
        case .queueDeleted(let id):
            try self.run(
                "DELETE FROM queues WHERE slot = ? AND incarnation = ?",
                .number(id.slot), .number(id.incarnation))
            try self.run(
                "DELETE FROM bindings WHERE slot = ? AND incarnation = ?",
                .number(id.slot), .number(id.incarnation))
        case .bound(let binding):
            try self.run(
                """
                INSERT OR IGNORE INTO bindings
                    (slot, incarnation, exchange, routing_key, source, host, arguments)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                """, binding)
        case .unbound(let binding):
            try self.run(
                """
                DELETE FROM bindings WHERE slot = ? AND incarnation = ? AND exchange = ?
                    AND routing_key = ? AND source = ? AND host = ? AND arguments = ?
                """, binding)
        case .policiesReplaced(let policies):
            try self.run("DELETE FROM policies")
            for policy in policies { try self.insert(policy) }
        case .hostRemoved(let host): try self.remove(host)
        case .userPut, .userDeleted, .permissionSet, .permissionCleared, .topicPermissionSet,
            .topicPermissionsCleared:
            try self.applyToAccess(change)
        case .parameterSet(let parameter): try self.set(parameter)
        case .parameterCleared(let key): try self.clear(key)
        }
    }

    private func remove(_ host: VirtualHostName) throws {
        try self.run("DELETE FROM hosts WHERE name = ?", .text(host.text))
        for table in [
            "exchanges", "queues", "bindings", "policies", "permissions", "topic_permissions",
            "parameters",
        ] {
            try self.run("DELETE FROM \(table) WHERE host = ?", .text(host.text))
        }
    }

    private func declare(_ exchange: ExchangeDeclaration, in host: VirtualHostName) throws {
        try self.run(
            """
            INSERT INTO exchanges (name, host, type, auto_delete, internal, arguments)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (name, host) DO UPDATE SET type = excluded.type,
                    auto_delete = excluded.auto_delete, internal = excluded.internal,
                    arguments = excluded.arguments
            """,
            .text(exchange.name.text), .text(host.text), .text(exchange.type),
            .bool(exchange.isAutoDelete), .bool(exchange.isInternal), .table(exchange.arguments))
    }

    private func delete(_ exchange: ExchangeName, in host: VirtualHostName) throws {
        try self.run(
            "DELETE FROM exchanges WHERE name = ? AND host = ?",
            .text(exchange.text), .text(host.text))
        try self.run(
            "DELETE FROM bindings WHERE source = ? AND host = ?",
            .text(exchange.text), .text(host.text))
        try self.run(
            """
            DELETE FROM bindings
                WHERE slot = -1 AND incarnation = -1 AND exchange = ? AND host = ?
            """,
            .text(exchange.text), .text(host.text))
    }

    private func declare(
        _ queue: QueueDeclaration, _ id: QueueID, in host: VirtualHostName
    ) throws {
        try self.run(
            """
            INSERT INTO queues (slot, incarnation, host, name, exclusive, auto_delete, arguments)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (slot, incarnation) DO UPDATE SET host = excluded.host,
                    name = excluded.name, exclusive = excluded.exclusive,
                    auto_delete = excluded.auto_delete, arguments = excluded.arguments
            """,
            .number(id.slot), .number(id.incarnation), .text(host.text), .text(queue.name.text),
            .bool(queue.isExclusive), .bool(queue.isAutoDelete), .table(queue.arguments))
    }

    private func insert(_ policy: Definitions.HostPolicy) throws {
        try self.run(
            """
            INSERT INTO policies (host, name, pattern, target, priority, definition, operator)
                VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            .text(policy.host.text), .text(policy.policy.name), .text(policy.policy.pattern),
            .text(policy.policy.target.rawValue), .integer(policy.policy.priority),
            .table(policy.policy.definition), .bool(policy.isOperator))
    }

    private func run(_ sql: String, _ binding: DurableBinding) throws {
        let (slot, incarnation, exchange) =
            switch binding.destination {
            case .queue(let id): (Int64(id.slot), Int64(id.incarnation), "")
            case .exchange(let name): (Int64(-1), Int64(-1), name.text)
            }
        try self.run(
            sql, .integer(slot), .integer(incarnation), .text(exchange),
            .text(binding.routingKey), .text(binding.source.text), .text(binding.host.text),
            .table(binding.arguments))
    }

    /// Runs one statement, prepared once for all its runs.
    func run(_ sql: String, _ values: StoredValue...) throws {
        let statement = try self.database.cachedStatement(sql: sql)
        // GRDB's own arguments are slower and end a text at its first NUL.
        statement.setUncheckedArguments(StatementArguments())
        for (index, value) in zip(CInt(1)..., values) {
            let code = value.bind(to: statement.sqliteStatement, at: index)
            guard code == SQLITE_OK else {
                throw DatabaseError(resultCode: ResultCode(rawValue: code))
            }
        }
        try statement.execute()
    }
}

/// A value on its way into a column.
enum StoredValue: StatementBinding {
    case text(String)
    case integer(Int64)
    case table(FieldTable)
    case bytes([UInt8])

    static func bool(_ value: Bool) -> Self { .integer(value ? 1 : 0) }
    static func number(_ value: UInt32) -> Self { .integer(Int64(value)) }

    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        switch self {
        case .integer(let value): return sqlite3_bind_int64(statement, index, value)
        case .text(var text):
            // With its length, so that a NUL is a character like others; no bytes would be NULL.
            guard !text.isEmpty else {
                return sqlite3_bind_text(statement, index, "", 0, Self.copied)
            }
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { bytes in
                    sqlite3_bind_text(
                        statement, index, bytes.baseAddress, CInt(bytes.count), Self.copied)
                }
            }
        case .table(let table):
            guard !table.isEmpty else { return sqlite3_bind_zeroblob(statement, index, 0) }
            var writer = ByteWriter()
            table.encodeFields(into: &writer)
            return Self.bind(writer.bytes, to: statement, at: index)
        case .bytes(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(statement, index, 0) }
            return Self.bind(bytes, to: statement, at: index)
        }
    }

    private static func bind(
        _ bytes: [UInt8], to statement: SQLiteStatement, at index: CInt
    ) -> CInt {
        bytes.withUnsafeBytes { bytes in
            sqlite3_bind_blob(statement, index, bytes.baseAddress, CInt(bytes.count), Self.copied)
        }
    }

    /// SQLite's `SQLITE_TRANSIENT`, a macro that Swift cannot see: the bytes are lent.
    private static var copied: sqlite3_destructor_type {
        unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }
}
