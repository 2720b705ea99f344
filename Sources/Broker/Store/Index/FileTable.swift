import Core

/// One file of the log or of the segments.
struct StoredFile {
    enum Kind: Equatable {
        case log(UInt64)
        case segment(UInt64)
    }

    let kind: Kind
    /// Tells it from every other that had its slot; the table gives it.
    fileprivate(set) var serial: UInt64 = 0
    /// Open as long as it is in the table.
    let handle: any DiskFile
    /// Bytes that count.
    var bytes: UInt64
    /// Of a log file: the number of its first batch.
    var firstSequence: UInt64 = 0
    /// Records that its extents hold, and those of them that are not settled.
    var records = 0
    var live = 0
    /// Extents with something alive.
    var extents = 0
    /// Queues that have extents in it, in the order in which they came; some may have none now.
    var queues: [QueueID] = []

    /// How much of it is not settled, by records.
    var liveShare: Double {
        self.records == 0 ? 0 : Double(self.live) / Double(self.records)
    }

    var name: String { Self.name(self.kind) }
    var isLog: Bool { if case .log = self.kind { true } else { false } }

    static func name(_ kind: Kind) -> String {
        switch kind {
        case .log(let number): "log-\(Self.digits(number))"
        case .segment(let number): "segment-\(Self.digits(number))"
        }
    }

    /// What kind of file a name stands for; nil for a foreign one.
    static func kind(_ name: String) -> Kind? {
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
struct FileTable {
    private var files: [StoredFile?] = []
    private var free: [Int] = []
    private var serial: UInt64 = 0

    var slots: [Int] { self.files.indices.filter { self.files[$0] != nil } }

    var count: Int { self.files.count - self.free.count }

    mutating func add(_ file: StoredFile) -> Int {
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

    mutating func remove(_ slot: Int) -> StoredFile {
        let file = self[slot]
        self.files[slot] = nil
        self.free.append(slot)
        return file
    }

    subscript(slot: Int) -> StoredFile {
        get {
            guard let file = self.files[slot] else {
                preconditionFailure("extents name files that are in the table")
            }
            return file
        }
        _modify { yield &self.files[slot]! }
    }
}
