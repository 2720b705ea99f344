import Glibc
import Messaging

/// Where the console's time comes from; tests and screen comparisons stop it.
package struct Timekeeper: Sendable {
    package var now: @Sendable () -> Timestamp
    /// Returns after so many seconds, or throws when the task is cancelled before.
    package var sleep: @Sendable (_ seconds: Double) async throws -> Void
    /// Whether ``now`` moves on.
    package var isRunning: Bool
    /// Seconds that local time is ahead of UTC.
    package var utcOffsetSeconds: Int

    package init(
        isRunning: Bool = true, utcOffsetSeconds: Int = 0,
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Double) async throws -> Void
    ) {
        self.isRunning = isRunning
        self.utcOffsetSeconds = utcOffsetSeconds
        self.now = now
        self.sleep = sleep
    }

    /// The system's time in the person's zone; it never runs backwards while the process lives.
    package static func system() -> Timekeeper {
        let clock = ContinuousClock()
        let startedAt = clock.now
        let startMicroseconds = Self.wallClockMicroseconds()
        return Timekeeper(
            utcOffsetSeconds: Self.localOffsetSeconds(at: startMicroseconds / 1_000_000),
            now: {
                let elapsed = startedAt.duration(to: clock.now).components
                return Timestamp(
                    microseconds: startMicroseconds + elapsed.seconds * 1_000_000
                        + elapsed.attoseconds / 1_000_000_000_000)
            },
            sleep: { try await Task.sleep(for: .seconds($0)) })
    }

    /// A moment that never passes, in UTC; waiting takes as long as ever.
    package static func stopped(at moment: Timestamp) -> Timekeeper {
        Timekeeper(
            isRunning: false, now: { moment }, sleep: { try await Task.sleep(for: .seconds($0)) })
    }

    private static func wallClockMicroseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    private static func localOffsetSeconds(at seconds: Int64) -> Int {
        var moment = time_t(seconds)
        var local = tm()
        guard localtime_r(&moment, &local) != nil else { return 0 }
        return local.tm_gmtoff
    }
}
