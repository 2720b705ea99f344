import Glibc
import Messaging
import NIOCore

/// The event loop's clock, read as time since 1970.
///
/// It takes the date once and then follows the monotonic clock, so latencies stay right when the
/// machine's date is set.
struct LoadClock: Sendable {
    /// Microseconds since 1970 at which the monotonic clock was zero.
    private let zeroMicroseconds: Int64

    init() {
        var date = timespec()
        clock_gettime(CLOCK_REALTIME, &date)
        let dateMicroseconds = Int64(date.tv_sec) * 1_000_000 + Int64(date.tv_nsec) / 1_000
        self.zeroMicroseconds =
            dateMicroseconds - Int64(NIODeadline.now().uptimeNanoseconds / 1_000)
    }

    func now() -> Timestamp {
        Timestamp(
            microseconds: self.zeroMicroseconds
                + Int64(NIODeadline.now().uptimeNanoseconds / 1_000))
    }

    /// When a timer for that moment fires.
    func deadline(_ time: Timestamp) -> NIODeadline {
        let uptime = max(0, time.microseconds - self.zeroMicroseconds)
        return .uptimeNanoseconds(UInt64(uptime) * 1_000)
    }
}
