import BrokerLink
import Canvas
import LoadTest
import Messaging
import Screens
import TestSupport
import Testing

/// Which broker is shown, how another one is chosen, and what a protected one asks.
struct ContextScreenTests {
    private static let choices = [
        ContextChoice(.embedded, address: "amqp://127.0.0.1:5672"),
        ContextChoice(
            ContextName("prod"), address: "amqps://rabbit.example.com:5671", colour: .danger,
            isReadOnly: true, isProtected: true),
        ContextChoice(
            ContextName("stage"), address: "amqp://stage:5672", colour: .good,
            isProtected: true),
    ]

    private static func console(
        _ current: ContextName = .embedded, choices: [ContextChoice] = Self.choices
    ) -> Console {
        var context = Shop.context()
        context.scenarios = [.demo]
        var console = Console(context: context, columns: 80, rows: 24)
        console.setContexts(choices, current: current)
        _ = console.update(.sampled(.success(context.history)))
        return console
    }

    private static func text(_ console: Console) -> String { console.view().text }

    private static func press(_ console: inout Console, _ keys: Key...) -> [ConsoleEffect] {
        keys.flatMap { console.update(.key($0)) }
    }

    @Test("The picker lists every context with what it is")
    func picker() {
        var console = Self.console()
        #expect(Self.press(&console, .control("o")) == [])
        let lines = Self.text(console).split(separator: "\n").filter { $0.contains("│ ") }
        let shown = lines.filter { line in Self.choices.contains { line.contains($0.address) } }
        #expect(
            shown.map { $0.drop { $0 != "▸" && !$0.isLetter }.prefix(62) }
                == [
                    "▸ embedded  amqp://127.0.0.1:5672  shown                      ",
                    "prod      amqps://rabbit.example.com:5671  read-only  protected",
                    "stage     amqp://stage:5672  protected                        ",
                ].map { $0.prefix(62) })
        #expect(
            Self.press(&console, .character("j"), .enter) == [.switchContext(ContextName("prod"))])
        #expect(!Self.text(console).contains("Contexts"))
    }

    @Test("The palette finds it by its name, and esc stays")
    func palette() {
        var console = Self.console()
        _ = Self.press(&console, .character(":"))
        for letter in "context" { _ = console.update(.key(.character(letter))) }
        _ = console.update(.key(.enter))
        #expect(Self.text(console).contains("Contexts"))
        #expect(Self.press(&console, .escape) == [])
        #expect(!Self.text(console).contains("Contexts"))
    }

    @Test("A click chooses")
    func click() throws {
        var console = Self.console()
        _ = Self.press(&console, .control("o"))
        let lines = Self.text(console).split(separator: "\n", omittingEmptySubsequences: false)
        let row = try #require(lines.firstIndex { $0.contains("amqp://stage:5672") })
        let effects = console.update(.mouse(MouseEvent(.click, row: row, column: 40)))
        #expect(effects == [.switchContext(ContextName("stage"))])
    }

    @Test("Without contexts the key says why it does nothing")
    func none() {
        var console = Self.console(choices: [])
        #expect(Self.press(&console, .control("o")) == [])
        #expect(Self.text(console).contains("the configuration has no contexts"))
        #expect(!Self.text(console).contains("prod"))
    }

    @Test("The header says which context it is, whose, and that it is read-only")
    func header() {
        let console = Self.console(ContextName("prod"))
        let canvas = console.view()
        let header = canvas.text.prefix { $0 != "\n" }
        #expect(header.hasPrefix(" queuetop  prod  "))
        #expect(header.contains("READ-ONLY"))
        #expect(header.contains("guest@/"))
        #expect(canvas[0, 11].style == .danger)
    }

    @Test("A read-only context refuses before it asks")
    func readOnly() {
        var console = Self.console(ContextName("prod"))
        #expect(Self.press(&console, .character("P")) == [])
        #expect(Self.text(console).contains("the context prod is read-only"))
    }

    @Test("A protected context takes yes only after the queue's name")
    func protected() {
        var console = Self.console(ContextName("stage"))
        _ = Self.press(&console, .character("P"))
        #expect(Self.text(console).contains("stage is protected: type the name to go on."))
        #expect(Self.text(console).contains("type orders.payment:"))
        #expect(Self.press(&console, .character("y"), .backTab, .enter) == [])
        #expect(Self.press(&console, .backspace) == [])
        for letter in "orders.payment" { _ = console.update(.key(.character(letter))) }
        #expect(Self.press(&console, .enter) == [], "the name alone does nothing")
        #expect(Self.press(&console, .enter) == [.purge("orders.payment")])
    }

    @Test("A wrong name leaves the question where it is, and what is typed on belongs to it")
    func mistyped() {
        var console = Self.console(ContextName("stage"))
        _ = Self.press(&console, .character("P"))
        #expect(Self.press(&console, .right, .enter) == [])
        #expect(Self.text(console).contains("not yet: type orders.payment:"))
        for letter in "payqn" { #expect(console.update(.key(.character(letter))) == []) }
        #expect(!Self.text(console).contains("not yet"))
        #expect(Self.press(&console, .enter) == [])
        #expect(Self.text(console).contains("not yet: type orders.payment: payqn"))
        #expect(Self.press(&console, .escape) == [])
        #expect(!Self.text(console).contains("type orders.payment"))
    }

    @Test("A broker is named once: by its context, or by its address when it has none")
    func names() {
        func header(_ name: String, product: String = "RabbitMQ") -> String {
            var context = Shop.context(identity: .fake(product: product))
            context.content = Area(row: 0, column: 0, rows: 24, columns: 120)
            var console = Console(context: context, columns: 120, rows: 24)
            let choices = [ContextChoice(ContextName(name), address: "amqp://h")] + Self.choices
            console.setContexts(choices, current: ContextName(name))
            return String(console.view().text.prefix(60))
        }
        let address = BrokerIdentity.fake().address
        #expect(header(address).hasPrefix(" queuetop  RabbitMQ \(address)  guest@/"))
        #expect(header(address, product: "queuetop").hasPrefix(" queuetop  \(address)  guest@/"))
        #expect(header("away").hasPrefix(" queuetop  away  RabbitMQ \(address)  guest@/"))
    }

    @Test("Where nothing is protected nothing is typed")
    func unprotected() {
        var console = Self.console()
        #expect(
            Self.press(&console, .character("P"), .character("y")) == [.purge("orders.payment")])
    }

    @Test("Several queues at once ask for the context's name")
    func several() {
        var console = Self.console(ContextName("stage"))
        _ = Self.press(&console, .character("*"), .character("D"))
        #expect(Self.text(console).contains("type stage:"))
    }

    @Test("While a link is opened keys work, and the header says so")
    func connecting() {
        var console = Self.console()
        _ = console.update(.contextChanged(.connecting(ContextName("prod"))))
        #expect(Self.text(console).contains("Connecting to prod"))
        _ = Self.press(&console, .character("j"), .enter)
        #expect(Self.text(console).contains("connecting to prod"))
        _ = console.update(.contextChanged(.failed(ContextName("prod"), reason: "It is away.")))
        #expect(Self.text(console).contains("Not attached to prod: It is away."))
        #expect(!Self.text(console).contains("connecting to prod"))
    }

    @Test("Of the broker before nothing stays on the screen")
    func switched() {
        var console = Self.console()
        _ = Self.press(&console, .enter, .character("?"))
        let effects = console.update(
            .contextChanged(
                .shown(ContextName("stage"), nil, SampleHistory(), clientAddress: nil)))
        #expect(!effects.contains { $0.changesBroker })
        let text = Self.text(console)
        #expect(text.contains("Attached to stage"))
        #expect(!text.contains("orders.payment"))
        #expect(!text.contains("Everywhere"))
    }

    @Test("Work that ends on a broker which is not shown says so, and changes nothing here")
    func elsewhere() {
        var console = Self.console()
        _ = Self.press(&console, .enter)
        let before = Self.text(console)
        _ = console.update(
            .contextChanged(
                .elsewhere(ContextName("stage"), .deletedQueue("orders.payment", .success(3)))))
        #expect(Self.text(console).contains("stage: Deleted orders.payment and 3 messages in it."))
        _ = Self.press(&console, .control("g"), .control("g"), .control("g"))
        _ = console.update(.clock(Shop.now.adding(seconds: 60)))
        #expect(before.contains("orders.payment"))
        #expect(Self.text(console).contains("orders.payment"), "its screen is still open")
    }

    @Test("Load never runs on another broker than the one that is shown")
    func load() {
        let keys: [Key] = [.tab, .tab, .tab, .tab, .enter, .character("y")]
        let stage = ContextName("stage")
        for (start, other) in [(ContextName.embedded, stage), (stage, .embedded)] {
            var here = Self.console(start)
            #expect(keys.flatMap { here.update(.key($0)) }.contains { $0.changesBroker })
            var elsewhere = Self.console(start)
            _ = elsewhere.update(
                .contextChanged(
                    .shown(
                        other, .fake(), Shop.context().history, clientAddress: nil)))
            let effects = keys.dropLast().flatMap { elsewhere.update(.key($0)) }
            #expect(Self.text(elsewhere).contains("Switch to \(start) first."))
            let more = elsewhere.update(.key(.character("y")))
            #expect(!(effects + more).contains { $0.changesBroker })
        }
    }
}
