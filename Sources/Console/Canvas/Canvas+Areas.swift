extension Canvas {
    /// Fills an area with one character; a wide one every second column.
    package mutating func fill(
        _ area: Area, with character: Character = " ", style: Style = .plain
    ) {
        let part = area.intersection(self.area)
        guard !part.isEmpty else { return }
        var scanner = GlyphScanner(String(character))
        guard case .single(let scalar, columns: 1)? = scanner.next() else {
            let line = String(repeating: character, count: part.columns)
            for row in part.row..<part.endRow {
                self.put(
                    line, row: row, column: part.column, style: style, columnsMax: part.columns)
            }
            return
        }
        let glyph = GlyphCode(self.symbols.scalar(scalar))
        for row in part.row..<part.endRow {
            for column in part.column..<part.endColumn {
                self.store(glyph, row: row, column: column, style: style)
            }
        }
    }

    /// Changes the style of every cell of an area and leaves its characters: a selected row, a
    /// pressed button.
    ///
    /// `change` must depend on the style it is given alone; it is not called again for equal
    /// neighbours.
    package mutating func restyle(_ area: Area, _ change: (inout Style) -> Void) {
        let part = area.intersection(self.area)
        guard !part.isEmpty else { return }
        var before = Style.plain
        var after = before
        change(&after)
        for row in part.row..<part.endRow {
            for place in row * self.columns + part.column..<row * self.columns + part.endColumn {
                if self.cells[place].style != before {
                    before = self.cells[place].style
                    after = before
                    change(&after)
                }
                self.cells[place].style = after
            }
        }
    }

    /// Draws a box along the edge of an area, and nothing inside it.
    ///
    /// `╭─ title ──────── note ─╮`; what is too long loses first the note and then the end of the
    /// title. An area of less than two rows or columns gets no box.
    package mutating func frame(
        _ area: Area, title: String, note: String = "", style: Style = .border
    ) {
        guard area.rows >= 2, area.columns >= 2 else { return }
        self.line(in: area, row: 0, left: "╭", right: "╮", style: style)
        self.line(in: area, row: area.rows - 1, left: "╰", right: "╯", style: style)
        let inside = area.inset(by: 1)
        for column in [area.column, inside.endColumn] {
            self.fill(
                Area(row: inside.row, column: column, rows: inside.rows, columns: 1), with: "│",
                style: style)
        }
        self.captions(of: area, title: title, note: note, style: style)
    }

    /// Draws a line through a framed area, joined to its sides: `├──────┤`.
    package mutating func divider(in area: Area, row: Int, style: Style = .border) {
        guard area.columns >= 2 else { return }
        self.line(in: area, row: row, left: "├", right: "┤", style: style)
    }

    /// Clears an area and draws a box in it, for dialogs over a screen.
    package mutating func dialog(
        _ area: Area, title: String, note: String = "", style: Style = .borderFocused
    ) {
        self.fill(area)
        self.frame(area, title: title, note: note, style: style)
    }

    /// Draws a line from one side of an area to the other.
    private mutating func line(
        in area: Area, row: Int, left: String, right: String, style: Style
    ) {
        guard row >= 0, row < area.rows else { return }
        let inside = Area(
            row: area.row.addingClamped(row), column: area.column + 1, rows: 1,
            columns: area.columns - 2)
        self.fill(inside, with: "─", style: style)
        self.put(left, in: area, row: row, style: style)
        self.put(right, in: area, row: row, column: area.columns - 1, style: style)
    }

    /// Writes title and note into the upper line, at least one dash away from the corners and each
    /// other.
    private mutating func captions(of area: Area, title: String, note: String, style: Style) {
        var room = area.columns - 6
        guard room > 0 else { return }
        let titleColumns = TextWidth.columns(of: title, symbols: self.symbols)
        let noteColumns = TextWidth.columns(of: note, symbols: self.symbols)
        if noteColumns > 0, titleColumns + noteColumns + 3 <= room {
            let column = area.columns - 4 - noteColumns
            self.put(" \(note) ", in: area, column: column, style: .graphText.on(style.paper))
            room -= noteColumns + 3
        }
        guard titleColumns > 0 else { return }
        let fitting = TextWidth.truncated(title, toColumns: room, symbols: self.symbols)
        self.put(" \(fitting) ", in: area, column: 2, style: .title.on(style.paper))
    }
}
