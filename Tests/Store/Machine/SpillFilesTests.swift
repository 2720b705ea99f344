import Core
import Messaging
import Store
import TestSupport
import Testing

@Suite("Chunks that are in no log")
struct SpillFilesTests {
    private let disk = SimulatedDisk(seed: 1)

    private static func load(_ number: UInt64, of queue: UInt32 = 0) -> ChunkLoad {
        ChunkLoad(
            queue: QueueID(slot: queue, incarnation: 1),
            chunk: ChunkID(start: Position(number * 64), end: Position(number * 64 + 64)))
    }

    private func files() throws -> [String] {
        try self.disk.list().filter { $0.hasPrefix(SpillFiles.prefix) }.sorted()
    }

    @Test("each comes back as it was, until it is released")
    func roundTrip() throws {
        var spills = SpillFiles()
        for number in 0..<5 as Range<UInt64> {
            try spills.keep(
                Self.load(number), [UInt8](repeating: UInt8(number), count: 64), on: self.disk)
        }
        // Kept already: the bytes are the same, and not written again.
        try spills.keep(Self.load(3), [9], on: self.disk)
        for number in 0..<5 as Range<UInt64> {
            #expect(
                try spills.read(Self.load(number), on: self.disk)
                    == [UInt8](repeating: UInt8(number), count: 64))
        }
        spills.release(Self.load(2), on: self.disk)
        spills.release(Self.load(99), on: self.disk)
        #expect(try spills.read(Self.load(2), on: self.disk) == nil)
        #expect(try spills.read(Self.load(3), on: self.disk) != nil)
    }

    @Test("a full file is followed by another, and goes with the last chunk in it")
    func rotation() throws {
        var spills = SpillFiles(fileBytesMax: 128)
        for number in 0..<5 as Range<UInt64> {
            try spills.keep(
                Self.load(number, of: UInt32(number % 2)), [UInt8](repeating: 1, count: 64),
                on: self.disk)
        }
        #expect(try self.files().count == 3)
        spills.release(Self.load(0, of: 0), on: self.disk)
        #expect(try self.files().count == 3)
        spills.release(Self.load(1, of: 1), on: self.disk)
        #expect(try self.files().count == 2)
        #expect(try spills.read(Self.load(3, of: 1), on: self.disk)?.count == 64)
    }

    @Test("one that cannot be written is not kept, and can be tried again")
    func failure() throws {
        var spills = SpillFiles()
        let bytes = [UInt8](repeating: 1, count: 64)
        self.disk.faults.createFails = 1
        #expect(throws: StoreError.self) {
            try spills.keep(Self.load(0), bytes, on: self.disk)
        }
        self.disk.faults.createFails = 0
        self.disk.faults.writeFails = 1
        #expect(throws: StoreError.self) {
            try spills.keep(Self.load(0), bytes, on: self.disk)
        }
        #expect(try spills.read(Self.load(0), on: self.disk) == nil)
        self.disk.faults.writeFails = 0
        try spills.keep(Self.load(0), bytes, on: self.disk)
        #expect(try spills.read(Self.load(0), on: self.disk) == bytes)
    }

    @Test("the machine gives a kept chunk back before it looks into its files")
    func machine() throws {
        let bench = try MachineBench()
        try bench.append("stored")
        let load = bench.whole()
        let bytes = TestRecord("kept").bytes
        try bench.machine.keep(load, bytes: bytes)
        #expect(try bench.machine.load(load) == bytes)
        bench.machine.release(load)
        #expect(try bench.texts() == ["stored"])
        try bench.machine.keep(load, bytes: bytes)
        try bench.reopen(after: .kill)
        #expect(try bench.files(SpillFiles.prefix).isEmpty)
        #expect(try bench.texts() == ["stored"])
    }
}
