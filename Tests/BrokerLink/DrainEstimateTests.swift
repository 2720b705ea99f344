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

    @Test("Rates within two percent of each other are steady, past them they are not")
    func steady() {
        #expect(Self.drain(ready: 500, published: 1_000, acked: 1_000) == .steady)
        #expect(Self.drain(ready: 500, published: 1_000, acked: 981) == .steady)
        #expect(Self.drain(ready: 500, published: 1_000, acked: 980) == .never)
        #expect(Self.drain(ready: 520, published: 1_000, acked: 1_020) == .seconds(25))
    }
}
