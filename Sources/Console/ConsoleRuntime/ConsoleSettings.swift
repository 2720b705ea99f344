import Canvas
import LoadTest
import Messaging

/// How a console looks, what it may do, and where it keeps its files.
package struct ConsoleSettings: Sendable {
    /// The theme to start with; the first built-in one when it is nil.
    package var themeName: String?
    package var isReadOnly: Bool
    package var symbols: GraphSymbols
    /// Seconds between two samples.
    package var refreshSeconds: Double
    /// The address to tell to clients; nil when there is none to tell.
    package var clientAddress: String?
    /// What the load screen offers, the usual one first.
    package var scenarios: [LoadScenario]
    /// What is said first of all; nil is nothing.
    package var notice: String?
    package var time: Timekeeper
    package var files: ConsoleFiles

    package init(
        themeName: String? = nil, isReadOnly: Bool = false, symbols: GraphSymbols = .braille,
        refreshSeconds: Double = 1, clientAddress: String? = nil,
        scenarios: [LoadScenario] = [], notice: String? = nil, time: Timekeeper = .system(),
        files: ConsoleFiles = .ofThisUser()
    ) {
        self.themeName = themeName
        self.isReadOnly = isReadOnly
        self.symbols = symbols
        self.refreshSeconds = refreshSeconds
        self.clientAddress = clientAddress
        self.scenarios = scenarios
        self.notice = notice
        self.time = time
        self.files = files
    }
}
