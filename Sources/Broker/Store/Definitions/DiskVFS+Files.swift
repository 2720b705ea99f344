import GRDB
import GRDBSQLite

/// What SQLite asks of one open file.
///
/// The functions are static and take everything from their arguments, since C calls them.
extension DiskVFS {
    private static let sectorBytes: CInt = 4_096

    static func makeFileMethods() -> sqlite3_io_methods {
        var methods = sqlite3_io_methods()
        methods.iVersion = 1
        methods.xClose = { DiskVFS.close($0) }
        methods.xRead = { file, bytes, count, offset in
            DiskVFS.read(file, .init(start: bytes, count: Int(count)), offset)
        }
        methods.xWrite = { file, bytes, count, offset in
            DiskVFS.answer(file, .SQLITE_IOERR_WRITE) { file throws(DiskError) in
                let bytes = UnsafeRawBufferPointer(start: bytes, count: Int(count))
                try file.file.write(bytes, at: UInt64(offset))
            }
        }
        methods.xTruncate = { file, size in
            DiskVFS.answer(file, .SQLITE_IOERR_TRUNCATE) { file throws(DiskError) in
                try file.file.truncate(to: UInt64(size))
            }
        }
        methods.xSync = { file, _ in
            DiskVFS.answer(file, .SQLITE_IOERR_FSYNC) { file throws(DiskError) in try file.sync() }
        }
        methods.xFileSize = { file, size in
            DiskVFS.answer(file, .SQLITE_IOERR_FSTAT) { file throws(DiskError) in
                size?.pointee = sqlite3_int64(try file.file.size())
            }
        }
        // One connection of one process has the database: there is nobody to lock out.
        methods.xLock = { _, _ in SQLITE_OK }
        methods.xUnlock = { _, _ in SQLITE_OK }
        methods.xCheckReservedLock = { _, result in
            result?.pointee = 0
            return SQLITE_OK
        }
        methods.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        methods.xSectorSize = { _ in DiskVFS.sectorBytes }
        // Otherwise SQLite fills a sector with copies of a commit and leaves the last of them
        // unsynced in part. With the next sync that fails it is lost, and with it what follows.
        methods.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
        return methods
    }

    private static func handle(
        _ file: UnsafeMutablePointer<sqlite3_file>?
    ) -> Unmanaged<DiskVFSFile> {
        UnsafeMutableRawPointer(file!).assumingMemoryBound(to: DiskVFSFile.Handle.self).pointee.file
    }

    private static func answer(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ code: ResultCode,
        _ body: (DiskVFSFile) throws(DiskError) -> Void
    ) -> CInt {
        let file = Self.handle(file).takeUnretainedValue()
        do {
            try body(file)
            return SQLITE_OK
        } catch {
            return file.vfs.code(error, code)
        }
    }

    private static func close(_ file: UnsafeMutablePointer<sqlite3_file>?) -> CInt {
        Self.handle(file).takeRetainedValue().file.close()
        return SQLITE_OK
    }

    private static func read(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ bytes: UnsafeMutableRawBufferPointer,
        _ offset: sqlite3_int64
    ) -> CInt {
        var count = 0
        let code = Self.answer(file, .SQLITE_IOERR_READ) { file throws(DiskError) in
            count = try file.file.read(at: UInt64(offset), into: bytes)
        }
        guard code == SQLITE_OK, count < bytes.count else { return code }
        // SQLite counts on zeros behind the end.
        UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
            .initializeMemory(as: UInt8.self, repeating: 0)
        return ResultCode.SQLITE_IOERR_SHORT_READ.rawValue
    }
}
