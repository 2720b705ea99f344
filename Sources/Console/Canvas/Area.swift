/// A rectangle of cells, counted from the top left corner of a canvas.
///
/// It may lie anywhere and have any size: what is outside the canvas is clipped where it is drawn,
/// and an area without cells draws nothing.
package struct Area: Equatable, Hashable, Sendable {
    package var row: Int
    package var column: Int
    package var rows: Int
    package var columns: Int

    /// An area; numbers that do not fit into 32 bits become the nearest that does, so that no sum
    /// of them overflows.
    package init(row: Int, column: Int, rows: Int, columns: Int) {
        self.row = Int(Int32(clamping: row))
        self.column = Int(Int32(clamping: column))
        self.rows = Int(Int32(clamping: rows))
        self.columns = Int(Int32(clamping: columns))
    }

    package var isEmpty: Bool { self.rows <= 0 || self.columns <= 0 }

    /// The row just below the last one.
    package var endRow: Int { self.row + max(0, self.rows) }

    /// The column just right of the last one.
    package var endColumn: Int { self.column + max(0, self.columns) }

    /// Whether a cell lies in the area.
    package func contains(row: Int, column: Int) -> Bool {
        row >= self.row && row < self.endRow && column >= self.column && column < self.endColumn
    }
}

extension Area {
    /// What is left when so many cells are taken from every side; never negative in size.
    package func inset(by cells: Int) -> Area { self.inset(rows: cells, columns: cells) }

    /// What is left when `rows` are taken from top and bottom and `columns` from left and right.
    package func inset(rows: Int, columns: Int) -> Area {
        Area(
            row: self.row + rows, column: self.column + columns,
            rows: max(0, self.rows - 2 * rows), columns: max(0, self.columns - 2 * columns))
    }

    /// The part of this area that also lies in `other`.
    package func intersection(_ other: Area) -> Area {
        let row = max(self.row, other.row)
        let column = max(self.column, other.column)
        return Area(
            row: row, column: column,
            rows: max(0, min(self.endRow, other.endRow) - row),
            columns: max(0, min(self.endColumn, other.endColumn) - column))
    }

    /// Cuts so many rows off the top; both parts are clamped to what is there.
    package func splitTop(_ rows: Int) -> (top: Area, rest: Area) {
        let taken = min(max(0, rows), max(0, self.rows))
        var top = self
        var rest = self
        top.rows = taken
        rest.row += taken
        rest.rows = max(0, self.rows) - taken
        return (top, rest)
    }

    /// Cuts so many rows off the bottom; both parts are clamped to what is there.
    package func splitBottom(_ rows: Int) -> (rest: Area, bottom: Area) {
        let parts = self.splitTop(max(0, self.rows) - max(0, rows))
        return (parts.top, parts.rest)
    }

    /// Cuts so many columns off the left; both parts are clamped to what is there.
    package func splitLeft(_ columns: Int) -> (left: Area, rest: Area) {
        let taken = min(max(0, columns), max(0, self.columns))
        var left = self
        var rest = self
        left.columns = taken
        rest.column += taken
        rest.columns = max(0, self.columns) - taken
        return (left, rest)
    }

    /// Cuts so many columns off the right; both parts are clamped to what is there.
    package func splitRight(_ columns: Int) -> (rest: Area, right: Area) {
        let parts = self.splitLeft(max(0, self.columns) - max(0, columns))
        return (parts.left, parts.rest)
    }

    /// An area of at most that size in the middle of this one, for dialogs.
    package func centered(rows: Int, columns: Int) -> Area {
        let height = min(max(0, rows), max(0, self.rows))
        let width = min(max(0, columns), max(0, self.columns))
        return Area(
            row: self.row + (max(0, self.rows) - height) / 2,
            column: self.column + (max(0, self.columns) - width) / 2, rows: height, columns: width)
    }
}
