/// How the durations of about the last minute are distributed.
///
/// Six slices of ten seconds: a slice counts while its ten seconds and the fifty after them last,
/// so what is shown covers the last 50 to 60 seconds. Slices are allocated when something is
/// recorded in them and freed when they are forgotten.
package struct RotatingHistogram: Sendable {
    package static let sliceMicroseconds: Int64 = 10_000_000
    private static let slicesMax: Int64 = 6

    private var slices: [Histogram] = []
    /// The number of the current slice since 1970.
    private var current: Int64 = 0

    package init() {}

    /// Counts a duration `times` times, at a moment in microseconds since 1970.
    package mutating func record(
        microseconds: Int64, times: UInt32 = 1, nowMicroseconds: Int64
    ) {
        self.rotate(to: nowMicroseconds)
        if self.slices.isEmpty {
            self.slices = Array(repeating: Histogram(), count: Int(Self.slicesMax))
        }
        self.slices[Int(self.current % Self.slicesMax)]
            .record(microseconds: microseconds, times: times)
    }

    /// What was recorded in the last minute before that moment; nil when nothing was.
    package mutating func summary(nowMicroseconds: Int64) -> DurationSummary? {
        self.rotate(to: nowMicroseconds)
        var merged = Histogram()
        for slice in self.slices { merged.merge(slice) }
        return merged.summary
    }

    private mutating func rotate(to nowMicroseconds: Int64) {
        let slice = nowMicroseconds / Self.sliceMicroseconds
        guard slice > self.current else { return }
        if slice - self.current >= Self.slicesMax {
            self.slices = []
        } else if !self.slices.isEmpty {
            for number in (self.current + 1)...slice {
                self.slices[Int(number % Self.slicesMax)] = Histogram()
            }
        }
        self.current = slice
    }
}
