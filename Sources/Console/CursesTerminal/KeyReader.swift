import CNcurses
import Canvas

/// Turns what ncurses reads into events.
@MainActor
struct KeyReader {
    /// What was pasted so far, while a paste is under way.
    private var paste = ""
    private var isPasting = false
    private var lastClick: (event: MouseEvent, at: ContinuousClock.Instant)?
    /// Leaves out the sequences of keys that ncurses does not know.
    private var sequences = UnknownSequences()
    /// Events that were read and not yet asked for.
    private var ready: [TerminalEvent] = []

    /// Two clicks on one cell within that time are a double click.
    private static let doubleClick = Duration.milliseconds(400)

    /// The next event that is there; `nil` when all input is read.
    mutating func next() -> TerminalEvent? {
        while self.ready.isEmpty {
            var value: UInt32 = 0
            switch nc_read(&value) {
            case NC_CHARACTER: self.character(value)
            case NC_KEY:
                self.type(self.sequences.end())
                if value == UInt32(KEY_MOUSE) {
                    self.ready += self.mouse()
                } else if let event = self.key(value) {
                    self.ready.append(event)
                }
            default:
                self.type(self.sequences.end())
                if self.ready.isEmpty { return nil }
            }
        }
        return self.ready.removeFirst()
    }

    private mutating func character(_ value: UInt32) {
        if self.isPasting {
            if let scalar = Unicode.Scalar(value) { self.appendToPaste(scalar) }
        } else {
            self.type(self.sequences.take(value))
        }
    }

    private mutating func type(_ characters: [UInt32]) {
        for key in characters.lazy.compactMap(Key.init(character:)) {
            self.ready.append(key == .control("z") ? .suspendRequested : .key(key))
        }
    }

    private mutating func key(_ code: UInt32) -> TerminalEvent? {
        switch code {
        case UInt32(NC_PASTE_START):
            self.isPasting = true
            return nil
        case UInt32(NC_PASTE_END):
            defer { self.paste = "" }
            self.isPasting = false
            return .pasted(self.paste)
        default:
            return Key(code: code).map { .key($0) }
        }
    }

    private mutating func appendToPaste(_ scalar: Unicode.Scalar) {
        guard self.paste.utf8.count < CursesTerminal.pasteBytesMax else { return }
        // A terminal sends return for every line end.
        self.paste.unicodeScalars.append(scalar == "\r" ? "\n" : scalar)
    }

    /// All that the mouse did, in order.
    private mutating func mouse() -> [TerminalEvent] {
        var events: [MouseEvent] = []
        var (row, column): (Int32, Int32) = (0, 0)
        reading: while true {
            let action: MouseEvent.Action
            switch nc_mouse_event(&row, &column) {
            case NC_MOUSE_NONE: break reading
            case NC_MOUSE_LEFT: action = .click
            case NC_MOUSE_RIGHT: action = .rightClick
            case NC_MOUSE_UP: action = .wheelUp
            case NC_MOUSE_DOWN: action = .wheelDown
            default: continue
            }
            events.append(MouseEvent(action, row: Int(row), column: Int(column)))
        }
        return events.reversed().map { .mouse(self.joined($0)) }
    }

    /// The second of two clicks is a double click.
    private mutating func joined(_ event: MouseEvent) -> MouseEvent {
        guard event.action == .click else { return event }
        let now = ContinuousClock.now
        if let last = self.lastClick, last.event == event, now - last.at < Self.doubleClick {
            self.lastClick = nil
            return MouseEvent(.doubleClick, row: event.row, column: event.column)
        }
        self.lastClick = (event, now)
        return event
    }
}
