import Doctor
import Testing

/// What is made of what was found.
struct FactsTests {
    private static func directory(
        _ place: DirectoryFacts.Place, free: UInt64? = nil, system: String? = nil
    ) -> [Verdict] {
        DirectoryFacts(path: "/d", place: place, freeBytes: free, fileSystem: system)
            .findings(limitBytes: 50_000_000).map(\.verdict)
    }

    @Test("A data directory has to be there or be made, and is for one user")
    func directories() {
        #expect(Self.directory(.missing(canBeMade: true)) == [.ok, .ok])
        #expect(Self.directory(.missing(canBeMade: false)) == [.fail, .ok])
        #expect(Self.directory(.notADirectory) == [.fail, .ok])
        #expect(Self.directory(.directory(mode: 0o700, isWritable: true)) == [.ok, .ok])
        #expect(Self.directory(.directory(mode: 0o700, isWritable: false)) == [.fail, .ok])
        #expect(Self.directory(.directory(mode: 0o750, isWritable: true)) == [.warn, .ok])
    }

    @Test("Little room is a warning, and too little blocks publishers")
    func room() {
        let place = DirectoryFacts.Place.directory(mode: 0o700, isWritable: true)
        #expect(Self.directory(place, free: 49_999_999).last == .fail)
        #expect(Self.directory(place, free: 50_000_000).last == .warn)
        #expect(Self.directory(place, free: DirectoryFacts.roomyBytes - 1).last == .warn)
        #expect(Self.directory(place, free: DirectoryFacts.roomyBytes).last == .ok)
    }

    @Test("Memory and other machines' disks are no good place")
    func fileSystems() {
        let place = DirectoryFacts.Place.directory(mode: 0o700, isWritable: true)
        #expect(
            ["ext4", "tmpfs", "nfs"].map { Self.directory(place, system: $0).last }
                == [.ok, .warn, .warn])
    }

    @Test("A port that the holder of the directory serves is as it should be")
    func ports() {
        let holder = DirectoryFacts.Holder(process: 7, address: "amqp://127.0.0.1:5672")
        func verdict(
            _ state: PortFacts.State, _ port: UInt16 = 5_672, _ holder: DirectoryFacts.Holder? = nil
        ) -> Verdict {
            PortFacts(setting: "amqp-port", address: "127.0.0.1", port: port, state: state)
                .finding(holder: holder).verdict
        }
        #expect(verdict(.free) == .ok)
        #expect(verdict(.taken) == .fail)
        #expect(verdict(.taken, 5_672, holder) == .ok)
        #expect(verdict(.taken, 672, holder) == .fail)
        #expect(verdict(.refused("no")) == .fail)
    }

    @Test("Connections need descriptors")
    func descriptors() {
        func verdict(_ count: UInt64) -> Verdict {
            DescriptorFacts(countMax: count, connectionsMax: 10_000).finding.verdict
        }
        #expect(verdict(10_256) == .ok)
        #expect(verdict(10_255) == .warn)
        #expect(verdict(511) == .fail)
    }

    @Test("A terminal needs a name that is known, room and UTF-8")
    func terminals() {
        func verdicts(_ change: (inout TerminalFacts) -> Void) -> [Verdict] {
            var facts = TerminalFacts(
                isTerminal: true, name: "xterm-256color", isDescribed: true, columns: 80,
                rows: 24, locale: "C.UTF-8")
            change(&facts)
            return facts.findings.map(\.verdict)
        }
        #expect(verdicts { _ in } == [.ok, .ok, .ok, .ok])
        #expect(verdicts { $0.isTerminal = false } == [.ok])
        #expect(verdicts { $0.name = nil }[0] == .fail)
        #expect(verdicts { $0.isDescribed = false }[0] == .fail)
        #expect(verdicts { $0.columns = 79 }[1] == .warn)
        #expect(verdicts { $0.rows = 23 }[1] == .warn)
        #expect(verdicts { ($0.columns, $0.rows) = (40, 12) }[1] == .warn)
        #expect(verdicts { $0.columns = 39 }[1] == .fail)
        #expect(verdicts { $0.rows = 11 }[1] == .fail)
        #expect(verdicts { $0.locale = "POSIX" }[3] == .warn)
        #expect(verdicts { $0.locale = "" }[3] == .warn)
        #expect(verdicts { $0.locale = "de_DE.utf8@euro" }[3] == .ok)
    }

    @Test("Colours are told by what the terminal says of itself")
    func colours() {
        func found(_ name: String, colorterm: String? = nil, isColourless: Bool = false) -> String {
            TerminalFacts(
                isTerminal: true, name: name, isDescribed: true, columns: 80, rows: 24,
                locale: "C.UTF-8", colours: colorterm, isColourless: isColourless
            ).findings[2].found
        }
        #expect(found("xterm", colorterm: "truecolor") == "All of them.")
        #expect(found("xterm-direct") == "All of them.")
        #expect(found("screen-256color") == "256.")
        #expect(found("vt100").hasPrefix("Few"))
        #expect(found("xterm-256color", isColourless: true).hasPrefix("NO_COLOR"))
    }

    @Test("A clock before this program's time is wrong")
    func clocks() {
        func finding(_ seconds: Int64, _ keeper: String? = nil) -> Finding {
            ClockFacts(secondsSince1970: seconds, keeper: keeper).finding
        }
        #expect(finding(0, "chrony").verdict == .fail)
        #expect(finding(1_735_689_599).verdict == .fail)
        #expect(finding(1_735_689_600).verdict == .ok)
        #expect(finding(1_735_689_600, "chrony").found == "chrony keeps it right.")
    }

    @Test("A key that others can read is one too many")
    func files() {
        func verdict(_ mode: UInt32, _ problem: String? = nil, isSecret: Bool) -> Verdict {
            FileFacts(setting: "tls.key", path: "/k", problem: problem, mode: mode)
                .finding(isSecret: isSecret).verdict
        }
        #expect(verdict(0o600, isSecret: true) == .ok)
        #expect(verdict(0o640, isSecret: true) == .warn)
        #expect(verdict(0o644, isSecret: false) == .ok)
        #expect(verdict(0o600, "no", isSecret: false) == .fail)
    }
}
