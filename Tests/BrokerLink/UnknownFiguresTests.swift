import BrokerLink
import Messaging
import Testing

/// What a broker does not tell stays unknown in all that is made of it.
@Suite("Unknown figures")
struct UnknownFiguresTests {
    private static func history(_ queues: [QueueSample]...) -> SampleHistory {
        var history = SampleHistory()
        for (second, queues) in queues.enumerated() {
            history.append(
                BrokerSample(
                    at: Timestamp(seconds: 1_700_000_000 + Int64(second) * 10), queues: queues,
                    unroutableTotal: nil))
        }
        return history
    }

    private static func queue(
        _ name: QueueName = "orders", ready: Int, published: UInt64?, acked: UInt64?,
        untold: QueueSample.Untold = []
    ) -> QueueSample {
        var totals = QueueTotals.unknown
        totals.published = published
        totals.acked = acked
        totals.deliveredWithoutAck = acked.map { _ in 0 }
        return QueueSample(
            name: name, ready: ready, consumers: 1, untold: untold, totals: totals)
    }

    @Test("Without totals there are no rates, and no estimate says never")
    func noTotals() throws {
        let history = Self.history(
            [Self.queue(ready: 100, published: nil, acked: nil)],
            [Self.queue(ready: 100, published: nil, acked: nil)])
        let queue = try #require(history.queue("orders"))
        #expect(queue.rates?.publishedPerSecond == nil)
        #expect(queue.rates?.consumedPerSecond == nil)
        #expect(queue.rates?.leftPerSecond == nil)
        #expect(queue.drain == .unknown)
        #expect(history.totalRates?.publishedPerSecond == nil)
        #expect(history.unroutablePerSecond == nil)
        #expect(history.series(.publishedPerSecond, of: "orders").isEmpty)
        #expect(history.totalSeries(.publishedPerSecond).isEmpty)
    }

    @Test("Dead letters that nobody counts show in the depth: what came in is no zero")
    func deadLettersByDepth() throws {
        func history(_ depths: Int..., acked: UInt64 = 0, published: UInt64 = 0) -> QueueTrend? {
            var history = SampleHistory()
            for (step, depth) in depths.enumerated() {
                var queue = Self.queue(
                    "dead", ready: depth, published: published * UInt64(step),
                    acked: acked * UInt64(step))
                queue.receivesDeadLetters = true
                history.append(
                    BrokerSample(
                        at: Timestamp(seconds: 1_700_000_000 + Int64(step) * 10),
                        queues: [queue]))
            }
            return history.queue("dead")
        }
        let growing = try #require(history(100, 126))
        #expect(growing.rates?.published == .derived(2.6, from: "the depth and what left"))
        #expect(growing.rates?.leftPerSecond == 0)
        #expect(growing.drain == .never)
        // 20 were acked, and still it became 10 deeper.
        let read = try #require(history(100, 110, acked: 20))
        #expect(read.rates?.publishedPerSecond == 3)
        #expect(read.rates?.leftPerSecond == 2)
        #expect(read.drain == .never)
        let drained = try #require(history(100, 80, acked: 20))
        #expect(drained.rates?.publishedPerSecond == 0)
        #expect(drained.drain == .seconds(40))
        // What is published by a client is counted, and is no less than that.
        let published = try #require(history(100, 100, published: 50))
        #expect(published.rates?.publishedPerSecond == 5)
    }

    @Test("What left is what came in and is not there, where not all that leaves is counted")
    func leftByDepth() throws {
        // 50 came in, 20 were acked, and 10 of those that are missing were rejected or expired.
        let history = Self.history(
            [Self.queue(ready: 100, published: 0, acked: 0)],
            [Self.queue(ready: 120, published: 50, acked: 20)])
        let queue = try #require(history.queue("orders"))
        #expect(queue.rates?.publishedPerSecond == 5)
        #expect(queue.rates?.consumedPerSecond == 2)
        #expect(queue.rates?.leftPerSecond == 3)
        #expect(queue.rates?.growthPerSecond == 2)
        #expect(queue.rates?.deadLetteredPerSecond == nil)
        #expect(queue.drain == .never)
    }

    @Test("A dead-letter queue whose messages expire drains")
    func expiry() throws {
        let history = Self.history(
            [Self.queue(ready: 100, published: 100, acked: 0)],
            [Self.queue(ready: 60, published: 100, acked: 0)])
        #expect(history.queue("orders")?.drain == .seconds(15))
    }

    @Test("Without a depth nothing is said of it, and no sum of depths")
    func noDepth() throws {
        let known = Self.queue("known", ready: 7, published: 0, acked: 0)
        let untold = Self.queue(
            ready: 0, published: 0, acked: 0, untold: [.ready, .unacked, .consumers])
        let history = Self.history([known, untold], [known, untold])
        let queue = try #require(history.queue("orders"))
        #expect(queue.sample.knownDepth == nil && queue.sample.mayHaveReady)
        #expect(queue.drain == .unknown)
        #expect(queue.alarm == nil)
        #expect(history.series(.depth, of: "orders").isEmpty)
        #expect(history.series(.depth, of: "known").last == 7)
        #expect(history.totalSeries(.depth).isEmpty)
        #expect([known].sum(of: \.knownDepth) == 7)
        #expect([known, untold].sum(of: \.knownDepth) == nil)
    }

    @Test("Figures that become known make rates from then on")
    func becomingKnown() {
        let history = Self.history(
            [Self.queue(ready: 0, published: nil, acked: nil, untold: [.ready])],
            [Self.queue(ready: 5, published: 5, acked: 0)],
            [Self.queue(ready: 25, published: 25, acked: 0)])
        #expect(history.queue("orders")?.rates?.publishedPerSecond == 2)
    }
}
