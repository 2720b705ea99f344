import Glibc
import Store
import Testing

@Suite("Data directory")
struct DataDirectoryTests {
    /// A directory that does not exist yet, below one that goes away with the test.
    private static func withPath(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/queuetop-tests-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        let path = String(cString: made)
        defer { _ = Self.remove(path) }
        try body(path + "/a/b")
    }

    private static func remove(_ path: String) -> CInt {
        unlink(path + "/a/b/lock")
        rmdir(path + "/a/b")
        unlink(path + "/a/b")
        rmdir(path + "/a")
        return rmdir(path)
    }

    @Test("it is created with its parents, and only its owner may look")
    func created() throws {
        try Self.withPath { path in
            let directory = try DataDirectory(claiming: path)
            var status = stat()
            #expect(stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o700)
            #expect(directory.path == path)
        }
    }

    @Test("the second to claim it is told who has it")
    func taken() throws {
        try Self.withPath { path in
            let first = try DataDirectory(claiming: path)
            try first.announce(address: "amqp://127.0.0.1:5672")
            let expected = StoreError.directoryLocked(
                path: path, pid: getpid(), address: "amqp://127.0.0.1:5672")
            #expect(throws: expected) { try DataDirectory(claiming: path) }
            #expect(
                expected.description
                    == "\(path) is in use by process \(getpid()), which serves "
                    + "amqp://127.0.0.1:5672. Stop that one first, or start here with another "
                    + "--data-directory.")
            let holder = DataDirectory.holder(of: path)
            #expect(holder.address == "amqp://127.0.0.1:5672" && holder.managementURL == nil)
            try first.announce(
                address: "amqp://127.0.0.1:5672", managementURL: "http://127.0.0.1:15672")
            #expect(DataDirectory.holder(of: path).managementURL == "http://127.0.0.1:15672")
            withExtendedLifetime(first) {}
        }
    }

    @Test("it is free again when its holder is gone, whatever the lock file says")
    func freeAgain() throws {
        try Self.withPath { path in
            do { _ = try DataDirectory(claiming: path) }
            #expect(access(path + "/lock", F_OK) == 0, "the file stays; only the lock goes")
            let second = try DataDirectory(claiming: path)
            #expect(second.path == path)
        }
    }

    @Test("a file in its place is an error of its own")
    func notADirectory() throws {
        try Self.withPath { path in
            let parent = String(path.dropLast(2))
            #expect(mkdir(parent, 0o700) == 0)
            close(open(path, O_CREAT | O_WRONLY, 0o600))
            #expect(throws: StoreError.notADirectory(path: path)) {
                try DataDirectory(claiming: path)
            }
        }
    }

    @Test("a directory that cannot be made says why")
    func notCreated() {
        let error = #expect(throws: StoreError.self) {
            try DataDirectory(claiming: "/proc/queuetop/data")
        }
        guard case .directoryNotCreated(let path, let reason) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(path == "/proc/queuetop/data")
        #expect(!reason.isEmpty)
    }
}
