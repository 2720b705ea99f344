import Glibc

/// What went wrong with the broker's data directory, and what the operator can do about it.
///
/// `reason` is the operating system's own text, such as `Permission denied`.
package enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process holds it; its id and address as far as it has written them down.
    case directoryLocked(path: String, pid: Int32?, address: String?)
    case directoryNotCreated(path: String, reason: String)
    case directoryNotWritable(path: String, reason: String)
    case notADirectory(path: String)
    /// A read, write or sync failed while the broker ran.
    case ioFailed(path: String, operation: String, reason: String)
    /// The database of what is declared cannot be read.
    case definitionsDamaged(path: String, reason: String)
    /// A later version of this program has written it.
    case definitionsTooNew(path: String, version: Int, known: Int)
    /// There is no room left on the disk.
    case diskFull(path: String)
    /// A file that the rest depends on cannot be understood.
    case damaged(path: String, what: String)
    /// A file of a newer program.
    case unknownVersion(path: String, found: UInt32, known: UInt32)

    package var description: String {
        switch self {
        case .directoryLocked(let path, let pid, let address):
            "\(path) is in use by \(Self.holder(pid: pid, address: address)). Stop that one "
                + "first, or start here with another --data-directory."
        case .directoryNotCreated(let path, let reason):
            "Cannot create the data directory \(path): \(reason). Create it yourself, or "
                + "choose another place with --data-directory."
        case .directoryNotWritable(let path, let reason):
            "Cannot write in the data directory \(path): \(reason). Make it writable for "
                + "this user, or choose another place with --data-directory."
        case .notADirectory(let path):
            "\(path) is a file, not a directory, so the broker's data cannot go there. "
                + "Choose another place with --data-directory."
        case .ioFailed:
            "\(self.cause). Check the disk and its free space."
        case .definitionsDamaged(let path, let reason):
            "The definitions in \(path) are damaged: \(reason). Put a copy of the file back, or "
                + "save what can be read with `sqlite3 \(path) .recover`; without them the "
                + "broker knows none of its queues."
        case .definitionsTooNew(let path, let version, let known):
            "The definitions in \(path) are of version \(version), and this queuetop knows "
                + "versions up to \(known). Start the newer queuetop that wrote them, or "
                + "choose another place with --data-directory."
        case .diskFull:
            "\(self.cause). Free some space on that disk, then try again."
        case .damaged(let path, let what):
            "\(path) is damaged: \(what). Restore the data directory from a backup, or start "
                + "with another --data-directory."
        case .unknownVersion(let path, let found, let known):
            "\(path) has version \(found), and this program knows version \(known). Start it "
                + "with the newer queuetop that wrote it, or choose another --data-directory."
        }
    }

    /// What happened, without what to do.
    package var cause: String {
        switch self {
        case .ioFailed(let path, let operation, let reason):
            "Could not \(operation) \(path): \(reason)"
        case .diskFull(let path): "No space left for \(path)"
        case .directoryLocked, .directoryNotCreated, .directoryNotWritable, .notADirectory,
            .definitionsDamaged, .definitionsTooNew, .damaged, .unknownVersion:
            self.description
        }
    }

    private static func holder(pid: Int32?, address: String?) -> String {
        switch (pid, address) {
        case (let pid?, let address?): "process \(pid), which serves \(address)"
        case (let pid?, nil): "process \(pid)"
        case (nil, _): "another process"
        }
    }
}

extension StoreError {
    /// What the operating system answered, in the operator's terms.
    init(_ error: DiskError) {
        // ENOSPC and EDQUOT: to who waits for room it is the same.
        if error.code == 28 || error.code == 122 {
            self = .diskFull(path: error.path)
        } else {
            self = .ioFailed(
                path: error.path, operation: error.operation.rawValue,
                reason: String(cString: strerror(error.code)))
        }
    }
}
