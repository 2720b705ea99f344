import Glibc

/// Looks at this machine, and changes nothing on it.
package enum Probe {
    // MARK: Data directory

    /// - Parameter path: Of a data directory, which may be missing.
    package static func directory(_ path: String) -> DirectoryFacts {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let parent = Self.nearestParent(of: path)
            let canBeMade = access(parent, W_OK | X_OK) == 0
            return DirectoryFacts(
                path: path, place: .missing(canBeMade: canBeMade),
                freeBytes: Self.freeBytes(parent), fileSystem: Self.fileSystem(parent))
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return DirectoryFacts(path: path, place: .notADirectory)
        }
        let isWritable = access(path, R_OK | W_OK | X_OK) == 0
        return DirectoryFacts(
            path: path,
            place: .directory(mode: status.st_mode & 0o777, isWritable: isWritable),
            holder: Self.holder(of: path), freeBytes: Self.freeBytes(path),
            fileSystem: Self.fileSystem(path))
    }

    private static func nearestParent(of path: String) -> String {
        var parts = path.split(separator: "/")
        while !parts.isEmpty {
            parts.removeLast()
            let parent = (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
            if !parent.isEmpty, access(parent, F_OK) == 0 { return parent }
        }
        return path.hasPrefix("/") ? "/" : "."
    }

    /// Who has the lock; its file is only read, so that nobody is kept out meanwhile.
    private static func holder(of path: String) -> DirectoryFacts.Holder? {
        let descriptor = open(path + "/lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, Self.isLocked(status) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            .split(separator: "\n")
        return DirectoryFacts.Holder(
            process: lines.first.flatMap { Int32($0) },
            address: lines.dropFirst().first.map(String.init),
            managementURL: lines.dropFirst(2).first.map(String.init))
    }

    /// Whether the kernel lists a `flock(2)` on that file. Trying for the lock would hold it for a
    /// moment, in which a broker could not start.
    private static func isLocked(_ status: stat) -> Bool {
        let inode = ":\(status.st_ino)"
        return Self.lines(of: "/proc/locks").contains { line in
            let words = line.split(separator: " ")
            return words.contains("FLOCK") && words.contains { $0.hasSuffix(inode) }
        }
    }

    private static func freeBytes(_ path: String) -> UInt64? {
        var figures = statvfs()
        guard statvfs(path, &figures) == 0 else { return nil }
        return UInt64(figures.f_bavail) * UInt64(figures.f_frsize)
    }

    /// The kind of the mount that a path is below, by the longest of their names.
    private static func fileSystem(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return MountTable(Self.lines(of: "/proc/self/mountinfo")).kind(
            of: String(cString: real))
    }

    // MARK: Machine

    /// The hard limit of open files.
    package static func descriptorsMax() -> UInt64 {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        return UInt64(limit.rlim_max)
    }

    /// What the clock says, and which time service has left a sign of itself.
    package static func clock() -> ClockFacts {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let signs = [
            ("systemd-timesyncd", "/run/systemd/timesync/synchronized"),
            ("chrony", "/run/chrony/chronyd.pid"), ("ntpd", "/run/ntpd.pid"),
        ]
        return ClockFacts(
            secondsSince1970: Int64(time.tv_sec),
            keeper: signs.first { access($0.1, F_OK) == 0 }?.0)
    }

    /// Whether a file can be read, and by whom.
    package static func file(_ path: String, setting: String) -> FileFacts {
        var status = stat()
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            return FileFacts(
                setting: setting, path: path, problem: String(cString: strerror(errno)), mode: 0)
        }
        close(descriptor)
        return FileFacts(setting: setting, path: path, problem: nil, mode: status.st_mode & 0o777)
    }

    /// Lines of a small file; none when it cannot be read.
    private static func lines(of path: String) -> [Substring] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = bytes.withUnsafeMutableBytes {
                read(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { break }
            text += bytes.prefix(count)
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n")
    }
}
