import Glibc
import Store
import Testing

@Suite("The system's disk")
struct PosixDiskTests {
    private let directory: TemporaryDirectory
    private let disk: PosixDisk

    init() throws {
        self.directory = try TemporaryDirectory()
        self.disk = PosixDisk(self.directory.path)
    }

    private func write(_ text: String, to file: any DiskFile, at offset: UInt64) throws {
        try Array(text.utf8).withUnsafeBytes { try file.write($0, at: offset) }
    }

    private func read(_ file: any DiskFile, at offset: UInt64, room: Int) throws -> String {
        var bytes = [UInt8](repeating: 0, count: room)
        let count = try bytes.withUnsafeMutableBytes { try file.read(at: offset, into: $0) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    @Test("what is written is read, as far as there is something")
    func readAndWrite() throws {
        let file = try self.disk.create("a")
        #expect(file.name == "a")
        try self.write("hello", to: file, at: 3)
        #expect(try file.size() == 8)
        #expect(try self.read(file, at: 0, room: 100) == "\0\0\0hello")
        #expect(try self.read(file, at: 5, room: 2) == "ll")
        #expect(try self.read(file, at: 8, room: 4) == "")
        #expect(try self.read(file, at: 800, room: 4) == "")
        try self.write("J", to: file, at: 3)
        try file.truncate(to: 6)
        try file.sync()
        try self.disk.syncDirectory()
        file.close()
        file.close()
        #expect(try self.read(self.disk.open("a"), at: 3, room: 9) == "Jel")
    }

    @Test("only its owner may look into a file")
    func mode() throws {
        _ = try self.disk.create("a")
        var status = stat()
        #expect(stat(self.directory.path + "/a", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test("files are listed, renamed over others and removed; directories are no files")
    func names() throws {
        #expect(mkdir(self.directory.path + "/folder", 0o700) == 0)
        defer { rmdir(self.directory.path + "/folder") }
        for name in ["a", "b", "c"] {
            try self.write(name, to: try self.disk.create(name), at: 0)
        }
        try self.disk.rename("a", to: "b")
        #expect(try self.disk.list().sorted() == ["b", "c"])
        #expect(try self.read(self.disk.open("b"), at: 0, room: 9) == "a")
        try self.disk.remove("c")
        #expect(try self.disk.list() == ["b"])
    }

    @Test("one that is there, and one that is not, are errors of their own")
    func errors() throws {
        _ = try self.disk.create("a")
        let path = self.directory.path + "/"
        #expect(throws: DiskError(.create, path + "a", code: EEXIST)) {
            try self.disk.create("a")
        }
        #expect(throws: DiskError(.open, path + "b", code: ENOENT)) { try self.disk.open("b") }
        #expect(throws: DiskError(.remove, path + "b", code: ENOENT)) {
            try self.disk.remove("b")
        }
        #expect(throws: DiskError(.rename, path + "b", code: ENOENT)) {
            try self.disk.rename("b", to: "c")
        }
        let nowhere = PosixDisk(path + "nowhere")
        #expect(throws: DiskError(.list, path + "nowhere/", code: ENOENT)) {
            try nowhere.list()
        }
        #expect(throws: DiskError(.sync, path + "nowhere/", code: ENOENT)) {
            try nowhere.syncDirectory()
        }
        #expect(throws: DiskError(.measure, path + "nowhere/", code: ENOENT)) {
            try nowhere.room()
        }
    }

    @Test("it says how much room there is")
    func room() throws {
        let room = try self.disk.room()
        #expect(room.freeBytes > 0 && room.freeBytes <= room.totalBytes)
    }

    @Test("a disk without room is the store's word for it")
    func noRoom() throws {
        // Writes to it always fail so; see full(4).
        let file = try PosixDisk("/dev").open("full")
        let error = #expect(throws: DiskError.self) { try self.write("a", to: file, at: 0) }
        #expect(error?.code == ENOSPC && error?.operation == .write)
    }
}
