import GRDB

/// The tables of the definitions, for whoever looks with the `sqlite3` shell as well.
///
/// Names and keys are compared by their octets (collation BINARY). Field tables are BLOBs of
/// their octets on the wire (RabbitMQ's errata to AMQP 0-9-1, section 3) without the length
/// before them, in which every type keeps its own. `number` is the order of declaration.
///
/// `PRAGMA user_version` is the version of all this. What is written here for a version that was
/// once released stays as it is; a later version alters the tables.
enum DefinitionSchema {
    static let version = 3

    /// Creates or alters the tables, so that they are of ``version``.
    static func migrate(_ database: Database, from version: Int) throws {
        if version < 1 { try database.execute(sql: Self.tables) }
        if version < 2 { try database.execute(sql: Self.accessTables) }
        if version < 3 { try database.execute(sql: Self.parameterTable) }
        try Self.touch(database)
    }

    /// Writes the version, whatever it was: a transaction that has written something.
    static func touch(_ database: Database) throws {
        try database.execute(sql: "PRAGMA user_version = \(Self.version)")
    }

    private static let tables = """
        CREATE TABLE hosts (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        );
        CREATE TABLE exchanges (
            number INTEGER PRIMARY KEY,
            host TEXT NOT NULL,
            name TEXT NOT NULL,
            type TEXT NOT NULL,
            auto_delete INTEGER NOT NULL,
            internal INTEGER NOT NULL,
            arguments BLOB NOT NULL,
            UNIQUE (name, host)
        );
        -- Two may have one name: the later one holds, the other's deletion is still to come.
        CREATE TABLE queues (
            number INTEGER PRIMARY KEY,
            slot INTEGER NOT NULL,
            incarnation INTEGER NOT NULL,
            host TEXT NOT NULL,
            name TEXT NOT NULL,
            exclusive INTEGER NOT NULL,
            auto_delete INTEGER NOT NULL,
            arguments BLOB NOT NULL,
            UNIQUE (slot, incarnation)
        );
        CREATE TABLE bindings (
            number INTEGER PRIMARY KEY,
            host TEXT NOT NULL,
            source TEXT NOT NULL,
            routing_key TEXT NOT NULL,
            arguments BLOB NOT NULL,
            slot INTEGER NOT NULL,         -- of the queue it leads to; -1 where that is
            incarnation INTEGER NOT NULL,  -- an exchange
            exchange TEXT NOT NULL,        -- that it leads to; empty where that is a queue
            UNIQUE (slot, incarnation, exchange, routing_key, source, host, arguments)
        );
        CREATE INDEX bindings_by_source ON bindings (source, host);
        CREATE TABLE policies (
            number INTEGER PRIMARY KEY,
            host TEXT NOT NULL,
            name TEXT NOT NULL,
            pattern TEXT NOT NULL,
            target TEXT NOT NULL,          -- queues, exchanges or all
            priority INTEGER NOT NULL,
            definition BLOB NOT NULL,
            operator INTEGER NOT NULL
        );
        """

    private static let parameterTable = """
        CREATE TABLE parameters (
            number INTEGER PRIMARY KEY,
            component TEXT NOT NULL,       -- such as vhost-limits
            host TEXT NOT NULL,            -- empty where the component is of no vhost
            name TEXT NOT NULL,
            value BLOB NOT NULL,           -- a field table with the field "value"
            UNIQUE (component, host, name)
        );
        """

    private static let accessTables = """
        -- AUTOINCREMENT: so that it is known whether there ever was a user.
        CREATE TABLE users (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            password_hash BLOB NOT NULL,   -- four bytes of salt and the hash; empty for none
            hashing TEXT NOT NULL,         -- as RabbitMQ names it
            tags BLOB NOT NULL             -- a field table with the array "tags"
        );
        CREATE TABLE permissions (
            number INTEGER PRIMARY KEY,
            user TEXT NOT NULL,
            host TEXT NOT NULL,
            configure TEXT NOT NULL,
            write TEXT NOT NULL,
            read TEXT NOT NULL,
            UNIQUE (user, host)
        );
        CREATE TABLE topic_permissions (
            number INTEGER PRIMARY KEY,
            user TEXT NOT NULL,
            host TEXT NOT NULL,
            exchange TEXT NOT NULL,
            write TEXT NOT NULL,
            read TEXT NOT NULL,
            UNIQUE (user, host, exchange)
        );
        """
}
