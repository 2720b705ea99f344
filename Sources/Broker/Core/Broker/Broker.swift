import Messaging

/// The broker without I/O: commands, publishes and time go in, effects come out.
///
/// Its owner enters it once a batch, in this order:
///
///     publish / handle …        what one read of a connection held
///     endBatch(now:)            deliveries, confirms, expiry
///     storeEffects, outboxes    the owner performs them; the store's answers come back through
///                               durable(upTo:) and chunkLoaded, now or in a later batch
///     effectsPerformed()        memory that effects pointed to is freed
///
/// Nothing here blocks, waits or knows a clock. Commands of connections and channels it does not
/// know are ignored: they are late, their channel was closed while they were on the way.
package struct Broker: ~Copyable {
    /// What each connection is to be sent; only connections that get something have one.
    package var outboxes: ArraySlice<Outbox> { self.outboxPool.prefix(self.outboxCount) }
    /// What the store is to do.
    package internal(set) var storeEffects: [StoreEffect] = []

    var connections = SlotTable<Connection>()
    var channels = SlotTable<Channel>()
    var consumers = SlotTable<Consumer>()
    var queues = SlotTable<Queue>()
    var exchanges = SlotTable<Exchange>()
    var hosts = SlotTable<VirtualHost>()
    var connectionSlots: [ConnectionID: Int] = [:]
    var hostSlots: [VirtualHostName: Int] = [:]
    /// Who may do what; see ``AccessTable``.
    var access = AccessTable()
    /// What administrators set by name; see ``RuntimeParameter``.
    var parameterValues: [RuntimeParameter.Key: FieldValue] = [:]
    /// Bindings of all exchanges.
    var bindingCount = 0
    /// Whose consumer waits for replies to an address.
    var replyChannels: [[UInt8]: ChannelID] = [:]
    /// The connection of the last call, which is mostly that of the next.
    var lastConnection: (id: ConnectionID, slot: Int)?
    /// Grows with every change of exchanges, queues or bindings; routes cached before are void.
    var topology: UInt64 = 1
    var deadLetterTargets = DeadLetterTargets()
    var nextParkedNumber: UInt64 = 0
    var generator: SeededGenerator
    var unroutableTotal: UInt64 = 0
    /// What connections and queues did that are gone.
    var departed = DepartedTotals()
    /// Bytes that hold messages.
    let gauge = MemoryGauge()
    var messageMemoryBytesMax = Limits.messageMemoryBytesMax
    var queuesMax = Limits.queuesMax
    /// Above so many, chunks that are not needed soon leave memory; nil when the store could not
    /// give them back.
    var residentBytesMax: Int?
    /// Where the search for such chunks goes on when no queue has grown.
    var evictionSlot = 0
    /// Too much memory holds messages.
    var isMemoryLow = false
    var disk = DiskState.fine
    /// The disk takes nothing new but what makes room on it.
    var isDiskFull = false
    /// More waits for the disk than should.
    var isStoreBehind = false
    /// How long a delivery may stay unacked where its queue does not say; nil is without end.
    var consumerTimeoutMicroseconds: Int64?
    /// When the timer fires that looks for deliveries which nobody acknowledges.
    var overdueTimer: Timestamp?

    /// Outboxes of this batch and, behind them, empty ones of earlier batches to fill again.
    private var outboxPool: [Outbox] = []
    private var outboxCount = 0
    /// What the end of the batch has to see to.
    var due = DueWork()
    var timers = TimerHeap()
    /// Messages that wait to come back or to be published, of all virtual hosts.
    var waitingCount = 0
    var waitingMax = Limits.waitingMax
    /// What becomes durable next.
    var openCommit = CommitNumber(1)
    /// What is durable already.
    package internal(set) var durableCommit = CommitNumber(0)

    /// - Parameter seed: Where the random part of the names that the broker gives comes from.
    package init(seed: UInt64) {
        self.generator = SeededGenerator(seed: seed)
        self.addVirtualHost(.default)
        self.addGuest()
    }

    // MARK: Effects

    /// Adds an effect to what the batch sends to a connection.
    @inline(__always)
    mutating func emit(_ effect: Effect, to connection: Int) {
        let outbox = self.connections[connection].outbox ?? self.openOutbox(for: connection)
        self.outboxPool[outbox].effects.append(effect)
    }

    private mutating func openOutbox(for connection: Int) -> Int {
        let index = self.outboxCount
        let id = self.connections[connection].id
        if index < self.outboxPool.count {
            self.outboxPool[index].connection = id
        } else {
            self.outboxPool.append(Outbox(connection: id))
        }
        self.outboxCount += 1
        self.connections[connection].outbox = index
        return index
    }

    /// Frees what the effects of the batch pointed to, and empties ``outboxes`` and
    /// ``storeEffects``.
    ///
    /// What the store may forget of the chunks freed here is among the next batch's effects.
    package mutating func effectsPerformed() {
        for index in 0..<self.outboxCount {
            if let slot = self.connectionSlots[self.outboxPool[index].connection] {
                self.connections[slot].outbox = nil
            }
            // A burst's memory is not kept.
            let capacity = self.outboxPool[index].effects.capacity
            self.outboxPool[index].effects.removeAll(keepingCapacity: capacity <= 16_384)
        }
        self.outboxCount = 0
        self.due.allowance = .batch
        self.storeEffects.removeAll(keepingCapacity: self.storeEffects.capacity <= 16_384)
        self.releaseMemory()
        self.evictIfShort()
    }
}

/// What the end of a batch has to see to, each thing listed once.
struct DueWork {
    /// Queues that got messages, or whose consumers may get more.
    var queues: [QueueID] = []
    /// Those whose turn ended before their work did.
    var unfinished: [QueueID] = []
    /// What may still be handed out in this batch.
    var allowance = DeliveryAllowance.batch
    /// Whether something is to become durable with the open commit.
    var hasCommit = false
    /// Whether somebody waits for that.
    var isCommitAwaited = false
    /// Whether the present command has declared something.
    var hasDefined = false
    /// Connections that hear nothing before what they declared is durable.
    var gated: [ConnectionID] = []
    /// Channels with publishes to confirm.
    var channels: [ChannelID] = []
    /// Channels whose confirms wait for a commit.
    var awaitingCommit: [ChannelID] = []
    /// Dead letters that wait for the end of the batch.
    var letters: [LateLetter] = []
    /// Of these, what may still be worked off in this batch, so that nobody waits for all of them.
    var letterAllowance = DueWork.lettersMax
    static let lettersMax = 4_096
    /// The number of the letter that is being buried; nil once it has counted.
    var lastLetter: UInt64?
    private var letterCount: UInt64 = 0
    /// Consumers that are gone with their queues, and have to be told: after the answer to who
    /// deleted these.
    var cancels: [(channel: ChannelID, tag: ConsumerTag)] = []
    /// Consumers that settled something.
    var consumers: [ConsumerID] = []
    /// Queues whose logs may free memory.
    var logs: [QueueID] = []
    /// Chunks that were loaded lately, the newest last.
    var recent: [(queue: QueueID, chunk: ChunkID)] = []
    /// Queues whose logs have got chunks since memory was last short.
    var grown: [QueueID] = []
    /// Slots that effects of this batch still point to, to be emptied after it.
    var deletedQueues: [Int] = []
    var deletedConsumers: [Int] = []
    var deletedHosts: [Int] = []

    /// Numbers the next dead letter.
    mutating func beginLetter() {
        self.letterCount += 1
        self.lastLetter = self.letterCount
    }
}
