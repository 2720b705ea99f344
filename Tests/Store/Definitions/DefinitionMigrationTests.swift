import Core
import GRDB
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
        let database = try DatabaseQueue(path: folder.path + "/definitions.sqlite")
        try database.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    DROP TABLE parameters;
                    DROP TABLE users;
                    DROP TABLE permissions;
                    DROP TABLE topic_permissions;
                    PRAGMA user_version = 1;
                    """)
        }
        try database.close()
        let store = try DefinitionStore(on: disk)
        defer { store.close() }
        #expect(try store.load().hosts == ["v"])
        #expect(try store.load().users == nil)
        try store.apply([.userPut(User("u", tags: ["a,b"]))])
        #expect(try store.load().users == [User("u", tags: ["a,b"])])
        try store.apply([.userDeleted("u")])
        #expect(try store.load().users == [])
    }
}
