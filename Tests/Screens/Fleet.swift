import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport

/// A broker with every kind of trouble, and a console that watches it.
enum Fleet {
    static let queues = [
        SteadyQueue(
            QueueSample(
                name: "orders.payment", ready: 12_000, unacked: 250, readyBytes: 14_400_000,
                consumers: 2, dead: .exact(41),
                oldestReadyMicroseconds: .exact(161_000_000),
                oldestUnackedMicroseconds: .exact(20_000_000),
                processing: .exact(.of(p50: 180_000, p99: 1_900_000))),
            publishedPerSecond: 1_204, ackedPerSecond: 310),
        SteadyQueue(
            QueueSample(
                name: "email.outbound", ready: 9_481, unacked: 40, consumers: 1,
                dead: .exact(1_204),
                oldestReadyMicroseconds: .exact(500_000_000),
                oldestUnackedMicroseconds: .exact(2_470_000_000),
                processing: .exact(.of(p50: 95_000, p99: 410_000))),
            publishedPerSecond: 88, ackedPerSecond: 92),
        SteadyQueue(
            QueueSample(
                name: "orders.inventory", ready: 312, unacked: 64, consumers: 4,
                oldestReadyMicroseconds: .exact(300_000),
                oldestUnackedMicroseconds: .exact(20_000),
                processing: .exact(.of(p50: 11_000, p99: 48_000))),
            publishedPerSecond: 1_204, ackedPerSecond: 1_204),
        SteadyQueue(
            QueueSample(
                name: "orders.shipping", unacked: 12, consumers: 4,
                oldestUnackedMicroseconds: .exact(6_000),
                processing: .exact(.of(p50: 6_000, p99: 22_000))),
            publishedPerSecond: 1_163, ackedPerSecond: 1_163),
        SteadyQueue(
            QueueSample(
                name: "audit.archive", ready: 2, dead: .unavailable(because: "not counted"),
                oldestReadyMicroseconds: .exact(7_900_000_000)),
            publishedPerSecond: 1),
        SteadyQueue(
            QueueSample(
                name: "orders.dead", ready: 1_241, receivesDeadLetters: true,
                oldestReadyMicroseconds: .exact(7_800_000_000))),
        SteadyQueue(
            QueueSample(
                name: "evil\u{1B}[31m\u{07}名前キュー\u{202E}", ready: 3, consumers: 1,
                oldestReadyMicroseconds: .exact(90_000))),
        SteadyQueue(QueueSample(name: "idle", consumers: 1)),
    ]

    /// A console that has watched some queues for two minutes.
    static func driver(
        columns: Int = 80, rows: Int = 24, queues: [SteadyQueue] = Fleet.queues,
        identity: BrokerIdentity = .fake(), isReadOnly: Bool = false,
        symbols: GraphSymbols = .braille
    ) -> ConsoleDriver {
        var driver = ConsoleDriver(
            ScreenContext(
                now: .testStart, isReadOnly: isReadOnly, symbols: symbols,
                themeName: "dark", themeNames: ["dark", "light", "monochrome"],
                clientAddress: "amqp://guest:guest@127.0.0.1:5672/"),
            columns: columns, rows: rows)
        driver.send(.probed(.success(identity)))
        driver.send(
            .clock(.testStart.adding(seconds: 120)), .sampled(.success(.of(queues, second: 120))))
        return driver
    }
}

/// A console in a test's hands, and everything that it asked the runtime for.
struct ConsoleDriver {
    private(set) var console: Console
    private(set) var effects: [ConsoleEffect] = []

    init(_ context: ScreenContext, columns: Int = 80, rows: Int = 24) {
        self.console = Console(context: context, columns: columns, rows: rows)
    }

    /// What is on the screen.
    var text: String { self.console.view().text }

    /// The rows of the screen.
    var rows: [String] {
        self.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    mutating func send(_ messages: ConsoleMessage...) {
        for message in messages { self.effects += self.console.update(message) }
    }

    mutating func press(_ keys: Key...) {
        for key in keys { self.effects += self.console.update(.key(key)) }
    }

    mutating func type(_ text: String) { for letter in text { self.press(.character(letter)) } }

    mutating func click(row: Int, column: Int, isDouble: Bool = false) {
        self.send(.mouse(MouseEvent(isDouble ? .doubleClick : .click, row: row, column: column)))
    }

    /// Forgets the effects so far.
    mutating func clearEffects() { self.effects = [] }
}
