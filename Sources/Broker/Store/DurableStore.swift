import Core
import Glibc
import Messaging
import NIOConcurrencyHelpers

/// The store on a real disk: a ``StoreMachine`` on a thread of its own.
///
/// The engine puts what it has into a mailbox; the thread empties it as a whole, so that all that
/// came while a sync was under way shares the next one. While nothing comes it sleeps.
///
/// The mailbox is guarded by its lock; everything else belongs to the thread.
package final class DurableStore: MessageStore, @unchecked Sendable {
    private enum Request {
        case keep(ChunkLoad, [UInt8])
        case load(ChunkLoad)
        case release(ChunkLoad)
    }

    private struct Mailbox {
        var batches: [StoreBatch] = []
        var requests: [Request] = []
        var stop: (cursors: [DeliveryCursor], done: CheckedContinuation<Void, Never>)?
        /// Memory of batches that are done.
        var spare: [[UInt8]] = []

        var isEmpty: Bool { self.batches.isEmpty && self.requests.isEmpty && self.stop == nil }
    }

    /// Bytes that a checkpoint copies for each that the log took while there is load, so that it
    /// keeps up and does not hold up commits more than it must.
    private static let copiesPerByte = 2
    /// How long to wait for mail before going on with a checkpoint.
    private static let pauseMicroseconds: Int64 = 2_000
    private static let healthIntervalMicroseconds: Int64 = 1_000_000

    /// Its value says whether there is something in the mailbox.
    private let lock = ConditionLock(value: false)
    private var mailbox = Mailbox()

    private let machine: StoreMachine
    private var health = StoreHealth.fine
    private var healthCheckedAt: Int64 = 0
    private var freeBytes = UInt64.max
    /// Bytes that a checkpoint may copy before the log has grown by more.
    private var copyCredit = 0
    /// Bytes written since the free room was looked at.
    private var uncheckedBytes = 0
    private static let uncheckedBytesMax = 4_194_304

    private init(_ machine: StoreMachine) { self.machine = machine }

    /// Opens the store in a directory, which its caller has claimed, and reads what is in it.
    ///
    /// - Parameter progress: Told from time to time how much of the log is read, from 0 to 1.
    package static func open(
        _ directory: DataDirectory, limits: StoreLimits = StoreLimits(),
        progress: @escaping (Double) -> Void = { _ in }
    ) throws(StoreError) -> (store: DurableStore, recovered: Recovered) {
        let (machine, recovered) = try Recovery.open(
            PosixDisk(directory.path), limits: limits, nowMicroseconds: Self.now(),
            progress: progress)
        return (DurableStore(machine), recovered)
    }

    // MARK: From the engine

    package var keepsChunks: Bool { true }

    package func start(events: @escaping @Sendable (StoreEvent) -> Void) {
        runOnThread { self.run(events) }
    }

    package func emptyBatch() -> StoreBatch {
        self.lock.lock()
        let memory = self.mailbox.spare.popLast() ?? []
        self.lock.unlock()
        return StoreBatch(reusing: memory)
    }

    package func append(_ batch: consuming StoreBatch) -> StoreReceipt {
        self.lock.lock()
        self.mailbox.batches.append(batch)
        self.lock.unlock(withValue: true)
        return .pending
    }

    package func keep(_ chunk: ChunkLoad, bytes: UnsafeRawBufferPointer) {
        self.ask(.keep(chunk, Array(bytes)))
    }

    package func load(_ chunk: ChunkLoad) { self.ask(.load(chunk)) }

    package func release(_ chunk: ChunkLoad) { self.ask(.release(chunk)) }

    private func ask(_ request: Request) {
        self.lock.lock()
        self.mailbox.requests.append(request)
        self.lock.unlock(withValue: true)
    }

    package func stop(cursors: [DeliveryCursor]) async {
        await withCheckedContinuation { done in
            self.lock.lock()
            self.mailbox.stop = (cursors, done)
            self.lock.unlock(withValue: true)
        }
    }

    // MARK: The thread

    private func run(_ tell: @Sendable (StoreEvent) -> Void) {
        var isCheckpointing = false
        self.watchHealth(tell)  // A disk that is full already has to be known at once.
        while true {
            let mail = self.takeMail(pausing: isCheckpointing)
            let bytes = mail.batches.reduce(0) { $0 + $1.bytes.count }
            for batch in mail.batches { self.machine.take(batch) }
            if let done = self.machine.advance(nowMicroseconds: Self.now()) {
                tell(.durable(upTo: done))
            }
            for request in mail.requests { self.answer(request, tell) }
            for load in self.machine.takeRetries(nowMicroseconds: Self.now()) {
                self.answer(.load(load), tell)
            }
            if let stop = mail.stop {
                self.machine.stop(cursors: stop.cursors, nowMicroseconds: Self.now())
                stop.done.resume()
                return
            }
            isCheckpointing = self.checkpoint(bytes: bytes, isIdle: mail.isEmpty)
            self.uncheckedBytes += bytes
            self.watchHealth(tell)
        }
    }

    /// What is in the mailbox; nothing when nothing came in time.
    ///
    /// - Parameter isPausing: There is something else to do soon.
    private func takeMail(pausing isPausing: Bool) -> Mailbox {
        let now = Self.now()
        // Something to watch for: at least the disk's free space.
        let latest = now + (isPausing ? Self.pauseMicroseconds : Self.healthIntervalMicroseconds)
        let moment = min(self.machine.nextMoment ?? .max, latest)
        let seconds = Double(max(0, moment - now)) / 1_000_000
        guard self.lock.lock(whenValue: true, timeoutSeconds: seconds) else { return Mailbox() }
        var mail = Mailbox()
        swap(&mail.batches, &self.mailbox.batches)
        swap(&mail.requests, &self.mailbox.requests)
        swap(&mail.stop, &self.mailbox.stop)
        self.mailbox.spare += self.machine.takeSpare()
        self.lock.unlock(withValue: false)
        return mail
    }

    private func answer(_ request: Request, _ tell: (StoreEvent) -> Void) {
        switch request {
        case .release(let chunk): self.machine.release(chunk)
        case .keep(let chunk, let bytes):
            do throws(StoreError) {
                try self.machine.keep(chunk, bytes: bytes)
                tell(.chunkKept(chunk))
            } catch {
                if !self.machine.isFull { self.machine.fail(error, now: Self.now()) }
                tell(.chunkNotKept(chunk))
            }
        case .load(let chunk):
            do throws(StoreError) {
                let bytes = try self.machine.load(chunk)
                tell(.chunkLoaded(chunk, bytes: bytes))
            } catch {
                self.machine.retryLater(chunk, error, now: Self.now())
            }
        }
    }

    /// Goes on with a checkpoint: by one slice while nothing else is to do, else as much as the
    /// log has grown.
    ///
    /// - Returns: Whether there is more of it to do.
    private func checkpoint(bytes: Int, isIdle: Bool) -> Bool {
        self.copyCredit = min(
            self.copyCredit + bytes * Self.copiesPerByte, 4 * self.machine.limits.sliceBytes)
        if isIdle { return self.machine.work(nowMicroseconds: Self.now()) }
        while self.copyCredit >= self.machine.limits.sliceBytes {
            self.copyCredit -= self.machine.limits.sliceBytes
            guard self.machine.work(nowMicroseconds: Self.now()) else { return false }
        }
        return self.machine.isCheckpointing
    }

    private func watchHealth(_ tell: (StoreEvent) -> Void) {
        for report in exchange(&self.machine.damages, with: []) { tell(.damaged(report)) }
        let now = Self.now()
        if now - self.healthCheckedAt >= Self.healthIntervalMicroseconds
            || self.uncheckedBytes >= Self.uncheckedBytesMax
        {
            self.healthCheckedAt = now
            self.uncheckedBytes = 0
            self.freeBytes = self.machine.freeBytes
            self.machine.isRoomShort = self.freeBytes < self.machine.limits.freeBytesMin
        }
        let limit = self.machine.limits.freeBytesMin
        let health: StoreHealth
        if self.machine.isFull {
            health = .full(freeBytes: self.freeBytes, limitBytes: limit)
        } else if let failure = self.machine.failure {
            health = .failing(failure)
        } else if self.freeBytes < limit {
            health = .low(freeBytes: self.freeBytes, limitBytes: limit)
        } else {
            health = .fine
        }
        guard health != self.health else { return }
        self.health = health
        tell(.health(health))
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
