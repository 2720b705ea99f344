import BrokerLink
import Canvas
import ConsoleRuntime
import CursesTerminal
import Messaging
import Screens
import Synchronization
import TestSupport
import Testing

/// Several links side by side, one of which is shown.
@MainActor
@Suite(.timeLimit(.minutes(5)))
struct ContextSwitchTests {
    /// Links by the name of their context, each with one queue of that name.
    private final class Brokers: Sendable {
        let links: [String: FakeLink]
        /// What was opened, in order.
        let opened = Mutex<[String]>([])
        private let gate = Signal()
        private let isOpen: Mutex<Bool>

        init(_ names: [String], isOpen: Bool = true) {
            self.isOpen = Mutex(isOpen)
            self.links = Dictionary(
                uniqueKeysWithValues: names.map { name in
                    var script = FakeLink.Script()
                    let queue = SteadyQueue(QueueSample(name: QueueName("\(name).queue"), ready: 1))
                    script.samples = [.success(.of([queue], second: 0))]
                    script.identity = .success(.fake(address: "\(name):5672"))
                    script.count = .success(1)
                    return (name, FakeLink(script))
                })
        }

        /// Lets those in who wait.
        func letIn() {
            self.isOpen.withLock { $0 = true }
            self.gate.notify()
        }

        func open(_ name: ContextName) async throws -> any BrokerLink {
            self.opened.withLock { $0.append(name.text) }
            await self.gate.wait { self.isOpen.withLock { $0 } }
            guard let link = self.links[name.text] else {
                throw LinkError.disconnected(reason: "no route to \(name)")
            }
            return link
        }
    }

    private static let choices = [
        ContextChoice(.embedded, address: "amqp://127.0.0.1:5672"),
        ContextChoice(ContextName("prod"), address: "amqp://prod"),
        ContextChoice(ContextName("stage"), address: "amqp://stage"),
    ]

    private static func bench(_ brokers: Brokers) throws -> ConsoleBench {
        try ConsoleBench(
            contexts: ConsoleContexts(choices: Self.choices, open: { try await brokers.open($0) }))
    }

    /// Chooses the context that stands so many rows below the one that is shown.
    private static func choose(_ bench: ConsoleBench, _ movements: Key...) {
        bench.terminal.press(.control("o"))
        for key in movements { bench.terminal.press(key) }
        bench.terminal.press(.enter)
    }

    @Test("Another broker is shown when its link is there; keys work until then")
    func switches() async throws {
        let brokers = Brokers(["prod"], isOpen: false)
        let bench = try Self.bench(brokers)
        await bench.run {
            await bench.terminal.waitForText("orders")
            Self.choose(bench, .down)
            await bench.terminal.waitForText("Connecting to prod")
            bench.terminal.press(.character("?"))
            await bench.terminal.waitForText("Everywhere")
            bench.terminal.press(.escape)
            #expect(bench.terminal.text.contains("orders"))
            brokers.letIn()
            await bench.terminal.waitForText("prod.queue")
            #expect(bench.terminal.text.contains("prod:5672"))
            #expect(!bench.terminal.text.contains("orders"))
        }
        #expect(brokers.links["prod"]?.calls.last == .close, "whoever opened it closes it")
        #expect(!bench.link.calls.contains(.close), "the first link is its giver's")
    }

    @Test("What cannot be attached to is said, and the former stays")
    func fails() async throws {
        let bench = try Self.bench(Brokers([]))
        await bench.run {
            await bench.terminal.waitForText("orders")
            Self.choose(bench, .down)
            await bench.terminal.waitForText(
                "Not attached to prod: Not connected: no route to prod")
            #expect(bench.terminal.text.contains("orders"))
            #expect(!bench.terminal.text.contains("connecting to prod"))
        }
    }

