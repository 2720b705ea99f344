import BrokerLink
import Canvas

extension Console {
    mutating func keyPressed(_ key: Key) -> [ConsoleEffect] {
        self.board.clear()
        // These two always work, whatever lies over the screen.
        if key == .control("c") { return [.quit] }
        if key == .control("z") { return [.suspend] }
        if self.overlay != nil { return self.overlayTakes(.key(key)) }
        let table = KeyTable(of: self.topScreen, in: self.context)
        if let row = table.row(for: key) { return self.choose(row) }
        if let movement = Movement(key) { return self.tellTop(.moved(movement)) }
        self.show(
            Notice("\(key.label) does nothing on \(self.topScreen.name); ? shows the keys"))
        return []
    }

    mutating func mouseUsed(_ event: MouseEvent) -> [ConsoleEffect] {
        if self.overlay != nil { return self.overlayTakes(.mouse(event)) }
        let layout = ShellLayout(columns: self.columns, rows: self.rows)
        switch event.action {
        case .wheelUp: return self.tellTop(.scrolled(rows: -Self.wheelRows))
        case .wheelDown: return self.tellTop(.scrolled(rows: Self.wheelRows))
        case .rightClick: return []
        case .click, .doubleClick:
            self.board.clear()
            if event.row == layout.tabRow {
                let title = TabLine.titles(columns: self.columns).first {
                    $0.columns.contains(event.column)
                }
                return title.map { self.go(to: $0.tab) } ?? []
            }
            let content = self.context.content
            guard content.contains(row: event.row, column: event.column) else { return [] }
            return self.tellTop(
                .clicked(
                    row: event.row - content.row, column: event.column - content.column,
                    isDouble: event.action == .doubleClick))
        }
    }

    /// Types what was pasted where text is asked for; anywhere else it would be commands.
    mutating func pasted(_ text: String) -> [ConsoleEffect] {
        self.board.clear()
        guard self.overlay?.takesText == true else {
            self.show(Notice("Nothing was done with the pasted text: no text is asked for here"))
            return []
        }
        return text.prefix(TextField.charactersMax).filter { !$0.isNewline }.flatMap {
            self.overlayTakes(.key(.character($0)))
        }
    }

    /// Rows that one notch of the wheel turns.
    private static let wheelRows = 3

    /// Does what a row of the key table stands for, or says why it cannot be done.
    mutating func choose(_ row: KeyTable.Row) -> [ConsoleEffect] {
        if case .unavailable(let reason) = row.availability {
            self.show(Notice("Cannot \(row.action.title): \(reason).", .warning))
            return []
        }
        switch row.choice {
        case .screen(let place):
            let context = self.context
            return self.withTop { $0.performAction(at: place, in: context) }
        case .shell(let action): return self.perform(action)
        case .tab(let tab): return self.go(to: tab)
        }
    }

    private mutating func perform(_ action: ShellAction) -> [ConsoleEffect] {
        switch action {
        case .back: return self.leave()
        case .nextTab: return self.turnTab(by: 1)
        case .previousTab: return self.turnTab(by: -1)
        case .palette: self.overlay = .palette(Palette(self.paletteRows))
        case .help: self.overlay = .help(HelpPage())
        case .themes:
            self.overlay = .themes(
                ThemePicker(
                    names: self.context.themeNames, problems: self.context.themeProblems,
                    current: self.context.themeName))
        case .contexts: self.overlay = .contexts(ContextPicker(self.context.contexts))
        case .symbols: self.turnSymbols()
        case .freeze: return self.toggleFreeze()
        case .refreshFaster: return self.changeRefresh(by: -1)
        case .refreshSlower: return self.changeRefresh(by: 1)
        case .refreshNow: return [.sample]
        case .suspend: return [.suspend]
        case .quit: return self.quit()
        }
        return []
    }

    /// Quits at once, unless clients would be cut off: the embedded broker ends with its console.
    private mutating func quit() -> [ConsoleEffect] {
        let clients = self.context.history.latest?.connections ?? 0
        // A load's own connections are nobody else's.
        guard self.context.identity?.isEmbedded == true, clients > 0, !self.context.load.isActive
        else { return [.quit] }
        let are = clients == 1 ? "client is" : "clients are"
        let dialog = Dialog(
            title: "Quit, and end the broker?",
            lines: [
                "\(Figures.count(clients)) \(are) connected to it and will be cut off.",
                "What is durable stays on disk. ^c quits without a question.",
            ],
            verb: "Quit", refusal: "Stay", effects: [.work(.quit)])
        self.overlay = .dialog(DialogBox(dialog))
        return []
    }

    /// Everything that can be chosen by name: the screen's actions, the tabs, the shell's actions.
    private var paletteRows: [KeyTable.Row] {
        let table = KeyTable(of: self.topScreen, in: self.context)
        let tabs = Tab.allCases.map { tab in
            KeyTable.Row(
                choice: .tab(tab), action: KeyAction([], "go to \(tab.title)"),
                availability: tab == self.tab && self.stack.isEmpty
                    ? .unavailable(because: "you are there") : .available)
        }
        return table.screenRows + tabs + table.shellRows.filter { $0.choice != .shell(.palette) }
    }

    private mutating func leave() -> [ConsoleEffect] {
        let context = self.context
        var gaveUp = false
        let effects = self.withTop {
            gaveUp = $0.giveUp(in: context)
            return []
        }
        if gaveUp { return effects }
        guard self.stack.popLast() != nil else {
            self.show(Notice("There is nothing to leave here; q quits"))
            return []
        }
        return self.tellTop(.appeared)
    }

    private mutating func turnTab(by step: Int) -> [ConsoleEffect] {
        let count = Tab.allCases.count
        let place = (self.tab.rawValue + step + count) % count
        return self.go(to: Tab(rawValue: place) ?? .queues)
    }

    private mutating func turnSymbols() {
        let all = GraphSymbols.allCases
        let place = all.firstIndex(of: self.context.symbols) ?? 0
        self.context.symbols = all[(place + 1) % all.count]
        self.show(Notice("Graphs are drawn in \(self.context.symbols.rawValue)"))
    }

    private mutating func toggleFreeze() -> [ConsoleEffect] {
        self.context.isFrozen.toggle()
        guard !self.context.isFrozen else { return [] }
        self.context.now = self.wallClock
        guard let history = self.heldHistory else { return [] }
        self.heldHistory = nil
        return self.apply(history)
    }

    private mutating func changeRefresh(by step: Int) -> [ConsoleEffect] {
        let steps = ShellAction.refreshSteps
        let current = self.context.refreshSeconds
        let place = steps.firstIndex { $0 >= current } ?? steps.count - 1
        guard steps.indices.contains(place + step) else {
            self.show(
                Notice(
                    "\(RefreshText.sentence(current)) is the \(step < 0 ? "fastest" : "slowest")"))
            return []
        }
        self.context.refreshSeconds = steps[place + step]
        return [.setRefresh(self.context.refreshSeconds)]
    }
}
