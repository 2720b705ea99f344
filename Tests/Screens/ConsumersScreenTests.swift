import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport
import Testing

/// The list of consumers: who holds the oldest unacked message is the first row.
@Suite("Consumers screen")
struct ConsumersScreenTests {
    private static func screen(in context: ScreenContext) -> ConsumersScreen {
        ConsumersScreen().knowing(Shop.roster(), in: context)
    }

    @Test("At 120x40: all columns, who holds a message longest first")
    func at120x40() {
        let context = Shop.context(columns: 120, rows: 15)
        #expect(
            text(of: Self.screen(in: context), in: context) == """
                ╭─ Consumers  4 · 1 waiting ────────────────────────────────────────────────────────────────────── sort worst first ▼ ─╮
                │    QUEUE            TAG         CLIENT               PREFETCH  PRIO  UNACK     HELD  MODE      STATE                 │
                │▸ ! orders.payment   payment-1   127.0.0.1:51234 (2)       200     5    150  41m 10s  ack       active                │
                │    orders.dead      reader      127.0.0.1:51240 (1)  no limit     0      2     20 s  ack       exclusive             │
                │    orders.shipping  shipping-1  127.0.0.1:51240 (1)  no limit     0      –        –  auto-ack  active                │
                │    orders.payment   payment-2   127.0.0.1:51240 (1)        20     0      0        –  ack       waiting               │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │ ! stuck consumer: payment-1 on 127.0.0.1:51234 has held a message of orders.payment for 41m 10s                      │
                ╰──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────╯
                """)
    }

    @Test("At 80x24: who holds what, and whether it is its turn")
    func at80x24() {
        let context = Shop.context()
        #expect(
            text(of: Self.screen(in: context), in: context) == """
                ╭─ Consumers  4 · 1 waiting ────────────────────────────── sort worst first ▼ ─╮
                │    QUEUE            TAG       CLIENT               UNACK     HELD  STATE     │
                │▸ ! orders.payment   paym…t-1  127.0.0.1:51234 (2)    150  41m 10s  active    │
                │    orders.dead      reader    127.0.0.1:51240 (1)      2     20 s  exclusive │
                │    orders.shipping  ship…g-1  127.0.0.1:51240 (1)      –        –  active    │
                │    orders.payment   paym…t-2  127.0.0.1:51240 (1)      0        –  waiting   │
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
                │                                                                              │
                │                                                                              │
                │ ! stuck consumer: payment-1 on 127.0.0.1:51234 has held a message of         │
                │   orders.payment for 41m 10s                                                 │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                """)
    }

    @Test("At 40x12: queue, holder and since when")
    func at40x12() {
        let context = Shop.context(columns: 40, rows: 12)
        #expect(
            text(of: Self.screen(in: context), in: context) == """
                ╭─ Consumers  4 · 1 waiting ───────────╮
                │    QUEUE           TAG          HELD │
                │▸ ! orders.payment  paym…t-1  41m 10s │
                │    orders.dead     reader       20 s │
                │    orders.…ipping  ship…g-1        – │
                │    orders.payment  paym…t-2        – │
                │                                      │
                │ ! stuck consumer: payment-1 on 127.… │
                ╰──────────────────────────────────────╯
                """)
    }

    @Test("Enter goes to the queue, c to the connection")
    func opens() {
        let context = Shop.context()
        var screen = Self.screen(in: context)
        #expect(screen.perform(.open, in: context) == [.open(.queue("orders.payment"))])
        #expect(
            screen.perform(.connection, in: context)
                == [.open(.connection(Shop.connectionID(1)))])
        _ = screen.update(.moved(.bottom), in: context)
        #expect(
            screen.perform(.connection, in: context)
                == [.open(.connection(Shop.connectionID(3)))])
    }

    @Test("Without consumers it says so, and its keys say why they do nothing")
    func empty() {
        let context = Shop.context()
        let screen = ConsumersScreen().knowing(ClientRoster(at: Shop.now), in: context)
        #expect(text(of: screen, in: context).contains("Nobody consumes."))
        for action in [ConsumersScreen.Action.open, .connection, .cancel] {
            #expect(
                screen.availability(of: action, in: context)
                    == .unavailable(because: "no consumer is selected"))
        }
    }

    @Test("A filter looks at queue, tag, client, mode and state")
    func filter() {
        let context = Shop.context()
        var screen = Self.screen(in: context)
        for (filter, expected) in [
            ("waiting", "payment-2"), ("auto", "shipping-1"), ("dead", "reader"),
            ("51234", "payment-1"),
        ] {
            _ = screen.update(.promptChanged(.filter, filter), in: context)
            #expect(text(of: screen, in: context).contains("▸"))
            let effects = screen.perform(.cancel, in: context)
            #expect(effects.dialogs.first?.title == "Cancel consumer \(expected)?")
        }
        let gaveUp = screen.giveUp(in: context)
        #expect(gaveUp)
    }
}
