import Core
import GRDBSQLite
import Messaging
import Store
import Testing

/// Data directories of earlier versions.
@Suite struct DefinitionMigrationTests {
    @Test("A directory from before there were users keeps what it has, and has none yet")
    func beforeUsers() throws {
        let folder = try TemporaryDirectory()
        let disk = PosixDisk(folder.path)
        let first = try DefinitionStore(on: disk)
        try first.apply([.hostAdded("v"), .userPut(User("u"))])
        first.close()
        // As version 1 had it.
        Self.execute(
            """
            DROP TABLE parameters;
            DROP TABLE users;
            DROP TABLE permissions;
            DROP TABLE topic_permissions;
            PRAGMA user_version = 1;
            """, in: folder.path + "/definitions.sqlite")
        let store = try DefinitionStore(on: disk)
        defer { store.close() }
        #expect(try store.load().hosts == ["v"])
        #expect(try store.load().users == nil)
        try store.apply([.userPut(User("u", tags: ["a,b"]))])
        #expect(try store.load().users == [User("u", tags: ["a,b"])])
        try store.apply([.userDeleted("u")])
        #expect(try store.load().users == [])
    }

    /// Changes a database on the system's files; the default may be another test's disk just now.
    private static func execute(_ sql: String, in path: String) {
        var database: OpaquePointer?
        #expect(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, "unix") == SQLITE_OK)
        #expect(sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK)
        #expect(sqlite3_close(database) == SQLITE_OK)
    }
}
