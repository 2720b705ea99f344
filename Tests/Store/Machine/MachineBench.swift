import Core
import Messaging
import Store
import TestSupport
import Testing

/// A store's machine on a simulated disk, and what a broker would ask of it.
final class MachineBench {
    static let queue = QueueID(slot: 0, incarnation: 1)
    static let firstLog = StoredFile.name(.log(1))

    let disk: SimulatedDisk
    let limits: StoreLimits
    private(set) var machine: StoreMachine
    private(set) var recovered: Recovered
    var now: Int64 = 1_000_000
    private var commitCount: UInt64 = 0
    /// Where the next record goes, on level 0.
    private(set) var end: UInt64 = 0

    /// - Parameter queues: Declared at once, durably.
    init(seed: UInt64 = 1, limits: StoreLimits = StoreLimits()) throws {
        self.disk = SimulatedDisk(seed: seed)
        var limits = limits
        // As small as the rest is.
        limits.reserveBytes = min(limits.reserveBytes, 4_096)
        limits.slackBytes = 256
        self.limits = limits
        (self.machine, self.recovered) = try StoreMachine.open(
            self.disk, limits: limits, nowMicroseconds: self.now)
        self.commit { batch in
            batch.define(.hostAdded(.default))
            batch.define(
                .queueDeclared(
                    Self.queue, QueueDeclaration(name: "q", isDurable: true), in: .default))
        }
        try #require(self.advance() == CommitNumber(1))
    }

    deinit { self.machine.close() }

    // MARK: Batches

    /// Gives the machine a batch, without letting it work.
    @discardableResult
    func commit(isAwaited: Bool = true, _ fill: (inout StoreBatch) -> Void) -> CommitNumber {
        var batch = StoreBatch()
        fill(&batch)
        self.commitCount += 1
        batch.close(CommitNumber(self.commitCount), isAwaited: isAwaited)
        self.machine.take(batch)
        return CommitNumber(self.commitCount)
    }

    /// Takes messages, and says where they are.
    @discardableResult
    func take(_ texts: String..., isAwaited: Bool = true) -> [UInt64] {
        var positions: [UInt64] = []
        self.commit(isAwaited: isAwaited) { batch in
            for text in texts {
                positions.append(self.end)
                self.end = batch.append(TestRecord(text), to: Self.queue, at: self.end)
            }
        }
        return positions
    }

    /// The same, brought to the disk at once.
    @discardableResult
    func append(_ texts: String...) throws -> [UInt64] {
        var positions: [UInt64] = []
        for text in texts { positions += self.take(text) }
        try #require(self.advance() == CommitNumber(self.commitCount))
        return positions
    }

    func settle(_ positions: UInt64...) throws {
        self.commit { batch in
            for position in positions { batch.settle(Position(position), of: Self.queue) }
        }
        try #require(self.advance() == CommitNumber(self.commitCount))
    }

    func advance() -> CommitNumber? { self.machine.advance(nowMicroseconds: self.now) }

    /// Checkpoints until there is nothing left to do.
    func checkpoint() throws {
        var slices = 0
        while self.machine.work(nowMicroseconds: self.now) {
            slices += 1
            try #require(slices < 10_000)
        }
        try #require(self.machine.failure == nil)
    }

    /// Lets the time of a retry come.
    func waitForRetry() { self.now += self.limits.retryMicroseconds }

    // MARK: Restarts

    enum Ending {
        /// The machine stops.
        case crash
        /// The process stops.
        case kill
    }

    func reopen(after ending: Ending) throws {
        self.disk.breakOff()
        self.machine.close()
        switch ending {
        case .crash: self.disk.crash()
        case .kill: self.disk.kill()
        }
        try self.open()
    }

    /// After ``StoreMachine/stop(cursors:nowMicroseconds:)`` or by hand.
    func open() throws {
        self.commitCount = 0
        (self.machine, self.recovered) = try StoreMachine.open(
            self.disk, limits: self.limits, nowMicroseconds: self.now)
        self.end = self.recovered.contents.queues.first?.levels.first?.end.offset ?? 0
    }

    // MARK: Looking

    /// The messages that are there, in their order.
    func texts(upTo end: UInt64? = nil) throws -> [String] {
        let bytes = try self.machine.load(self.whole(upTo: end))
        return Self.texts(in: bytes)
    }

    func whole(upTo end: UInt64? = nil) -> ChunkLoad {
        ChunkLoad(
            queue: Self.queue,
            chunk: ChunkID(start: Position(0), end: Position(end ?? self.end)))
    }

    static func texts(in chunk: [UInt8]) -> [String] {
        var texts: [String] = []
        chunk.withUnsafeBytes { bytes in
            Record.forEach(in: bytes, from: 0) { _, record in
                let all = UnsafeRawBufferPointer(start: record.base, count: record.size)
                // A filler, see `Record.Flags` in Core.
                guard all[17] & 0x80 == 0 else { return }
                let body = all[20..<20 + Int(record.bodyBytes)]
                texts.append(String(decoding: body, as: UTF8.self))
            }
        }
        return texts
    }

    /// Messages that a broker was told of at the last start.
    var recoveredCount: Int {
        self.recovered.contents.queues.flatMap(\.levels).flatMap(\.chunks)
            .reduce(0) { $0 + $1.live }
    }

    var files: [String] { get throws { try self.disk.list().sorted() } }

    /// Files of the log, of segments, or others that begin so.
    func files(_ prefix: String) throws -> [String] {
        try self.files.filter { $0.hasPrefix(prefix) }
    }

    func bytes(of name: String) throws -> [UInt8] {
        let file = try self.disk.open(name)
        let size = Int(try file.size())
        var bytes = [UInt8](repeating: 0, count: size)
        let count = try bytes.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
        try #require(count == size)
        return bytes
    }

    /// Where a text lies in a file.
    func offset(of text: String, in name: String) throws -> Int {
        let (bytes, wanted) = (try self.bytes(of: name), Array(text.utf8))
        return try #require(
            (0..<bytes.count - wanted.count).first {
                Array(bytes[$0..<$0 + wanted.count]) == wanted
            })
    }
}
