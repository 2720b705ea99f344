import Glibc
import Store

/// Says how far a recovery is, once it takes longer than a second, and what it
/// found that is not as it should be.
final class RecoveryProgress {
    private static let quietMilliseconds: Int64 = 1_000
    private let began = RecoveryProgress.now()
    private let say: (String) -> Void
    private var hasSpoken = false

    init(_ say: @escaping (String) -> Void) { self.say = say }

    func show(_ share: Double) {
        guard Self.now() - self.began >= Self.quietMilliseconds else { return }
        self.hasSpoken = true
        self.say("recovering, \(Int(share * 100)) % of the log read")
    }

    func finish(_ report: RecoveryReport) {
        if self.hasSpoken {
            self.say(
                "recovered \(report.batches) batches from \(report.logBytes) bytes of log")
        }
        for damage in report.damages { self.say("\(damage)") }
        if !report.orphans.isEmpty {
            self.say(
                "removed what a crash had left behind: "
                    + report.orphans.sorted().joined(separator: ", "))
        }
    }

    /// Milliseconds of a clock that never goes back.
    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
