import Glibc

/// A directory of the system's.
package final class PosixDisk: Disk {
    private let path: String

    /// - Parameter path: A directory that is there.
    package init(_ path: String) { self.path = path.hasSuffix("/") ? path : path + "/" }

    package func create(_ name: String) throws(DiskError) -> any DiskFile {
        let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC
        return try self.file(name, flags, .create)
    }

    package func open(_ name: String) throws(DiskError) -> any DiskFile {
        try self.file(name, O_RDWR | O_CLOEXEC, .open)
    }

    private func file(
        _ name: String, _ flags: CInt, _ operation: DiskError.Operation
    ) throws(DiskError) -> any DiskFile {
        // Only its owner may look: queues hold other people's data.
        let descriptor = Glibc.open(self.path + name, flags, 0o600)
        guard descriptor >= 0 else { throw DiskError(operation, self.path + name, code: errno) }
        return PosixFile(name: name, path: self.path + name, descriptor: descriptor)
    }

    package func list() throws(DiskError) -> [String] {
        guard let directory = opendir(self.path) else {
            throw DiskError(.list, self.path, code: errno)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            guard entry.pointee.d_type != UInt8(DT_DIR) else { continue }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            names.append(name)
        }
        return names
    }

    package func rename(_ name: String, to other: String) throws(DiskError) {
        guard Glibc.rename(self.path + name, self.path + other) == 0 else {
            throw DiskError(.rename, self.path + name, code: errno)
        }
    }

    package func remove(_ name: String) throws(DiskError) {
        guard unlink(self.path + name) == 0 else {
            throw DiskError(.remove, self.path + name, code: errno)
        }
    }

    package func syncDirectory() throws(DiskError) {
        let descriptor = Glibc.open(self.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DiskError(.sync, self.path, code: errno) }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw DiskError(.sync, self.path, code: errno) }
    }

    package func room() throws(DiskError) -> DiskRoom {
        var status = statvfs()
        guard statvfs(self.path, &status) == 0 else {
            throw DiskError(.measure, self.path, code: errno)
        }
        let unit = UInt64(status.f_frsize)
        return DiskRoom(
            freeBytes: UInt64(status.f_bavail) * unit, totalBytes: UInt64(status.f_blocks) * unit)
    }
}

private final class PosixFile: DiskFile {
    let name: String
    private let path: String
    private var descriptor: CInt

    init(name: String, path: String, descriptor: CInt) {
        self.name = name
        self.path = path
        self.descriptor = descriptor
    }

    deinit { self.close() }

    func read(
        at offset: UInt64, into bytes: UnsafeMutableRawBufferPointer
    ) throws(DiskError) -> Int {
        var done = 0
        while done < bytes.count {
            let count = pread(
                self.descriptor, bytes.baseAddress! + done, bytes.count - done,
                off_t(offset) + off_t(done))
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw DiskError(.read, self.path, code: errno)
            }
            done += count
        }
        return done
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(DiskError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                self.descriptor, bytes.baseAddress! + done, bytes.count - done,
                off_t(offset) + off_t(done))
            if count < 0 {
                if errno == EINTR { continue }
                throw DiskError(.write, self.path, code: errno)
            }
            done += count
        }
    }

    func sync() throws(DiskError) {
        // Not tried again when interrupted: fdatasync(2) is not, and an error proves nothing.
        guard fdatasync(self.descriptor) == 0 else {
            throw DiskError(.sync, self.path, code: errno)
        }
    }

    func truncate(to bytes: UInt64) throws(DiskError) {
        guard ftruncate(self.descriptor, off_t(bytes)) == 0 else {
            throw DiskError(.truncate, self.path, code: errno)
        }
    }

    func size() throws(DiskError) -> UInt64 {
        var status = stat()
        guard fstat(self.descriptor, &status) == 0 else {
            throw DiskError(.measure, self.path, code: errno)
        }
        return UInt64(status.st_size)
    }

    func close() {
        guard self.descriptor >= 0 else { return }
        Glibc.close(self.descriptor)
        self.descriptor = -1
    }
}
