import Glibc

/// Which seeds to run: `QUEUETOP_SEEDS=17` runs that one, `QUEUETOP_SEEDS=1-10000` all of these.
enum SeedRange {
    static func fromEnvironment(default seeds: ClosedRange<UInt64>) -> ClosedRange<UInt64> {
        guard let text = getenv("QUEUETOP_SEEDS").map({ String(cString: $0) }) else {
            return seeds
        }
        let parts = text.split(separator: "-").compactMap { UInt64($0) }
        guard let first = parts.first, let last = parts.last, first <= last else {
            preconditionFailure("QUEUETOP_SEEDS is a number, or two with a dash between")
        }
        return first...last
    }
}
