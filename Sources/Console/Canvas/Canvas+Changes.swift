extension Canvas: Equatable {
    /// Whether both show the same: size, characters and styles.
    package static func == (left: Canvas, right: Canvas) -> Bool {
        left.rows == right.rows && left.columns == right.columns
            && (0..<left.rows).allSatisfy { left.changedColumns(inRow: $0, since: right) == nil }
    }

    /// The columns of a row that a terminal has to draw when it shows `earlier`; `nil` when there
    /// are none.
    ///
    /// Both canvases must have the same size. The range never starts or ends within a wide
    /// character, on either canvas.
    ///
    /// - Complexity: O(columns); an unchanged row of 200 cells costs about 0.3 µs.
    package func changedColumns(inRow row: Int, since earlier: Canvas) -> Range<Int>? {
        precondition(
            self.columns == earlier.columns && self.rows == earlier.rows,
            "canvases of different sizes have no rows in common")
        let start = row * self.columns
        // The index of a cluster means the same on both canvases only if the tables agree.
        let comparesCodes = self.clusters == earlier.clusters
        var first = 0
        var end = self.columns
        while first < end, self.isEqual(earlier, at: start + first, comparesCodes) { first += 1 }
        guard first < end else { return nil }
        while self.isEqual(earlier, at: start + end - 1, comparesCodes) { end -= 1 }
        if self.isRightHalf(start + first) || earlier.isRightHalf(start + first) { first -= 1 }
        if end < self.columns, self.isRightHalf(start + end) || earlier.isRightHalf(start + end) {
            end += 1
        }
        return first..<end
    }

    /// Visits the glyphs of a part of a row from left to right.
    ///
    /// - Parameter body: Gets the column, the first scalar of the glyph, all of it when there are
    ///   more, its columns and its style. Right halves of wide characters are not visited.
    package func visitGlyphs(
        inRow row: Int, columns: Range<Int>,
        _ body: (
            _ column: Int, _ scalar: Unicode.Scalar, _ cluster: String?, _ width: Int,
            _ style: Style
        ) -> Void
    ) {
        for column in columns {
            let cell = self.cells[row * self.columns + column]
            guard cell.glyph != .rightHalf else { continue }
            let width = self.width(row: row, column: column)
            if let scalar = cell.glyph.scalar {
                body(column, scalar, nil, width, cell.style)
            } else if let index = cell.glyph.clusterIndex {
                let cluster = self.clusters[index]
                body(column, cluster.unicodeScalars.first ?? " ", cluster, width, cell.style)
            }
        }
    }

    private func isRightHalf(_ place: Int) -> Bool { self.cells[place].glyph == .rightHalf }

    private func isEqual(_ other: Canvas, at place: Int, _ comparesCodes: Bool) -> Bool {
        let mine = self.cells[place]
        let theirs = other.cells[place]
        guard mine.glyph.clusterIndex != nil || theirs.glyph.clusterIndex != nil, !comparesCodes
        else { return mine == theirs }
        return mine.style == theirs.style
            && self.string(of: mine.glyph) == other.string(of: theirs.glyph)
    }
}
