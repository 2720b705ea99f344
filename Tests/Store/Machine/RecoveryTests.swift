import Core
import Messaging
import Store
import TestSupport
import Testing

@Suite("Recovery")
struct RecoveryTests {
    @Test("what was confirmed is there after a crash, and what was settled is not")
    func roundTrip() throws {
        let bench = try MachineBench()
        let positions = try bench.append("one", "two", "three")
        try bench.settle(positions[1])
        try bench.reopen(after: .crash)
        #expect(try bench.texts() == ["one", "three"])
        #expect(bench.recoveredCount == 2)
        #expect(bench.recovered.report.wasStoppedInOrder == false)
        #expect(bench.recovered.definitions.queues.map(\.id) == [MachineBench.queue])
        try bench.append("four")
        try bench.reopen(after: .crash)
        #expect(try bench.texts() == ["one", "three", "four"])
    }

    @Test("a torn tail is cut off wherever it is torn, and reported")
    func tornTail() throws {
        let whole = try Self.afterTwo(cut: 0, from: 1)
        let tail = whole.bytes.count - whole.start
        for cut in stride(from: 1, through: tail, by: 7) {
            let (bench, _, _) = try Self.afterTwo(cut: cut, from: 1)
            #expect(try bench.texts() == ["synced"], "\(cut) bytes are missing")
            #expect(bench.recovered.report.tornBytes == UInt64(tail - cut))
            let torn = DamageReport(
                .torn, place: MachineBench.firstLog, bytes: tail - cut)
            #expect(bench.recovered.report.damages == (cut == tail ? [] : [torn]))
            try bench.append("afterwards")
            try bench.reopen(after: .crash)
            #expect(try bench.texts() == ["synced", "afterwards"])
            // The next file says how much of that one counts: it is told once.
            #expect(bench.recovered.report.damages.isEmpty)
        }
    }

    /// A process that ended after a batch that was synced and one that was only written, of whose
    /// end some bytes are missing.
    private static func afterTwo(
        cut: Int, from seed: UInt64
    ) throws -> (bench: MachineBench, bytes: [UInt8], start: Int) {
        let bench = try MachineBench(seed: seed)
        try bench.append("synced")
        let start = try bench.bytes(of: MachineBench.firstLog).count
        bench.take("written", isAwaited: false)
        _ = bench.advance()
        let bytes = try bench.bytes(of: MachineBench.firstLog)
        let file = try bench.disk.open(MachineBench.firstLog)
        try file.truncate(to: UInt64(bytes.count - cut))
        try file.sync()
        try bench.reopen(after: .kill)
        return (bench, bytes, start)
    }

    @Test("damage below the watermark is put aside, and the rest is served")
    func damage() throws {
        let bench = try MachineBench()
        try bench.append("before")
        try bench.append("harmed")
        try bench.append("behind")
        try bench.append("last")
        let offset = try bench.offset(of: "harmed", in: MachineBench.firstLog)
        bench.disk.damage(MachineBench.firstLog, at: offset)
        try bench.reopen(after: .crash)
        #expect(try bench.texts() == ["before", "behind", "last"])
        let report = bench.recovered.report
        #expect(report.tornBytes == 0 && report.damages.allSatisfy { $0.kind == .damaged })
        let damage = try #require(report.damages.first)
        #expect(report.damages.count == 1)
        let copy = try #require(damage.quarantine)
        #expect(copy.hasPrefix("quarantine-\(MachineBench.firstLog)-"))
        #expect(try bench.bytes(of: copy).count == damage.bytes)
        // It is there for good, and found a second time it makes no second file.
        try bench.reopen(after: .crash)
        #expect(try bench.texts() == ["before", "behind", "last"])
        #expect(try bench.files("quarantine-") == [copy])
    }

