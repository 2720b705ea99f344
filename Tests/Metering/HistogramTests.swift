import Metering
import Testing

/// The same numbers from the same seed (SplitMix64), so that a failure can be run again.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct HistogramTests {
    @Test("Percentiles of values of every magnitude are at most 5 % off", arguments: 1...50)
    func accuracy(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        var histogram = Histogram()
        var values: [Int64] = []
        for _ in 0..<2_000 {
            let magnitude = Int64.random(in: 0...33, using: &numbers)
            let value = Int64.random(in: 0...(1 << magnitude), using: &numbers)
            values.append(value)
            histogram.record(microseconds: value)
        }
        values.sort()
        for share in [0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1] {
            let rank = max(1, Int((Double(values.count) * share).rounded(.up)))
            let exact = Double(values[rank - 1])
            let estimate = Double(try #require(histogram.value(atShare: share)))
            try #require(
                abs(estimate - exact) <= exact * 0.05,
                "share \(share): \(estimate) instead of \(exact)")
        }
    }

    @Test("Values below 32 µs are exact")
    func smallValuesAreExact() {
        for value in Int64(0)..<32 {
            var histogram = Histogram()
            histogram.record(microseconds: value)
            histogram.record(microseconds: 1_000)
            #expect(histogram.value(atShare: 0.5) == value)
        }
    }

    @Test("An empty histogram knows nothing and has no memory")
    func empty() {
        let histogram = Histogram()
        #expect(histogram.summary == nil)
        #expect(histogram.value(atShare: 0.5) == nil)
        #expect(histogram.occupied.isEmpty)
    }

    @Test("What a clock that stepped back gives counts as nothing")
    func negative() {
        var histogram = Histogram()
        histogram.record(microseconds: -5)
        #expect(histogram.summary == DurationSummary(count: 1, p50: 0, p99: 0, p999: 0, max: 0))
    }

    @Test("Beyond the buckets the maximum is still exact")
    func beyondTheLastBucket() {
        var histogram = Histogram()
        histogram.record(microseconds: 10)
        histogram.record(microseconds: 1 << 40, times: 9)
        #expect(histogram.maximum == 1 << 40)
        #expect(histogram.value(atShare: 0.99) == 1 << 40)
        #expect(histogram.value(atShare: 0.1) == 10)
    }

    @Test("Recording many at once equals recording them one by one")
    func times() {
        var (once, oneByOne) = (Histogram(), Histogram())
        once.record(microseconds: 700, times: 5)
        for _ in 0..<5 { oneByOne.record(microseconds: 700) }
        #expect(once.summary == oneByOne.summary)
    }

    @Test("Merging adds")
    func merge() {
        var (left, right, both) = (Histogram(), Histogram(), Histogram())
        for value in Int64(1)...500 {
            left.record(microseconds: value)
            right.record(microseconds: value * 1_000)
            both.record(microseconds: value)
            both.record(microseconds: value * 1_000)
        }
        left.merge(right)
        #expect(left.summary == both.summary)
        var empty = Histogram()
        empty.merge(both)
        #expect(empty.summary == both.summary)
    }

    @Test("A bucket's least value and count come out as they went in")
    func occupied() {
        var histogram = Histogram()
        histogram.record(microseconds: 3)
        histogram.record(microseconds: 64, times: 2)
        let occupied = histogram.occupied.map { [$0.microseconds, Int64($0.count)] }
        #expect(occupied == [[3, 1], [64, 2]])
    }
}

@Suite struct RotatingHistogramTests {
    private let start: Int64 = 1_700_000_000_000_000

    @Test("A value is shown for at least 50 seconds and forgotten after 60")
    func forgets() {
        var histogram = RotatingHistogram()
        histogram.record(microseconds: 100, nowMicroseconds: self.start)
        #expect(histogram.summary(nowMicroseconds: self.start + 49_999_999)?.count == 1)
        #expect(histogram.summary(nowMicroseconds: self.start + 60_000_000) == nil)
    }

    @Test("Slices are forgotten one after another")
    func rotates() {
        var histogram = RotatingHistogram()
        for second in Int64(0)..<120 {
            histogram.record(
                microseconds: 1, nowMicroseconds: self.start + second * 1_000_000)
        }
        let count = histogram.summary(nowMicroseconds: self.start + 119_000_000)?.count ?? 0
        #expect((50...60).contains(count), "\(count) of the last minute's 60")
    }

    @Test("A long silence forgets everything")
    func silence() {
        var histogram = RotatingHistogram()
        histogram.record(microseconds: 1, nowMicroseconds: self.start)
        #expect(histogram.summary(nowMicroseconds: self.start + 3_600_000_000) == nil)
        histogram.record(microseconds: 7, nowMicroseconds: self.start + 3_600_000_001)
        #expect(histogram.summary(nowMicroseconds: self.start + 3_600_000_002)?.max == 7)
    }

    @Test("A clock that steps back loses nothing")
    func backwards() {
        var histogram = RotatingHistogram()
        histogram.record(microseconds: 1, nowMicroseconds: self.start)
        histogram.record(microseconds: 2, nowMicroseconds: self.start - 30_000_000)
        #expect(histogram.summary(nowMicroseconds: self.start)?.count == 2)
    }
}
