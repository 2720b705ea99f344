import Core
import Messaging
import Store
import TestSupport

/// A broker and its store on a simulated disk, driven step by step without threads.
///
/// One client on one channel with confirms does everything. What the store answers comes only
/// when ``pump()`` is called, so a crash may find anything under way.
final class SimulatedBroker {
    static let connection = ConnectionID(1)
    static let channel = ChannelNumber(1)

    /// So much is the store's own; a mutation of the store is one without.
    static let reserveBytes: UInt64 = 8_192

    /// Small enough that some hundred messages fill logs, segments and memory.
    ///
    /// - Parameter keepsLogs: Checkpoints leave log files that are half alive as they are.
    private static func limits(keepsLogs: Bool) -> StoreLimits {
        var limits = StoreLimits()
        limits.logFileBytes = 6_000
        limits.segmentFileBytes = 9_000
        limits.sliceBytes = 1_500
        limits.extentBytes = 1_024
        limits.unsyncedBytesMax = 3_000
        limits.logExtentsMax = 60
        limits.keptLogExtentBytesMin = 100
        limits.reserveBytes = Self.reserveBytes
        limits.slackBytes = 256
        if keepsLogs { limits.keptLogShareMin = 0.5 }
        return limits
    }

    /// A message as the client got it.
    struct Got {
        var tag: DeliveryTag
        var body: String
        var isRedelivered: Bool
        var queue: QueueID
        /// How often it was returned before; queues that do not count say nothing.
        var returns: UInt32?
    }

    let disk: SimulatedDisk
    private(set) var machine: StoreMachine
    private(set) var broker: Broker
    let report: RecoveryReport
    private var batch = StoreBatch()
    private var loads: [ChunkLoad] = []
    /// The clock of broker and store, µs.
    var now: Int64

    /// Confirmed publishes, by their numbers on the channel.
    private(set) var confirmed: Set<UInt64> = []
    private var confirmedUpTo: UInt64 = 0
    private(set) var rejected: Set<UInt64> = []
    private(set) var got: [Got] = []
    private(set) var replies: [Reply] = []
    private(set) var publishCount: UInt64 = 0
    private(set) var loadCount = 0
    private(set) var keepCount = 0
    private(set) var gotCount = 0
    /// The commit that is open.
    private(set) var openCommit: UInt64 = 1
    /// What was sent before it was durable.
    private var gate: CommitNumber?
    private var held: [Reply] = []

    /// - Throws: What the store says when it cannot be opened.
    init(
        on disk: SimulatedDisk, residentBytesMax: Int?, keepsLogs: Bool = false, now: Int64
    ) throws {
        self.disk = disk
        self.now = now
        let (machine, recovered) = try StoreMachine.open(
            disk, limits: Self.limits(keepsLogs: keepsLogs), nowMicroseconds: now)
        self.machine = machine
        self.report = recovered.report
        self.broker = Broker(seed: 1)
        let problems = self.broker.restore(
            recovered.definitions, recovered.contents, now: Timestamp(microseconds: self.now))
        precondition(problems.isEmpty, "\(problems)")
        self.broker.setResidentMemoryMax(residentBytesMax)
        self.broker.connectionOpened(Self.connection, origin: "test", user: "guest")
        self.send(.openChannel)
        self.send(.selectConfirms(isNoWait: true))
    }

    var timestamp: Timestamp { Timestamp(microseconds: self.now) }

    func isConfirmed(_ number: UInt64) -> Bool {
        number <= self.confirmedUpTo || self.confirmed.contains(number)
    }

    // MARK: What the client does

    func send(_ command: Command) {
        self.broker.handle(
            command, from: Self.connection, on: Self.channel, now: self.timestamp)
        self.finish()
    }