    @Test("damage to one of several batches that were synced at once is damage, and no torn tail")
    func damagedGroup() throws {
        let bench = try MachineBench()
        for text in ["harmed", "second", "third"] { bench.take(text) }
        #expect(bench.advance() != nil)
        try bench.append("later")
        bench.disk.damage(
            MachineBench.firstLog, at: try bench.offset(of: "harmed", in: MachineBench.firstLog))
        try bench.reopen(after: .crash)
        #expect(try bench.texts() == ["second", "third", "later"])
        #expect(bench.recovered.report.damages.count == 1)
        #expect(bench.recovered.report.tornBytes == 0)
    }

    @Test("damage to a record in a segment costs that one, and is reported")
    func damagedSegment() throws {
        let bench = try MachineBench(limits: Self.smallLogs)
        let positions = try bench.append("before", "gap", "harmed", "gap", "behind")
        let end = bench.end
        // Holes, so that each record has an entry of its own.
        try bench.settle(positions[1], positions[3])
        while try bench.files("segment-").isEmpty {
            try bench.append("filling the log")
            try bench.checkpoint()
        }
        let segment = try #require(try bench.files("segment-").first)
        bench.disk.damage(segment, at: try bench.offset(of: "harmed", in: segment))
        let found = try bench.texts(upTo: end)
        #expect(found == ["before", "behind"])
        #expect(bench.machine.damages.count == 1)
        #expect(try bench.files("quarantine-\(segment)").count == 1)
    }

    static let smallLogs: StoreLimits = {
        var limits = StoreLimits()
        limits.logFileBytes = 1_000
        limits.segmentFileBytes = 4_000
        return limits
    }()

    @Test("files that nothing refers to go, and foreign ones stay")
    func orphans() throws {
        let bench = try MachineBench()
        try bench.append("one")
        let orphans = [
            StoredFile.name(.segment(255)), StoredFile.name(.log(0)), "root.new", "spill-7",
        ]
        for name in orphans + ["notes.txt"] {
            let file = try bench.disk.create(name)
            try [1, 2, 3].withUnsafeBytes { try file.write($0, at: 0) }
        }
        try bench.disk.syncDirectory()
        try bench.reopen(after: .crash)
        #expect(Set(bench.recovered.report.orphans) == Set(orphans))
        #expect(try bench.files.contains("notes.txt"))
        #expect(Set(try bench.files).isDisjoint(with: orphans))
        #expect(try bench.texts() == ["one"])
    }

    @Test("a log file whose header never got to the disk holds nothing that counts")
    func missingHeader() throws {
        for bytes in [0, 20, 48, 400] {
            let bench = try MachineBench()
            try bench.append("one")
            let file = try bench.disk.create(StoredFile.name(.log(2)))
            try [UInt8](repeating: 0, count: bytes).withUnsafeBytes { try file.write($0, at: 0) }
            try bench.reopen(after: .kill)
            #expect(try bench.texts() == ["one"], "\(bytes) bytes")
            try bench.append("two")
            try bench.reopen(after: .crash)
            #expect(try bench.texts() == ["one", "two"], "\(bytes) bytes")
        }
    }

    @Test("a damaged header is put aside, and what its file holds is served, whichever file it is")
    func damagedHeader() throws {
        for number: UInt64 in [2, 3] {
            let bench = try MachineBench()
            try bench.append("one")
            try bench.reopen(after: .crash)
            try bench.append("two", "three")
            try bench.reopen(after: .crash)
            try bench.append("four")
            try bench.append("five")
            let name = StoredFile.name(.log(number))
            bench.disk.damage(name, at: 20)
            try bench.reopen(after: .crash)
            #expect(try bench.texts() == ["one", "two", "three", "four", "five"])
            #expect(bench.recovered.report.damages.map(\.place) == ["\(name) at byte 0"])
            #expect(try bench.files("quarantine-\(name)-0").count == 1)
            try bench.append("six")
            try bench.reopen(after: .crash)
            #expect(try bench.texts() == ["one", "two", "three", "four", "five", "six"])
        }
    }

