import BrokerLink
import Messaging
import TestSupport
import Testing

/// Rates, series and their ends: what ``SampleHistory`` makes of cumulative counters.
struct SampleHistoryTests {
    private static func history(
        of queues: [SteadyQueue], seconds: ClosedRange<Int>
    ) -> SampleHistory {
        var history = SampleHistory()
        for second in seconds { history.append(.of(queues, second: second)) }
        return history
    }

    @Test("One sample makes no rates; two make them exactly")
    func ratesNeedTwoSamples() throws {
        let queue = SteadyQueue(
            QueueSample(name: "orders", ready: 1_000), publishedPerSecond: 100,
            ackedPerSecond: 60)
        var history = Self.history(of: [queue], seconds: 0...0)
        #expect(try #require(history.queue("orders")).rates == nil)
        #expect(history.totalRates == nil)

        history.append(.of([queue], second: 2))
        let rates = try #require(history.queue("orders")?.rates)
        #expect(rates.publishedPerSecond == 100)
        #expect(rates.consumedPerSecond == 60)
        #expect(rates.deliveredPerSecond == 60)
        #expect(rates.growthPerSecond == 40)
        #expect(history.totalRates == rates)
    }

    @Test("Rates are smoothed: half of a change shows after the window")
    func ratesAreSmoothed() throws {
        var history = SampleHistory()
        func append(published: UInt64, second: Int64) {
            let totals = QueueTotals(published: published)
            history.append(
                BrokerSample(
                    at: .testStart.adding(seconds: second),
                    queues: [QueueSample(name: "orders", totals: totals)]))
        }
        append(published: 0, second: 0)
        append(published: 1_000, second: 1)
        append(published: 1_000, second: 3)
        #expect(history.queue("orders")?.rates?.publishedPerSecond == 500)
        append(published: 1_000, second: 1_000)
        let last = try #require(history.queue("orders")?.rates?.publishedPerSecond)
        #expect(last < 2)
    }

    @Test("What comes back for a retry has not left, and was not published again")
    func retriesStay() throws {
        var history = SampleHistory()
        let totals = QueueTotals(published: 10, delivered: 10, acked: 4, rejected: 6, retried: 5)
        history.append(
            BrokerSample(at: .testStart, queues: [QueueSample(name: "orders")]))
        history.append(
            BrokerSample(
                at: .testStart.adding(seconds: 1),
                queues: [QueueSample(name: "orders", totals: totals)]))
        let rates = try #require(history.queue("orders")?.rates)
        #expect(rates.consumedPerSecond == 5)
        #expect(rates.leftPerSecond == 5)
    }

    @Test("What was rejected, expired or dropped has left the queue, purged messages have not")
    func everyWayOutCounts() throws {
        var history = SampleHistory()
        let totals = QueueTotals(
            published: 100, delivered: 30, acked: 10, deliveredWithoutAck: 5, expired: 7,
            rejected: 3, droppedByLength: 2, deadLettered: 12, purged: 40)
        history.append(
            BrokerSample(at: .testStart, queues: [QueueSample(name: "orders")]))
        history.append(
            BrokerSample(
                at: .testStart.adding(seconds: 1),
                queues: [QueueSample(name: "orders", totals: totals)]))
        let rates = try #require(history.queue("orders")?.rates)
        #expect(rates.consumedPerSecond == 18)
        #expect(rates.leftPerSecond == 27)
        #expect(rates.deadLetteredPerSecond == 12)
    }

    @Test("A counter that runs backwards makes no rate: the queue starts anew")
    func counterResets() throws {
        let queue = SteadyQueue(
            QueueSample(name: "orders", ready: 500), publishedPerSecond: 100)
        var history = Self.history(of: [queue], seconds: 0...5)
        #expect(history.queue("orders")?.rates?.publishedPerSecond == 100)

        let declaredAnew = QueueSample(
            name: "orders", ready: 1, totals: QueueTotals(published: 1))
        history.append(
            BrokerSample(at: .testStart.adding(seconds: 6), queues: [declaredAnew]))
        #expect(try #require(history.queue("orders")).rates == nil)
        #expect(history.queue("orders")?.drain == .unknown)

        var next = declaredAnew
        next.totals.published = 11
        history.append(BrokerSample(at: .testStart.adding(seconds: 7), queues: [next]))
        #expect(history.queue("orders")?.rates?.publishedPerSecond == 10)
    }

    @Test("A queue that vanishes is forgotten, and its series with it")
    func vanishedQueues() {
        let orders = SteadyQueue(QueueSample(name: "orders", ready: 7))
        let mail = SteadyQueue(QueueSample(name: "mail", ready: 9))
        var history = Self.history(of: [orders, mail], seconds: 0...10)
        history.append(.of([mail], second: 11))
        #expect(history.queue("orders") == nil)
        #expect(history.series(.depth, of: "orders").isEmpty)
        #expect(history.queues.map(\.sample.name) == ["mail"])
        #expect(history.series(.depth, of: "mail").allSatisfy { $0 == 9 })

        // A new queue in the freed place has no past.
        let push = SteadyQueue(QueueSample(name: "push", ready: 3))
        history.append(.of([push, mail], second: 12))
        #expect(history.series(.depth, of: "push") == [3])
        #expect(history.queues.map(\.sample.name) == ["mail", "push"])
    }

