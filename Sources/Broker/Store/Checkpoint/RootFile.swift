import Core
import Messaging

/// Everything that the log does not tell, as it was when the log began anew.
///
///     root       magic 8 · version 4 · CRC of what follows 4 · first log file 8 ·
///                its first sequence 8 · next segment 8 · newest incarnation 4 · segments 4 ·
///                queues 4
///     segment    number 8 · bytes that count 8 · 0, or 1 for a log file that was kept 4 · zero 4
///     queue      slot 4 · incarnation 4 · levels 4 · notes 4
///     level      number 8 · end 8 · extents 4 · zero 4
///     extent     start 8 · end 8 · offset 8 · segment, by its place above 4 · bytes 4 ·
///                records 4 · live ones 4 · bytes of bodies 8 · first enqueued at 8 ·
///                earliest expiry 8 · has dead letters 4 · words of the bitmap 4 · words, 8 each
///     note       kind 1 · key bytes 4 · value bytes 4 · key · value
///
/// Written whole under another name, synced, and given the name `root`, so that one of two states
/// is there at any moment.
package struct RootFile {
    package static let name = "root"
    package static let nextName = "root.new"
    package static let magic: UInt64 = 0x54_4F_4F_52_50_4F_54_51
    /// In version 1 there was no kind of a segment; it is read as well.
    package static let version: UInt32 = 2

    // Bytes of each, of a queue and what follows without what is in it.
    static let headBytes = 52
    static let segmentBytes = 24
    static let queueBytes = 16
    static let levelBytes = 24
    static let extentBytes = 72
    static let noteBytes = 9

    /// A segment that counts.
    package struct Segment: Hashable, Sendable {
        /// `.segment` or `.keptLog`.
        package var kind: StoredFile.Kind
        package var bytes: UInt64

        package init(kind: StoredFile.Kind, bytes: UInt64) {
            self.kind = kind
            self.bytes = bytes
        }

        /// What its file begins with.
        var magic: UInt64 { self.isLog ? LogFormat.logMagic : LogFormat.segmentMagic }

        fileprivate var isLog: Bool { if case .keptLog = self.kind { true } else { false } }

        fileprivate var number: UInt64 {
            switch self.kind {
            case .log(let number), .segment(let number), .keptLog(let number): number
            }
        }
    }

    /// One level of a queue; see ``QueueIndex/Level``.
    package struct Level {
        package var number: UInt64
        package var end: UInt64
        /// Their files are places in `segments`.
        package var extents: [(extent: Extent, settled: [UInt64])]

        package init(
            number: UInt64, end: UInt64, extents: [(extent: Extent, settled: [UInt64])]
        ) {
            self.number = number
            self.end = end
            self.extents = extents
        }
    }

    /// A queue, and what lies in segments of it.
    package struct Queue {
        package var id: QueueID
        package var levels: [Level] = []
        package var notes: [(NoteKey, [UInt8])] = []

        package init(id: QueueID) { self.id = id }
    }

    package var firstLog: UInt64 = 1
    package var firstSequence: UInt64 = 1
    package var nextSegment: UInt64 = 1
    /// The highest incarnation that a queue ever had.
    package var newest: UInt32 = 0
    package var segments: [Segment] = []
    package var queues: [Queue] = []

    // MARK: Writing

    /// All its bytes.
    package func encoded() -> [UInt8] {
        var bytes = NumberWriter()
        bytes.add(Self.magic)
        bytes.add(Self.version)
        bytes.add(UInt32(0))
        bytes.add(self.firstLog)
        bytes.add(self.firstSequence)
        bytes.add(self.nextSegment)
        bytes.add(self.newest)
        bytes.add(UInt32(self.segments.count))
        bytes.add(UInt32(self.queues.count))
        for segment in self.segments {
            bytes.add(segment.number)
            bytes.add(segment.bytes)
            bytes.add(UInt32(segment.isLog ? 1 : 0))
            bytes.add(UInt32(0))
        }
        for queue in self.queues { Self.add(queue, to: &bytes) }
        return bytes.summed(at: 12, from: 16)
    }

    private static func add(_ queue: Queue, to bytes: inout NumberWriter) {
        bytes.add(queue.id.slot)
        bytes.add(queue.id.incarnation)
        bytes.add(UInt32(queue.levels.count))
        bytes.add(UInt32(queue.notes.count))
        for level in queue.levels {
            bytes.add(level.number)
            bytes.add(level.end)
            bytes.add(UInt32(level.extents.count))
            bytes.add(UInt32(0))
            for (extent, settled) in level.extents {
                bytes.add(extent.start)
                bytes.add(extent.end)
                bytes.add(extent.offset)
                bytes.add(extent.file)
                bytes.add(extent.bytes)
                bytes.add(extent.count)
                bytes.add(extent.live)
                bytes.add(extent.summary.bodyBytes)
                bytes.add(extent.summary.firstEnqueuedAt)
                bytes.add(extent.summary.earliestExpiry)
                bytes.add(UInt32(extent.summary.hasDead ? 1 : 0))
                bytes.add(UInt32(settled.count))
                for word in settled { bytes.add(word) }
            }
        }
        for (key, value) in queue.notes {
            bytes.add(key.kind.rawValue)
            bytes.add(UInt32(key.bytes.count))
            bytes.add(UInt32(value.count))
            bytes.bytes += key.bytes
            bytes.bytes += value
        }
    }

    // MARK: Reading

    /// - Throws: ``StoreError/damaged(path:what:)`` or
    ///   ``StoreError/unknownVersion(path:found:known:)``.
    package init(decoding bytes: UnsafeRawBufferPointer, path: String) throws(StoreError) {
        var reader = NumberReader(bytes)
        guard reader.take(UInt64.self) == Self.magic else {
            throw .damaged(path: path, what: "it is no root file")
        }
        let version = reader.take(UInt32.self)
        guard 1...Self.version ~= version else {
            throw .unknownVersion(path: path, found: version, known: Self.version)
        }
        let sum = reader.take(UInt32.self)
        guard bytes.count >= 16, checksum(bytes.part(16, bytes.count - 16)) == sum else {
            throw .damaged(path: path, what: "its checksum is wrong")
        }
        self.firstLog = reader.take()
        self.firstSequence = reader.take()
        self.nextSegment = reader.take()
        self.newest = reader.take()
        let (segments, queues) = (reader.take(UInt32.self), reader.take(UInt32.self))
        for _ in 0..<segments where !reader.isShort {
            self.segments.append(Self.segment(&reader, version: version))
        }
        for _ in 0..<queues where !reader.isShort { self.queues.append(Self.queue(&reader)) }
        if reader.isShort { throw .damaged(path: path, what: "it ends too early") }
    }

    package init() {}

    private static func segment(_ reader: inout NumberReader, version: UInt32) -> Segment {
        let (number, bytes) = (reader.take(UInt64.self), reader.take(UInt64.self))
        let isLog = version > 1 && reader.take(UInt32.self) == 1
        if version > 1 { _ = reader.take(UInt32.self) }
        return Segment(kind: isLog ? .keptLog(number) : .segment(number), bytes: bytes)
    }

    private static func queue(_ reader: inout NumberReader) -> Queue {
        var queue = Queue(id: QueueID(slot: reader.take(), incarnation: reader.take()))
        let (levels, notes) = (reader.take(UInt32.self), reader.take(UInt32.self))
        for _ in 0..<levels where !reader.isShort {
            var level = Level(number: reader.take(), end: reader.take(), extents: [])
            let extents = reader.take(UInt32.self)
            _ = reader.take(UInt32.self)
            for _ in 0..<extents where !reader.isShort {
                level.extents.append(Self.extent(&reader))
            }
            queue.levels.append(level)
        }
        for _ in 0..<notes where !reader.isShort {
            let kind = NoteKey.Kind(rawValue: reader.take())
            let (keyBytes, valueBytes) = (reader.take(UInt32.self), reader.take(UInt32.self))
            let (key, value) = (reader.takeBytes(Int(keyBytes)), reader.takeBytes(Int(valueBytes)))
            if let kind { queue.notes.append((NoteKey(kind, key), value)) }
        }
        return queue
    }

    private static func extent(_ reader: inout NumberReader) -> (Extent, [UInt64]) {
        let (start, end, offset) =
            (reader.take(UInt64.self), reader.take(UInt64.self), reader.take(UInt64.self))
        let file = reader.take(Int32.self)
        var extent = Extent(
            start: start, end: end, file: file, offset: offset, bytes: reader.take(),
            count: reader.take(), live: reader.take())
        extent.summary.bodyBytes = reader.take()
        extent.summary.firstEnqueuedAt = reader.take()
        extent.summary.earliestExpiry = reader.take()
        extent.summary.hasDead = reader.take(UInt32.self) != 0
        let words = reader.take(UInt32.self)
        var settled: [UInt64] = []
        for _ in 0..<words where !reader.isShort { settled.append(reader.take()) }
        return (extent, settled)
    }
}
