import Store

/// A disk that loses what was not synced, fails when it is told to, and breaks off at any call.
///
/// What is durable is kept apart from what the running program sees:
///
///     file       bytes that a read sees  =  durable bytes + writes since the last sync
///     directory  names that are seen     =  durable names + changes since the last sync
///
/// In a crash each unsynced write survives or not, by itself and in pieces of a sector, and each
/// unsynced change of the directory likewise. A sync that fails loses some of its writes for good:
/// they are still seen, and no later sync makes them durable.
package final class SimulatedDisk: Disk {
    package static let sectorBytes = 512

    /// How likely things go wrong, each at every call that it can happen to.
    package struct Faults {
        package var syncFails = 0.0
        package var writeFails = 0.0
        package var readFails = 0.0
        package var createFails = 0.0
        /// Bytes that all files may have together.
        package var capacityBytes = UInt64.max

        package init() {}
    }

    fileprivate final class Node {
        struct Write {
            var offset: Int
            var bytes: [UInt8]
        }
        var seen: [UInt8] = []
        var durable: [UInt8] = []
        var unsynced: [Write] = []
        /// A change of length that is not synced.
        var isLengthUnsynced = false
    }

    private enum Change {
        case add(String, Node)
        case remove(String)
        case rename(String, String, Node)
    }

    package var faults = Faults()
    /// Calls until it breaks off; nil is never. It answers nothing more then, until ``crash()``.
    package var callsLeft: Int?
    package private(set) var isBroken = false
    /// Calls that changed or synced something.
    package private(set) var callCount = 0
    fileprivate var random: TestGenerator
    private var seen: [String: Node] = [:]
    private var durable: [String: Node] = [:]
    private var changes: [Change] = []

    package init(seed: UInt64) { self.random = TestGenerator(seed: seed) }

    // MARK: What happens to it

    /// From now on no call succeeds, until ``crash()`` or ``kill()``.
    package func breakOff() { self.isBroken = true }

    /// The machine stops: what was not synced is there or not, and the disk works again.
    package func crash() {
        for change in exchange(&self.changes, with: []) where Bool.random(using: &self.random) {
            Self.apply(change, to: &self.durable)
        }
        self.seen = self.durable
        for node in Set(self.seen.values.map(ObjectIdentifier.init)) {
            guard let node = self.seen.values.first(where: { ObjectIdentifier($0) == node }) else {
                continue
            }
            self.tear(node)
        }
        self.isBroken = false
        self.callsLeft = nil
    }

    /// The process stops, the machine goes on: what was written is seen, and still not synced.
    package func kill() {
        self.isBroken = false
        self.callsLeft = nil
    }

    private func tear(_ node: Node) {
        for write in exchange(&node.unsynced, with: []) where Bool.random(using: &self.random) {
            var start = 0
            while start < write.bytes.count {
                let offset = write.offset + start
                let end = min(
                    write.bytes.count, start + Self.sectorBytes - offset % Self.sectorBytes)
                if Double.random(in: 0..<1, using: &self.random) < 0.8 {
                    Self.put(write.bytes[start..<end], at: offset, into: &node.durable)
                }
                start = end
            }
        }
        // A shorter length may be there before what made it so was synced.
        if node.isLengthUnsynced, node.seen.count < node.durable.count,
            Bool.random(using: &self.random)
        {
            node.durable.removeLast(node.durable.count - node.seen.count)
        }
        node.isLengthUnsynced = false
        node.seen = node.durable
    }

    fileprivate static func put(
        _ bytes: ArraySlice<UInt8>, at offset: Int, into file: inout [UInt8]
    ) {
        if file.count < offset + bytes.count {
            file += [UInt8](repeating: 0, count: offset + bytes.count - file.count)
        }
        // As memory: unoptimised, the collections take most of a simulation's time.
        file.withUnsafeMutableBytes { file in
            bytes.withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: file[offset...]).copyMemory(from: bytes)
            }
        }
    }

    /// Changes bytes on the disk itself, as a failing medium does.
    package func damage(_ name: String, at offset: Int) {
        guard let node = self.seen[name], offset < node.seen.count else { return }
        node.seen[offset] ^= 0x5A
        if offset < node.durable.count { node.durable[offset] ^= 0x5A }
    }

    /// What a read of a whole file would give; nothing when there is none of that name.
    package func contents(of name: String) -> [UInt8] { self.seen[name]?.seen ?? [] }

    package var usedBytes: UInt64 {
        self.seen.values.reduce(0) { $0 + UInt64($1.seen.count) }
    }

    /// Counts a call, and says whether it may still happen.
    fileprivate func begin(
        _ operation: DiskError.Operation, _ name: String, chance: Double = 0, code: Int32 = 5
    ) throws(DiskError) {
        self.callCount += 1
        if let left = self.callsLeft {
            self.callsLeft = left - 1
            if left <= 0 { self.isBroken = true }
        }
        if self.isBroken { throw DiskError(operation, name, code: 5) }
        if chance > 0, Double.random(in: 0..<1, using: &self.random) < chance {
            throw DiskError(operation, name, code: code)
        }
    }

    // MARK: Disk

    package func create(_ name: String) throws(DiskError) -> any DiskFile {
        try self.begin(.create, name, chance: self.faults.createFails, code: 24)
        guard self.seen[name] == nil else { throw DiskError(.create, name, code: 17) }
        let node = Node()
        self.seen[name] = node
        self.changes.append(.add(name, node))
        return SimulatedFile(name, node, on: self)
    }

    package func open(_ name: String) throws(DiskError) -> any DiskFile {
        try self.begin(.open, name)
        guard let node = self.seen[name] else { throw DiskError(.open, name, code: 2) }
        return SimulatedFile(name, node, on: self)
    }

    package func list() throws(DiskError) -> [String] {
        try self.begin(.list, ".")
        return Array(self.seen.keys)
    }

    package func rename(_ name: String, to other: String) throws(DiskError) {
        try self.begin(.rename, name)
        guard let node = self.seen[name] else { throw DiskError(.rename, name, code: 2) }
        let change = Change.rename(name, other, node)
        Self.apply(change, to: &self.seen)
        self.changes.append(change)
    }

    package func remove(_ name: String) throws(DiskError) {
        try self.begin(.remove, name)
        guard self.seen.removeValue(forKey: name) != nil else {
            throw DiskError(.remove, name, code: 2)
        }
        self.changes.append(.remove(name))
    }

    package func syncDirectory() throws(DiskError) {
        try self.begin(.sync, ".", chance: self.faults.syncFails)
        for change in exchange(&self.changes, with: []) { Self.apply(change, to: &self.durable) }
    }

    package func room() throws(DiskError) -> DiskRoom {
        try self.begin(.measure, ".")
        let used = self.usedBytes
        let total = self.faults.capacityBytes
        return DiskRoom(freeBytes: total > used ? total - used : 0, totalBytes: total)
    }

    private static func apply(_ change: Change, to names: inout [String: Node]) {
        switch change {
        case .add(let name, let node): names[name] = node
        case .remove(let name): names[name] = nil
        case .rename(let from, let to, let node):
            // What it had been called may have been lost with an earlier change.
            if names[from] === node { names[from] = nil }
            names[to] = node
        }
    }
}

