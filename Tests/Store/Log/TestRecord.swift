import Core
import Messaging
import Store

/// A message as it lies in a queue's log, made without a broker; see `Record` in Core.
struct TestRecord {
    var body: [UInt8]
    var enqueuedAt: Int64 = 1_000
    var expiresAt: Int64?
    var origin: QueueID?

    /// - Parameter text: Its body.
    init(_ text: String) { self.body = Array(text.utf8) }

    init(bodyBytes: Int) { self.body = [UInt8](repeating: 0x61, count: bodyBytes) }

    /// All its bytes, a multiple of 8.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        func add<Value: FixedWidthInteger>(_ value: Value) {
            withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
        }
        let flags = UInt16(1) | (self.expiresAt == nil ? 0 : 2) | (self.origin == nil ? 0 : 4)
        add(self.enqueuedAt)
        add(UInt32(self.body.count))
        add(UInt32(0))
        add(flags)
        add(UInt16(0))
        if let expiresAt = self.expiresAt { add(expiresAt) }
        if let origin = self.origin {
            add(origin.slot)
            add(origin.incarnation)
        }
        bytes += self.body
        bytes += [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
        return bytes
    }

    var size: UInt64 { UInt64(self.bytes.count) }
}

extension StoreBatch {
    /// Adds a record, and says where the next one would follow.
    @discardableResult
    mutating func append(_ record: TestRecord, to queue: QueueID, at position: UInt64) -> UInt64 {
        record.bytes.withUnsafeBytes { self.append($0, to: queue, at: Position(position)) }
        return position + record.size
    }

    /// Seals it, and says what it looks like in the log.
    func sealed(sequence: UInt64 = 7, syncedUpTo: UInt64 = 5) -> [UInt8] {
        var batch = self
        batch.seal(sequence: sequence, timeMicroseconds: 99, syncedUpTo: syncedUpTo)
        return batch.bytes
    }
}

/// What one entry says, with bytes of its own.
enum EntryValue: Equatable {
    case append(QueueID, from: UInt64, records: Int, [UInt8])
    case settle(QueueID, [UInt64])
    case settleReady(QueueID, from: UInt64, upTo: UInt64)
    case note(QueueID, NoteKey, [UInt8]?)
    case declared(QueueID)
    case deleted(QueueID)
    case cursor(QueueID, UInt64)
    case closed
    case strange

    init(_ entry: LogEntry) {
        switch entry.kind {
        case .append:
            self = .append(
                entry.queue, from: entry.number, records: entry.count, Array(entry.body))
        case .settle:
            var positions: [UInt64] = []
            entry.forEachPosition { positions.append($0) }
            self = .settle(entry.queue, positions)
        case .settleReady:
            self = .settleReady(entry.queue, from: entry.number, upTo: entry.upTo)
        case .note:
            guard let note = entry.note else {
                self = .strange
                return
            }
            self = .note(entry.queue, note.key, note.value)
        case .queueDeclared: self = .declared(entry.queue)
        case .queueDeleted: self = .deleted(entry.queue)
        case .cursor: self = .cursor(entry.queue, entry.number)
        case .closed: self = .closed
        }
    }

    /// Those of a batch, in their order.
    static func all(in batch: [UInt8]) -> [EntryValue] {
        batch.withUnsafeBytes { bytes in
            var entries: [EntryValue] = []
            var offset = LogFormat.batchHeaderBytes
            while let entry = LogEntry(bytes, at: offset) {
                entries.append(EntryValue(entry))
                offset += entry.bytes
            }
            return entries
        }
    }
}
