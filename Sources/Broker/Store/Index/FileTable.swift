import Core

/// One file of the log or of the segments.
package struct StoredFile {
    /// What it is, with its number.
    package enum Kind: Hashable, Sendable {
        case log(UInt64)
        case segment(UInt64)
        /// A log file that a checkpoint left as it is, because nearly all of it is alive: the root
        /// says what counts in it, as of a segment.
        case keptLog(UInt64)
    }

    package fileprivate(set) var kind: Kind
    /// Tells it from every other that had its slot; the table gives it.
    package fileprivate(set) var serial: UInt64 = 0
    /// Open as long as it is in the table.
    package let handle: any DiskFile
    /// Bytes that count.
    package var bytes: UInt64
    /// Of a log file: the number of its first batch.
    package var firstSequence: UInt64 = 0
    /// Records that its extents hold, and those of them that are not settled.
    package var records = 0
    package var live = 0
    /// Bytes of the entries that these records lie in.
    package var entryBytes: UInt64 = 0
    /// Extents with something alive.
    package var extents = 0
    /// Queues that have extents in it, in the order in which they came; some may have none now.
    package var queues: [QueueID] = []

    package init(kind: Kind, handle: any DiskFile, bytes: UInt64) {
        self.kind = kind
        self.handle = handle
        self.bytes = bytes
    }

    /// How much of it is not settled, by records.
    package var liveShare: Double {
        self.records == 0 ? 0 : Double(self.live) / Double(self.records)
    }

    /// How much of it is records that are not settled, by bytes.
    private var liveByteShare: Double {
        self.bytes == 0 ? 0 : self.liveShare * Double(self.entryBytes) / Double(self.bytes)
    }

    /// Whether copying what is alive would give back little, because it is nearly all, and would
    /// not bring together much, because it is a large file of large pieces.
    func isWorthKeeping(_ limits: StoreLimits) -> Bool {
        let bytesAlive = self.liveByteShare * Double(self.bytes)
        return self.bytes >= limits.logFileBytes / 2
            && self.liveByteShare >= limits.keptLogShareMin
            && bytesAlive >= Double(self.extents) * Double(limits.keptLogExtentBytesMin)
    }

    /// Has a log file be a segment from now on.
    mutating func keep() {
        if case .log(let number) = self.kind { self.kind = .keptLog(number) }
    }

    package var name: String { Self.name(self.kind) }
    package var isLog: Bool { if case .log = self.kind { true } else { false } }

    /// What a file is called.
    package static func name(_ kind: Kind) -> String {
        switch kind {
        case .log(let number), .keptLog(let number): "log-\(Self.digits(number))"
        case .segment(let number): "segment-\(Self.digits(number))"
        }
    }

    /// What kind of file a name stands for; nil for a foreign one.
    package static func kind(_ name: String) -> Kind? {
        let parts = name.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, parts[1].utf8.count == 16,
            let number = UInt64(parts[1], radix: 16)
        else { return nil }
        switch parts[0] {
        case "log": return .log(number)
        case "segment": return .segment(number)
        default: return nil
        }
    }

    private static func digits(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
}

/// The open files, by slots that extents name.
package struct FileTable {
    private var files: [StoredFile?] = []
    private var free: [Int] = []
    private var serial: UInt64 = 0

    package init() {}

    package var slots: [Int] { self.files.indices.filter { self.files[$0] != nil } }

    package var count: Int { self.files.count - self.free.count }

    /// Puts a file into a slot, which it returns.
    package mutating func add(_ file: StoredFile) -> Int {
        self.serial += 1
        var file = file
        file.serial = self.serial
        guard let slot = self.free.popLast() else {
            self.files.append(file)
            return self.files.count - 1
        }
        self.files[slot] = file
        return slot
    }

    /// Frees a slot.
    package mutating func remove(_ slot: Int) -> StoredFile {
        let file = self[slot]
        self.files[slot] = nil
        self.free.append(slot)
        return file
    }

    /// The file in a slot that is in use.
    package subscript(slot: Int) -> StoredFile {
        get {
            guard let file = self.files[slot] else {
                preconditionFailure("extents name files that are in the table")
            }
            return file
        }
        _modify { yield &self.files[slot]! }
    }
}
