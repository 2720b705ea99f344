import Core
import Messaging

/// The durable part of one commit, encoded as it will lie in the log; see ``LogFormat``.
///
/// The engine fills it, so each record is copied once; the store's thread sums it up and writes
/// it.
package struct StoreBatch: Sendable {
    /// The commit that it is; set when it is closed.
    package private(set) var commit = CommitNumber(0)
    /// Whether somebody waits for it; otherwise it may be synced with a later one.
    package private(set) var isAwaited = false
    /// What it changes in the definitions, in its order.
    package private(set) var definitions: [DefinitionChange] = []
    private var entries: EntryWriter

    /// How much of the log it takes.
    package var byteCount: Int { self.bytes.count }

    /// Its entries, for who wants to look at them.
    package var contents: [UInt8] { Array(self.bytes.dropFirst(LogFormat.batchHeaderBytes)) }

    /// All its bytes, whose header says what it should only once it is sealed.
    package var bytes: [UInt8] {
        _read { yield self.entries.bytes }
    }

    /// - Parameter memory: Of a batch that was, to be used again.
    package init(reusing memory: consuming [UInt8] = []) {
        self.entries = EntryWriter(behind: LogFormat.batchHeaderBytes, reusing: memory)
    }

    /// A record came into a queue; its bytes are copied.
    package mutating func append(
        _ record: UnsafeRawBufferPointer, to queue: QueueID, at position: Position
    ) {
        self.entries.append(record, to: queue, at: position.offset)
    }

    /// A record is gone from a queue.
    package mutating func settle(_ position: Position, of queue: QueueID) {
        self.entries.settle(position.offset, of: queue)
    }

    /// Every record of a queue between two positions of one level is gone.
    package mutating func settleReady(of queue: QueueID, from: Position, upTo: Position) {
        self.entries.begin(.settleReady, queue, number: from.offset, bodyBytes: 8)
        self.entries.add(upTo.offset)
    }

    /// - Parameter value: nil forgets the note.
    package mutating func note(_ key: NoteKey, _ value: [UInt8]?, of queue: QueueID) {
        let bytes = key.bytes.count + (value?.count ?? 0)
        let padded = LogFormat.padded(bytes)
        let number =
            UInt64(key.kind.rawValue) | (value == nil ? 0x100 : 0)
            | UInt64(value?.count ?? 0) << 32
        self.entries.begin(
            .note, queue, number: number, bodyBytes: padded, count: UInt32(key.bytes.count))
        self.entries.bytes += key.bytes
        if let value { self.entries.bytes += value }
        self.entries.bytes.append(contentsOf: repeatElement(0, count: padded - bytes))
    }

    /// Something was declared or taken back.
    package mutating func define(_ change: DefinitionChange) {
        self.definitions.append(change)
        switch change {
        case .queueDeclared(let queue, _, _): self.entries.begin(.queueDeclared, queue)
        case .queueDeleted(let queue): self.entries.begin(.queueDeleted, queue)
        case .hostAdded, .exchangeDeclared, .exchangeDeleted, .bound, .unbound,
            .policiesReplaced, .hostRemoved, .userPut, .userDeleted, .permissionSet,
            .permissionCleared, .topicPermissionSet, .topicPermissionsCleared, .parameterSet,
            .parameterCleared:
            break
        }
    }

    /// Where the delivery of one level of a queue had come to when the broker stopped in order.
    package mutating func cursor(_ position: Position, of queue: QueueID) {
        self.entries.begin(.cursor, queue, number: position.offset)
    }

    /// The broker stopped in order.
    package mutating func stopped() {
        self.entries.begin(.closed, QueueID(slot: 0, incarnation: 0))
    }

    package mutating func close(_ commit: CommitNumber, isAwaited: Bool) {
        self.commit = commit
        self.isAwaited = isAwaited
    }

    /// Fills in what only the store knows, and the sums.
    package mutating func seal(sequence: UInt64, timeMicroseconds: Int64, syncedUpTo: UInt64) {
        let sum = self.entries.bytes.withUnsafeMutableBytes { all in
            all.set(LogFormat.batchMagic, at: 0)
            all.set(UInt32(all.count - LogFormat.batchHeaderBytes), at: 4)
            all.set(UInt32(0), at: 12)
            all.set(sequence, at: 16)
            all.set(timeMicroseconds, at: 24)
            all.set(syncedUpTo, at: 32)
            return checksum(
                UnsafeRawBufferPointer(all).part(12, LogFormat.batchHeaderBytes - 12))
        }
        let whole = self.entries.seal(from: LogFormat.batchHeaderBytes, sum: sum)
        self.entries.bytes.withUnsafeMutableBytes { $0.set(whole, at: 8) }
    }
}
