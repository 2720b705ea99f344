import Canvas

/// What can be done on every screen.
enum ShellAction: Hashable, CaseIterable {
    case back
    case nextTab, previousTab
    case freeze
    case palette, help, themes, symbols, contexts
    case refreshFaster, refreshSlower, refreshNow
    case suspend
    case quit

    /// Its row of the key table.
    var keyAction: KeyAction {
        switch self {
        case .back: KeyAction([.escape], "leave this screen, filter or marks")
        case .nextTab: KeyAction([.tab], "next tab")
        case .previousTab: KeyAction([.backTab], "previous tab")
        case .freeze: KeyAction([.character("f")], "freeze the figures, or go on", footer: "freeze")
        case .palette:
            KeyAction([.character(":")], "choose an action by its name", footer: "actions")
        case .help: KeyAction([.character("?")], "all keys of this screen", footer: "help")
        case .contexts: KeyAction([.control("o")], "switch to another context")
        case .themes: KeyAction([.character("T")], "choose a theme")
        case .symbols: KeyAction([.control("g")], "draw graphs in braille, blocks or ASCII")
        case .refreshFaster: KeyAction([.character("+")], "refresh more often")
        case .refreshSlower: KeyAction([.character("-")], "refresh less often")
        case .refreshNow: KeyAction([.control("r")], "refresh at once")
        case .suspend: KeyAction([.control("z")], "suspend to the shell")
        case .quit: KeyAction([.character("q"), .control("c")], "quit")
        }
    }
}

extension ShellAction {
    /// Seconds between two samples that `+` and `-` go through.
    static let refreshSteps: [Double] = [0.2, 0.5, 1, 2, 5, 10, 30, 60]
}
