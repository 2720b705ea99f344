import Messaging

/// One queue: its log, which of its messages are where, and who consumes it.
///
///     ready = requeued, in the order of positions, then the log from its cursor on;
///             with priorities, level by level
///
/// Unacked messages stand in the lists of the channels that hold them.
struct Queue {
    let id: QueueID
    let name: QueueName
    /// Slot of its virtual host.
    let host: Int
    var settings: QueueSettings
    var log: LevelledLog
    var requeued = RequeuedList()

    private(set) var ready = 0
    /// Bytes of the bodies of ready messages.
    private(set) var readyBytes: UInt64 = 0
    private(set) var unacked = 0
    /// Bytes of the bodies of these.
    private(set) var unackedBytes: UInt64 = 0
    /// Messages in it that no restart brings back, ready or unacked: never less than there are,
    /// and none when it is empty. A stream has none.
    private(set) var transient = 0
    /// Ready messages of each priority; empty without priorities.
    private(set) var readyByPriority: [Int]
    var tally = QueueTally()
    var meters = QueueMeters()
    /// Messages that died here and still lie in some queue.
    var dead = 0
    var deadLedger = DeadLedger()

    var consumers: ConsumerRing
    var hasExclusiveConsumer = false
    var bindings: Set<Binding> = []
    /// Deleted in this batch: effects may still point to it, nothing else may.
    var isDeleted = false

    /// Whether it stands in the list of queues that the end of the batch has to see to.
    var isDue = false
    /// Whether it stands in the list of queues whose logs have grown.
    var hasGrown = false
    /// Whether it stands in the list of queues whose logs may free memory.
    var isReleaseDue = false
    /// When the timer fires that is set for its head.
    var timer: Timestamp?
    /// When that fires which is set for `x-expires`.
    var expiryTimer: Timestamp?
    /// Whether it stands in the list of queues whose turn ended before their work did.
    var isUnfinished = false
    /// When it was last used, for `x-expires`.
    var usedAt: Timestamp
    /// Dead letters that wait for the end of the batch to get in.
    var lateLetters = 0
    /// What waits for an evicted chunk.
    var deferred = DeferredWork()
    var oldestUnacked = OldestUnacked.none
    /// What only a stream has; its messages all count as ready, and none ever as unacked.
    var stream: StreamState?
    /// How often messages were returned that have not been taken since a restart.
    var restoredReturns: [Position: UInt32] = [:]
    /// Messages that wait outside of it to come back; see ``WaitingLog``.
    var waiting = WaitingHeap()
    /// When the timers fire that are set for them, the next one last. Each was set for a message
    /// that comes before all others, so there are never more of them than messages.
    var waitingTimers: [Timestamp] = []
    /// It is a ``WaitingLog``, which no client and no policy reaches.
    let isWaitingLog: Bool
    /// What holds its deliveries back; nil when nothing can.
    var control: DeliveryControl?
    /// The ids that it takes once; nil when it takes any.
    var deduplication: DeduplicationWindow?
    var habits = PublishHabits()

    init(
        id: QueueID, name: QueueName, host: Int, settings: QueueSettings, gauge: MemoryGauge,
        now: Timestamp
    ) {
        self.id = id
        self.name = name
        self.host = host
        self.settings = settings
        self.isWaitingLog = name == WaitingLog.name
        self.log = LevelledLog(priorityMax: settings.priorityMax, gauge: gauge)
        self.consumers = ConsumerRing(isSingleActive: settings.isSingleActive)
        self.readyByPriority =
            settings.priorityMax == 0
            ? [] : [Int](repeating: 0, count: Int(settings.priorityMax) + 1)
        self.usedAt = now
        if settings.isStream {
            self.stream = StreamState()
            self.log.limitChunks(toBytes: settings.segmentBytesMax)
        }
    }

    /// Counts messages of one position's priority in or out.
    @inline(__always)
    private mutating func countReady(_ change: Int, at position: Position) {
        self.ready += change
        guard !self.readyByPriority.isEmpty else { return }
        self.readyByPriority[Int(self.log.priority(of: position))] += change
    }

    // MARK: In

    /// Appends a message, which is ready then.
    ///
    /// - Parameter commit: The one that it belongs to; nil when it is in none.
    mutating func append(_ record: NewRecord, commit: CommitNumber?) -> Position {
        self.readyBytes += UInt64(record.body.count)
        self.tally.published += record.isRetry ? 0 : 1
        self.transient += record.isPersistent ? 0 : 1
        if let origin = record.origin { self.deadLedger.arrived(from: origin) }
        let position = self.log.append(record, commit: commit)
        self.countReady(1, at: position)
        return position
    }