    /// - Parameter describe: Sets further properties.
    /// - Returns: Its number on the channel.
    @discardableResult
    func publish(
        _ body: String, to key: String, exchange: String = "", isPersistent: Bool,
        _ describe: (inout MessageProperties) -> Void = { _ in }
    ) -> UInt64 {
        var properties = MessageProperties()
        if isPersistent {
            properties.deliveryMode = MessageProperties.DeliveryMode.persistent.rawValue
        }
        describe(&properties)
        let encoded = properties.encoded()
        let bytes = Array(exchange.utf8) + Array(key.utf8) + encoded + Array(body.utf8)
        let names = exchange.utf8.count
        let keyed = names + key.utf8.count
        let slice = MessageSlice(
            exchangeOffset: 0, exchangeBytes: UInt8(names), keyOffset: names,
            keyBytes: UInt8(key.utf8.count), propertiesOffset: keyed,
            propertiesBytes: encoded.count, bodyOffset: keyed + encoded.count,
            bodyBytes: body.utf8.count, isMandatory: false, isImmediate: false)
        bytes.withUnsafeBytes {
            self.broker.publish(
                slice, in: $0, from: Self.connection, on: Self.channel, now: self.timestamp)
        }
        self.publishCount += 1
        return self.publishCount
    }

    func purge(_ queue: String) {
        _ = self.broker.purge(QueueName(queue), now: self.timestamp)
        self.finish()
    }

    // MARK: Batches

    /// Ends the batch and hands everything over, the answers excepted.
    func finish() {
        repeat {
            self.broker.endBatch(now: self.timestamp)
            self.perform()
        } while self.broker.hasMoreToDo
    }

    private func perform() {
        for effect in self.broker.storeEffects {
            switch effect {
            case .append(let queue, let position):
                self.batch.append(
                    self.broker.recordBytes(of: queue, at: position), to: queue, at: position)
            case .settle(let queue, let position): self.batch.settle(position, of: queue)
            case .settleReady(let queue, let from, let upTo):
                self.batch.settleReady(of: queue, from: from, upTo: upTo)
            case .note(let queue, let key, let value): self.batch.note(key, value, of: queue)
            case .define(let change): self.batch.define(change)
            case .commit(let number, let isAwaited):
                self.batch.close(number, isAwaited: isAwaited)
                self.machine.take(exchange(&self.batch, with: StoreBatch()))
                self.openCommit = number.number + 1
            case .loadChunk(let queue, let chunk):
                self.loads.append(ChunkLoad(queue: queue, chunk: chunk))
            case .keepChunk(let queue, let chunk): self.keep(queue, chunk)
            case .releaseChunk(let queue, let chunk):
                self.machine.release(ChunkLoad(queue: queue, chunk: chunk))
            }
        }
        for outbox in self.broker.outboxes {
            for effect in outbox.effects { self.take(effect) }
        }
        self.broker.effectsPerformed()
    }

    private var kept: [(ChunkLoad, isKept: Bool)] = []

    private func keep(_ queue: QueueID, _ chunk: ChunkID) {
        guard let bytes = self.broker.chunkBytes(of: queue, chunk: chunk) else { return }
        let load = ChunkLoad(queue: queue, chunk: chunk)
        let copy = Array(bytes)
        self.keepCount += 1
        self.kept.append((load, (try? self.machine.keep(load, bytes: copy)) != nil))
    }

    private func take(_ effect: Effect) {
        switch effect {
        case .awaitCommit(let commit):
            if commit > self.broker.durableCommit { self.gate = commit }
        case .got(_, let got):
            let view = self.broker.record(of: got.queue, at: got.position)
            self.got.append(
                Got(
                    tag: got.tag, body: String(decoding: view.body, as: UTF8.self),
                    isRedelivered: got.isRedelivered, queue: got.queue, returns: got.returns))
            self.gotCount += 1
        case .confirm(_, let tag, let isMultiple):
            if isMultiple {
                self.confirmedUpTo = max(self.confirmedUpTo, tag.number)
            } else {
                self.confirmed.insert(tag.number)
            }
        case .reject(_, let tag): self.rejected.insert(tag.number)
        case .reply(_, let reply):
            if self.gate == nil { self.replies.append(reply) } else { self.held.append(reply) }
        case .deliver, .directReply, .returned, .consumerCancelled, .closeChannel, .blocked,
            .unblocked, .stopReading, .startReading, .closeConnection:
            break
        }
    }