    @Test("an entry of a segment that says it is elsewhere is damage, and nobody else's")
    func damagedEntryHeader() throws {
        let bench = try MachineBench(limits: Self.smallLogs)
        try bench.append("before")
        let end = bench.end
        while try bench.files("segment-").isEmpty {
            try bench.append("filling the log")
            try bench.checkpoint()
        }
        let segment = try #require(try bench.files("segment-").first)
        // A high byte of the position that its first entry begins with.
        bench.disk.damage(segment, at: LogFormat.headerBytes + 16 + 4)
        #expect(try bench.texts(upTo: end).isEmpty)
        #expect(bench.machine.damages.count == 1)
    }

    @Test("a damaged root, one of a newer program and a missing one are refused")
    func refused() throws {
        let bench = try MachineBench(limits: Self.smallLogs)
        while try bench.files("segment-").isEmpty {
            try bench.append("filling the log")
            try bench.checkpoint()
        }
        bench.machine.close()
        func opening() throws { try bench.open() }
        bench.disk.damage("root", at: 30)
        #expect(
            throws: StoreError.damaged(path: "root", what: "its checksum is wrong"),
            performing: opening)
        bench.disk.damage("root", at: 30)
        bench.disk.damage("root", at: 8)
        #expect(
            throws: StoreError.unknownVersion(path: "root", found: 2 ^ 0x5A, known: 2),
            performing: opening)
        try bench.disk.remove("root")
        #expect(
            throws: StoreError.damaged(
                path: "root", what: "it is missing, though there are messages"),
            performing: opening)
    }

    @Test("a log file that is missing is refused, the first or one between, and so is a segment")
    func missing() throws {
        let bench = try MachineBench(limits: Self.smallLogs)
        while try bench.files("segment-").isEmpty {
            try bench.append("filling the log")
            try bench.checkpoint()
        }
        for text in ["one", "two", "three"] {
            try bench.reopen(after: .kill)
            try bench.append(text)
        }
        bench.machine.close()
        let (logs, segment) = (try bench.files("log-"), try bench.files("segment-")[0])
        #expect(logs.count > 2)
        #expect(try DataCheck.look(at: bench.disk))
        for name in [logs[0], logs[1], segment] {
            try bench.disk.rename(name, to: "elsewhere")
            func isRefusal(_ error: any Error) -> Bool {
                guard case .damaged(name, _) = error as? StoreError else { return false }
                return true
            }
            #expect(performing: { try bench.open() }, throws: isRefusal)
            #expect(performing: { try DataCheck.look(at: bench.disk) }, throws: isRefusal)
            try bench.disk.rename("elsewhere", to: name)
        }
        try bench.open()
    }

    @Test("what a start would refuse is found by looking")
    func looking() throws {
        let empty = SimulatedDisk(seed: 1)
        #expect(try !DataCheck.look(at: empty))
        let bench = try MachineBench()
        try bench.append("one")
        bench.machine.close()
        let before = try bench.files
        #expect(try DataCheck.look(at: bench.disk))
        #expect(try bench.files == before)
        bench.disk.damage("root", at: 8)
        #expect(throws: StoreError.unknownVersion(path: "root", found: 2 ^ 0x5A, known: 2)) {
            try DataCheck.look(at: bench.disk)
        }
        bench.disk.damage("root", at: 8)
        bench.disk.damage(DefinitionStore.fileName, at: 60)
        #expect(throws: StoreError.self) { try DataCheck.look(at: bench.disk) }
        bench.disk.damage(DefinitionStore.fileName, at: 60)
        bench.disk.damage(MachineBench.firstLog, at: 8)
        #expect(throws: StoreError.self) { try DataCheck.look(at: bench.disk) }
    }

    @Test("a log file of a newer program is refused, and left alone")
    func newerLog() throws {
        let bench = try MachineBench()
        try bench.append("one")
        bench.machine.close()
        bench.disk.damage(MachineBench.firstLog, at: 8)
        #expect(
            throws: StoreError.unknownVersion(
                path: MachineBench.firstLog, found: 1 ^ 0x5A, known: 1)
        ) { try bench.open() }
        bench.disk.damage(MachineBench.firstLog, at: 8)
        try bench.open()
        #expect(try bench.texts() == ["one"])
    }

    @Test("settles of what is not there, or not any more, change nothing")
    func settledTwice() throws {
        let bench = try MachineBench()
        let positions = try bench.append("one", "two")
        try bench.settle(positions[0], positions[0], 4_096, 9 << 56)
        bench.commit { batch in
            let other = QueueID(slot: 5, incarnation: 5)
            batch.settle(Position(positions[1]), of: other)
            batch.settleReady(of: other, from: Position(0), upTo: Position(1_000))
            batch.settleReady(of: MachineBench.queue, from: Position(500), upTo: Position(900))
        }
        #expect(bench.advance() != nil)
        #expect(try bench.texts() == ["two"])
        try bench.reopen(after: .crash)
        #expect(try bench.texts() == ["two"])
        try bench.settle(positions[0])
        #expect(try bench.texts() == ["two"])
    }

    @Test("ready messages that were settled as a whole are gone, the others stay")
    func settledAsWhole() throws {
        let bench = try MachineBench()
        // One run, of which a part goes, and one that goes as a whole.
        let first = bench.take("one", "two", "three")
        let second = bench.take("four", "five")
        bench.commit { batch in
            batch.settleReady(
                of: MachineBench.queue, from: Position(first[1]), upTo: Position(bench.end))
        }
        #expect(bench.advance() != nil)
        #expect(try bench.texts() == ["one"])
        try bench.append("six")
        try bench.reopen(after: .crash)
        #expect(try bench.texts() == ["one", "six"])
        #expect(second.count == 2)
    }

    @Test("notes come back as they were noted last, through log and root")
    func notes() throws {
        let bench = try MachineBench(limits: Self.smallLogs)
        let long = [UInt8](repeating: 7, count: 300)
        bench.commit { batch in
            batch.note(NoteKey(.published, [1]), [1], of: MachineBench.queue)
            batch.note(NoteKey(.published, [2]), long, of: MachineBench.queue)
            batch.note(NoteKey(.returns, [1]), [9], of: MachineBench.queue)
        }
        bench.commit { batch in
            batch.note(NoteKey(.published, [1]), nil, of: MachineBench.queue)
            batch.note(NoteKey(.returns, [1]), [], of: MachineBench.queue)
        }
        let expected = [NoteKey(.published, [2]): long, NoteKey(.returns, [1]): []]
        #expect(bench.advance() != nil)
        try bench.reopen(after: .crash)
        #expect(Self.notes(bench) == expected)
        while try bench.files("segment-").isEmpty {
            try bench.append("filling the log")
            try bench.checkpoint()
        }
        try bench.reopen(after: .crash)
        #expect(Self.notes(bench) == expected)
    }

    private static func notes(_ bench: MachineBench) -> [NoteKey: [UInt8]] {
        let notes = bench.recovered.contents.queues.first?.notes ?? []
        return Dictionary(uniqueKeysWithValues: notes.map { ($0.key, $0.value) })
    }

    @Test("a queue whose deletion the log tells is gone with its messages and definitions")
    func deleted() throws {
        let bench = try MachineBench()
        try bench.append("one")
        bench.commit { $0.define(.queueDeleted(MachineBench.queue)) }
        #expect(bench.advance() != nil)
        try bench.reopen(after: .crash)
        #expect(bench.recovered.definitions.queues.isEmpty)
        #expect(bench.recovered.contents.queues.isEmpty)
        // Its number is not given to another.
        #expect(bench.recovered.contents.newestIncarnation >= MachineBench.queue.incarnation)
    }
}
