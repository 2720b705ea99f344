import Core
import Messaging

/// One entry of a batch or of a segment, where it lies in memory.
package struct LogEntry {
    package let kind: LogFormat.Kind
    package let queue: QueueID
    package let number: UInt64
    package let count: Int
    package let body: UnsafeRawBufferPointer
    private let sum: UInt32

    /// All its bytes.
    package var bytes: Int { LogFormat.entryHeaderBytes + self.body.count }
    package var isBodyIntact: Bool { checksum(self.body) == self.sum }

    /// Whether its records can be some of an extent's; a damaged header need not say so.
    func isRecords(of extent: Extent) -> Bool {
        self.kind == .append && self.number >= extent.start
            && self.number + UInt64(self.body.count) <= extent.end
    }

    /// The entry that begins there; nil when there is none that fits.
    package init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard offset + LogFormat.entryHeaderBytes <= bytes.count,
            let kind = LogFormat.Kind(rawValue: bytes.number(offset, as: UInt32.self))
        else { return nil }
        let bodyBytes = Int(bytes.number(offset + 4, as: UInt32.self))
        let start = offset + LogFormat.entryHeaderBytes
        guard bodyBytes % 8 == 0, start + bodyBytes <= bytes.count else { return nil }
        self.kind = kind
        self.queue = QueueID(
            slot: bytes.number(offset + 8, as: UInt32.self),
            incarnation: bytes.number(offset + 12, as: UInt32.self))
        self.number = bytes.number(offset + 16, as: UInt64.self)
        self.sum = bytes.number(offset + 24, as: UInt32.self)
        self.count = Int(bytes.number(offset + 28, as: UInt32.self))
        self.body = bytes.part(start, bodyBytes)
    }

    /// Visits the positions of a settle entry.
    package func forEachPosition(_ visit: (UInt64) -> Void) {
        for index in 0..<min(self.count, self.body.count / 8) {
            visit(self.body.number(index * 8, as: UInt64.self))
        }
    }

    /// Where a settleReady entry ends.
    package var upTo: UInt64 { self.body.count >= 8 ? self.body.number(0, as: UInt64.self) : 0 }

    /// What a note says; a kind that is not known is nil.
    package var note: (key: NoteKey, value: [UInt8]?)? {
        let valueBytes = Int(self.number >> 32)
        guard let kind = NoteKey.Kind(rawValue: UInt8(self.number & 0xFF)),
            self.count + valueBytes <= self.body.count
        else { return nil }
        let key = NoteKey(kind, Array(self.body.prefix(self.count)))
        guard self.number & 0x100 == 0 else { return (key, nil) }
        return (key, Array(self.body.part(self.count, valueBytes)))
    }
}

/// The header of a batch where it lies in memory, and whether the batch is whole.
package struct BatchHeader {
    package let sequence: UInt64
    package let timeMicroseconds: Int64
    package let syncedUpTo: UInt64
    /// All its bytes.
    package let bytes: Int

    /// The batch that begins there; nil when none does whose sums are right.
    package init?(_ all: UnsafeRawBufferPointer, at offset: Int) {
        guard offset + LogFormat.batchHeaderBytes <= all.count,
            all.number(offset, as: UInt32.self) == LogFormat.batchMagic
        else { return nil }
        let entries = Int(all.number(offset + 4, as: UInt32.self))
        guard offset + LogFormat.batchHeaderBytes + entries <= all.count else { return nil }
        self.bytes = LogFormat.batchHeaderBytes + entries
        self.sequence = all.number(offset + 16, as: UInt64.self)
        self.timeMicroseconds = all.number(offset + 24, as: Int64.self)
        self.syncedUpTo = all.number(offset + 32, as: UInt64.self)
        var sum = checksum(all.part(offset + 12, LogFormat.batchHeaderBytes - 12))
        var next = offset + LogFormat.batchHeaderBytes
        while next < offset + self.bytes {
            guard let entry = LogEntry(all, at: next), entry.isBodyIntact else { return nil }
            sum = checksum(all.part(next, LogFormat.entryHeaderBytes), from: sum)
            next += entry.bytes
        }
        guard next == offset + self.bytes, sum == all.number(offset + 8, as: UInt32.self) else {
            return nil
        }
    }
}
