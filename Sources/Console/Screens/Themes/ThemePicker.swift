import Canvas

/// The themes by name; moving through them shows each at once, `esc` goes back to the first.
///
/// Files that were left out stand below them; moving to one tells what is wrong with it.
struct ThemePicker: Sendable {
    private enum Row: Hashable, Sendable {
        case theme(String)
        case problem(ThemeProblem)

        var name: String {
            switch self {
            case .theme(let name): name
            case .problem(let problem): problem.name
            }
        }
    }

    private let list: [Row]
    private let hasProblems: Bool
    /// The theme that was on when the picker opened.
    private let original: String
    private var cursor = ListCursor<Row>()

    init(names: [String], problems: [ThemeProblem], current: String) {
        let list = names.map { Row.theme($0) } + problems.map { Row.problem($0) }
        self.list = list
        self.hasProblems = !problems.isEmpty
        self.original = current
        let place = names.firstIndex(of: current) ?? 0
        // The page is not known yet; the first key brings the selection into view.
        self.cursor.select(place, count: list.count, page: list.count) { list[$0] }
    }

    mutating func take(_ input: OverlayInput, on screen: Area) -> OverlayOutcome {
        switch input {
        case .key(.escape), .key(.character("q")):
            return .asks([.work(.setTheme(self.original))])
        case .key(.enter):
            guard case .theme(let name) = self.cursor.selected else { return .stays }
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
            let rows = self.parts(on: screen).list
            guard rows.contains(row: event.row, column: event.column) else { return .stays }
            let list = self.list
            self.cursor.select(
                self.cursor.firstVisible + event.row - rows.row, count: list.count,
                page: rows.rows
            ) { list[$0] }
            return self.preview
        }
    }

    private mutating func move(_ movement: Movement, on screen: Area) -> OverlayOutcome {
        let list = self.list
        let page = self.parts(on: screen).list.rows
        self.cursor.move(movement, count: list.count, page: page) { list[$0] }
        return self.preview
    }

    private var preview: OverlayOutcome {
        switch self.cursor.selected {
        case nil: .stays
        case .theme(let name): .previews([.work(.setTheme(name))])
        case .problem: .previews([.work(.setTheme(self.original))])
        }
    }
}

extension ThemePicker {
    /// Rows for what is wrong with a file.
    private static let problemRows = 6
    private static let problemColumns = 64

    /// In the lower right corner, so that the screen stays in view as a sample.
    private func area(on screen: Area) -> Area {
        let widest = self.list.map { TextWidth.columns(of: $0.name) }.max() ?? 0
        let wanted = max(self.hasProblems ? Self.problemColumns : 28, widest + 6)
        let columns = min(screen.columns - 2, wanted)
        let below = self.hasProblems ? Self.problemRows : 0
        let rows = min(screen.rows - 4, max(3, self.list.count + 2 + below))
        return Area(
            row: screen.endRow - rows - 2, column: screen.endColumn - columns - 2, rows: rows,
            columns: columns)
    }

    private func parts(on screen: Area) -> (list: Area, problem: Area) {
        let inner = self.area(on: screen).inset(by: 1)
        let below = self.hasProblems ? min(Self.problemRows, inner.rows / 2) : 0
        let (list, problem) = inner.splitBottom(below)
        return (list, problem.inset(rows: 0, columns: 1))
    }

    func draw(into canvas: inout Canvas, on screen: Area) {
        canvas.dialog(self.area(on: screen), title: "Themes", note: "enter · esc")
        let parts = self.parts(on: screen)
        let marks = Marks(canvas.symbols)
        let visible = self.list.dropFirst(self.cursor.firstVisible).prefix(parts.list.rows)
        for (offset, item) in visible.enumerated() {
            let isSelected = item == self.cursor.selected
            let row = Area(
                row: parts.list.row + offset, column: parts.list.column, rows: 1,
                columns: parts.list.columns)
            let style: Style = isSelected ? .selected : .plain
            canvas.fill(row, style: style)
            canvas.put(
                " \(isSelected ? marks.selected : " ") \(item.name)", in: row, style: style)
            guard case .problem(let problem) = item else { continue }
            canvas.put(marks.alarm, in: row, style: isSelected ? .selected : .warning)
            guard isSelected else { continue }
            let lines = TextLines.wrapped(problem.sentence, toColumns: parts.problem.columns)
            for (place, line) in lines.prefix(parts.problem.rows).enumerated() {
                canvas.put(line, in: parts.problem, row: place, style: .warning)
            }
        }
    }
}