private final class SimulatedFile: DiskFile {
    let name: String
    private let node: SimulatedDisk.Node
    private let disk: SimulatedDisk

    init(_ name: String, _ node: SimulatedDisk.Node, on disk: SimulatedDisk) {
        self.name = name
        self.node = node
        self.disk = disk
    }

    func read(
        at offset: UInt64, into bytes: UnsafeMutableRawBufferPointer
    ) throws(DiskError) -> Int {
        try self.disk.begin(.read, self.name, chance: self.disk.faults.readFails)
        guard offset < UInt64(self.node.seen.count) else { return 0 }
        return self.node.seen.withUnsafeBytes { seen in
            let part = UnsafeRawBufferPointer(rebasing: seen[Int(offset)...].prefix(bytes.count))
            bytes.copyMemory(from: part)
            return part.count
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(DiskError) {
        try self.disk.begin(.write, self.name)
        let limit = self.disk.faults.capacityBytes
        let growth = max(0, Int(offset) + bytes.count - self.node.seen.count)
        var part = bytes.count
        var failure: DiskError?
        // What lies in a file already can be written over.
        if growth > 0, self.disk.usedBytes + UInt64(growth) > limit {
            failure = DiskError(.write, self.name, code: 28)
            part = Int.random(in: 0...bytes.count, using: &self.disk.random) / 2
            if self.disk.usedBytes + UInt64(part) > limit { part = 0 }
        } else if Double.random(in: 0..<1, using: &self.disk.random) < self.disk.faults.writeFails {
            failure = DiskError(.write, self.name, code: 5)
            part = Int.random(in: 0...bytes.count, using: &self.disk.random)
        }
        let written = [UInt8](unsafeUninitializedCapacity: part) { room, count in
            UnsafeMutableRawBufferPointer(room).copyMemory(from: .init(rebasing: bytes[..<part]))
            count = part
        }
        SimulatedDisk.put(written[...], at: Int(offset), into: &self.node.seen)
        self.node.unsynced.append(.init(offset: Int(offset), bytes: written))
        if let failure { throw failure }
    }

    func sync() throws(DiskError) {
        try self.disk.begin(.sync, self.name)
        guard
            Double.random(in: 0..<1, using: &self.disk.random) >= self.disk.faults.syncFails
        else {
            // Some of it got there; of the rest the kernel forgets that it is not.
            for write in exchange(&self.node.unsynced, with: [])
            where Bool.random(using: &self.disk.random) {
                SimulatedDisk.put(write.bytes[...], at: write.offset, into: &self.node.durable)
            }
            throw DiskError(.sync, self.name, code: 5)
        }
        for write in exchange(&self.node.unsynced, with: []) {
            SimulatedDisk.put(write.bytes[...], at: write.offset, into: &self.node.durable)
        }
        if self.node.isLengthUnsynced {
            self.node.isLengthUnsynced = false
            if self.node.durable.count > self.node.seen.count {
                self.node.durable.removeLast(self.node.durable.count - self.node.seen.count)
            }
        }
    }

    func truncate(to bytes: UInt64) throws(DiskError) {
        try self.disk.begin(.truncate, self.name)
        let count = Int(bytes)
        if self.node.seen.count > count {
            self.node.seen.removeLast(self.node.seen.count - count)
        } else {
            self.node.seen.append(
                contentsOf: repeatElement(0, count: count - self.node.seen.count))
        }
        self.node.unsynced = self.node.unsynced.compactMap { write in
            guard write.offset < count else { return nil }
            return .init(
                offset: write.offset, bytes: Array(write.bytes.prefix(count - write.offset)))
        }
        self.node.isLengthUnsynced = true
    }

    func size() throws(DiskError) -> UInt64 {
        try self.disk.begin(.measure, self.name)
        return UInt64(self.node.seen.count)
    }

    func close() {}
}
