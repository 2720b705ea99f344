import Glibc
import Messaging

/// Where the engine takes its time from, once a batch.
package struct EngineClock: Sendable {
    private let read: @Sendable () -> Timestamp

    /// A clock of the caller's own; its readings must never run backwards.
    package init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }

    /// This moment; never before the one that was read last.
    package func now() -> Timestamp { self.read() }

    /// The system's time when it is made, and from then on what a monotonic clock adds to it.
    ///
    /// So it never runs backwards when somebody sets the system's time, and differences of two
    /// readings are durations, as ``Timestamp`` promises.
    package static func system() -> EngineClock {
        let start = Self.microseconds(CLOCK_REALTIME)
        let startMonotonic = Self.microseconds(CLOCK_MONOTONIC)
        return EngineClock {
            let elapsed = Self.microseconds(CLOCK_MONOTONIC) - startMonotonic
            return Timestamp(microseconds: start + elapsed)
        }
    }

    /// A clock that stands still, for screens that are compared as text.
    package static func frozen(at moment: Timestamp) -> EngineClock { EngineClock { moment } }

    private static func microseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
