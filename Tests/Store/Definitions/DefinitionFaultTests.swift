import Core
import Glibc
import Messaging
import Store
import TestSupport
import Testing

@Suite("Definitions that cannot be kept or read")
struct DefinitionFaultTests {
    private static let name = "definitions.sqlite"
    private let disk = SimulatedDisk(seed: 1)

    @Test("on a full disk nothing of a batch holds, and it holds when it is tried again with room")
    func fullDisk() throws {
        let store = try DefinitionStore(on: self.disk)
        defer { store.close() }
        try store.apply([.hostAdded("first")])
        self.disk.faults.capacityBytes = self.disk.usedBytes + 20_000
        let many = (0..<2_000).map { DefinitionChange.hostAdded(VirtualHostName("host \($0)")) }
        let full = StoreError.diskFull(path: Self.name + "-wal")
        #expect(throws: full) { try store.apply(many) }
        #expect(try store.load().hosts == ["first"])
        self.disk.faults.capacityBytes = .max
        try store.apply(many)
        #expect(try store.load().hosts.count == 2_001)
    }

    @Test("a batch whose sync failed is there after a crash when it was applied again")
    func failedSync() throws {
        let store = try DefinitionStore(on: self.disk)
        try store.apply([.hostAdded("first")])
        self.disk.faults.syncFails = 1
        let failed = StoreError.ioFailed(
            path: Self.name + "-wal", operation: "sync", reason: "Input/output error")
        #expect(throws: failed) { try store.apply([.hostAdded("second")]) }
        #expect(try store.load().hosts == ["first"])
        self.disk.faults.syncFails = 0
        try store.apply([.hostAdded("second")])
        self.disk.callsLeft = 0
        store.close()
        self.disk.crash()
        let reopened = try DefinitionStore(on: self.disk)
        defer { reopened.close() }
        #expect(try reopened.load().hosts == ["first", "second"])
    }

    @Test("a batch that failed does not come back after another that changed nothing")
    func failedAndGivenUp() throws {
        let store = try DefinitionStore(on: self.disk)
        try store.apply([.hostAdded("first")])
        self.disk.faults.syncFails = 1
        #expect(throws: StoreError.self) { try store.apply([.hostAdded("second")]) }
        self.disk.faults.syncFails = 0
        try store.apply([.hostAdded("first")])
        self.disk.callsLeft = 0
        store.close()
        self.disk.kill()
        let reopened = try DefinitionStore(on: self.disk)
        defer { reopened.close() }
        #expect(try reopened.load().hosts == ["first"])
    }

    @Test("a database of a later version is refused, and is left as it is")
    func tooNew() throws {
        try DefinitionStore(on: self.disk).close()
        // `PRAGMA user_version` in the file's head (sqlite.org/fileformat.html, 1.3).
        let file = try self.disk.open(Self.name)
        try [UInt8]([0, 0, 0, 4]).withUnsafeBytes { try file.write($0, at: 60) }
        let before = try self.contents()
        let error = StoreError.definitionsTooNew(path: Self.name, version: 4, known: 3)
        #expect(throws: error) { try DefinitionStore(on: self.disk) }
        #expect(try self.contents() == before)
        #expect(error.description.contains("version 4, and this queuetop knows"))
    }

    @Test("a file that is no database is named as damaged")
    func noDatabase() throws {
        let file = try self.disk.create(Self.name)
        try [UInt8](repeating: 7, count: 8_192).withUnsafeBytes { try file.write($0, at: 0) }
        let error = StoreError.definitionsDamaged(path: Self.name, reason: "file is not a database")
        #expect(throws: error) { try DefinitionStore(on: self.disk) }
        #expect(error.description.contains(".recover"))
    }

    @Test("a row that was changed into nonsense is named")
    func malformedRow() throws {
        let store = try DefinitionStore(on: self.disk)
        let declaration = QueueDeclaration(
            name: "q", isDurable: true, arguments: ["here-it-is": .int32(1)])
        try store.apply([
            .queueDeclared(.init(slot: 0, incarnation: 1), declaration, in: "/")
        ])
        store.close()
        let typeOctet = try #require(self.contents().firstRange(of: Array("here-it-isI".utf8)))
        self.disk.damage(Self.name, at: typeOctet.upperBound - 1)
        let damaged = try DefinitionStore(on: self.disk)
        defer { damaged.close() }
        let error = StoreError.definitionsDamaged(
            path: Self.name, reason: "row 1 of queues is malformed")
        #expect(throws: error) { try damaged.load() }
    }

    @Test("whichever byte is damaged, the database is read or refused")
    func anyByte() throws {
        let store = try DefinitionStore(on: self.disk)
        var changes = RandomChanges()
        var random = TestGenerator(seed: 1)
        try store.apply(changes.next(count: 60, using: &random))
        store.close()
        let bytes = try self.contents()
        let used = bytes.indices.filter { bytes[$0] != 0 }
        var refusedCount = 0
        for _ in 0..<300 {
            let disk = SimulatedDisk(seed: 1)
            let file = try disk.create(Self.name)
            try bytes.withUnsafeBytes { try file.write($0, at: 0) }
            disk.damage(Self.name, at: try #require(used.randomElement(using: &random)))
            do throws(StoreError) {
                let damaged = try DefinitionStore(on: disk)
                defer { damaged.close() }
                _ = try damaged.load()
                try damaged.apply(changes.next(count: 5, using: &random))
            } catch {
                refusedCount += 1
            }
        }
        #expect(refusedCount > 0)
    }

    @Test("on a directory of the system's it holds, several at once, and leaves one file each")
    func systemDirectory() throws {
        var template = Array("/tmp/queuetop-definitions-XXXXXX".utf8CString)
        let path = String(cString: try #require(mkdtemp(&template)))
        let disk = PosixDisk(path)
        let stores = try ["one", "two"].map { try DefinitionStore(on: disk, name: $0) }
        for (store, host) in zip(stores, ["a", "b"]) {
            try store.apply([.hostAdded(VirtualHostName(host))])
        }
        #expect(try stores.map { try $0.load().hosts } == [["a"], ["b"]])
        for store in stores { store.close() }
        #expect(try disk.list().sorted() == ["one", "two"])
        let reopened = try DefinitionStore(on: disk, name: "two")
        #expect(try reopened.load().hosts == ["b"])
        reopened.close()
        for name in try disk.list() { try disk.remove(name) }
        #expect(rmdir(path) == 0)
    }

    private func contents() throws -> [UInt8] {
        let file = try self.disk.open(Self.name)
        var bytes = [UInt8](repeating: 0, count: Int(try file.size()))
        let count = try bytes.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
        try #require(count == bytes.count)
        return bytes
    }
}
