import ConsoleRuntime
import Messaging
import Synchronization
import TestSupport

/// Time that passes only when a test says so.
final class ManualTime: Sendable {
    private struct Sleeper {
        var seconds: Double
        var wakesAt: Timestamp
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        /// In the midst of a second, so that the clock, which sleeps to its end, is not taken for
        /// somebody who sleeps for a whole one.
        var now = Timestamp.testStart.adding(microseconds: 250_000)
        var lastID = 0
        var sleepers: [Int: Sleeper] = [:]
        /// Sleepers that were cancelled before they fell asleep.
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())
    private let slept = Signal()

    var timekeeper: Timekeeper {
        Timekeeper(now: { self.state.withLock { $0.now } }, sleep: { try await self.sleep($0) })
    }

    /// Returns once somebody sleeps for exactly so many seconds.
    func waitForSleep(seconds: Double) async {
        await self.slept.wait {
            self.state.withLock { state in
                state.sleepers.values.contains { $0.seconds == seconds }
            }
        }
    }

    /// Lets time pass and wakes whoever slept until then.
    func advance(seconds: Double) {
        let woken = self.state.withLock { state in
            state.now = state.now.adding(microseconds: Int64(seconds * 1_000_000))
            let due = state.sleepers.filter { $0.value.wakesAt <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    private func sleep(_ seconds: Double) async throws {
        let id = self.state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                self.fallAsleep(id, seconds: seconds, continuation)
            }
        } onCancel: {
            self.cancel(id)
        }
    }

    private func fallAsleep(
        _ id: Int, seconds: Double, _ continuation: CheckedContinuation<Void, any Error>
    ) {
        let isCancelled = self.state.withLock { state in
            if state.cancelled.remove(id) != nil { return true }
            let wakesAt = state.now.adding(microseconds: Int64(seconds * 1_000_000))
            state.sleepers[id] = Sleeper(
                seconds: seconds, wakesAt: wakesAt, continuation: continuation)
            return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
        self.slept.notify()
    }

    private func cancel(_ id: Int) {
        let sleeper = self.state.withLock { state in
            let sleeper = state.sleepers.removeValue(forKey: id)
            if sleeper == nil { state.cancelled.insert(id) }
            return sleeper
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }
}
