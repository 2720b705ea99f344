import CChecksum
import Core
import Messaging
import Store
import Testing

@Suite("The root file")
struct RootFileTests {
    private static let root: RootFile = {
        var root = RootFile()
        root.firstLog = 5
        root.firstSequence = 1_234
        root.nextSegment = 9
        root.newest = 77
        root.segments = [
            .init(kind: .segment(4), bytes: 900), .init(kind: .keptLog(3), bytes: 12_345),
        ]
        var first = RootFile.Queue(id: QueueID(slot: 2, incarnation: 70))
        var extent = Extent(
            start: 8, end: 808, file: 1, offset: 48, bytes: 832, count: 10, live: 4)
        extent.summary.bodyBytes = 321
        extent.summary.firstEnqueuedAt = 1_700
        extent.summary.earliestExpiry = 1_800
        extent.summary.hasDead = true
        let plain = Extent(
            start: 1_000, end: 1_096, file: 0, offset: 880, bytes: 128, count: 1, live: 1)
        first.levels = [
            .init(number: 3, end: 3 << 56 | 8, extents: []),
            .init(number: 250, end: 1_096, extents: [(extent, [0b1011, .max]), (plain, [])]),
        ]
        first.notes = [
            (NoteKey(.returns, [1, 2, 3, 4, 5, 6, 7, 8]), [0, 0, 0, 3]),
            (NoteKey(.published, []), []),
        ]
        root.queues = [first, RootFile.Queue(id: QueueID(slot: 3, incarnation: 71))]
        return root
    }()

    private static func read(_ bytes: [UInt8]) throws -> RootFile {
        var outcome: Result<RootFile, StoreError>?
        bytes.withUnsafeBytes { raw in
            do throws(StoreError) {
                outcome = .success(try RootFile(decoding: raw, path: "root"))
            } catch {
                outcome = .failure(error)
            }
        }
        return try #require(outcome).get()
    }

    @Test("all that it says comes back")
    func roundTrip() throws {
        let root = try Self.read(Self.root.encoded())
        #expect(root.firstLog == 5)
        #expect(root.firstSequence == 1_234)
        #expect(root.nextSegment == 9)
        #expect(root.newest == 77)
        #expect(root.segments == Self.root.segments)
        #expect(root.queues.map(\.id) == Self.root.queues.map(\.id))
        for (found, queue) in zip(root.queues, Self.root.queues) {
            #expect(found.notes.map(\.0) == queue.notes.map(\.0))
            #expect(found.notes.map(\.1) == queue.notes.map(\.1))
            #expect(found.levels.map(\.number) == queue.levels.map(\.number))
            #expect(found.levels.map(\.end) == queue.levels.map(\.end))
            for (foundLevel, level) in zip(found.levels, queue.levels) {
                #expect(foundLevel.extents.map(\.extent) == level.extents.map(\.extent))
                #expect(foundLevel.extents.map(\.settled) == level.extents.map(\.settled))
            }
        }
    }

    @Test("one that says nothing comes back too")
    func empty() throws {
        let root = try Self.read(RootFile().encoded())
        #expect(root.firstLog == 1 && root.queues.isEmpty && root.segments.isEmpty)
    }

    @Test("the first version, whose segments have no kind, is read as well")
    func firstVersion() throws {
        var written = Self.root
        written.segments = [.init(kind: .segment(4), bytes: 900)]
        written.queues = []
        var bytes = Array(written.encoded().dropLast(8))
        bytes[8] = 1
        let sum = bytes.withUnsafeBytes { all in
            queuetop_crc32c(0, all.baseAddress! + 16, all.count - 16)
        }
        withUnsafeBytes(of: sum.littleEndian) { bytes.replaceSubrange(12..<16, with: $0) }
        let root = try Self.read(bytes)
        #expect(root.firstLog == 5 && root.nextSegment == 9 && root.newest == 77)
        #expect(root.segments == written.segments)
    }

    @Test("a version that is not known is refused by name")
    func unknownVersion() {
        var bytes = Self.root.encoded()
        bytes[8] = 9
        #expect(throws: StoreError.unknownVersion(path: "root", found: 9, known: 2)) {
            try Self.read(bytes)
        }
    }

    @Test("a flipped bit or a cut is damage, wherever it is")
    func damaged() throws {
        let bytes = Self.root.encoded()
        for place in bytes.indices where !(8..<12).contains(place) {
            var bytes = bytes
            bytes[place] ^= 0x04
            #expect(Self.isDamaged(bytes), "byte \(place)")
        }
        for count in 0..<bytes.count where !(8..<12).contains(count) {
            #expect(Self.isDamaged(Array(bytes.prefix(count))), "\(count) bytes")
        }
    }

    private static func isDamaged(_ bytes: [UInt8]) -> Bool {
        do {
            _ = try Self.read(bytes)
            return false
        } catch StoreError.damaged(path: "root", what: _) {
            return true
        } catch {
            return false
        }
    }
}
