/// How durations are distributed, to within 3.2 %, in at most 2 KiB.
///
/// Log-linear as in HdrHistogram: every power of two is cut into 16 buckets of equal width, so a
/// bucket is at most 1/16 of its values wide and its middle at most 1/32 away from any of them.
///
///     value    0 1 … 15 | 16 17 … 31 | 32 34 … 62 | 64 68 … 124 | …
///     bucket   0 1 … 15 | 16 17 … 31 | 32 33 … 47 | 48 49 …  63 | …
///     width        1    |      1     |      2     |       4     | …
///
/// Values of 2^34 microseconds (4 h 46 min) and more share the last bucket; ``maximum`` is exact.
/// The buckets are allocated by the first record, so a histogram that is never used costs nothing.
package struct Histogram: Sendable {
    /// Bits of a value that choose its bucket within a power of two.
    private static let linearBits = 4
    private static let linearBuckets = 1 << Self.linearBits
    /// Values at or above two to this power are beyond the buckets.
    private static let exponentMax = 34
    static let bucketsMax = (Self.exponentMax - Self.linearBits + 1) * Self.linearBuckets

    private var buckets: [UInt32] = []
    /// Values recorded.
    package private(set) var count: UInt64 = 0
    /// The greatest value recorded, exactly; 0 when there is none.
    package private(set) var maximum: Int64 = 0

    package init() {}

    /// Counts a duration `times` times; a negative one counts as 0.
    ///
    /// - Complexity: O(1), a few nanoseconds.
    package mutating func record(microseconds: Int64, times: UInt32 = 1) {
        if self.buckets.isEmpty { self.buckets = Array(repeating: 0, count: Self.bucketsMax) }
        let value = max(0, microseconds)
        let index = Self.index(of: value)
        let (sum, overflows) = self.buckets[index].addingReportingOverflow(times)
        self.buckets[index] = overflows ? .max : sum  // Full buckets stay full.
        self.count += UInt64(times)
        self.maximum = max(self.maximum, value)
    }

    /// Adds what another one has counted.
    package mutating func merge(_ other: Histogram) {
        guard !other.buckets.isEmpty else { return }
        if self.buckets.isEmpty {
            self = other
            return
        }
        for index in 0..<Self.bucketsMax {
            let (sum, overflows) = self.buckets[index]
                .addingReportingOverflow(other.buckets[index])
            self.buckets[index] = overflows ? .max : sum
        }
        self.count += other.count
        self.maximum = max(self.maximum, other.maximum)
    }

    /// The duration that a share of the recorded ones do not exceed.
    ///
    /// - Parameter share: From 0 to 1, such as 0.99.
    /// - Returns: The middle of a bucket in microseconds, but never more than ``maximum``; nil
    ///   when nothing was recorded.
    package func value(atShare share: Double) -> Int64? {
        guard self.count > 0 else { return nil }
        let rank = max(1, UInt64((Double(self.count) * share).rounded(.up)))
        var seen: UInt64 = 0
        for (index, bucket) in self.buckets.enumerated() where bucket > 0 {
            seen += UInt64(bucket)
            guard seen >= rank else { continue }
            // The last bucket has no upper end.
            return index == Self.bucketsMax - 1
                ? self.maximum : min(Self.middle(of: index), self.maximum)
        }
        return self.maximum
    }

    /// The points that are shown; nil when nothing was recorded.
    package var summary: DurationSummary? {
        guard let p50 = self.value(atShare: 0.5), let p99 = self.value(atShare: 0.99),
            let p999 = self.value(atShare: 0.999)
        else { return nil }
        return DurationSummary(
            count: self.count, p50: p50, p99: p99, p999: p999, max: self.maximum)
    }

    /// How many recorded durations lie in each bucket that has some, for charts.
    ///
    /// - Returns: Ascending pairs of a bucket's least value in microseconds and its count.
    package var occupied: [(microseconds: Int64, count: UInt32)] {
        self.buckets.indices.filter { self.buckets[$0] > 0 }
            .map { (Self.least(of: $0), self.buckets[$0]) }
    }

    private static func index(of value: Int64) -> Int {
        guard value >= Self.linearBuckets else { return Int(value) }
        let exponent = Int64.bitWidth - 1 - value.leadingZeroBitCount
        guard exponent < Self.exponentMax else { return Self.bucketsMax - 1 }
        let shift = exponent - Self.linearBits
        return (shift + 1) * Self.linearBuckets + Int(value >> shift) - Self.linearBuckets
    }

    private static func least(of index: Int) -> Int64 {
        guard index >= 2 * Self.linearBuckets else { return Int64(index) }
        let shift = index / Self.linearBuckets - 1
        return Int64(Self.linearBuckets + index % Self.linearBuckets) << shift
    }

    private static func middle(of index: Int) -> Int64 {
        guard index >= 2 * Self.linearBuckets else { return Int64(index) }
        return Self.least(of: index) + (1 << (index / Self.linearBuckets - 1)) / 2
    }
}
