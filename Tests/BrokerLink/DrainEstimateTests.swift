import BrokerLink
import Messaging
import TestSupport
import Testing

/// When a queue will be empty, as far as its rates say.
struct DrainEstimateTests {
    private static func drain(
        ready: Int, published: Int, acked: Int, seconds: Int = 1
    ) -> DrainEstimate? {
        let queue = SteadyQueue(
            QueueSample(name: "orders", ready: ready), publishedPerSecond: published,
            ackedPerSecond: acked)
        var history = SampleHistory()
        for second in 0...seconds { history.append(.of([queue], second: second)) }
        return history.queue("orders")?.drain
    }

    @Test("An empty queue has nothing to drain")
    func empty() { #expect(Self.drain(ready: 0, published: 10, acked: 10) == .empty) }

    @Test("Without rates nothing is known")
    func unknown() {
        #expect(Self.drain(ready: 5, published: 10, acked: 10, seconds: 0) == .unknown)
    }

    @Test("Depth over net rate")
    func seconds() {
        // 1,000 at second 0, 900 at second 1, 100 fewer each second.
        #expect(Self.drain(ready: 1_000, published: 100, acked: 200) == .seconds(9))
    }

    @Test(
        "It never drains when it grows or when nothing leaves it",
        arguments: [(published: 200, acked: 100), (10, 0), (0, 0)])
    func never(published: Int, acked: Int) {
        #expect(Self.drain(ready: 50, published: published, acked: acked) == .never)
    }

    @Test("What a full queue drops is no draining, and does not make it steady")
    func dropping() throws {
        func queue(published: UInt64, acked: UInt64, dropped: UInt64) throws -> QueueTrend {
            var history = SampleHistory()
            for second in 0...1 {
                let times = UInt64(second)
                let totals = QueueTotals(
                    published: published * times, acked: acked * times,
                    droppedByLength: dropped * times)
                history.append(
                    BrokerSample(
                        at: .testStart.adding(seconds: Int64(second)),
                        queues: [QueueSample(name: "audit", ready: 500, totals: totals)]))
            }
            return try #require(history.queue("audit"))
        }
        let full = try queue(published: 150, acked: 0, dropped: 150)
        #expect(full.drain == .never)
        #expect(full.rates?.growthPerSecond == 0)
        #expect(full.rates?.droppedPerSecond == 150)
        #expect(try queue(published: 150, acked: 50, dropped: 100).drain == .never)
        #expect(try queue(published: 150, acked: 150, dropped: 0).drain == .steady)
    }

    @Test("While a breaker is open nothing leaves, whatever the rates were before")
    func openBreaker() {
        func drain(_ state: BreakerStatus.State, ready: Int = 1_000) -> DrainEstimate? {
            var sample = QueueSample(name: "orders", ready: ready)
            sample.flow.breaker = BreakerStatus(state: state, cause: .failures)
            let queue = SteadyQueue(
                sample, publishedPerSecond: ready / 10, ackedPerSecond: ready / 5)
            var history = SampleHistory()
            for second in 0...1 { history.append(.of([queue], second: second)) }
            return history.queue("orders")?.drain
        }
        #expect(drain(.closed) == .seconds(9))
        #expect(drain(.open(probesInMicroseconds: 5)) == .never)
        #expect(drain(.open(probesInMicroseconds: nil)) == .never)
        #expect(drain(.open(probesInMicroseconds: nil), ready: 0) == .empty)
    }

    @Test("Rates within two percent of each other are steady, past them they are not")
    func steady() {
        #expect(Self.drain(ready: 500, published: 1_000, acked: 1_000) == .steady)
        #expect(Self.drain(ready: 500, published: 1_000, acked: 981) == .steady)
        #expect(Self.drain(ready: 500, published: 1_000, acked: 980) == .never)
        #expect(Self.drain(ready: 520, published: 1_000, acked: 1_020) == .seconds(25))
    }
}
