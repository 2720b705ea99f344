import BrokerLink
import Canvas

/// Where the parts of a list of clients stand in its area, counted from its top left corner.
struct ClientListLayout<Column: ClientColumn> {
    /// Cells for the signs before a row: selected, trouble.
    static var gutter: Int { 4 }

    let area: Area
    let table: TableLayout<Column>

    /// - Parameter widest: Cells of the longest text of each column with words: none gets more
    ///   than it can use.
    init(area: Area, hiding hidden: Set<Column>, widest: [Column: Int]) {
        self.area = area
        self.table = TableLayout(
            Column.allCases.filter { !hidden.contains($0) }.map { id in
                var column = id.tableColumn
                guard let widest = widest[id] else { return column }
                let useful = max(widest, TextWidth.columns(of: column.title))
                column.widthMax = min(column.widthMax, useful)
                column.width = min(column.width, useful)
                return column
            }, width: area.columns - 3 - Self.gutter)
    }

    var titleRow: Int { 1 }
    var firstRow: Int { 2 }
    var tableColumn: Int { 1 + Self.gutter }
    var page: Int { Self.page(of: self.area) }

    /// Rows of clients that fit: the frame, the titles and the sentence are taken off.
    static func page(of area: Area) -> Int {
        max(1, area.rows - 3 - Self.sentenceRows(of: area))
    }

    /// A narrow screen needs two for a sentence, and gives them when it is high enough.
    static func sentenceRows(of area: Area) -> Int {
        area.columns < 100 && area.rows >= 16 ? 2 : 1
    }

    /// The column whose title stands there.
    func column(at column: Int) -> Column? {
        self.table.places.first {
            ($0.start..<$0.start + $0.width).contains(column - self.tableColumn)
        }?.column.id
    }
}

extension ClientList {
    func layout(in area: Area) -> ClientListLayout<Row.Column> {
        ClientListLayout(area: area, hiding: self.hidden, widest: self.widest)
    }

    /// Draws the list in a frame.
    ///
    /// - Parameters:
    ///   - title: In the frame's upper line; the filter is added to it.
    ///   - empty: What stands in the place of rows when there are none at all.
    func draw(
        into canvas: inout Canvas, area: Area, title: String, empty: [(String, Style)],
        style: Style = .border
    ) {
        let layout = self.layout(in: area)
        let marks = Marks(canvas.symbols)
        let filtered = self.filter.text.isEmpty ? "" : " · filter \(self.filter.text)"
        canvas.frame(
            area, title: title + filtered,
            note: "sort \(self.order.words) "
                + (self.order.isAscending ? marks.ascending : marks.descending), style: style)
        guard !self.rows.isEmpty else {
            let lines: [(String, Style)] =
                self.count == 0
                ? empty
                : [
                    ("Nothing matches \(self.filter.text)", .plain),
                    ("esc clears the filter, / changes it", .muted),
                ]
            Self.draw(lines, into: &canvas, area: area.inset(rows: 1, columns: 4))
            return
        }
        for place in layout.table.places {
            canvas.put(
                place.fitted(place.column.title), row: area.row + layout.titleRow,
                column: area.column + layout.tableColumn + place.start,
                style: self.order.key == .column(place.column.id) ? .accent : .muted)
        }
        let visible = self.rows.dropFirst(self.cursor.firstVisible).prefix(layout.page)
        for (offset, row) in visible.enumerated() {
            self.draw(row, into: &canvas, row: area.row + layout.firstRow + offset, layout)
        }
        self.drawSentence(into: &canvas, area)
    }

    private func draw(
        _ row: Row, into canvas: inout Canvas, row line: Int,
        _ layout: ClientListLayout<Row.Column>
    ) {
        let marks = Marks(canvas.symbols)
        let left = layout.area.column + 1
        let isSelected = row.id == self.cursor.selected
        canvas.put(isSelected ? marks.selected : " ", row: line, column: left, style: .accent)
        if row.trouble != nil {
            canvas.put(marks.alarm, row: line, column: left + 2, style: .danger)
        }
        for place in layout.table.places {
            let text = row.text(in: place.column.id, columns: place.width)
            canvas.put(
                place.column.alignment == .left
                    ? TextWidth.truncatedInTheMiddle(text, toColumns: place.width)
                    : TextWidth.paddedLeft(text, toColumns: place.width),
                row: line, column: layout.area.column + layout.tableColumn + place.start,
                style: row.style(in: place.column.id))
        }
        guard isSelected else { return }
        let whole = Area(row: line, column: left, rows: 1, columns: layout.area.columns - 2)
        canvas.restyle(whole) { $0 = .selected }
    }

    /// Explains the selected row's trouble, or else that of the worst row.
    private func drawSentence(into canvas: inout Canvas, _ area: Area) {
        let worst = self.rows.max { $0.badness < $1.badness }
        guard let sentence = self.selected?.trouble ?? worst?.trouble else { return }
        let rows = ClientListLayout<Row.Column>.sentenceRows(of: area)
        let line = area.inset(rows: 1, columns: 2).splitBottom(rows).bottom
        canvas.put(Marks(canvas.symbols).alarm, in: line, style: .danger)
        let lines =
            rows == 1
            ? [TextWidth.truncated(sentence, toColumns: line.columns - 2)]
            : TextLines.wrapped(sentence, toColumns: line.columns - 2)
        for (row, text) in lines.prefix(rows).enumerated() {
            canvas.put(text, in: line, row: row, column: 2)
        }
    }

    private static func draw(
        _ lines: [(String, Style)], into canvas: inout Canvas, area: Area
    ) {
        var row = 0
        for (text, style) in lines {
            for part in TextLines.wrapped(text, toColumns: area.columns) where row < area.rows {
                canvas.put(part, in: area, row: row, style: style)
                row += 1
            }
        }
    }
}

extension ClientFeed {
    /// What stands where no row is: nothing is known yet, something failed, or nobody is there.
    func emptyLines(_ nothing: String, in context: ScreenContext) -> [(String, Style)] {
        if let failure = self.failure { return [(failure.description, .danger)] }
        guard self.roster != nil else { return [("Asking the broker …", .muted)] }
        guard let address = context.clientAddress else { return [(nothing, .plain)] }
        return [(nothing, .plain), ("Any AMQP 0-9-1 client can connect to \(address)", .muted)]
    }
}
