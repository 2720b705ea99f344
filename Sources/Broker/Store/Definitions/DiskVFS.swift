import GRDB
import GRDBSQLite
import Synchronization

/// SQLite's files on a ``Disk``: what makes SQLite fail when the disk does.
///
///     SQLite  --xOpen, xDelete-->        sqlite3_vfs         --create, open, remove-->  Disk
///             --xRead, xWrite, xSync-->  sqlite3_io_methods  --read, write, sync---->   DiskFile
///
/// Registered under a name of its own as long as it lives, so that several stores can live in one
/// process. It outlives its connections, whose open files hold on to it.
///
/// There are no locks and no shared memory: one process owns the directory, and one connection the
/// database. Of the disk only that is claimed which a ``DiskFile`` promises: a write that is torn
/// damages nothing beside its own bytes.
///
/// Confined to the thread of the store that it belongs to.
final class DiskVFS {
    /// SQLite finds a file system for a path only by default, and that is of the whole process.
    private static let opening = Mutex(())

    let disk: any Disk
    /// What the disk answered when it last failed; SQLite's own codes say less.
    var failure: DiskError?
    let fileMethods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    private let registration = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    private let name: UnsafeMutablePointer<CChar>

    init(on disk: any Disk) {
        self.disk = disk
        // Where it stands in memory is a name that no other has as long as this one lives.
        let bytes = "queuetop-\(UInt(bitPattern: self.registration))".utf8CString
        self.name = .allocate(capacity: bytes.count)
        for (index, byte) in bytes.enumerated() { self.name[index] = byte }
        self.fileMethods.initialize(to: Self.makeFileMethods())
        self.registration.initialize(to: Self.makeNameMethods())
        self.registration.pointee.zName = UnsafePointer(self.name)
        self.registration.pointee.pAppData = Unmanaged.passUnretained(self).toOpaque()
        let code = sqlite3_vfs_register(self.registration, 0)
        precondition(code == SQLITE_OK, "SQLite registers whatever has a name")
    }

    deinit {
        sqlite3_vfs_unregister(self.registration)
        self.fileMethods.deallocate()
        self.registration.deallocate()
        self.name.deallocate()
    }

    /// Opens a connection on this file system, with the settings in `configuration`.
    func open(_ name: String, _ configuration: Configuration) throws -> DatabaseQueue {
        try Self.opening.withLock { _ in
            let system = sqlite3_vfs_find(nil)
            sqlite3_vfs_register(self.registration, 1)
            defer { sqlite3_vfs_register(system, 1) }
            return try DatabaseQueue(path: name, configuration: configuration)
        }
    }

    /// The code for SQLite when the disk has failed.
    func code(_ error: DiskError, _ code: ResultCode) -> CInt {
        self.failure = error
        return error.isFull ? SQLITE_FULL : code.rawValue
    }
}

/// A file that SQLite has open.
final class DiskVFSFile {
    /// What SQLite holds of it: its own part first, as C's way of inheriting wants it.
    struct Handle {
        var base: sqlite3_file
        var file: Unmanaged<DiskVFSFile>
    }

    let vfs: DiskVFS
    let file: any DiskFile
    /// Whether its name may not be durable yet. An earlier process may have made the file and
    /// ended before it synced the directory, so this holds of every file at first.
    private var isNameUnsynced = true

    init(_ file: any DiskFile, in vfs: DiskVFS) {
        self.file = file
        self.vfs = vfs
    }

    func sync() throws(DiskError) {
        try self.file.sync()
        guard self.isNameUnsynced else { return }
        try self.vfs.disk.syncDirectory()
        self.isNameUnsynced = false
    }
}