    @Test("Queues stand by name, whatever the order of the sample")
    func queuesAreSorted() {
        let names: [QueueName] = ["c", "a", "b", "ä", "B"]
        let queues = names.map { SteadyQueue(QueueSample(name: $0)) }
        var history = Self.history(of: queues, seconds: 0...0)
        #expect(history.queues.map(\.sample.name) == names.sorted())
        history.append(.of(queues.reversed(), second: 1))
        #expect(history.queues.map(\.sample.name) == names.sorted())
        for name in names { #expect(history.queue(name)?.sample.name == name) }
    }

    @Test("Whatever comes and goes, each queue keeps its own figures and series")
    func queuesComeAndGo() {
        var history = SampleHistory()
        var ages: [QueueName: Int] = [:]
        for second in stride(from: 0, to: 100, by: 2) {
            // Depth and name say the same number, so that a mixed up queue is seen.
            let numbers = (1...20).filter { ($0 * 7 + second * second / 4) % 5 > 1 }
            let queues = numbers.map {
                SteadyQueue(QueueSample(name: QueueName("queue-\($0)"), ready: $0))
            }
            let turned = queues[(second % queues.count)...] + queues[..<(second % queues.count)]
            history.append(.of(Array(turned), second: second))
            let names = numbers.map { QueueName("queue-\($0)") }
            ages = Dictionary(uniqueKeysWithValues: names.map { ($0, (ages[$0] ?? 0) + 1) })
            #expect(history.queues.map(\.sample.name) == names.sorted())
            for (name, number) in zip(names, numbers) {
                #expect(history.queue(name)?.sample.ready == number)
                #expect(
                    history.series(.depth, of: name)
                        == Array(repeating: Double(number), count: ages[name] ?? 0))
            }
            #expect(history.totalSeries(.depth).last == Double(numbers.reduce(0, +)))
        }
    }

    @Test("What was handed over stays as it was while the history goes on")
    func copies() {
        let queue = SteadyQueue(QueueSample(name: "orders"), publishedPerSecond: 1)
        var history = Self.history(of: [queue], seconds: 0...9)
        let before = history
        history.append(.of([], second: 10))
        history.append(.of([queue, SteadyQueue(QueueSample(name: "mail"))], second: 12))
        #expect(before.series(.depth, of: "orders") == [1, 3, 5, 7, 9])
        #expect(before.queue("orders")?.sample.ready == 9)
        #expect(history.series(.depth, of: "orders") == [12])
        #expect(history.series(.depth, of: "mail") == [0])
    }

    @Test("An older sample is ignored; one of the same moment replaces figures, not rates")
    func timeOfSamples() throws {
        let queue = SteadyQueue(
            QueueSample(name: "orders", ready: 10), publishedPerSecond: 10)
        var history = Self.history(of: [queue], seconds: 0...2)
        history.append(.of([queue], second: 1))
        #expect(history.latest?.at == .testStart.adding(seconds: 2))
        #expect(history.queue("orders")?.sample.ready == 30)

        var same = BrokerSample.of([queue], second: 2)
        same.queues[0].ready = 99
        history.append(same)
        let trend = try #require(history.queue("orders"))
        #expect(trend.sample.ready == 99)
        #expect(trend.rates?.publishedPerSecond == 10)
    }

    @Test("A series has a point each two seconds, the newest two minutes of them")
    func seriesOfTwoMinutes() {
        let queue = SteadyQueue(QueueSample(name: "orders"), publishedPerSecond: 1)
        let history = Self.history(of: [queue], seconds: 0...1_000)
        let series = history.series(.depth, of: "orders")
        #expect(series.count == SampleHistory.pointCountMax)
        #expect(series == stride(from: 883.0, through: 999, by: 2) + [1_000])
        #expect(history.totalSeries(.depth) == series)
    }

    @Test("Points between two distant samples get the rate that held for all of them")
    func seriesOverAGap() {
        let queue = SteadyQueue(QueueSample(name: "orders"), publishedPerSecond: 5)
        var history = Self.history(of: [queue], seconds: 0...0)
        history.append(.of([queue], second: 20))
        #expect(
            history.series(.publishedPerSecond, of: "orders")
                == Array(repeating: 5, count: 10))
        #expect(history.series(.depth, of: "orders") == [0] + Array(repeating: 100, count: 10))
    }

    @Test("Messages that no queue got have a rate too")
    func unroutableRate() {
        var history = SampleHistory()
        history.append(BrokerSample(at: .testStart, unroutableTotal: 100))
        #expect(history.unroutablePerSecond == nil)
        history.append(
            BrokerSample(at: .testStart.adding(seconds: 2), unroutableTotal: 120))
        #expect(history.unroutablePerSecond == 10)
    }

    @Test("Totals are sums over queues, so a queue that goes takes its share along")
    func totalRates() {
        let orders = SteadyQueue(
            QueueSample(name: "orders"), publishedPerSecond: 30, ackedPerSecond: 20)
        let mail = SteadyQueue(QueueSample(name: "mail"), publishedPerSecond: 4)
        var history = Self.history(of: [orders, mail], seconds: 0...3)
        #expect(history.totalRates?.publishedPerSecond == 34)
        #expect(history.totalRates?.deliveredPerSecond == 20)
        history.append(.of([mail], second: 4))
        #expect(history.totalRates?.publishedPerSecond == 4)
    }

    @Test("A queue that a sample of the same moment lacks is gone")
    func deletedWithinOneMoment() {
        var history = SampleHistory()
        let kept = QueueSample(name: "kept")
        history.append(
            BrokerSample(at: .testStart, queues: [QueueSample(name: "deleted"), kept]))
        history.append(BrokerSample(at: .testStart, queues: [kept]))
        #expect(history.queues.map(\.sample.name) == ["kept"])
        #expect(history.queue("deleted") == nil)
    }
}
