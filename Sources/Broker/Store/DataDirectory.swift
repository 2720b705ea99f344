import Glibc

/// The directory of one broker's data, claimed for this process until the value goes away.
///
///     DIRECTORY/
///       lock    up to three lines: the holder's process id, the address that it serves, and the
///               URL of its management API
///
/// The claim is an advisory `flock(2)` on `lock`. The kernel drops it when its holder dies,
/// however it dies, so a crash leaves no stale lock behind. The file itself stays: unlinking it
/// would let a third process lock a file that is no longer there.
package final class DataDirectory: Sendable {
    /// Where it is, as it was given.
    package let path: String
    private let lockPath: String
    private let lockDescriptor: CInt

    /// Creates the directory with its parents if they are missing, and claims it.
    ///
    /// Nothing here is synced: an empty directory holds nothing that a crash could lose.
    ///
    /// - Parameter path: Absolute, or relative to the working directory.
    /// - Throws: ``StoreError/directoryLocked(path:pid:address:)`` when a living process has it.
    package init(claiming path: String) throws(StoreError) {
        try Self.createDirectories(path)
        self.path = path
        self.lockPath = path.hasSuffix("/") ? path + "lock" : path + "/lock"
        let flags = O_RDWR | O_CREAT | O_CLOEXEC
        self.lockDescriptor = open(self.lockPath, flags, 0o600)
        guard self.lockDescriptor >= 0 else {
            throw .directoryNotWritable(path: path, reason: Self.reason(errno))
        }
        guard flock(self.lockDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            let lockError = errno
            let holder = Self.holder(self.lockDescriptor)
            close(self.lockDescriptor)
            guard lockError == EWOULDBLOCK else {
                throw .directoryNotWritable(path: path, reason: Self.reason(lockError))
            }
            throw .directoryLocked(path: path, pid: holder.pid, address: holder.address)
        }
        try self.write([])
    }

    deinit {
        // Closing the only descriptor of the open file gives the lock back.
        close(self.lockDescriptor)
    }

    /// Writes down where this process serves, for whoever finds the directory taken.
    ///
    /// Not synced: after a crash nobody holds the lock, and the text means nothing.
    package func announce(address: String, managementURL: String? = nil) throws(StoreError) {
        try self.write([address] + (managementURL.map { [$0] } ?? []))
    }

    private func write(_ lines: [String]) throws(StoreError) {
        let text = Array((["\(getpid())"] + lines).map { $0 + "\n" }.joined().utf8)
        let written = text.withUnsafeBytes { bytes in
            pwrite(self.lockDescriptor, bytes.baseAddress, bytes.count, 0)
        }
        guard written == text.count, ftruncate(self.lockDescriptor, off_t(text.count)) == 0 else {
            throw .ioFailed(path: self.lockPath, operation: "write", reason: Self.reason(errno))
        }
    }

    /// Who has a directory that could not be claimed, and where it is reached.
    package static func holder(of path: String) -> DirectoryHolder {
        let descriptor = open(path + "/lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return DirectoryHolder() }
        defer { close(descriptor) }
        return self.holder(descriptor)
    }

    /// What the holder wrote; nothing yet when it has only just taken the lock.
    private static func holder(_ descriptor: CInt) -> DirectoryHolder {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return DirectoryHolder() }
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        let lines = text.split(separator: "\n")
        return DirectoryHolder(
            pid: lines.first.flatMap { Int32($0) },
            address: lines.dropFirst().first.map(String.init),
            managementURL: lines.dropFirst(2).first.map(String.init))
    }

    private static func createDirectories(_ path: String) throws(StoreError) {
        var prefix = path.hasPrefix("/") ? "/" : ""
        for component in path.split(separator: "/") {
            prefix += component
            // Only its owner may look: queues hold other people's data.
            if mkdir(prefix, 0o700) != 0, errno != EEXIST {
                throw .directoryNotCreated(path: path, reason: Self.reason(errno))
            }
            prefix += "/"
        }
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw .directoryNotCreated(path: path, reason: Self.reason(errno))
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .notADirectory(path: path) }
    }

    private static func reason(_ code: CInt) -> String { String(cString: strerror(code)) }
}

/// What the process that has a data directory says of itself; nil is not known.
package struct DirectoryHolder: Hashable, Sendable {
    package var pid: Int32?
    /// Where it speaks AMQP, such as `amqp://127.0.0.1:5672`.
    package var address: String?
    /// Such as `http://127.0.0.1:15672`.
    package var managementURL: String?
}