    /// Appends a message to a stream, which counts the bytes of whole records.
    mutating func appendNumbered(_ record: NewRecord, commit: CommitNumber) -> Position {
        self.ready += 1
        self.readyBytes += UInt64(record.size)
        self.tally.published += 1
        return self.log.append(record, commit: commit)
    }

    /// Drops these chunks of a stream, the first that it still has.
    mutating func dropChunks(_ range: Range<Int>) {
        let dropped = self.log.levels[0].chunks[range]
        self.ready -= dropped.reduce(0) { $0 + $1.live }
        self.readyBytes -= dropped.reduce(0) { $0 + UInt64($1.used) }
        self.log.dropChunks(through: range.upperBound - 1)
    }

    /// Numbers what a stream has from an earlier process, beginning with that offset.
    mutating func restoreStream(from first: UInt64) {
        self.log.limitChunks(toBytes: self.settings.segmentBytesMax)
        self.stream?.next = self.log.numberChunks(from: first)
        self.readyBytes = self.log.levels[0].chunks.reduce(0) { $0 + UInt64($1.used) }
    }

    /// Puts deliveries of one queue back, in the order of their positions.
    mutating func requeue(_ deliveries: ArraySlice<Unacked>) {
        self.unacked -= deliveries.count
        for delivery in deliveries {
            self.countReady(1, at: delivery.position)
            self.readyBytes += UInt64(delivery.bodyBytes)
            self.unackedBytes -= UInt64(delivery.bodyBytes)
            self.oldestUnacked.left(delivery.position)
            if let origin = delivery.origin { self.deadLedger.requeued(from: origin) }
        }
        self.requeued.insert(
            sorted: deliveries.map {
                Requeued(
                    position: $0.position, enqueuedAt: $0.enqueuedAt, origin: $0.origin,
                    bodyBytes: $0.bodyBytes, returns: $0.returns,
                    isPersistent: $0.isPersistent)
            })
    }

    // MARK: Out

    /// What is known of a message that was taken from the head.
    struct Taken {
        var position: Position
        var enqueuedAt: Timestamp
        var origin: QueueID?
        var bodyBytes: UInt32
        var returns: UInt32 = 0
        var isPersistent: Bool
        var isRedelivered: Bool
        /// It was rejected before and came back.
        var isRetry = false
    }

    enum Head {
        case none
        case taken(Taken)
        /// It has expired and is still there.
        case expired
        /// The bytes of the chunk at that place have to be loaded first.
        case evicted(LevelledLog.ChunkPlace)
    }

    /// The first ready message when it is one that came back.
    mutating func firstRequeued() -> Requeued? {
        guard let entry = self.requeued.first, !self.log.hasHead(before: entry.position) else {
            return nil
        }
        return entry
    }

    /// Takes the first ready message, which is neither ready nor unacked then.
    ///
    /// - Parameter now: Refuses to take a message that has expired by then, unless it was
    ///   appended since queues were last seen to; nil takes it even so.
    mutating func takeHead(unlessExpiredAt now: Timestamp?) -> Head {
        if let entry = self.firstRequeued() { return self.takeRequeued(entry, now: now) }
        switch self.log.head() {
        case .none: return .none
        case .evicted(let place): return .evicted(place)
        case .record(let position, let record):
            if let now, let expiresAt = record.expiresAt, expiresAt <= now,
                !self.log.isFresh(position)
            {
                return .expired
            }
            self.log.take(record, at: position)
            var taken = Taken(
                position: position, enqueuedAt: record.enqueuedAt, origin: record.origin,
                bodyBytes: record.bodyBytes,
                isPersistent: record.flags.contains(.persistent),
                isRedelivered: self.log.wasDelivered(position),
                isRetry: record.flags.contains(.retry))
            if !self.restoredReturns.isEmpty { self.takeRestoredReturns(&taken) }
            self.countReady(-1, at: position)
            self.readyBytes -= UInt64(taken.bodyBytes)
            return .taken(taken)
        }
    }

