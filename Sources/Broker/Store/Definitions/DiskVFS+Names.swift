import GRDB
import GRDBSQLite
import Glibc

/// What SQLite asks of a file system as a whole.
///
/// The functions are static and take everything from their arguments, since C calls them.
extension DiskVFS {
    private static let pathBytesMax: CInt = 512

    static func makeNameMethods() -> sqlite3_vfs {
        var methods = sqlite3_vfs()
        methods.iVersion = 2
        methods.szOsFile = CInt(MemoryLayout<DiskVFSFile.Handle>.size)
        methods.mxPathname = DiskVFS.pathBytesMax
        methods.xOpen = { DiskVFS.open($0, $1, $2, flags: $3, openedFlags: $4) }
        methods.xDelete = { DiskVFS.delete($0, $1, isSynced: $2 != 0) }
        methods.xAccess = { vfs, name, _, result in DiskVFS.access(vfs, name, result) }
        methods.xFullPathname = { _, name, room, path in
            // The directory is flat: a name is its own path.
            guard let name, let path, strlen(name) < Int(room) else { return SQLITE_CANTOPEN }
            strcpy(path, name)
            return SQLITE_OK
        }
        methods.xRandomness = { _, count, bytes in
            guard let bytes else { return 0 }
            for index in 0..<Int(count) { bytes[index] = CChar.random(in: .min ... .max) }
            return count
        }
        methods.xSleep = { _, microseconds in
            usleep(useconds_t(microseconds))
            return microseconds
        }
        methods.xCurrentTimeInt64 = { _, milliseconds in
            milliseconds?.pointee = DiskVFS.julianMilliseconds()
            return SQLITE_OK
        }
        methods.xGetLastError = { vfs, _, _ in DiskVFS.of(vfs).failure?.code ?? 0 }
        return methods
    }

    private static func of(_ vfs: UnsafeMutablePointer<sqlite3_vfs>?) -> DiskVFS {
        Unmanaged<DiskVFS>.fromOpaque(vfs!.pointee.pAppData).takeUnretainedValue()
    }

    private static func open(
        _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ name: UnsafePointer<CChar>?,
        _ handle: UnsafeMutablePointer<sqlite3_file>?, flags: CInt,
        openedFlags: UnsafeMutablePointer<CInt>?
    ) -> CInt {
        let vfs = Self.of(vfs)
        // Without methods SQLite does not close what was not opened.
        handle!.pointee.pMethods = nil
        // Temporary files have no name; they stay in memory.
        guard let name else { return SQLITE_CANTOPEN }
        let file: any DiskFile
        do {
            file = try Self.open(
                String(cString: name), on: vfs.disk, canCreate: flags & SQLITE_OPEN_CREATE != 0)
        } catch {
            return vfs.code(error, .SQLITE_CANTOPEN)
        }
        let opened = Unmanaged.passRetained(DiskVFSFile(file, in: vfs))
        UnsafeMutableRawPointer(handle!).initializeMemory(
            as: DiskVFSFile.Handle.self,
            to: .init(base: sqlite3_file(pMethods: UnsafePointer(vfs.fileMethods)), file: opened))
        openedFlags?.pointee = flags
        return SQLITE_OK
    }

    private static func open(
        _ name: String, on disk: any Disk, canCreate: Bool
    ) throws(DiskError) -> any DiskFile {
        do {
            return try disk.open(name)
        } catch {
            guard error.code == ENOENT, canCreate else { throw error }
            return try disk.create(name)
        }
    }

    private static func delete(
        _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ name: UnsafePointer<CChar>?, isSynced: Bool
    ) -> CInt {
        let vfs = Self.of(vfs)
        do {
            try vfs.disk.remove(String(cString: name!))
        } catch {
            guard error.code != ENOENT else { return ResultCode.SQLITE_IOERR_DELETE_NOENT.rawValue }
            return vfs.code(error, .SQLITE_IOERR_DELETE)
        }
        do {
            if isSynced { try vfs.disk.syncDirectory() }
            return SQLITE_OK
        } catch {
            return vfs.code(error, .SQLITE_IOERR_DIR_FSYNC)
        }
    }

    /// Whether a file is there; its owner may do with it what SQLite asks besides.
    private static func access(
        _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ name: UnsafePointer<CChar>?,
        _ result: UnsafeMutablePointer<CInt>?
    ) -> CInt {
        let vfs = Self.of(vfs)
        do {
            try vfs.disk.open(String(cString: name!)).close()
            result?.pointee = 1
        } catch {
            guard error.code == ENOENT else { return vfs.code(error, .SQLITE_IOERR_ACCESS) }
            result?.pointee = 0
        }
        return SQLITE_OK
    }

    /// Now, in milliseconds since noon of 24 November 4714 before Christ, as SQLite counts.
    private static func julianMilliseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return 210_866_760_000_000 + Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
    }
}

extension DiskError {
    /// Whether the disk or this user's share of it is full.
    var isFull: Bool { self.code == ENOSPC || self.code == EDQUOT }
}
