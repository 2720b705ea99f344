/// What is known of a data directory before anybody claims it.
package struct DirectoryFacts: Equatable, Sendable {
    /// What stands at the path.
    package enum Place: Equatable, Sendable {
        /// - Parameter canBeMade: The nearest folder above it may be written to.
        case missing(canBeMade: Bool)
        case notADirectory
        /// - Parameters:
        ///   - mode: The permission bits.
        ///   - isWritable: By this user.
        case directory(mode: UInt32, isWritable: Bool)
    }

    /// The process that has it.
    package struct Holder: Equatable, Sendable {
        package var process: Int32?
        package var address: String?
        package var managementURL: String?

        package init(process: Int32?, address: String?, managementURL: String? = nil) {
            self.process = process
            self.address = address
            self.managementURL = managementURL
        }

        /// Whether it says that it listens there.
        func serves(_ port: UInt16) -> Bool {
            [self.address, self.managementURL].contains { $0?.hasSuffix(":\(port)") == true }
        }
    }

    package var path: String
    package var place: Place
    package var holder: Holder?
    package var freeBytes: UInt64?
    /// Such as `ext4`; nil for one that is not known by its number.
    package var fileSystem: String?

    package init(
        path: String, place: Place, holder: Holder? = nil, freeBytes: UInt64? = nil,
        fileSystem: String? = nil
    ) {
        self.path = path
        self.place = place
        self.holder = holder
        self.freeBytes = freeBytes
        self.fileSystem = fileSystem
    }
}

extension DirectoryFacts {
    /// Free bytes below which it is time to look for room: one log file, one segment, and some.
    package static let roomyBytes: UInt64 = 1_073_741_824
    private static let others: UInt32 = 0o077
    private static let onNetworks: Set<String> = ["nfs", "cifs", "smb2", "fuse"]

    /// - Parameter limitBytes: Free bytes below which publishers are blocked.
    package func findings(limitBytes: UInt64) -> [Finding] {
        [self.placeFinding, self.holderFinding]
            + [self.roomFinding(limitBytes), self.systemFinding].compactMap { $0 }
    }

    private var placeFinding: Finding {
        let check = "data directory"
        switch self.place {
        case .missing(true):
            return Finding(check, .ok, "\(self.path) is not there yet; it is made at the start.")
        case .missing(false):
            return Finding(
                check, .fail, "\(self.path) is not there and cannot be made.",
                advice: "Make it, or name another one with --data-directory.")
        case .notADirectory:
            return Finding(
                check, .fail, "\(self.path) is no directory.",
                advice: "Name another one with --data-directory.")
        case .directory(_, false):
            return Finding(
                check, .fail, "\(self.path) cannot be written to by this user.",
                advice: "Give it to this user, or name another one with --data-directory.")
        case .directory(let mode, true) where mode & Self.others != 0:
            return Finding(
                check, .warn, "\(self.path) can be looked into by others.",
                advice: "Queues hold other people's data: chmod 700 \(self.path)")
        case .directory:
            return Finding(check, .ok, "\(self.path) is there, for this user alone.")
        }
    }

    private var holderFinding: Finding {
        guard let holder = self.holder else {
            return Finding("lock", .ok, "No process has the data directory.")
        }
        let process = holder.process.map { "Process \($0)" } ?? "A process"
        let address = holder.address.map { " and serves \($0)" } ?? ""
        return Finding("lock", .ok, "\(process) has the data directory\(address).")
    }

    private func roomFinding(_ limitBytes: UInt64) -> Finding? {
        guard let free = self.freeBytes else { return nil }
        let found = "\(Self.mebibytes(free)) MiB are free."
        let advice = "Make room, or name a directory on another disk with --data-directory."
        if free < limitBytes {
            let limit = Self.mebibytes(limitBytes)
            return Finding(
                "disk space", .fail,
                "\(found) Publishers are blocked below \(limit) MiB.", advice: advice)
        }
        return free < Self.roomyBytes
            ? Finding("disk space", .warn, found, advice: advice)
            : Finding("disk space", .ok, found)
    }

    private var systemFinding: Finding? {
        guard let system = self.fileSystem else { return nil }
        if Self.onNetworks.contains(system) {
            return Finding(
                "file system", .warn,
                "\(system): whether what was synced is on a disk is up to another machine.",
                advice: "Keep the data on a disk of this machine.")
        }
        if system == "tmpfs" {
            return Finding(
                "file system", .warn, "tmpfs: it is memory, and empty after a restart.",
                advice: "Keep the data on a disk.")
        }
        return Finding("file system", .ok, "\(system).")
    }

    private static func mebibytes(_ bytes: UInt64) -> UInt64 { bytes / 1_048_576 }
}