    func takeGot() -> [Got] { exchange(&self.got, with: []) }

    func takeReplies() -> [Reply] { exchange(&self.replies, with: []) }

    // MARK: The store's turn

    /// Lets the store work: it writes, syncs, reads, and goes on with a checkpoint.
    func pump(slices: Int = 1) {
        self.fireTimers()
        if let done = self.machine.advance(nowMicroseconds: self.now) {
            self.broker.durable(upTo: done)
            if let gate = self.gate, gate <= done {
                self.gate = nil
                self.replies += exchange(&self.held, with: [])
            }
        }
        for (load, isKept) in exchange(&self.kept, with: []) {
            if isKept {
                self.broker.chunkKept(load.queue, chunk: load.chunk)
            } else {
                self.broker.chunkNotKept(load.queue, chunk: load.chunk)
            }
        }
        for load in exchange(&self.loads, with: []) {
            guard let bytes = try? self.machine.load(load) else {
                self.loads.append(load)
                continue
            }
            self.loadCount += 1
            bytes.withUnsafeBytes {
                self.broker.chunkLoaded(
                    load.queue, chunk: load.chunk, bytes: $0, now: self.timestamp)
            }
        }
        for _ in 0..<slices where !self.machine.work(nowMicroseconds: self.now) { break }
        self.finish()
    }

    private func fireTimers() {
        guard let next = self.broker.nextTimer, next <= self.timestamp else { return }
        self.broker.timeReached(now: self.timestamp)
        self.finish()
    }

    /// Lets everything happen that is due, without letting time pass; the disk must be well.
    func comeToRest() {
        for _ in 0..<10_000 {
            self.finish()
            // No checkpoint: it would save what is not as durable as the store takes it to be.
            self.pump(slices: 0)
            let isTimerDue = self.broker.nextTimer.map { $0 <= self.timestamp } ?? false
            if self.loads.isEmpty, !isTimerDue { return }
        }
        preconditionFailure("what is due does not come to an end")
    }

    /// Whether something waits for bytes that have left memory.
    var isLoading: Bool { !self.loads.isEmpty }

    /// Messages that wait in exchanges which delay them.
    var waitingCount: Int { self.broker.sample(now: self.timestamp).delayed }

    /// Pumps until the store has nothing left to do; the disk must be well.
    func settle() {
        for _ in 0..<1_000 {
            self.now += 600_000  // Past every interval and retry.
            self.pump(slices: 100)
            let isDone =
                self.machine.isIdle && self.loads.isEmpty && self.kept.isEmpty
            if isDone { return }
        }
        preconditionFailure("the store does not come to rest")
    }

    // MARK: The end

    /// Ends at once: nothing of it reaches the disk any more.
    func die() {
        self.disk.breakOff()
        self.machine.close()
    }

    /// Stops in order.
    func stop() {
        self.broker.connectionClosed(Self.connection, now: self.timestamp)
        self.finish()
        self.machine.stop(
            cursors: self.broker.deliveryCursors, nowMicroseconds: self.now)
    }

    /// How many messages a queue says that it has ready.
    func readyCount(_ queue: String) -> Int? {
        self.broker.sample(now: self.timestamp).queues.first { $0.name.text == queue }?.ready
    }

    /// Everything in a queue, in its order, page by page; nil when there is no such queue.
    func browse(_ queue: String) -> [BrowsedRecord]? {
        var records: [BrowsedRecord] = []
        for _ in 0..<10_000 {
            let answer = self.broker.browse(
                QueueName(queue), after: records.last?.position, countMax: 20,
                bodyBytesMax: 10_000)
            switch answer {
            case .value(let page):
                records += page.records
                if !page.hasMore { return records }
            case .queueNotFound: return nil
            case .loading:
                self.finish()
                self.pump(slices: 0)
            }
        }
        preconditionFailure("what is to be loaded is never loaded")
    }
}
