import Canvas

/// The contexts by name; `enter` attaches to one, and `esc` stays where the console is.
struct ContextPicker: Sendable {
    private let state: ContextState
    private var cursor = ListCursor<ContextName>()

    init(_ state: ContextState) {
        self.state = state
        let names = state.choices.map(\.name)
        let place = names.firstIndex { $0 == state.current } ?? 0
        // The page is not known yet; the first key brings the selection into view.
        self.cursor.select(place, count: names.count, page: names.count) { names[$0] }
    }

    mutating func take(_ input: OverlayInput, on screen: Area) -> OverlayOutcome {
        switch input {
        case .key(.escape), .key(.character("q")): return .closes
        case .key(.enter): return self.chosen
        case .key(let key):
            if let movement = Movement(key) { self.move(movement, on: screen) }
        case .mouse(let event): return self.take(event, on: screen)
        }
        return .stays
    }

    private var chosen: OverlayOutcome {
        guard let name = self.cursor.selected else { return .stays }
        return .asks([.work(.switchContext(name))])
    }

    private mutating func take(_ event: MouseEvent, on screen: Area) -> OverlayOutcome {
        switch event.action {
        case .wheelUp: self.move(.up, on: screen)
        case .wheelDown: self.move(.down, on: screen)
        case .rightClick: break
        case .click, .doubleClick:
            let list = self.area(on: screen).inset(by: 1)
            let place = self.cursor.firstVisible + event.row - list.row
            guard list.contains(row: event.row, column: event.column),
                self.state.choices.indices.contains(place)
            else { return .stays }
            let choices = self.state.choices
            self.cursor.select(place, count: choices.count, page: list.rows) { choices[$0].name }
            return self.chosen
        }
        return .stays
    }

    private mutating func move(_ movement: Movement, on screen: Area) {
        let choices = self.state.choices
        let page = self.area(on: screen).inset(by: 1).rows
        self.cursor.move(movement, count: choices.count, page: page) { choices[$0].name }
    }
}

extension ContextPicker {
    private static let columnsMax = 72

    private func area(on screen: Area) -> Area {
        screen.centered(
            rows: min(screen.rows - 2, self.state.choices.count + 2),
            columns: min(screen.columns - 2, Self.columnsMax))
    }

    func draw(into canvas: inout Canvas, on screen: Area) {
        let area = self.area(on: screen)
        canvas.dialog(area, title: "Contexts", note: "enter attaches · esc")
        let list = area.inset(by: 1)
        let widest = self.state.choices.map { TextWidth.columns(of: $0.name.text) }.max() ?? 0
        let nameColumns = min(widest, list.columns / 2)
        let visible = self.state.choices.dropFirst(self.cursor.firstVisible).prefix(list.rows)
        for (offset, choice) in visible.enumerated() {
            let row = Area(
                row: list.row + offset, column: list.column, rows: 1, columns: list.columns)
            self.draw(choice, nameColumns: nameColumns, into: &canvas, row)
        }
    }

    private func draw(
        _ choice: ContextChoice, nameColumns: Int, into canvas: inout Canvas, _ row: Area
    ) {
        let isSelected = choice.name == self.cursor.selected
        let base: Style = isSelected ? .selected : .plain
        canvas.fill(row, style: base)
        let marks = Marks(canvas.symbols)
        canvas.put(" \(isSelected ? marks.selected : " ")", in: row, style: base)
        let name = TextWidth.truncated(choice.name.text, toColumns: nameColumns)
        canvas.put(name, in: row, column: 3, style: isSelected ? base : choice.colour.style)
        let words = TextWidth.truncated(
            ([choice.address] + self.words(of: choice)).joined(separator: "  "),
            toColumns: row.columns - nameColumns - 6)
        canvas.put(
            words, in: row, column: nameColumns + 5, style: isSelected ? base : .muted)
    }

    private func words(of choice: ContextChoice) -> [String] {
        [
            choice.name == self.state.current
                ? "shown" : self.state.open.contains(choice.name) ? "open" : "",
            choice.isReadOnly ? "read-only" : "", choice.isProtected ? "protected" : "",
        ].filter { !$0.isEmpty }
    }
}
