/// Points of a distribution of durations, in microseconds.
package struct DurationSummary: Hashable, Sendable {
    package var count: UInt64
    package var p50: Int64
    package var p99: Int64
    package var p999: Int64
    package var max: Int64

    package init(count: UInt64, p50: Int64, p99: Int64, p999: Int64, max: Int64) {
        self.count = count
        self.p50 = p50
        self.p99 = p99
        self.p999 = p999
        self.max = max
    }
}
