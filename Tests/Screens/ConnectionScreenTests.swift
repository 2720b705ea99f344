import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport
import Testing

/// One connection: who it is, what it consumes, and what goes with it.
@Suite("Connection screen")
struct ConnectionScreenTests {
    private static func screen(
        _ number: UInt64 = 3, in context: ScreenContext
    ) -> ConnectionScreen {
        ConnectionScreen(connection: Shop.connectionID(number))
            .knowing(Shop.roster(), in: context)
    }

    @Test("At 120x40: figures, consumers, exclusive queues and what the client told of itself")
    func at120x40() {
        let context = Shop.context(columns: 120, rows: 24)
        #expect(
            text(of: Self.screen(in: context), in: context) == """
                ╭─ Connection  127.0.0.1:51240 ────────────────────────────────────────────────────────────────────────────────────────╮
                │ state slow reader   unacked 2   held 20 s   channels 1   consumers 3   user mail   vhost /shop   name mailer         │
                │ ! slow reader: 127.0.0.1:51240 (mailer) does not read what it is sent; its consumers get nothing                     │
                │                                                                                                                      │
                │                                                                                                                      │
                ╰──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────╯
                ╭─ Consumers  3 ────────────────────────────────────────── sort worst first ▼ ─╮╭─ Exclusive queues  1 ────────────────╮
                │    QUEUE            TAG         PREFETCH  PRIO  UNACK     HELD  STATE        ││ reply.mailer                         │
                │▸   orders.dead      reader      no limit     0      2     20 s  exclusive    ││                                      │
                │    orders.shipping  shipping-1  no limit     0      –        –  active       ││                                      │
                │    orders.payment   payment-2         20     0      0        –  waiting      │╰──────────────────────────────────────╯
                │                                                                              │╭─ Client ─────────────────────────────╮
                │                                                                              ││ connection_name  mailer              │
                │                                                                              ││                                      │
                │                                                                              ││                                      │
                │                                                                              ││                                      │
                │                                                                              ││                                      │
                │                                                                              ││                                      │
                │                                                                              ││                                      │
                │                                                                              ││                                      │
                ╰──────────────────────────────────────────────────────────────────────────────╯╰──────────────────────────────────────╯
                """)
    }

    @Test("At 80x24: figures and one list, and tab turns to the others")
    func at80x24() {
        let context = Shop.context()
        var screen = Self.screen(in: context)
        #expect(
            text(of: screen, in: context) == """
                ╭─ Connection  127.0.0.1:51240 ────────────────────────────────────────────────╮
                │ state slow reader   unacked 2   held 20 s   channels 1   consumers 3         │
                │ user mail   vhost /shop   name mailer                                        │
                │ ! slow reader: 127.0.0.1:51240 (mailer) does not read what it is sent; its … │
                │                                                                              │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                ╭─ Consumers  3 ────────────────────────────────────────── sort worst first ▼ ─╮
                │    QUEUE            TAG         PREFETCH  PRIO  UNACK     HELD  STATE        │
                │▸   orders.dead      reader      no limit     0      2     20 s  exclusive    │
                │    orders.shipping  shipping-1  no limit     0      –        –  active       │
                │    orders.payment   payment-2         20     0      0        –  waiting      │
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
        _ = screen.perform(.nextPane, in: context)
        _ = screen.perform(.nextPane, in: context)
        #expect(text(of: screen, in: context).contains("reply.mailer"))
        _ = screen.perform(.nextPane, in: context)
        #expect(text(of: screen, in: context).contains("connection_name  mailer"))
    }

    @Test("At 40x12 one pane at a time")
    func at40x12() {
        let context = Shop.context(columns: 40, rows: 12)
        var screen = Self.screen(in: context)
        #expect(
            text(of: screen, in: context) == """
                ╭─ Connection  127.0.0.1:51240 ────────╮
                │ state slow reader   unacked 2        │
                │ held 20 s   channels 1   consumers 3 │
                │ user mail   vhost /shop              │
                │ name mailer                          │
                │ ! slow reader: 127.0.0.1:51240 (mai… │
                │                                      │
                │                                      │
                ╰──────────────────────────────────────╯
                """)
        _ = screen.perform(.nextPane, in: context)
        #expect(text(of: screen, in: context).contains("orders.dead"))
    }

    @Test("Enter goes to the queue of the selected consumer")
    func opensQueue() {
        let context = Shop.context()
        var screen = Self.screen(in: context)
        #expect(screen.perform(.open, in: context) == [.open(.queue("orders.dead"))])
        _ = screen.update(.moved(.down), in: context)
        #expect(screen.perform(.open, in: context) == [.open(.queue("orders.shipping"))])
        #expect(
            Self.screen(4, in: context).availability(of: .open, in: context)
                == .unavailable(because: "the connection has no consumer"))
    }

    @Test("A connection that ended says so; one that was closed here is left")
    func gone() {
        let context = Shop.context()
        let gone = Self.screen(99, in: context)
        #expect(text(of: gone, in: context).contains("The connection is gone."))
        #expect(
            gone.availability(of: .close, in: context)
                == .unavailable(because: "the connection is gone"))
        var screen = Self.screen(in: context)
        #expect(
            screen.update(.closedConnection(Shop.connectionID(1), .success(1)), in: context) == [])
        #expect(
            screen.update(.closedConnection(Shop.connectionID(3), .success(2)), in: context)
                == [.back])
        #expect(
            ConnectionScreen(connection: Shop.connectionID(3))
                .availability(of: .close, in: context)
                == .unavailable(because: "the broker has not answered yet"))
    }

    @Test("One that is closing already is not closed again")
    func closing() {
        let context = Shop.context()
        var roster = Shop.roster()
        for place in roster.connections.indices { roster.connections[place].state = .closing }
        let screen = ConnectionScreen(connection: Shop.connectionID(1))
            .knowing(roster, in: context)
        #expect(
            screen.availability(of: .close, in: context)
                == .unavailable(because: "127.0.0.1:51234 is closing already"))
    }
}