    @Test("Going back to one that is open asks nobody and shows what is known at once")
    func goesBack() async throws {
        let brokers = Brokers(["prod"])
        let bench = try Self.bench(brokers)
        await bench.run {
            await bench.terminal.waitForText("orders")
            Self.choose(bench, .down)
            await bench.terminal.waitForText("prod.queue")
            Self.choose(bench, .up)
            await bench.terminal.waitForText("Attached to embedded")
            #expect(bench.terminal.text.contains("orders"))
            Self.choose(bench, .down)
            await bench.terminal.waitForText("Attached to prod")
            #expect(bench.terminal.text.contains("prod.queue"))
        }
        #expect(brokers.opened.withLock { $0 } == ["prod"], "it was opened once")
        #expect(brokers.links["prod"]?.calls.filter { $0 == .probe }.count == 1)
    }

    @Test("Who changes his mind sees the last one that he chose")
    func changesMind() async throws {
        let brokers = Brokers(["prod", "stage"], isOpen: false)
        let bench = try Self.bench(brokers)
        await bench.run {
            await bench.terminal.waitForText("orders")
            Self.choose(bench, .down)
            await bench.terminal.waitForText("Connecting to prod")
            Self.choose(bench, .down, .down)
            await bench.terminal.waitForText("Connecting to stage")
            brokers.letIn()
            await bench.terminal.waitForText("stage.queue")
            bench.terminal.press(.control("o"))
            await bench.terminal.wait { text in
                text.split(separator: "\n").contains {
                    $0.contains("amqp://prod") && $0.contains("open")
                }
            }
            bench.terminal.press(.escape)
        }
        #expect(brokers.links["prod"]?.calls.last == .close)
    }

    @Test("Only what is shown is sampled, and never twice at once")
    func samples() async throws {
        let brokers = Brokers(["prod"])
        let bench = try Self.bench(brokers)
        await bench.run {
            await bench.terminal.waitForText("orders")
            Self.choose(bench, .down)
            await bench.terminal.waitForText("prod.queue")
            let former = bench.link.calls.filter { $0 == .sample }.count
            // An interval that nobody else sleeps for, such as the clock.
            bench.terminal.press(.character("+"))
            for count in 2...4 {
                await bench.time.waitForSleep(seconds: 0.5)
                bench.time.advance(seconds: 0.5)
                await brokers.links["prod"]?.waitUntil { calls in
                    calls.filter { $0 == .sample }.count >= count
                }
            }
            #expect(bench.link.calls.filter { $0 == .sample }.count == former)
        }
        #expect(brokers.links["prod"]?.samplesUnderWayMax == 1)
    }

    @Test("An act goes to the broker that is shown, and the audit log names its context")
    func acts() async throws {
        let brokers = Brokers(["prod"])
        let bench = try Self.bench(brokers)
        await bench.run {
            await bench.terminal.waitForText("orders")
            Self.choose(bench, .down)
            await bench.terminal.waitForText("prod.queue")
            bench.terminal.press(.character("P"), .character("y"))
            await bench.terminal.waitForText("Purged 1 message from prod.queue")
        }
        #expect(brokers.links["prod"]?.calls.contains(.purge("prod.queue")) == true)
        #expect(!bench.link.calls.contains(.purge("prod.queue")))
        let lines = TemporaryFolder.lines(of: bench.auditPath)
        #expect(lines.first?.contains(#""broker":"prod: queuetop prod:5672""#) == true)
    }

    @Test("An act that ends after the switch is said with the name of its context")
    func endsElsewhere() async throws {
        let answer = Signal()
        let isAnswered = Flag()
        var script = FakeLink.Script()
        script.samples = [.success(.of([ConsoleBench.orders], second: 0))]
        script.count = .success(5)
        script.beforeAnswer = { call in
            if call == .purge("orders") { await answer.wait { isAnswered.isSet } }
        }
        let brokers = Brokers(["prod"])
        let bench = try ConsoleBench(
            script,
            contexts: ConsoleContexts(choices: Self.choices, open: { try await brokers.open($0) }))
        await bench.run {
            await bench.terminal.waitForText("orders")
            bench.terminal.press(.character("P"), .character("y"))
            await bench.link.waitUntil { $0.contains(.purge("orders")) }
            Self.choose(bench, .down)
            await bench.terminal.waitForText("prod.queue")
            isAnswered.set()
            answer.notify()
            await bench.terminal.waitForText("embedded: Purged 5 messages from orders.")
            #expect(bench.terminal.text.contains("prod.queue"))
        }
    }
}
