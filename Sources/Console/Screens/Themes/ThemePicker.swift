import Canvas

/// The themes by name; moving through them shows each at once, `esc` goes back to the first.
struct ThemePicker: Sendable {
    private let names: [String]
    /// The theme that was on when the picker opened.
    private let original: String
    private var cursor = ListCursor<String>()

    init(names: [String], current: String) {
        self.names = names
        self.original = current
        let place = names.firstIndex(of: current) ?? 0
        // The page is not known yet; the first key brings the selection into view.
        self.cursor.select(place, count: names.count, page: names.count) { names[$0] }
    }

    mutating func take(_ input: OverlayInput, on screen: Area) -> OverlayOutcome {
        switch input {
        case .key(.escape), .key(.character("q")):
            return .asks([.work(.setTheme(self.original))])
        case .key(.enter):
            guard let name = self.cursor.selected else { return .closes }
            return .asks([.notice(Notice("Theme \(name)", .done))])
        case .key(let key):
            guard let movement = Movement(key) else { return .stays }
            return self.move(movement, on: screen)
        case .mouse(let event): return self.take(event, on: screen)
        }
    }

    private mutating func take(_ event: MouseEvent, on screen: Area) -> OverlayOutcome {
        switch event.action {
        case .wheelUp: return self.move(.up, on: screen)
        case .wheelDown: return self.move(.down, on: screen)
        case .rightClick: return .stays
        case .click, .doubleClick:
            let list = self.area(on: screen).inset(by: 1)
            guard list.contains(row: event.row, column: event.column) else { return .stays }
            let names = self.names
            self.cursor.select(
                self.cursor.firstVisible + event.row - list.row, count: names.count,
                page: list.rows
            ) { names[$0] }
            return self.preview
        }
    }

    private mutating func move(_ movement: Movement, on screen: Area) -> OverlayOutcome {
        let names = self.names
        let page = self.area(on: screen).inset(by: 1).rows
        self.cursor.move(movement, count: names.count, page: page) { names[$0] }
        return self.preview
    }

    private var preview: OverlayOutcome {
        self.cursor.selected.map { .previews([.work(.setTheme($0))]) } ?? .stays
    }

    /// In the lower right corner, so that the screen stays in view as a sample.
    private func area(on screen: Area) -> Area {
        let widest = self.names.map { TextWidth.columns(of: $0) }.max() ?? 0
        let columns = min(screen.columns - 2, max(28, widest + 6))
        let rows = min(screen.rows - 4, max(3, self.names.count + 2))
        return Area(
            row: screen.endRow - rows - 2, column: screen.endColumn - columns - 2, rows: rows,
            columns: columns)
    }

    func draw(into canvas: inout Canvas, on screen: Area) {
        let area = self.area(on: screen)
        canvas.dialog(area, title: "Themes", note: "enter · esc")
        let list = area.inset(by: 1)
        let marks = Marks(canvas.symbols)
        let visible = self.names.dropFirst(self.cursor.firstVisible).prefix(list.rows)
        for (offset, name) in visible.enumerated() {
            let isSelected = name == self.cursor.selected
            let row = Area(
                row: list.row + offset, column: list.column, rows: 1, columns: list.columns)
            let style: Style = isSelected ? .selected : .plain
            canvas.fill(row, style: style)
            canvas.put(
                " \(isSelected ? marks.selected : " ") \(name)", in: row, style: style)
        }
    }
}
