extension Canvas {
    /// Writes text at a place and clips it there.
    ///
    /// This is the choke point for untrusted text: control characters, escapes, bidi controls,
    /// invisible and private-use characters and marks without a base are written as visible
    /// pictures and numbers, never stored. Of a wide character that is cut by an edge, the half
    /// that is left is a space.
    ///
    /// - Parameters:
    ///   - columnsMax: Where the text is cut, counted from `column`; the canvas's edge when `nil`.
    /// - Returns: The columns used, those left of the canvas included.
    @discardableResult
    package mutating func put(
        _ text: String, row: Int, column: Int, style: Style = .plain, columnsMax: Int? = nil
    ) -> Int {
        guard row >= 0, row < self.rows, column < self.columns else { return 0 }
        var end = self.columns
        if let columnsMax, columnsMax < end - max(column, 0) || column < 0 {
            end = min(end, column.addingClamped(columnsMax))
        }
        var line = LineCursor(row: row, column: column, end: end, style: style)
        var scanner = GlyphScanner(text)
        while line.column < end, let glyph = scanner.next() {
            switch glyph {
            case .single(let scalar, let columns):
                let drawn = self.symbols.scalar(scalar)
                self.write(GlyphCode(drawn), columns: columns, at: &line)
            case .cluster(let cluster, let columns):
                self.write(self.code(ofCluster: cluster), columns: columns, at: &line)
            case .hidden(let scalar):
                let form = VisibleText.form(of: scalar, symbols: self.symbols)
                for part in form.unicodeScalars where line.column < end {
                    self.write(GlyphCode(part), columns: 1, at: &line)
                }
            }
        }
        return line.column - column
    }

    /// Writes text at a place counted from an area's corner, clipped to the area on all sides.
    ///
    /// - Returns: The columns used from that place on.
    @discardableResult
    package mutating func put(
        _ text: String, in area: Area, row: Int = 0, column: Int = 0, style: Style = .plain
    ) -> Int {
        guard row >= 0, row < area.rows, column >= 0, column < area.columns else { return 0 }
        return self.put(
            text, row: area.row.addingClamped(row), column: area.column.addingClamped(column),
            style: style, columnsMax: area.columns - column)
    }

    /// Where the next glyph of a text goes.
    private struct LineCursor {
        let row: Int
        var column: Int
        let end: Int
        let style: Style
    }

    /// Stores one glyph, and only spaces for the part of it that does not fit.
    private mutating func write(_ glyph: GlyphCode, columns: Int, at line: inout LineCursor) {
        let start = line.column
        line.column = min(start + columns, line.end)
        let isWhole = start >= 0 && start + columns <= line.end
        guard isWhole else {
            for column in max(start, 0)..<max(line.column, 0) {
                self.store(.space, row: line.row, column: column, style: line.style)
            }
            return
        }
        self.store(glyph, row: line.row, column: start, style: line.style)
        if columns == 2 {
            self.store(.rightHalf, row: line.row, column: start + 1, style: line.style)
            self.mayHoldWide = true
        }
    }

    /// Replaces one cell; if that cuts a wide character in half, its other half becomes a space.
    mutating func store(_ glyph: GlyphCode, row: Int, column: Int, style: Style) {
        let place = row * self.columns + column
        if self.mayHoldWide {
            if glyph != .rightHalf, column > 0, self.cells[place].glyph == .rightHalf {
                self.cells[place - 1].glyph = .space
            }
            if column + 1 < self.columns, self.cells[place + 1].glyph == .rightHalf {
                self.cells[place + 1].glyph = .space
            }
        }
        self.cells[place] = StoredCell(glyph: glyph, style: style)
    }
}

extension Int {
    /// The sum, or the nearest number there is: places far outside a canvas are legal.
    func addingClamped(_ other: Int) -> Int {
        let (sum, hasOverflowed) = self.addingReportingOverflow(other)
        return hasOverflowed ? (other > 0 ? .max : .min) : sum
    }
}
