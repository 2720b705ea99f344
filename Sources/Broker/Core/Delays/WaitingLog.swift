import Messaging

/// The hidden queue of a virtual host in which messages wait: for a retry, or for the end of their
/// delay.
///
///     rejected ──▶ ┌─────────────┐ due: back to the end of the queue that rejected them
///     x-delay  ──▶ │ waiting log │ due: on through the exchange that delayed them
///                  └─────────────┘
///
/// It is a durable queue like any other to the store: its records are appended, settled, evicted
/// and loaded in the same way. No client finds it: it is in no list of names. Its records are
/// taken as soon as they are there, so that its cursor stands at its end and a message that waits
/// for long holds back no memory but that of its own chunk. What was not taken yet after a restart
/// is taken as its chunks are loaded; that is how the heaps of due times are built anew.
struct WaitingLog {
    /// Clients cannot declare names that begin so.
    static let name = QueueName("amq.queuetop.delayed")
    /// Messages that one queue or log may release in one batch, so that others have their turn.
    static let releasesMax = 4_096

    let queue: QueueID
    /// Queues whose next message is due but not in memory.
    var stalled: [QueueID] = []
    /// How many messages wait in each exchange that delays them, by its name: who deletes one and
    /// declares it anew finds them there again.
    private(set) var delayed: [[UInt8]: Int] = [:]

    init(queue: QueueID) { self.queue = queue }

    /// Counts a message whose due time has become known, if an exchange delays it.
    mutating func enters(_ goal: WaitingNote.Goal) {
        guard case .exchange(let name) = goal else { return }
        self.delayed[name, default: 0] += 1
    }

    /// Counts it no more.
    mutating func leaves(_ goal: WaitingNote.Goal) {
        guard case .exchange(let name) = goal, let count = self.delayed[name] else { return }
        self.delayed[name] = count > 1 ? count - 1 : nil
    }
}

/// What a record of a waiting log says beside its message: until when it waits, and for what.
///
///     offset  0        8      9
///            ┌────────┬──────┬─────────────────────────────┬────────────
///            │ due,   │ kind │ 1: queue id 8               │ the message's
///            │ µs  8  │      │ 2: queue id 8, origin id 8  │ blind keys
///            │        │      │ 3: 1 + exchange's name      │
///            └────────┴──────┴─────────────────────────────┴────────────
///
/// In the machine's byte order like the record, in whose field for blind keys it lies.
struct WaitingNote {
    enum Goal: Equatable {
        /// Back to the end of that queue; with the queue in which it died before, if it had.
        case queue(QueueID, origin: QueueID?)
        /// On through the exchange of that name.
        case exchange([UInt8])
    }

    var due: Timestamp
    var goal: Goal
    var blindKeys: UnsafeRawBufferPointer

    init(due: Timestamp, goal: Goal, blindKeys: UnsafeRawBufferPointer) {
        self.due = due
        self.goal = goal
        self.blindKeys = blindKeys
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        func put<Value: BitwiseCopyable>(_ value: Value) {
            withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
        }
        func put(_ id: QueueID) {
            put(id.slot)
            put(id.incarnation)
        }
        put(self.due.microseconds)
        switch self.goal {
        case .queue(let id, nil):
            put(1 as UInt8)
            put(id)
        case .queue(let id, let origin?):
            put(2 as UInt8)
            put(id)
            put(origin)
        case .exchange(let name):
            put(3 as UInt8)
            put(UInt8(name.count))
            bytes += name
        }
        return bytes + self.blindKeys
    }

    /// Reads what ``encoded`` wrote; nil when it is something else.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 10 else { return nil }
        func id(at offset: Int) -> QueueID {
            QueueID(
                slot: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self),
                incarnation: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
        }
        self.due = Timestamp(microseconds: bytes.loadUnaligned(as: Int64.self))
        let end: Int
        switch bytes[8] {
        case 1 where bytes.count >= 17:
            self.goal = .queue(id(at: 9), origin: nil)
            end = 17
        case 2 where bytes.count >= 25:
            self.goal = .queue(id(at: 9), origin: id(at: 17))
            end = 25
        case 3 where bytes.count >= 10 + Int(bytes[9]):
            end = 10 + Int(bytes[9])
            self.goal = .exchange(Array(bytes[10..<end]))
        default: return nil
        }
        self.blindKeys = UnsafeRawBufferPointer(rebasing: bytes[end...])
    }
}
