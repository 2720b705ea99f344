import Core
import Messaging
import NIOCore
import Passwords
import Store

/// The one owner of the broker and its store.
///
/// Its executor is an event loop. A connection on that loop enters it synchronously, with
/// `assumeIsolated`; one on another loop hands over a whole read with `execute`. Everybody else
/// awaits. So the broker needs no lock, and a boundary is crossed once a batch:
///
///     read -> batch { publish, handle … } -> endBatch -> store -> outlets encode -> outlets flush
///
/// The clock is read once a batch: all that happens in it happens at one moment.
package actor Engine {
    /// The loop that this actor runs on.
    package nonisolated let loop: any EventLoop
    private nonisolated let executor: any SerialExecutor
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.executor.asUnownedSerialExecutor()
    }

    package nonisolated let clock: EngineClock
    private let store: any MessageStore
    var connectionsMax: Int
    /// Tells the operator something where no console does.
    let notify: @Sendable (EngineNotice) -> Void
    /// The alarms that were told last.
    var toldAlarms: BrokerAlarms = []
    var broker: Broker
    var failedLogins = FailedLogins()
    /// Users that may log in from this machine only.
    let loopbackUsers: Set<UserName>
    private(set) var outlets: [ConnectionID: any ConnectionOutlet] = [:]
    /// Those that may have something to flush at the end of the batch.
    private var touched: [any ConnectionOutlet] = []
    /// Those that hold something back until it is durable.
    private var gated: [ConnectionID: any ConnectionOutlet] = [:]
    /// What becomes durable with the open commit.
    private var storeBatch: StoreBatch
    private var timer: (moment: Timestamp, task: Scheduled<Void>)?
    private var isDeliveryScheduled = false
    /// Commits that the store has not done, each with its bytes.
    private var outstanding = OutstandingCommits()
    /// What the disk lets the store do now.
    package private(set) var health = StoreHealth.fine
    /// What was found damaged on the disk since the start.
    package internal(set) var damages: [DamageReport] = []
    /// Calls that wait for the store to read something back.
    private var loadWaiters: [CheckedContinuation<Void, Never>] = []
    /// Calls that wait for a commit; see ``settled()``.
    var commitWaiters: [(commit: CommitNumber, continuation: CheckedContinuation<Void, Never>)] =
        []
    /// Calls that wait until nothing is outstanding, or the disk fails.
    var durabilityWaiters: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - loop: Where it runs; it must also be a serial executor, as NIO's own loops are.
    ///   - seed: Where the random part of names that the broker gives comes from.
    package init(
        on loop: any EventLoop, clock: EngineClock, store: any MessageStore, seed: UInt64,
        limits: EngineLimits = EngineLimits(),
        notify: @escaping @Sendable (EngineNotice) -> Void = { _ in }
    ) {
        self.notify = notify
        self.loop = loop
        self.executor = loop.executor
        self.clock = clock
        self.store = store
        self.storeBatch = store.emptyBatch()
        self.connectionsMax = limits.connectionsMax
        self.loopbackUsers = limits.loopbackUsers
        self.broker = Broker(seed: seed)
        self.broker.setFirstPassword(PasswordHash.make(of: User.defaultPassword), .sha256)
        self.broker.setMessageMemoryMax(limits.messageMemoryBytesMax)
        self.broker.setQueuesMax(limits.queuesMax)
        self.broker.setConsumerTimeout(
            microseconds: limits.consumerTimeoutMilliseconds.map { $0 * 1_000 },
            now: clock.now())
        self.broker.setResidentMemoryMax(
            store.keepsChunks ? limits.residentMemoryBytesMax : nil)
        store.start { [weak self] event in
            guard let self else { return }
            loop.execute { self.assumeIsolated { engine in engine.storeAnswered(event) } }
        }
    }

    // MARK: Batches

    /// Runs one batch: `body` gives the broker what was read, then everything due is done.
    ///
    /// - Parameter outlet: Flushed at the end even when the broker has nothing for it.
    package func batch(
        for outlet: (any ConnectionOutlet)?, _ body: (inout Broker, Timestamp) -> Void
    ) {
        let now = self.clock.now()
        if let outlet { self.touched.append(outlet) }
        body(&self.broker, now)
        self.finishBatch(now: now)
    }

    /// Runs one batch of an operator's, who has no connection, and returns its outcome.
    func operation<Outcome>(_ body: (inout Broker, Timestamp) -> Outcome) -> Outcome {
        let now = self.clock.now()
        let outcome = body(&self.broker, now)
        self.finishBatch(now: now)
        return outcome
    }

    private func finishBatch(now: Timestamp) {
        self.broker.endBatch(now: now)
        if self.broker.alarms != self.toldAlarms { self.tellAlarms() }
        self.performStoreEffects()
        self.encodeOutboxes()
        self.broker.effectsPerformed()
        self.armTimer(now: now)
        self.scheduleDeliveries()
        // Last, because a socket that fails in it closes its connection, which begins a batch.
        for outlet in exchange(&self.touched, with: []) { outlet.flush() }
    }

    private func encodeOutboxes() {
        for outbox in self.broker.outboxes {
            // Gone when the connection ended in this very batch.
            guard let outlet = self.outlets[outbox.connection] else { continue }
            outlet.perform(outbox.effects, reading: self.broker)
            self.touched.append(outlet)
            if outlet.awaitedCommit != nil { self.gated[outbox.connection] = outlet }
        }
    }

    /// Goes on with deliveries that the last batch left undone, after other connections had
    /// their turn on the loop.
    private func scheduleDeliveries() {
        guard self.broker.hasMoreToDo, !self.isDeliveryScheduled else { return }
        self.isDeliveryScheduled = true
        self.loop.execute {
            self.assumeIsolated { engine in
                engine.isDeliveryScheduled = false
                engine.finishBatch(now: engine.clock.now())
            }
        }
    }

    // MARK: Connections

    /// Makes a connection known, from now on its outlet gets what the broker has for it.
    package func connect(
        _ outlet: any ConnectionOutlet, _ client: ConnectingClient
    ) -> ConnectAnswer {
        guard self.outlets.count < self.connectionsMax else {
            return .noRoom(connectionsMax: self.connectionsMax)
        }
        guard self.broker.hasVirtualHost(client.host) else { return .noSuchVirtualHost }
        let user = UserName(client.user)
        if outlet.connection.isOfClient,
            let refusal = self.broker.refusal(ofConnectionBy: user, in: client.host)
        {
            return .limitReached(refusal)
        }
        guard self.broker.admits(user, to: client.host) else { return .noAccess }
        self.broker.connectionOpened(
            outlet.connection, origin: client.origin, user: client.user, host: client.host,
            clientProperties: client.properties)
        outlet.meter?.connected(at: self.clock.now())
        self.outlets[outlet.connection] = outlet
        return .accepted
    }

    /// Forgets a connection; its unacked messages go back to their queues.
    package func disconnect(_ connection: ConnectionID) {
        guard self.outlets.removeValue(forKey: connection) != nil else { return }
        self.gated[connection] = nil
        self.operation { broker, now in broker.connectionClosed(connection, now: now) }
    }

    /// Says whether a connection can take more; while it cannot, its consumers get nothing.
    package func setWritable(_ connection: ConnectionID, _ isWritable: Bool) {
        self.broker.setWritable(connection, isWritable)
        if isWritable { self.finishBatch(now: self.clock.now()) }
    }

    /// Makes the broker have what an operator wants, as `Broker.apply` says.
    ///
    /// - Returns: What is wrong, each as a sentence; empty when all was done.
    package func apply(_ definitions: Definitions) -> [String] {
        self.operation { broker, now in broker.apply(definitions, now: now) }
    }

    package var connectionCount: Int { self.outlets.count }

    /// Stops the timer and the store; nothing may be asked of the engine afterwards.
    package func stop() async {
        self.timer?.task.cancel()
        self.timer = nil
        await self.store.stop(cursors: self.broker.deliveryCursors)
    }

    // MARK: Store

    private func performStoreEffects() {
        // What the store makes durable at once releases confirms, but adds nothing to store.
        for effect in self.broker.storeEffects {
            switch effect {
            case .append(let queue, let position):
                self.storeBatch.append(
                    self.broker.recordBytes(of: queue, at: position), to: queue, at: position)
            case .settle(let queue, let position):
                self.storeBatch.settle(position, of: queue)
            case .settleReady(let queue, let from, let upTo):
                self.storeBatch.settleReady(of: queue, from: from, upTo: upTo)
            case .note(let queue, let key, let value):
                self.storeBatch.note(key, value, of: queue)
            case .define(let change): self.storeBatch.define(change)
            case .commit(let number, let isAwaited):
                self.commit(number, isAwaited: isAwaited)
            case .loadChunk(let queue, let chunk):
                self.store.load(ChunkLoad(queue: queue, chunk: chunk))
            case .keepChunk(let queue, let chunk):
                if let bytes = self.broker.chunkBytes(of: queue, chunk: chunk) {
                    self.store.keep(ChunkLoad(queue: queue, chunk: chunk), bytes: bytes)
                }
            case .releaseChunk(let queue, let chunk):
                self.store.release(ChunkLoad(queue: queue, chunk: chunk))
            }
        }
    }

    private func commit(_ number: CommitNumber, isAwaited: Bool) {
        var batch = exchange(&self.storeBatch, with: self.store.emptyBatch())
        batch.close(number, isAwaited: isAwaited)
        let bytes = batch.byteCount
        switch self.store.append(batch) {
        case .durable: self.broker.durable(upTo: number)
        case .pending:
            if self.outstanding.add(number, bytes) { self.broker.setStoreBehind(true) }
        }
    }

    private func storeAnswered(_ event: StoreEvent) {
        switch event {
        case .durable(let commit):
            self.broker.durable(upTo: commit)
            if self.outstanding.remove(upTo: commit) { self.broker.setStoreBehind(false) }
            self.openGates(upTo: commit)
            self.finishBatch(now: self.clock.now())
            self.wakeCommitWaiters(upTo: commit)
            if !self.isAnythingOutstanding { self.resumeDurabilityWaiters() }
        case .chunkLoaded(let load, let bytes):
            self.operation { broker, now in
                bytes.withUnsafeBytes {
                    broker.chunkLoaded(load.queue, chunk: load.chunk, bytes: $0, now: now)
                }
            }
            for waiter in exchange(&self.loadWaiters, with: []) { waiter.resume() }
        case .chunkKept(let load): self.broker.chunkKept(load.queue, chunk: load.chunk)
        case .chunkNotKept(let load): self.broker.chunkNotKept(load.queue, chunk: load.chunk)
        case .health(let health): self.healthChanged(health)
        case .damaged(let report):
            self.damages.append(report)
            self.notify(.damage(report))
        }
    }

    /// Whether the store has commits that it has not done.
    var isAnythingOutstanding: Bool { !self.outstanding.isEmpty }

    private func resumeDurabilityWaiters() {
        for waiter in exchange(&self.durabilityWaiters, with: []) { waiter.resume() }
    }

    private func healthChanged(_ health: StoreHealth) {
        self.health = health
        if health.takesNothing { self.resumeDurabilityWaiters() }
        self.operation { broker, _ in
            switch health {
            case .fine: broker.setDisk(.fine)
            case .low(let freeBytes, let limitBytes):
                broker.setDisk(.low(freeBytes: freeBytes, limitBytes: limitBytes))
            case .full(let freeBytes, let limitBytes):
                broker.setDisk(
                    .low(freeBytes: freeBytes, limitBytes: limitBytes), isFull: true)
            case .failing(let error): broker.setDisk(.failing(reason: error.cause))
            }
        }
    }

    private func openGates(upTo commit: CommitNumber) {
        for (connection, outlet) in self.gated {
            outlet.durable(upTo: commit)
            self.touched.append(outlet)
            if outlet.awaitedCommit == nil { self.gated[connection] = nil }
        }
    }

    /// Suspends until the store has read something back.
    func chunkArrival() async {
        await withCheckedContinuation { self.loadWaiters.append($0) }
    }

    // MARK: Time

    /// Has the loop come back when the broker needs it, with one timer at a time.
    private func armTimer(now: Timestamp) {
        guard let moment = self.broker.nextTimer else { return }
        if let timer = self.timer, timer.moment <= moment { return }
        self.timer?.task.cancel()
        let delay = max(0, moment.microseconds(since: now))
        let task = self.loop.scheduleTask(in: .microseconds(delay)) {
            self.assumeIsolated { engine in engine.timerFired() }
        }
        self.timer = (moment, task)
    }

    private func timerFired() {
        self.timer = nil
        self.operation { broker, now in broker.timeReached(now: now) }
    }
}
