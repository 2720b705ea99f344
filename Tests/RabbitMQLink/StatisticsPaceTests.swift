import BrokerLink
import Messaging
import RabbitMQLink
import Testing

@Suite("Pace of a broker's statistics")
struct StatisticsPaceTests {
    /// A broker whose totals move on every five seconds, read every second from the middle on.
    @Test("Rates are even although totals come in steps", arguments: [0.0, 1.3, 2.5, 4.9])
    func steps(startSeconds: Double) throws {
        var pace = StatisticsPace()
        var history = SampleHistory()
        var rates: [Double] = []
        for second in 0..<60 {
            let time = startSeconds + Double(second) * 1.01
            let published = UInt64((time / 5).rounded(.down) * 5 * 40)
            history.append(pace.paced(.orders(published: published, atSeconds: time)))
            if let rate = history.queue("orders")?.rates?.publishedPerSecond { rates.append(rate) }
        }
        let settled = rates.dropFirst(10)
        try #require(settled.count > 20)
        #expect(settled.allSatisfy { (35...45).contains($0) }, "\(Array(settled))")
    }

    /// Publishes and acks are told by different channels, each every five seconds.
    @Test(
        "Counters that tick at moments of their own make no false zero and no false peak",
        arguments: [0.2, 1.3, 2.4, 2.6, 3.7, 4.8], [0.0, 1.6, 3.1, 4.7])
    func counters(apartSeconds: Double, startSeconds: Double) throws {
        var pace = StatisticsPace()
        var history = SampleHistory()
        var rates: [[Double?]] = []
        func told(_ time: Double, _ offset: Double) -> UInt64 {
            UInt64(((time - offset) / 5).rounded(.down) * 5 * 1_500 + 15_000)
        }
        for second in 0..<60 {
            let time = startSeconds + Double(second) * 1.01
            var sample = BrokerSample.orders(
                published: told(time, apartSeconds), atSeconds: time)
            sample.queues[0].totals.acked = told(time, 0)
            history.append(pace.paced(sample))
            guard let now = history.queue("orders")?.rates else { continue }
            rates.append([now.publishedPerSecond, now.consumedPerSecond])
        }
        try #require(rates.count > 40)
        #expect(rates.joined().allSatisfy { $0 != 0 }, "\(rates)")
        let settled = rates.dropFirst(15).joined()
        #expect(settled.allSatisfy { (1_200...1_800).contains($0 ?? 0) }, "\(Array(settled))")
    }

    @Test("A counter that was not told since it is known has no rate of zero")
    func untold() {
        var pace = StatisticsPace()
        var history = SampleHistory()
        // Acks are told from the first second on; publishes of the same queue only in the sixth.
        for second in 0...5 {
            var sample = BrokerSample.orders(published: 0, atSeconds: Double(second))
            sample.queues[0].totals.acked = second < 5 ? 10 : 7_510
            if second == 0 { sample.queues[0].totals.acked = 0 }
            history.append(pace.paced(sample))
        }
        #expect(history.queue("orders")?.rates?.publishedPerSecond != 0)
    }

    @Test("A broker that tells at once is believed after some readings")
    func fast() {
        var pace = StatisticsPace()
        var moments: Set<Timestamp> = []
        for second in 0..<20 {
            let sample = pace.paced(
                .orders(published: UInt64(second), atSeconds: Double(second)))
            moments.insert(sample.at)
        }
        #expect(pace.microseconds == 1_000_000)
        #expect(moments.count > 12)
    }

    @Test("Within a step, totals stand still and depths do not")
    func within() {
        var pace = StatisticsPace()
        let first = pace.paced(.orders(published: 10, ready: 1, atSeconds: 0))
        let second = pace.paced(.orders(published: 10, ready: 7, atSeconds: 1))
        #expect(second.at == first.at)
        #expect(second.queues[0].ready == 7)
        _ = pace.paced(.orders(published: 20, ready: 7, atSeconds: 2))
        let early = pace.paced(.orders(published: 30, ready: 8, atSeconds: 3))
        #expect(early.queues[0].totals.published == 20)
        #expect(early.queues[0].ready == 8)
    }

    @Test("A queue that nothing happens to has rates of zero, not unknown ones")
    func idle() {
        var pace = StatisticsPace()
        var history = SampleHistory()
        for second in 0..<20 {
            history.append(pace.paced(.orders(published: 5, atSeconds: Double(second))))
        }
        #expect(history.queue("orders")?.rates?.publishedPerSecond == 0)
    }
}

extension BrokerSample {
    fileprivate static func orders(
        published: UInt64, ready: Int = 0, atSeconds seconds: Double
    ) -> Self {
        BrokerSample(
            at: Timestamp(microseconds: 1_700_000_000_000_000 + Int64(seconds * 1_000_000)),
            queues: [
                QueueSample(
                    name: "orders", ready: ready, totals: QueueTotals(published: published))
            ])
    }
}
