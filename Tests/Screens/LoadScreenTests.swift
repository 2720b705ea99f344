import BrokerLink
import Canvas
import LoadTest
import Messaging
import Screens
import TestSupport
import Testing

@Suite("Load screen")
struct LoadScreenTests {
    @Test("Idle it says what can be done")
    func invites() {
        let context = idle()
        #expect(text(of: LoadScreen(), in: context) == "@@loadidle80@@")
        let small = idle(columns: 40, rows: 12)
        #expect(text(of: LoadScreen(), in: small) == "@@loadidle40@@")
    }

    @Test("At 120x40: rates, latencies, losses, and how they went")
    func showsARun() {
        let (screen, context) = running(columns: 120, rows: 40)
        #expect(text(of: screen, in: context) == "@@load120@@")
    }

    @Test("At 80x24 and 40x12 the same, less of it")
    func showsARunInLittleRoom() {
        let (screen, context) = running(columns: 80, rows: 24)
        #expect(text(of: screen, in: context) == "@@load80@@")
        let (small, smallContext) = running(columns: 40, rows: 12)
        #expect(text(of: small, in: smallContext) == "@@load40@@")
    }

    @Test("The form shows what is wrong beside each field")
    func validates() {
        let context = idle()
        var screen = LoadScreen()
        _ = screen.perform(.configure, in: context)
        _ = screen.update(.moved(.down), in: context)
        _ = screen.update(.promptChanged(.field, ""), in: context)
        _ = screen.update(.moved(.down), in: context)
        _ = screen.update(.promptChanged(.field, "99999999999999999999"), in: context)
        #expect(text(of: screen, in: context) == "@@loadform80@@")
        let effects = screen.perform(.start, in: context)
        #expect(
            effects.notices == [
                "Not started: routing key: the default exchange needs a queue's name here."
            ])
        #expect(effects.count == 1, "nothing starts with a wrong field")
    }

    @Test("Answering a field goes on to the next one, a wrong one stays")
    func goesThroughFields() {
        let context = idle()
        var screen = LoadScreen()
        _ = screen.perform(.configure, in: context)
        guard case .prompt(let prompt) = screen.perform(.edit, in: context).first else {
            Issue.record("editing has to ask for the field's text")
            return
        }
        #expect(prompt.label == "exchange")
        #expect(screen.update(.promptAnswered(.field, "shop.orders"), in: context) == [])
        #expect(screen.update(.promptAnswered(.field, "order.created"), in: context) == [])
        let wrong = screen.update(.promptAnswered(.field, "1 kB"), in: context)
        #expect(wrong.notices == ["payload bytes: a whole number, 0 to 16.8 M."])
        #expect(text(of: screen, in: context).contains("▸ payload bytes"))
        #expect(screen.giveUp(in: context) == true, "esc closes the form")
        #expect(screen.giveUp(in: context) == false)
    }

    @Test("The embedded broker is loaded at once, another one only after yes")
    func startsAndStops() throws {
        var screen = LoadScreen()
        #expect(screen.perform(.start, in: idle()) == [.work(.startLoad(.demo))])
        let remote = idle(identity: .fake(product: "RabbitMQ", address: "10.0.0.7:5672"))
        let effects = screen.perform(.start, in: remote)
        let dialog = try #require(effects.dialogs.first)
        #expect(effects.count == 1)
        #expect(dialog.title == "Start demo shop on 10.0.0.7:5672?")
        #expect(dialog.effects == [.work(.startLoad(.demo))])
        let (started, context) = running(columns: 80, rows: 24)
        var stopping = started
        #expect(stopping.perform(.stop, in: context) == [.work(.stopLoad)])
        #expect(
            stopping.availability(of: .start, in: context)
                == .unavailable(because: "a load is running"))
    }

    @Test("The rate goes up and down the ladder while it runs")
    func changesTheRate() {
        var (screen, context) = running(columns: 80, rows: 24)
        #expect(screen.perform(.faster, in: context) == [.work(.setLoadRate(200))])
        #expect(screen.perform(.faster, in: context) == [.work(.setLoadRate(500))])
        #expect(screen.perform(.slower, in: context) == [.work(.setLoadRate(200))])
        context.load.state = .idle
        _ = screen.update(.loadChanged, in: context)
        #expect(
            screen.availability(of: .faster, in: context)
                == .unavailable(because: "the scenario is not running"))
    }

    @Test("Before a start the rate of a load of one's own is changed in its form")
    func changesTheRateOfTheForm() {
        let context = idle()
        var screen = LoadScreen()
        _ = screen.perform(.configure, in: context)
        #expect(screen.perform(.faster, in: context) == [])
        #expect(text(of: screen, in: context).contains("rate per second  2000"))
    }

    @Test(
        "The ladder has two ends",
        arguments: [
            (1.0, true, 2.0), (165, true, 200), (165, false, 100), (200, false, 100),
            (1, false, nil), (1_000_000, true, nil), (500_000, true, 1_000_000),
        ] as [(Double, Bool, Double?)])
    func climbsTheLadder(rate: Double, isUp: Bool, next: Double?) {
        #expect(LoadRate.next(after: rate, isUp: isUp) == next)
    }

    @Test("A failed run says why")
    func tellsFailures() {
        var context = idle()
        context.load = LoadSnapshot(
            state: .failed("The broker refused: no exchange shop.orders."),
            scenarioName: "demo shop", run: 2, elapsedMicroseconds: 3_000_000)
        let shown = text(of: LoadScreen(), in: context)
        #expect(shown.contains("FAILED after 3 s"))
        #expect(shown.contains("The broker refused: no exchange shop.orders."))
    }

    private func idle(
        columns: Int = 80, rows: Int = 24, identity: BrokerIdentity = .fake()
    ) -> ScreenContext {
        var context = Shop.context(columns: columns, rows: rows, identity: identity)
        context.scenarios = [.demo]
        return context
    }

    /// A screen that followed 40 seconds of a run, a snapshot a second.
    private func running(columns: Int, rows: Int) -> (LoadScreen, ScreenContext) {
        var context = idle(columns: columns, rows: rows)
        var screen = LoadScreen()
        var buckets = LatencyBuckets(repeatElement(2_000, count: 400))
        for latency in [9_000, 40_000, 90_000] as [Int64] { buckets.record(latency) }
        for second in UInt64(0)...40 {
            context.load = LoadSnapshot(
                state: .running, scenarioName: "demo shop", run: 3,
                elapsedMicroseconds: Int64(second) * 1_000_000, currentRatePerSecond: 165,
                plannedTotal: second * second * 4, sentTotal: second * second * 4 - second / 2,
                confirmedTotal: second * second * 4 - second, ackedTotal: second * second * 3,
                failedTotal: second,
                confirmLatency: .init(count: 9, p50: 900, p99: 4_100, p999: 22_000, max: 61_000),
                endToEndLatency: .init(count: 9, p50: 1_300, p99: 6_000, p999: 31_000, max: 88_000),
                endToEndBuckets: buckets,
                timerLag: .init(count: 9, p50: 40, p99: 200, p999: 300, max: 900))
            _ = screen.update(.loadChanged, in: context)
        }
        return (screen, context)
    }
}

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
            (LoadForm.Field.payload, "0", "16777216", ["16777217", "-1", "", "x", "1.5"]),
            (.rate, "1", "1,000,000", ["0", "1000001", "fast"]),
            (.consumers, "0", "100", ["101", "-1"]),
            (.work, "0", "60 000", ["60001"]), (.failures, "0", "100", ["101", "3%"]),
            (
                .routingKey, "k", String(repeating: "k", count: 255),
                [String(repeating: "k", count: 256), ""]
            ),
            (.exchange, "", String(repeating: "x", count: 255), [String(repeating: "ü", count: 128)]),
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
