import Canvas
import CursesTerminal

/// What the console needs of a terminal; tests have one without a screen.
@MainActor
package protocol Terminal: AnyObject {
    var size: (columns: Int, rows: Int) { get }
    /// What happens at the terminal, in order; for one reader.
    nonisolated var input: AsyncStream<TerminalEvent> { get }
    /// Shows a canvas; only what changed is sent.
    func draw(_ canvas: Canvas)
    /// Shows everything in other colours from the next ``draw(_:)`` on.
    func setTheme(_ theme: Theme)
    /// Stops the program until it is continued; answers whether it was stopped.
    func suspend() -> Bool
    /// Answers whether the text was sent to the clipboard.
    func copyToClipboard(_ text: String) -> Bool
}

extension CursesTerminal: Terminal {}
