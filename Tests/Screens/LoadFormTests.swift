import LoadTest
import Messaging
import Screens
import Testing

@Suite("A load of one's own")
struct LoadFormTests {
    @Test("The usual values make a load to a queue that is declared when it is not there")
    func makesAScenario() throws {
        let form = LoadForm()
        #expect(form.firstProblem == nil)
        let scenario = try #require(form.scenario { _ in false })
        #expect(scenario.topology.queues.map(\.name) == ["load"])
        #expect(scenario.streams.map(\.exchange) == [.default])
        #expect(scenario.ratePerSecond == 1_000)
        #expect(scenario.consumers.map(\.queue) == ["load"])
        let existing = try #require(form.scenario { $0 == "load" })
        #expect(existing.topology.queues.isEmpty)
    }

    @Test(
        "Every limit holds, and one past it does not",
        arguments: [
            (LoadForm.Field.payload, "0", "8388608", ["8388609", "-1", "", "x", "1.5"]),
            (.rate, "1", "1,000,000", ["0", "1000001", "fast"]),
            (.consumers, "0", "100", ["101", "-1"]),
            (.work, "0", "60 000", ["60001"]), (.failures, "0", "100", ["101", "3%"]),
            (
                .routingKey, "k", String(repeating: "k", count: 255),
                [String(repeating: "k", count: 256), ""]
            ),
            (
                .exchange, "", String(repeating: "x", count: 255),
                [String(repeating: "ü", count: 128)]
            ),
        ] as [(LoadForm.Field, String, String, [String])])
    func hasLimits(field: LoadForm.Field, least: String, most: String, wrong: [String]) {
        var form = LoadForm()
        form[.queue] = "q"
        for text in [least, most] {
            form[field] = text
            #expect(form.problem(with: field) == nil, "\(text)")
            #expect(form.scenario { _ in true } != nil)
        }
        for text in wrong {
            form[field] = text
            #expect(form.problem(with: field) != nil, "\(text)")
            #expect(form.scenario { _ in true } == nil)
        }
    }

    @Test("A named exchange needs a queue to consume from, or no consumers")
    func needsAQueue() throws {
        var form = LoadForm()
        form[.exchange] = "shop.orders"
        #expect(form.firstProblem == .consumers)
        form[.consumers] = "0"
        #expect(try #require(form.scenario { _ in true }).consumers.isEmpty)
        form[.consumers] = "3"
        form[.queue] = "orders.payment"
        form[.failures] = "5"
        let scenario = try #require(form.scenario { _ in true })
        #expect(scenario.consumers.map(\.failureShare) == [0.05])
        #expect(scenario.topology.queues.isEmpty)
    }
}

@Suite("Rates of a run")
struct LoadSeriesTests {
    @Test("Rates are differences of counters over the time between snapshots")
    func computesRates() {
        var series = LoadSeries()
        series.take(snapshot(run: 1, seconds: 0, sent: 0))
        series.take(snapshot(run: 1, seconds: 0.5, sent: 400))
        #expect(series.points.isEmpty, "too soon for a rate")
        series.take(snapshot(run: 1, seconds: 2, sent: 1_000))
        #expect(series.points.map(\.sent) == [500])
    }

    @Test("A new run begins anew, and two minutes are kept")
    func beginsAnew() {
        var series = LoadSeries()
        for second in 0...300 {
            series.take(snapshot(run: 1, seconds: Double(second), sent: UInt64(second)))
        }
        #expect(series.points.count == LoadSeries.pointsMax)
        series.take(snapshot(run: 2, seconds: 0, sent: 0))
        #expect(series.points.isEmpty)
    }

    private func snapshot(run: Int, seconds: Double, sent: UInt64) -> LoadSnapshot {
        LoadSnapshot(
            state: .running, run: run, elapsedMicroseconds: Int64(seconds * 1e6), sentTotal: sent)
    }
}
