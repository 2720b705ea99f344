import Canvas

/// What happened at the terminal.
package enum TerminalEvent: Equatable, Sendable {
    case key(Key)
    case mouse(MouseEvent)
    /// Text that was pasted, at most ``CursesTerminal/pasteBytesMax`` bytes; anything may be in it.
    case pasted(String)
    case resized(columns: Int, rows: Int)
    /// ^Z, or SIGTSTP from outside; answer with ``CursesTerminal/suspend()``.
    case suspendRequested
    /// The program runs again after it was stopped; the screen has to be drawn.
    case continued
    case terminate(Termination)

    /// Why the program should end.
    package enum Termination: Equatable, Sendable {
        /// SIGTERM and SIGINT. The key ^C does not come as a signal, but as a key.
        case requested, interrupted
        /// SIGHUP, or the terminal is gone.
        case hungUp
    }
}
