import BrokerLink
import Canvas

/// Every action by its name: type a few letters, choose one, and it is done.
struct Palette: Sendable {
    private let rows: [KeyTable.Row]
    private var field = TextField()
    /// Places in ``rows`` that match, the best first.
    private var matches: [Int]
    private var cursor = ListCursor<Int>()

    init(_ rows: [KeyTable.Row]) {
        self.rows = rows
        self.matches = Array(rows.indices)
    }

    mutating func take(_ input: OverlayInput, on screen: Area) -> OverlayOutcome {
        let page = Self.listArea(on: screen).rows
        switch input {
        case .mouse(let event): return self.take(event, on: screen)
        case .key(.escape): return .closes
        case .key(.enter): return self.chosen.map { .chooses($0) } ?? .stays
        case .key(.up), .key(.control("p")): self.move(.up, page: page)
        case .key(.down), .key(.control("n")), .key(.tab): self.move(.down, page: page)
        case .key(.pageUp): self.move(.pageUp, page: page)
        case .key(.pageDown): self.move(.pageDown, page: page)
        case .key(let key): if self.field.type(key) { self.search(page: page) }
        }
        return .stays
    }

    private mutating func take(_ event: MouseEvent, on screen: Area) -> OverlayOutcome {
        let list = Self.listArea(on: screen)
        switch event.action {
        case .wheelUp: self.move(.up, page: list.rows)
        case .wheelDown: self.move(.down, page: list.rows)
        case .rightClick: break
        case .click, .doubleClick:
            let place = self.cursor.firstVisible + event.row - list.row
            guard list.contains(row: event.row, column: event.column),
                self.matches.indices.contains(place)
            else { return .stays }
            return .chooses(self.rows[self.matches[place]])
        }
        return .stays
    }

    private var chosen: KeyTable.Row? {
        guard self.matches.indices.contains(self.cursor.index) else { return nil }
        return self.rows[self.matches[self.cursor.index]]
    }

    private mutating func move(_ movement: Movement, page: Int) {
        let matches = self.matches
        self.cursor.move(movement, count: matches.count, page: page) { matches[$0] }
    }

    private mutating func search(page: Int) {
        let typed = self.field.text
        let scored = self.rows.indices.compactMap { place in
            FuzzyMatch.score(typed, in: self.rows[place].action.title).map { (place, $0) }
        }
        let matches = scored.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map(\.0)
        self.matches = matches
        self.cursor.select(0, count: matches.count, page: page) { matches[$0] }
    }
}

extension Palette {
    private static let columnsMax = 72
    private static let rowsMax = 20
    private static let keyColumns = 10

    private static func area(on screen: Area) -> Area {
        screen.centered(
            rows: min(Self.rowsMax, screen.rows - 2),
            columns: min(Self.columnsMax, screen.columns - 2))
    }

    private static func listArea(on screen: Area) -> Area {
        Self.area(on: screen).inset(rows: 1, columns: 2).splitTop(2).rest
    }

    func draw(into canvas: inout Canvas, on screen: Area) {
        let area = Self.area(on: screen)
        canvas.dialog(area, title: "Actions", note: "enter does it · esc")
        let inner = area.inset(rows: 1, columns: 2)
        let used = canvas.put(":", row: inner.row, column: inner.column, style: .accent)
        self.field.draw(
            into: &canvas, row: inner.row, column: inner.column + used + 1,
            columns: inner.columns - used - 1)
        let list = Self.listArea(on: screen)
        if self.matches.isEmpty {
            canvas.put("no action has these letters", in: list, style: .muted)
        }
        let visible = self.matches.dropFirst(self.cursor.firstVisible).prefix(list.rows)
        for (offset, match) in visible.enumerated() {
            let isSelected = self.cursor.firstVisible + offset == self.cursor.index
            let (line, _) = list.splitTop(offset + 1).top.splitBottom(1)
            let row = Area(row: line.endRow, column: list.column, rows: 1, columns: list.columns)
            self.draw(self.rows[match], isSelected: isSelected, into: &canvas, row)
        }
    }

    private func draw(
        _ row: KeyTable.Row, isSelected: Bool, into canvas: inout Canvas, _ area: Area
    ) {
        var base = row.isAvailable ? Style.plain : .muted
        if isSelected {
            base = .selected
            canvas.fill(area, style: base)
        }
        let marks = Marks(canvas.symbols)
        canvas.put(isSelected ? marks.selected : " ", in: area, style: base)
        let (left, keys) = area.splitRight(Self.keyColumns)
        var text = row.action.title
        if case .unavailable(let reason) = row.availability { text += ": \(reason)" }
        canvas.put(
            TextWidth.truncated(text, toColumns: left.columns - 3), in: left, column: 2,
            style: base)
        let label = row.action.keys.first?.label ?? ""
        canvas.put(
            TextWidth.paddedLeft(label, toColumns: Self.keyColumns), in: keys,
            style: isSelected ? base : row.isAvailable ? .accent : .muted)
    }
}
