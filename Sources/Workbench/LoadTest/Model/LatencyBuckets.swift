/// Latencies counted by powers of two, for a bar chart.
///
/// Bucket 0 counts what took less than 250 µs, bucket *i* what took at least 250 µs · 2^(i-1) and
/// less than 250 µs · 2^i, and the last one everything from 4.096 s.
package struct LatencyBuckets: Equatable, Sendable {
    /// Where the first bucket ends.
    package static let firstEndMicroseconds: Int64 = 250
    /// Number of buckets.
    package static let count = 16

    /// How many latencies fell into each bucket, shortest first.
    package private(set) var counts = [UInt64](repeating: 0, count: Self.count)

    package init() {}

    /// The buckets of these latencies, in microseconds.
    package init(_ latencies: some Sequence<Int64>) {
        for latency in latencies { self.record(latency) }
    }

    /// Counts one latency; a negative one counts as none.
    package mutating func record(_ microseconds: Int64) {
        let quotient = UInt64(max(0, microseconds)) / UInt64(Self.firstEndMicroseconds)
        let bucket = UInt64.bitWidth - quotient.leadingZeroBitCount
        self.counts[min(bucket, Self.count - 1)] += 1
    }

    /// Where a bucket ends, exclusively; nil for the last, which has no end.
    package static func endMicroseconds(of bucket: Int) -> Int64? {
        bucket < Self.count - 1 ? Self.firstEndMicroseconds << Int64(bucket) : nil
    }
}
