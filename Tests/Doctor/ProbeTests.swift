import Doctor
import Glibc
import Testing

/// What is found on a real machine.
struct ProbeTests {
    private static func withFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/queuetop-doctor-XXXXXX".utf8CString)
        let path = String(cString: try #require(mkdtemp(&template)))
        defer {
            unlink("\(path)/lock")
            rmdir(path)
        }
        try body(path)
    }

    @Test("A directory is found as it is, and so is one that could be made")
    func directories() throws {
        try Self.withFolder { path in
            let facts = Probe.directory(path)
            #expect(facts.place == .directory(mode: 0o700, isWritable: true))
            #expect(facts.holder == nil)
            #expect((facts.freeBytes ?? 0) > 0)
            #expect(Probe.directory("\(path)/a/b").place == .missing(canBeMade: true))
            #expect(access("\(path)/a", F_OK) != 0, "looking makes nothing")
        }
        #expect(Probe.directory("/proc/version").place == .notADirectory)
    }

    @Test("Whoever holds the lock is named, and only while he does")
    func holder() throws {
        try Self.withFolder { path in
            let descriptor = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            let text = "4711\namqp://127.0.0.1:5672\n"
            write(descriptor, text, text.utf8.count)
            #expect(Probe.directory(path).holder == nil, "a file alone is no lock")
            try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            #expect(
                Probe.directory(path).holder
                    == DirectoryFacts.Holder(process: 4_711, address: "amqp://127.0.0.1:5672"))
            close(descriptor)
            #expect(Probe.directory(path).holder == nil)
        }
    }

    @Test("A port is taken while somebody listens on it")
    func ports() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                #expect(bind(descriptor, $0, length) == 0)
                #expect(getsockname(descriptor, $0, &length) == 0)
            }
        }
        #expect(listen(descriptor, 1) == 0)
        let port = UInt16(bigEndian: name.sin_port)
        #expect(Probe.port(port, on: "127.0.0.1", setting: "amqp-port").state == .taken)
        close(descriptor)
        #expect(Probe.port(port, on: "127.0.0.1", setting: "amqp-port").state == .free)
        #expect(
            Probe.port(1, on: "nowhere", setting: "bind").state
                == .refused("it is no address in numbers"))
    }

    @Test("Files are found with their mode")
    func files() throws {
        try Self.withFolder { path in
            let descriptor = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            close(descriptor)
            chmod("\(path)/lock", 0o640)
            let facts = Probe.file("\(path)/lock", setting: "tls.key")
            #expect(facts.mode == 0o640 && facts.problem == nil)
            #expect(Probe.file("\(path)/no", setting: "tls.key").problem != nil)
        }
    }

    @Test("A terminal is described where ncurses looks, and a made-up one is not")
    func terminals() throws {
        func facts(_ variables: [String: String]) -> TerminalFacts {
            Probe.terminal { variables[$0] }
        }
        #expect(!facts(["TERM": "no-such-terminal"]).isDescribed)
        #expect(!facts(["TERM": "../../../etc/passwd"]).isDescribed)
        #expect(facts(["TERM": ""]).name == nil)
        #expect(facts(["LC_ALL": "", "LC_CTYPE": "a", "LANG": "b"]).locale == "a")
        #expect(facts(["NO_COLOR": "1"]).isColourless)
    }

    @Test("The clock and the limit of descriptors are those of this process")
    func machine() {
        #expect(Probe.clock().secondsSince1970 > 1_735_689_600)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #expect(Probe.descriptorsMax() == UInt64(limit.rlim_max))
    }
}

/// Which file system a path is on.
struct MountTableTests {
    private static let table = MountTable([
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
        "30 22 0:25 / /srv rw - xfs /dev/sdb1 rw",
        "31 30 0:26 / /srv/a\\040b rw master:1 shared:2 - tmpfs tmpfs rw",
        "32 22 0:27 / /srv rw - btrfs /dev/sdc1 rw", "nonsense",
    ])

    @Test("The longest name counts, and of two at one place the later one")
    func kinds() {
        #expect(Self.table.kind(of: "/var") == "ext4")
        #expect(Self.table.kind(of: "/srv") == "btrfs")
        #expect(Self.table.kind(of: "/srv/x") == "btrfs")
        #expect(Self.table.kind(of: "/srvx") == "ext4")
        #expect(Self.table.kind(of: "/srv/a b/c") == "tmpfs")
        #expect(MountTable([]).kind(of: "/") == nil)
    }
}
