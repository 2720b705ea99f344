import Core
import GRDB
import Glibc

/// Keeps what is declared so that it outlives the process: one SQLite database on a ``Disk``.
///
///     definitions.sqlite      the tables of ``DefinitionSchema``
///     definitions.sqlite-wal  what was committed since the last checkpoint
///
/// A failed sync proves nothing, so no byte counts as durable that was written before one. Within
/// a process SQLite sees to that: the log goes on where the last synced commit ended, over what was
/// written there. A process that comes later only sees the bytes and not what happened to them, so
/// it writes the log anew before SQLite reads it.
///
/// Confined to the store's thread.
package final class DefinitionStore {
    package static let fileName = "definitions.sqlite"
    /// Where SQLite keeps `user_version`, four octets, the highest first.
    private static let versionOffset: UInt64 = 60
    /// Pages of the log, of 4 KiB, that are carried into the database together.
    package static let checkpointPages = 512
    /// Memory that SQLite keeps pages in.
    private static let cacheKibibytes = 256
    private static let rewriteBytes = 65_536

    private let name: String
    private let vfs: DiskVFS
    private var database: DatabaseQueue?
    /// Whether the log may end with a commit that failed, which SQLite would find when it is opened
    /// anew.
    private var isLogSpoiled = false

    /// Opens the database, or makes it where there is none.
    ///
    /// What was made is durable no later than the first change that is.
    ///
    /// - Parameter checkpointPages: See ``checkpointPages``; tests make it small.
    /// - Throws: ``StoreError/definitionsTooNew(path:version:known:)``,
    ///   ``StoreError/definitionsDamaged(path:reason:)``, or what the disk answered.
    package init(
        on disk: any Disk, name: String = DefinitionStore.fileName,
        checkpointPages: Int = DefinitionStore.checkpointPages
    ) throws(StoreError) {
        self.name = name
        self.vfs = DiskVFS(on: disk)
        do {
            try Self.rewrite(name + "-wal", on: disk)
            self.database = try self.vfs.open(name, Self.configuration())
            try self.prepare(checkpointPages: checkpointPages)
        } catch {
            let failure = self.storeError(error)
            self.close()
            throw failure
        }
    }

    deinit { self.close() }

    /// All that holds. Of two queues of one name the later declared one does, with its bindings.
    package func load() throws(StoreError) -> StoredDefinitions {
        try self.perform { database in
            try database.read { try DefinitionReader(database: $0).load() }
        }
    }

    /// Makes the changes in their order, all or none.
    ///
    /// **Durable** when it returns. When it throws nothing of it holds, but all of it may when the
    /// database is opened anew and nothing was applied since. It can be tried again, also when it
    /// holds already: changes that were made are made again without a difference.
    ///
    /// - Complexity: One transaction, with one sync of the log and now and then a checkpoint.
    package func apply(_ changes: [DefinitionChange]) throws(StoreError) {
        guard !changes.isEmpty else { return }
        let wasSpoiled = exchange(&self.isLogSpoiled, with: true)
        try self.perform { database in
            try database.inTransaction(.immediate) { database in
                let writer = DefinitionWriter(database: database)
                for change in changes { try writer.apply(change) }
                // Changes that change nothing write nothing, not even over a commit that failed.
                if wasSpoiled { try DefinitionSchema.touch(database) }
                return .commit
            }
        }
        self.isLogSpoiled = false
    }

    /// Gives the files back; what was applied is durable already. Nothing else is called then.
    package func close() {
        guard let database = exchange(&self.database, with: nil) else { return }
        // Carries the log into the database when the disk lets it; otherwise it stays.
        try? database.close()
    }

    // MARK: Opening

    /// Looks at the version of a database that is not open, as far as it is not in its log only.
    ///
    /// - Throws: ``StoreError/definitionsTooNew(path:version:known:)``, or what the disk answered.
    static func checkVersion(on disk: any Disk, among names: [String]) throws(StoreError) {
        guard names.contains(Self.fileName) else { return }
        let bytes = try onDisk { () throws(DiskError) in
            let file = try disk.open(Self.fileName)
            defer { file.close() }
            return try file.read(4, at: Self.versionOffset)
        }
        let version = bytes.reduce(0) { $0 << 8 | Int($1) }
        guard version <= DefinitionSchema.version else {
            throw .definitionsTooNew(
                path: Self.fileName, version: version, known: DefinitionSchema.version)
        }
    }

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.label = "definitions"
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { database in
            // Exclusive, the log's index is in this process's memory and not in a file; it has to
            // be so before the first read.
            try database.execute(
                sql: """
                    PRAGMA locking_mode = EXCLUSIVE;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA cache_size = -\(Self.cacheKibibytes);
                    PRAGMA cell_size_check = ON;
                    """)
        }
        return configuration
    }

    private func prepare(checkpointPages: Int) throws {
        try self.database?.inDatabase { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard version <= DefinitionSchema.version else {
                throw StoreError.definitionsTooNew(
                    path: self.name, version: version, known: DefinitionSchema.version)
            }
            // All rows, not the first: the disk may refuse the change after the answer to it.
            let modes = try String.fetchAll(database, sql: "PRAGMA journal_mode = WAL")
            guard modes == ["wal"] else {
                throw StoreError.definitionsDamaged(path: self.name, reason: "it refuses a log")
            }
            try database.execute(
                sql: """
                    PRAGMA synchronous = FULL;
                    PRAGMA wal_autocheckpoint = \(checkpointPages);
                    PRAGMA journal_size_limit = \(checkpointPages * 4_096);
                    """)
            guard version < DefinitionSchema.version else { return }
            try database.inTransaction(.immediate) {
                try DefinitionSchema.migrate(database, from: version)
                return .commit
            }
        }
    }

    /// Makes durable, if the file is there, that it is there and all that is seen of it: its bytes
    /// are written over themselves.
    private static func rewrite(_ name: String, on disk: any Disk) throws(DiskError) {
        let file: any DiskFile
        do {
            file = try disk.open(name)
        } catch {
            guard error.code != ENOENT else { return }
            throw error
        }
        defer { file.close() }
        let room = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.rewriteBytes, alignment: 8)
        defer { room.deallocate() }
        var offset: UInt64 = 0
        while true {
            let count = try file.read(at: offset, into: room)
            guard count > 0 else { break }
            try file.write(UnsafeRawBufferPointer(rebasing: room[..<count]), at: offset)
            offset += UInt64(count)
        }
        try file.sync()
        try disk.syncDirectory()
    }

    // MARK: Errors

    private func perform<Answer>(
        _ body: (DatabaseQueue) throws -> Answer
    ) throws(StoreError) -> Answer {
        guard let database = self.database else {
            preconditionFailure("nothing is asked of definitions that were closed")
        }
        self.vfs.failure = nil
        do {
            return try body(database)
        } catch {
            throw self.storeError(error)
        }
    }

    private func storeError(_ error: any Error) -> StoreError {
        switch error {
        case let error as StoreError: return error
        case let error as DiskError: return StoreError(error)
        case let error as DefinitionReader.Malformed:
            return .definitionsDamaged(
                path: self.name, reason: "row \(error.number) of \(error.table) is malformed")
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                return .definitionsDamaged(path: self.name, reason: error.message ?? "corrupt")
            default:
                if let failure = self.vfs.failure { return StoreError(failure) }
                return .ioFailed(path: self.name, operation: "use", reason: "\(error)")
            }
        default: return .ioFailed(path: self.name, operation: "use", reason: "\(error)")
        }
    }
}