    private mutating func takeRequeued(_ entry: Requeued, now: Timestamp?) -> Head {
        guard let record = self.log.record(at: entry.position) else {
            return .evicted(self.log.place(of: entry.position))
        }
        if let now, let expiresAt = record.expiresAt, expiresAt <= now { return .expired }
        self.requeued.removeFirst()
        self.countReady(-1, at: entry.position)
        self.readyBytes -= UInt64(entry.bodyBytes)
        return .taken(
            Taken(
                position: entry.position, enqueuedAt: entry.enqueuedAt, origin: entry.origin,
                bodyBytes: entry.bodyBytes, returns: entry.returns,
                isPersistent: entry.isPersistent, isRedelivered: true))
    }

    /// Counts a delivery.
    mutating func count(_ taken: Taken, isAutoAck: Bool, now: Timestamp) {
        self.tally.delivered += 1
        if isAutoAck { self.tally.deliveredWithoutAck += 1 }
        if taken.isRedelivered {
            self.tally.redelivered += 1
        } else if !taken.isRetry {
            self.meters.timeInQueue.record(
                microseconds: now.microseconds(since: taken.enqueuedAt))
        }
    }

    /// Counts a taken message as unacked.
    mutating func hold(_ taken: Taken, now: Timestamp) {
        self.unacked += 1
        self.unackedBytes += UInt64(taken.bodyBytes)
        self.oldestUnacked.delivered(taken.position, at: now)
        if let origin = taken.origin { self.deadLedger.delivered(from: origin) }
    }

    /// Forgets an unacked message.
    mutating func settle(_ delivery: Unacked) {
        self.unacked -= 1
        self.unackedBytes -= UInt64(delivery.bodyBytes)
        self.oldestUnacked.left(delivery.position)
        if !delivery.isPersistent { self.countTransientOut() }
        if let origin = delivery.origin { self.deadLedger.leftUnacked(from: origin) }
        self.log.settle(delivery.position)
    }

    /// Forgets a message that was taken and never held.
    mutating func settle(_ taken: Taken) {
        if !taken.isPersistent { self.countTransientOut() }
        if let origin = taken.origin { self.deadLedger.leftReady(from: origin) }
        self.log.settle(taken.position)
    }

    /// Takes out a ready message that stands anywhere; it is settled then.
    mutating func remove(_ position: Position, _ record: Record) {
        if self.requeued.remove(at: position) != nil {
            self.log.settle(position)
        } else {
            self.restoredReturns[position] = nil
            self.log.settleAhead(position)
        }
        self.countReady(-1, at: position)
        self.readyBytes -= UInt64(record.bodyBytes)
        if !record.flags.contains(.persistent) { self.countTransientOut() }
        if let origin = record.origin { self.deadLedger.leftReady(from: origin) }
    }

    /// Counts a message out that no restart would have brought back.
    ///
    /// Some were counted out before when the queue was purged: nobody knew which of them were.
    private mutating func countTransientOut() {
        self.transient = min(max(0, self.transient - 1), self.ready + self.unacked)
    }

    // MARK: The store

    /// Takes over what the store has from before this process.
    mutating func restore(_ recovered: RecoveredQueue) {
        self.log.restore(recovered.levels)
        for level in recovered.levels {
            for chunk in level.chunks {
                self.countReady(chunk.live, at: chunk.start)
                self.readyBytes += chunk.bodyBytes
                for (origin, count) in chunk.origins {
                    for _ in 0..<count { self.deadLedger.arrived(from: origin) }
                }
            }
        }
    }

    /// Gives an evicted chunk its bytes back; what is missing in it is gone.
    ///
    /// - Returns: How many messages are missing.
    mutating func fill(
        _ place: LevelledLog.ChunkPlace, with bytes: UnsafeRawBufferPointer
    ) -> Int {
        let missing = self.log.fill(place, with: bytes)
        guard missing > 0 else { return 0 }
        self.countReady(-missing, at: self.log.chunk(at: place).id.start)
        if self.ready == 0 { self.readyBytes = 0 }
        self.transient = min(self.transient, self.ready + self.unacked)
        return missing
    }

    /// Forgets all ready messages.
    ///
    /// - Returns: How many there were.
    mutating func dropReady() -> Int {
        let count = self.ready
        for entry in self.requeued.all { self.log.settle(entry.position) }
        self.requeued.removeAll()
        self.restoredReturns = [:]
        self.log.dropReady()
        self.ready = 0
        self.readyBytes = 0
        self.transient = min(self.transient, self.unacked)
        for priority in self.readyByPriority.indices { self.readyByPriority[priority] = 0 }
        return count
    }
}
