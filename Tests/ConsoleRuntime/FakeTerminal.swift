import Canvas
import ConsoleRuntime
import CursesTerminal
import TestSupport

/// A terminal without a screen: a test presses keys and looks at the frames.
@MainActor
final class FakeTerminal: Terminal {
    nonisolated let input: AsyncStream<TerminalEvent>
    private let events: AsyncStream<TerminalEvent>.Continuation
    private let changed = Signal()

    private(set) var size: (columns: Int, rows: Int)
    private(set) var frames: [Canvas] = []
    private(set) var themes: [String] = []
    private(set) var suspendCount = 0

    init(columns: Int = 80, rows: Int = 24) {
        self.size = (columns, rows)
        (self.input, self.events) = AsyncStream.makeStream()
    }

    /// What is on the screen now.
    var text: String { self.frames.last?.text ?? "" }

    func press(_ keys: Key...) { for key in keys { self.events.yield(.key(key)) } }

    func send(_ event: TerminalEvent) { self.events.yield(event) }

    func resize(columns: Int, rows: Int) {
        self.size = (columns, rows)
        self.events.yield(.resized(columns: columns, rows: rows))
    }

    func end() { self.events.finish() }

    /// Returns once the screen satisfies a condition.
    func wait(until condition: (String) -> Bool) async {
        await self.changed.wait { condition(self.text) }
    }

    func waitForText(_ text: String) async { await self.wait { $0.contains(text) } }

    func draw(_ canvas: Canvas) {
        self.frames.append(canvas)
        self.changed.notify()
    }

    func setTheme(_ theme: Theme) { self.themes.append(theme.name) }

    func suspend() -> Bool {
        self.suspendCount += 1
        return true
    }

    func copyToClipboard(_ text: String) -> Bool { true }
}
