import CNcurses
import Canvas
import Glibc
import PlainJSON

/// The terminal: shows canvases and tells what a person does.
///
/// There can be one at a time, and only the main actor may touch it, as ncurses is one big global.
/// From `init` to ``restore()`` the terminal belongs to the console; a crash or `exit` in between
/// gives it back too.
@MainActor
package final class CursesTerminal {
    /// What happens, in order; for one reader. It ends at ``restore()``.
    package nonisolated let input: AsyncStream<TerminalEvent>
    /// How many colours are used.
    package let depth: ColourDepth

    /// Events that wait for the reader; older ones are dropped beyond that.
    package nonisolated static let eventsMax = 4_096
    /// Bytes of one paste that are kept.
    package nonisolated static let pasteBytesMax = 65_536
    /// Bytes that ``copyToClipboard(_:)`` sends; terminals drop more.
    package nonisolated static let clipboardBytesMax = 74_994

    let events: AsyncStream<TerminalEvent>.Continuation
    var theme: Theme
    var pairs: ColourPairs
    /// How each style is drawn in this theme, filled as styles are met.
    var pens: [Style: Pen] = [:]
    /// What the terminal shows; `nil` when it has to be drawn from scratch.
    var shown: Canvas?
    var sources: InputSources?
    var state = State.drawing

    enum State { case drawing, suspended, restored }

    /// Takes the terminal.
    ///
    /// - Parameters:
    ///   - theme: The colours; ``setTheme(_:)`` changes them live.
    ///   - depth: The most colours to use. What the terminal can do is never exceeded, and the
    ///     variable `NO_COLOR` takes all colours away (no-color.org).
    ///   - usesMouse: Whether clicks and the wheel come as events; the terminal's own selection
    ///     then needs shift.
    /// - Throws: ``TerminalError``; the terminal is as before.
    package init(
        theme: Theme, depth: ColourDepth? = nil, usesMouse: Bool = true
    ) throws(TerminalError) {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .notATerminal }
        _ = nc_use_utf8()
        CrashGuard.rememberModes()
        guard nc_open() != nil else { throw .unknownTerminal(name: Self.environment("TERM")) }
        guard nc_can_move_cursor() else {
            endwin()
            throw .cannotMoveCursor(name: Self.environment("TERM"))
        }
        CrashGuard.arm(resetting: [Self.mouseOff, Self.pasteOff])
        // A key that sends an escape sequence sends it at once; 25 ms is enough even over a slow
        // line.
        set_escdelay(25)
        nc_define_paste_keys()
        self.depth = Self.depth(atMost: depth, colours: nc_start_colours())
        self.theme = theme
        self.pairs = ColourPairs(pairsMax: nc_pairs())
        (self.input, self.events) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingNewest(Self.eventsMax))
        nc_configure()
        if usesMouse { nc_start_mouse() }
        Self.send(Self.pasteOn)
        self.sources = InputSources(for: self)
    }

    /// The size of the terminal in cells.
    package var size: (columns: Int, rows: Int) { (Int(nc_columns()), Int(nc_rows())) }

    /// Shows everything in other colours from the next ``draw(_:)`` on.
    package func setTheme(_ theme: Theme) {
        self.theme = theme
        self.pens = [:]
        self.pairs = ColourPairs(pairsMax: nc_pairs())
        self.shown = nil
    }

    /// Gives the terminal back for good; later calls do nothing.
    package func restore() {
        guard self.state != .restored else { return }
        self.state = .restored
        self.sources = nil
        self.events.finish()
        self.leave()
    }

    /// Stops the program and gives the terminal to the shell until it is continued.
    ///
    /// - Returns: Whether the program was stopped; not when there is no shell above it that could
    ///   continue it.
    @discardableResult
    package func suspend() -> Bool {
        guard self.state == .drawing, getsid(getppid()) == getsid(0) else { return false }
        self.state = .suspended
        self.leave()
        // The process alone: stopping its group would stop the shell before it has set its own
        // modes.
        raise(SIGSTOP)
        return true
    }

    /// The program was continued, after ``suspend()`` or after somebody stopped it from outside.
    func continued() {
        guard self.state != .restored else { return }
        reset_prog_mode()
        CrashGuard.rearm()
        nc_configure()
        Self.send(Self.pasteOn)
        self.state = .drawing
        self.resize()
        self.events.yield(.continued)
    }

    /// Follows the terminal's size, and draws from scratch.
    func resize() {
        var rows: Int32 = 0
        var columns: Int32 = 0
        if nc_window_size(&rows, &columns) { resizeterm(rows, columns) }
        self.shown = nil
        let size = self.size
        self.events.yield(.resized(columns: size.columns, rows: size.rows))
    }

    private func leave() {
        Self.send(Self.pasteOff)
        nc_leave_for_shell()
        CrashGuard.disarm()
    }
}

extension CursesTerminal {
    /// Puts text on the clipboard of the terminal's own machine, over any number of SSH hops
    /// (xterm's OSC 52).
    ///
    /// - Returns: Whether it was sent; not when it is longer than ``clipboardBytesMax`` or the
    ///   terminal is too plain. Terminals do not answer, and some ask the person first or refuse.
    @discardableResult
    package func copyToClipboard(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let name = Self.environment("TERM")
        guard self.state == .drawing, bytes.count <= Self.clipboardBytesMax,
            !name.hasPrefix("vt"), !name.hasPrefix("linux")
        else { return false }
        Self.send("\u{1B}]52;c;" + Base64.text(of: bytes) + "\u{07}")
        return true
    }

    private static let mouseOff = "\u{1B}[?1000l\u{1B}[?1002l\u{1B}[?1006l"
    private static let pasteOn = "\u{1B}[?2004h"
    private static let pasteOff = "\u{1B}[?2004l"

    /// Writes past ncurses, which has nothing buffered between two draws.
    private static func send(_ sequence: String) {
        var rest = Array(sequence.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return
            }
        }
    }

    private static func environment(_ name: String) -> String {
        getenv(name).map { String(cString: $0) } ?? ""
    }

    private static func depth(atMost wanted: ColourDepth?, colours: Int32) -> ColourDepth {
        guard Self.environment("NO_COLOR").isEmpty else { return .monochrome }
        let possible: ColourDepth =
            switch colours {
            case ..<8: .monochrome
            case ..<16: .ansi8
            case ..<256: .ansi16
            case ..<0x100_0000: .indexed256
            default: .trueColour
            }
        return min(wanted ?? possible, possible)
    }
}
