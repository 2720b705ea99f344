import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport
import Testing

/// The list of connections: who is blocked, who does not read, who holds messages for how long.
@Suite("Connections screen")
struct ConnectionsScreenTests {
    private static func screen(in context: ScreenContext) -> ConnectionsScreen {
        ConnectionsScreen().knowing(Shop.roster(), Shop.roster(after: 2), in: context)
    }

    @Test("At 120x40: all columns, the blocked one first, then who holds a message longest")
    func at120x40() {
        let context = Shop.context(columns: 120, rows: 15)
        #expect(
            text(of: Self.screen(in: context), in: context) == #"""
                ╭─ Connections  4 · 1 blocked ──────────────────────────────────────────────────────────────────── sort worst first ▼ ─╮
                │    CLIENT           NAME                   USER   VHOST  CHAN  CONS   UNACK     HELD    IN/s   OUT/s  STATE          │
                │▸ ! 127.0.0.1:51236  bunny 2.19             guest  /         1     0       0        –       0       0  blocked        │
                │  ! 127.0.0.1:51240  mailer                 mail   /shop     1     3       2     20 s       0       0  slow reader    │
                │  ! 127.0.0.1:51234  payments-worker        guest  /         2     1     150  41m 10s       0     310  running        │
                │    127.0.0.1:51242  evil␛[31m\u{202E}name  guest  /         1     0       0        –       0       0  running        │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │                                                                                                                      │
                │ ! blocked: 127.0.0.1:51236 (bunny 2.19) may not publish (memory alarm); its consumers go on                          │
                ╰──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────╯
                """#)
    }

    @Test("At 80x24: what matters first stays, and the sentence says what is wrong")
    func at80x24() {
        let context = Shop.context()
        #expect(
            text(of: Self.screen(in: context), in: context) == """
                ╭─ Connections  4 · 1 blocked ──────────────────────────── sort worst first ▼ ─╮
                │    CLIENT           NAME          CONS   UNACK     HELD   OUT/s  STATE       │
                │▸ ! 127.0.0.1:51236  bunny 2.19       0       0        –       0  blocked     │
                │  ! 127.0.0.1:51240  mailer           3       2     20 s       0  slow reader │
                │  ! 127.0.0.1:51234  paymen…orker     1     150  41m 10s     310  running     │
                │    127.0.0.1:51242  evil␛[…name      0       0        –       0  running     │
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
                │ ! blocked: 127.0.0.1:51236 (bunny 2.19) may not publish (memory alarm); its  │
                │   consumers go on                                                            │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                """)
    }

    @Test("At 40x12: client, what it holds and since when")
    func at40x12() {
        let context = Shop.context(columns: 40, rows: 12)
        #expect(
            text(of: Self.screen(in: context), in: context) == """
                ╭─ Connections  4 · 1 blocked ─────────╮
                │    CLIENT            UNACK     HELD  │
                │▸ ! 127.0.0.1:51236       0        –  │
                │  ! 127.0.0.1:51240       2     20 s  │
                │  ! 127.0.0.1:51234     150  41m 10s  │
                │    127.0.0.1:51242       0        –  │
                │                                      │
                │ ! blocked: 127.0.0.1:51236 (bunny 2… │
                ╰──────────────────────────────────────╯
                """)
    }

    @Test("A rate that the link cannot tell has no column")
    func unknownRates() {
        let context = Shop.context(columns: 120, rows: 40)
        var roster = Shop.roster()
        for place in roster.connections.indices {
            roster.connections[place].published = .unavailable(because: "not counted")
        }
        let shown = text(of: ConnectionsScreen().knowing(roster, in: context), in: context)
        #expect(!shown.contains("IN/s"))
        #expect(shown.contains("OUT/s"))
    }

    @Test("The roster is asked for once at a time, and again with each sample")
    func asks() {
        let context = Shop.context()
        let wanted = ScreenEffect.work(.clients)
        var screen = ConnectionsScreen()
        #expect(screen.update(.appeared, in: context) == [wanted])
        #expect(screen.update(.sampled, in: context) == [], "the first answer is awaited")
        _ = screen.update(.rostered(.success(Shop.roster())), in: context)
        #expect(screen.update(.sampled, in: context) == [wanted])
    }

    @Test("Only a screen that is shown asks for the roster")
    func asksOnlyWhenShown() {
        var driver = Fleet.driver()
        driver.send(.sampled(.success(.of(Fleet.queues, second: 122))))
        #expect(!driver.effects.contains(.clients))
        driver.press(.tab, .tab)
        #expect(driver.effects.filter { $0 == .clients }.count == 1)
        driver.press(.backTab)
        driver.clearEffects()
        driver.send(.rostered(.success(Shop.roster())))
        driver.send(.sampled(.success(.of(Fleet.queues, second: 124))))
        #expect(!driver.effects.contains(.clients))
    }

    @Test("Before the first answer, without clients and after a failure it says so")
    func empty() {
        let context = Shop.context()
        var screen = ConnectionsScreen()
        #expect(text(of: screen, in: context).contains("Asking the broker …"))
        _ = screen.update(.appeared, in: context)
        _ = screen.update(.rostered(.success(ClientRoster(at: Shop.now))), in: context)
        #expect(text(of: screen, in: context).contains("No client is connected."))
        _ = screen.update(.sampled, in: context)
        _ = screen.update(.rostered(.failure(.disconnected(reason: "reset"))), in: context)
        #expect(text(of: screen, in: context).contains("Not connected: reset."))
        for action in [ConnectionsScreen.Action.open, .close] {
            #expect(
                screen.availability(of: action, in: context)
                    == .unavailable(because: "no connection is selected"))
        }
    }

    @Test("A filter looks at client, name, user, virtual host and state; esc gives it up")
    func filter() {
        let context = Shop.context()
        var screen = Self.screen(in: context)
        for (filter, expected) in [
            ("bunny", "51236"), ("slow", "51240"), ("/shop", "51240"), ("51234", "51234"),
        ] {
            _ = screen.update(.promptChanged(.filter, filter), in: context)
            let shown = text(of: screen, in: context)
            #expect(shown.contains("127.0.0.1:\(expected)"))
            #expect(
                shown.split(separator: "\n").count { $0.contains(" 127.0.0.1:") } == 2,
                """
                one row and its sentence, filtered by \(filter):
                \(shown)
                """)
        }
        _ = screen.update(.promptChanged(.filter, "nobody"), in: context)
        #expect(text(of: screen, in: context).contains("Nothing matches nobody"))
        let gaveUp = [screen.giveUp(in: context), screen.giveUp(in: context)]
        #expect(gaveUp == [true, false])
        #expect(text(of: screen, in: context).contains("127.0.0.1:51242"))
    }

    @Test("Columns sort, figures downwards and words upwards at first")
    func sorts() {
        let context = Shop.context()
        var screen = Self.screen(in: context)
        func first() -> String {
            text(of: screen, in: context).split(separator: "\n").dropFirst(2).first.map {
                String($0.dropFirst(5).prefix(15))
            } ?? ""
        }
        #expect(first() == "127.0.0.1:51236")
        _ = screen.perform(.sort(.unacked), in: context)
        #expect(first() == "127.0.0.1:51234")
        _ = screen.perform(.sort(.client), in: context)
        #expect(first() == "127.0.0.1:51234")
        _ = screen.perform(.sort(.client), in: context)
        #expect(first() == "127.0.0.1:51242")
        _ = screen.perform(.sort(.held), in: context)
        _ = screen.perform(.sort(.held), in: context)
        #expect(first() == "127.0.0.1:51240", "what holds nothing comes last, also upwards")
        _ = screen.perform(.sortWorst, in: context)
        #expect(first() == "127.0.0.1:51236")
    }

    @Test("The selection stays on its connection when the order changes")
    func selection() {
        let context = Shop.context()
        var screen = Self.screen(in: context)
        _ = screen.update(.moved(.down), in: context)
        #expect(
            screen.perform(.open, in: context) == [.open(.connection(Shop.connectionID(3)))])
        _ = screen.perform(.sort(.unacked), in: context)
        #expect(
            screen.perform(.open, in: context) == [.open(.connection(Shop.connectionID(3)))])
    }

    @Test("A click selects, a double click opens, a click on a title sorts")
    func clicks() {
        let context = Shop.context()
        var screen = Self.screen(in: context)
        let opened = screen.update(.clicked(row: 4, column: 10, isDouble: true), in: context)
        #expect(opened == [.open(.connection(Shop.connectionID(1)))])
        _ = screen.update(.clicked(row: 1, column: 6, isDouble: false), in: context)
        #expect(text(of: screen, in: context).contains("sort client ▲"))
    }

    @Test("Names full of escapes are shown, never stored as such")
    func isHarmless() {
        let context = Shop.context(columns: 120, rows: 40)
        #expect(hostileScalars(in: text(of: Self.screen(in: context), in: context)) == [])
    }
}
