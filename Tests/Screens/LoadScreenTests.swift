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
        #expect(
            text(of: LoadScreen(), in: context) == """
                ╭─ Load  demo shop ────────────────────────────────────────────────────────────╮
                │ Nothing runs.                                                                │
                │                                                                              │
                │ enter  starts demo shop: 165/s, 96 B to 512 B, 6 consumers                   │
                │ c      sets target, payload, rate and consumers of your own                  │
                │ n      chooses another scenario                                              │
                │ + -    change the rate, also while it runs                                   │
                │                                                                              │
                │ Messages are planned by the clock: one that is sent late counts as late, so  │
                │ a stall of the broker shows in the latencies.                                │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                """)
        let small = idle(columns: 40, rows: 12)
        #expect(
            text(of: LoadScreen(), in: small) == """
                ╭─ Load  demo shop ────────────────────╮
                │ Nothing runs.                        │
                │                                      │
                │ enter  starts demo shop: 165/s, 96 B │
                │        to 512 B, 6 consumers         │
                │ c      sets target, payload, rate    │
                │        and consumers of your own     │
                │ n      chooses another scenario      │
                ╰──────────────────────────────────────╯
                """)
    }

    @Test("At 120x40: rates, latencies, losses, and how they went")
    func showsARun() {
        let (screen, context) = running(columns: 120, rows: 40)
        #expect(
            text(of: screen, in: context) == """
                ╭─ Load  demo shop ──────────────────────────────────────────────────────────────────────────────────────────── run 3 ─╮
                │ RUNNING 40 s   producers 2   consumers 6   body 96 B to 512 B   profile 150/s, bursts of 750/s every 1m 00s          │
                │ sent 6,380   acked 4,800                                                                                             │
                │                                                                                                                      │
                │ planned        316/s           ⣀⣀⣀⣀⣀⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣿⣿⣿⣿⣿   confirm     p50 900 µs  p99 4.1 ms  p99.9 22 ms  max 61 ms     │
                │ sent           315/s           ⣀⣀⣀⣀⣀⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣿⣿⣿⣿⣿   end-to-end  p50 1.3 ms  p99 6 ms  p99.9 31 ms  max 88 ms       │
                │ confirmed      315/s           ⣀⣀⣀⣀⣀⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣿⣿⣿⣿⣿   timer lag   p50 40 µs  p99 200 µs  p99.9 300 µs  max 900 µs    │
                │ acked          237/s           ⣀⣀⣀⣀⣀⣀⣠⣤⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣶⣶   behind 20   returned 0   nacked 0   failed 40                  │
                │ depth        127,530 ⣀⣀⣀⣤⣤⣤⣤⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣶⣶⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿                                                                  │
                │                                                                                                                      │
                │ end-to-end latency  1 ms ▏████████████████████████████████████████████████████▏ 4 ms ▏█▏ 16 ms ▏█▏ 64 ms ▏█▏ 256 ms  │
                │                                                                                                                      │
                │ sent last 2 min, peak 315/s                                acked last 2 min, peak 237/s                              │
                │                                                       ⢀⣼                                                             │
                │                                                      ⢠⣾⣿                                                             │
                │                                                    ⢀⣴⣿⣿⣿                                                             │
                │                                                   ⣠⣾⣿⣿⣿⣿                                                         ⢀⣴  │
                │                                                 ⢀⣴⣿⣿⣿⣿⣿⣿                                                       ⢀⣴⣿⣿  │
                │                                                ⢀⣼⣿⣿⣿⣿⣿⣿⣿                                                     ⢀⣴⣿⣿⣿⣿  │
                │                                               ⣠⣾⣿⣿⣿⣿⣿⣿⣿⣿                                                   ⢀⣴⣿⣿⣿⣿⣿⣿  │
                │                                             ⢀⣴⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿                                                  ⣠⣾⣿⣿⣿⣿⣿⣿⣿  │
                │                                            ⣠⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿                                                ⣠⣾⣿⣿⣿⣿⣿⣿⣿⣿⣿  │
                │                                          ⢀⣴⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿                                              ⣠⣾⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿  │
                │                                         ⢀⣼⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿                                            ⢠⣾⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿  │
                │                                        ⣠⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿                                          ⢀⣴⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿  │
                │                                      ⢀⣼⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿                                        ⢀⣴⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿  │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                ╰──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────╯
                """)
    }

    @Test("At 80x24 and 40x12 the same, less of it")
    func showsARunInLittleRoom() {
        let (screen, context) = running(columns: 80, rows: 24)
        #expect(
            text(of: screen, in: context) == """
                ╭─ Load  demo shop ──────────────────────────────────────────────────── run 3 ─╮
                │ RUNNING 40 s   producers 2   consumers 6   body 96 B to 512 B                │
                │ profile 150/s, bursts of 750/s every 1m 00s   sent 6,380   acked 4,800       │
                │                                                                              │
                │ planned        316/s           ⣀⣀⣀⣀⣀⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣿⣿⣿⣿⣿                          │
                │ sent           315/s           ⣀⣀⣀⣀⣀⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣿⣿⣿⣿⣿                          │
                │ confirmed      315/s           ⣀⣀⣀⣀⣀⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣿⣿⣿⣿⣿                          │
                │ acked          237/s           ⣀⣀⣀⣀⣀⣀⣠⣤⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣶⣶                          │
                │ depth        127,530 ⣀⣀⣀⣤⣤⣤⣤⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣶⣶⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿                          │
                │                                                                              │
                │ confirm     p50 900 µs  p99 4.1 ms  p99.9 22 ms  max 61 ms                   │
                │ end-to-end  p50 1.3 ms  p99 6 ms  p99.9 31 ms  max 88 ms                     │
                │ timer lag   p50 40 µs  p99 200 µs  p99.9 300 µs  max 900 µs                  │
                │ behind 20   returned 0   nacked 0   failed 40                                │
                │                                                                              │
                │ end-to-end latency  1 ms ▏████████████▏ 4 ms ▏█▏ 16 ms ▏█▏ 64 ms ▏█▏ 256 ms  │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                """)
        let (small, smallContext) = running(columns: 40, rows: 12)
        #expect(
            text(of: small, in: smallContext) == """
                ╭─ Load  demo shop ──────────── run 3 ─╮
                │ RUNNING 40 s   sent 6,380            │
                │ acked 4,800                          │
                │ sent           315/s ⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣿⣿⣿⣿⣿ │
                │ acked          237/s ⣀⣠⣤⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣶⣾ │
                │ depth        127,530 ⣶⣶⣶⣶⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿ │
                │ confirm     p50 900 µs  p99 4.1 ms   │
                │ end-to-end  p50 1.3 ms  p99 6 ms     │
                ╰──────────────────────────────────────╯
                """)
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
        #expect(
            text(of: screen, in: context) == """
                ╭─ Load  a load of your own ───────────────────────────────────────────────────╮
                │   exchange                                                                   │
                │   routing key                        the default exchange needs a queue's na │
                │ ▸ payload bytes    999999999999999…  a whole number, 0 to 8,388,608          │
                │   rate per second  1000                                                      │
                │   consume from                                                               │
                │   consumers        2                                                         │
                │   work time ms     1                                                         │
                │   failures %       0                                                         │
                │                                                                              │
                │ of each message                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                """)
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
        #expect(wrong.notices == ["payload bytes: a whole number, 0 to 8,388,608."])
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
