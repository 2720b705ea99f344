import Messaging

/// What the broker keeps of one connection.
struct Connection {
    let id: ConnectionID
    /// Where it comes from, shown to operators.
    let origin: String
    let user: String
    /// Slot of its virtual host.
    let host: Int
    /// Whether it may publish in another user's name: as its user's tags were when it came.
    var isImpersonator = false
    /// What its user may do.
    var grants = Grants()
    /// What the client says of itself.
    let clientProperties: FieldTable
    /// Whether its consumers may get anything.
    var isWritable = true
    /// It hears nothing before that commit is durable, in which something is that it declared.
    var awaitedCommit: CommitNumber?
    /// It publishes while the broker is short of something: nothing is read from it.
    var isBlocked = false
    /// It publishes while the store is behind: nothing is read from it either.
    var isPaused = false
    /// It was told to close: what still comes on it is ignored.
    var isClosing = false
    /// Slots of its channels by their number; -1 where none is open.
    private var slots: [Int32] = []
    /// Messages in and out on channels that are closed now.
    var publishedBefore: UInt64 = 0
    var deliveredBefore: UInt64 = 0
    /// Queues that go with it; some may have gone already.
    var exclusiveQueues: [QueueID] = []
    /// Which outbox of the batch is its; nil when it has none yet.
    var outbox: Int?

    init(
        id: ConnectionID, origin: String, user: String, host: Int, clientProperties: FieldTable
    ) {
        self.id = id
        self.origin = origin
        self.user = user
        self.host = host
        self.clientProperties = clientProperties
    }

    @inline(__always)
    var canTakeDeliveries: Bool {
        self.isWritable && !self.isClosing && self.awaitedCommit == nil
    }

    @inline(__always)
    func channel(_ number: ChannelNumber) -> Int? {
        let index = Int(number.number)
        guard index < self.slots.count, self.slots[index] >= 0 else { return nil }
        return Int(self.slots[index])
    }

    mutating func setChannel(_ number: ChannelNumber, _ slot: Int?) {
        let index = Int(number.number)
        while self.slots.count <= index { self.slots.append(-1) }
        self.slots[index] = slot.map { Int32($0) } ?? -1
    }

    /// Slots of its open channels, by their number.
    var channels: [Int] { self.slots.filter { $0 >= 0 }.map { Int($0) } }
}
