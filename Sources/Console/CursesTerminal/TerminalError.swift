import Canvas

/// Why the console cannot be shown, and what to do about it.
package enum TerminalError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Standard input or output is a file or a pipe.
    case notATerminal
    /// There is no description of this terminal in the terminfo database.
    case unknownTerminal(name: String)
    /// The terminal has no way to write at a chosen place.
    case cannotMoveCursor(name: String)

    package var description: String {
        switch self {
        case .notATerminal:
            "Input or output is not a terminal, so the console cannot be shown. "
                + "Start queuetop in a terminal, or run the broker alone with `queuetop serve`."
        case .unknownTerminal(let name):
            "The terminal \(Self.shown(name)) is not known here. Set TERM to one that is, such as "
                + "TERM=xterm-256color, or run the broker alone with `queuetop serve`."
        case .cannotMoveCursor(let name):
            "The terminal \(Self.shown(name)) cannot move its cursor, so the console cannot be "
                + "shown. Use another terminal, or run the broker alone with `queuetop serve`."
        }
    }

    private static func shown(_ name: String) -> String {
        "\"" + TextWidth.truncated(VisibleText.of(name), toColumns: 40) + "\""
    }
}
