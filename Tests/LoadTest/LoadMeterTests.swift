import LoadTest
import Messaging
import Metering
import Testing

@Suite("LoadMeter and its snapshot")
struct LoadMeterTests {
    private let start = Timestamp(seconds: 1_000)

    @Test("Every event is counted where it belongs")
    func counts() {
        var meter = LoadMeter()
        for _ in 0..<5 { meter.sent() }
        for _ in 0..<3 { meter.confirmed(planned: self.start, now: self.start) }
        meter.nacked()
        meter.returned()
        for _ in 0..<4 { meter.consumed(planned: nil, now: self.start) }
        meter.settled(acked: 2, failed: 1)

        var snapshot = LoadSnapshot(state: .running, plannedTotal: 9)
        meter.fill(&snapshot)
        #expect(snapshot.sentTotal == 5)
        #expect(snapshot.confirmedTotal == 3)
        #expect(snapshot.nackedTotal == 1)
        #expect(snapshot.returnedTotal == 1)
        #expect(snapshot.consumedTotal == 4)
        #expect(snapshot.ackedTotal == 2)
        #expect(snapshot.failedTotal == 1)
        #expect(snapshot.behind == 4)
        #expect(snapshot.endToEndLatency == nil, "without a planned time there is no latency")
    }

    @Test("Latencies count from the planned time")
    func latencies() {
        var meter = LoadMeter()
        for milliseconds in Int64(1)...1_000 {
            let now = self.start.adding(microseconds: milliseconds * 1_000)
            meter.confirmed(planned: self.start, now: now)
            meter.consumed(planned: self.start, now: now)
        }
        var snapshot = LoadSnapshot()
        meter.fill(&snapshot)
        for summary in [snapshot.confirmLatency, snapshot.endToEndLatency] {
            #expect(summary?.count == 1_000)
            #expect(summary?.max == 1_000_000)
            let p50 = summary?.p50 ?? 0
            #expect(abs(p50 - 500_000) < 25_000, "the histogram's error is at most 5 %")
        }
        #expect(snapshot.endToEndBuckets.counts.reduce(0, +) == 1_000)
    }

    @Test("Nothing is behind when more was sent than planned for the moment")
    func neverNegative() {
        #expect(LoadSnapshot(plannedTotal: 3, sentTotal: 4).behind == 0)
    }

    @Test(
        "A latency falls into the bucket whose range holds it",
        arguments: [
            (-1, 0), (0, 0), (249, 0), (250, 1), (499, 1), (500, 2), (999, 2), (1_000, 3),
            (4_095_999, 14), (4_096_000, 15), (Int64.max, 15),
        ] as [(Int64, Int)])
    func buckets(microseconds: Int64, bucket: Int) {
        let buckets = LatencyBuckets([microseconds])
        #expect(buckets.counts.firstIndex(of: 1) == bucket)
        if let end = LatencyBuckets.endMicroseconds(of: bucket) {
            #expect(microseconds < end)
        } else {
            #expect(bucket == LatencyBuckets.count - 1)
        }
        if bucket > 0, let start = LatencyBuckets.endMicroseconds(of: bucket - 1) {
            #expect(microseconds >= start)
        }
    }
}
