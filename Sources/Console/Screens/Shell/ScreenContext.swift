import BrokerLink
import Canvas
import LoadTest
import Messaging

/// What every screen may read; only the shell changes it.
package struct ScreenContext: Sendable {
    /// The wall clock; of the last sample while the console is frozen.
    package var now: Timestamp
    /// Seconds that local time is ahead of UTC.
    package var utcOffsetSeconds: Int
    /// Nil until the link has answered for the first time.
    package var identity: BrokerIdentity?
    package var history: SampleHistory
    package var load: LoadSnapshot
    /// The replay under way.
    package var replay: ReplayOutcome?
    /// What the load screen offers to run, the usual one first.
    package var scenarios: [LoadScenario]
    /// The console was started so; a context may be read-only by itself.
    package var isReadOnly: Bool
    /// Samples arrive but are not applied.
    package var isFrozen: Bool
    package var symbols: GraphSymbols
    package var refreshSeconds: Double
    package var themeName: String
    package var themeNames: [String]
    /// Theme files that were left out.
    package var themeProblems: [ThemeProblem]
    /// Between the tab line and the footer, the screen's frames included.
    package var content: Area
    /// The AMQP address to tell to clients, such as `amqp://guest:guest@127.0.0.1:5672/`.
    package var clientAddress: String?
    package var contexts = ContextState()

    package init(
        now: Timestamp, utcOffsetSeconds: Int = 0, identity: BrokerIdentity? = nil,
        history: SampleHistory = SampleHistory(), load: LoadSnapshot = LoadSnapshot(),
        scenarios: [LoadScenario] = [], isReadOnly: Bool = false, isFrozen: Bool = false,
        symbols: GraphSymbols = .braille, refreshSeconds: Double = 1, themeName: String = "dark",
        themeNames: [String] = [], themeProblems: [ThemeProblem] = [],
        content: Area = Area(row: 0, column: 0, rows: 0, columns: 0),
        clientAddress: String? = nil
    ) {
        self.now = now
        self.utcOffsetSeconds = utcOffsetSeconds
        self.identity = identity
        self.history = history
        self.load = load
        self.scenarios = scenarios
        self.isReadOnly = isReadOnly
        self.isFrozen = isFrozen
        self.symbols = symbols
        self.refreshSeconds = refreshSeconds
        self.themeName = themeName
        self.themeNames = themeNames
        self.themeProblems = themeProblems
        self.content = content
        self.clientAddress = clientAddress
    }

    /// Whether the broker can do it; while nobody has answered yet, it cannot.
    package func availability(of capability: Capability) -> Availability {
        guard let identity = self.identity else {
            return .unavailable(because: "the broker has not answered yet")
        }
        return identity.capabilities[capability]
            ?? .unavailable(because: "\(identity.product) does not offer it")
    }
}
