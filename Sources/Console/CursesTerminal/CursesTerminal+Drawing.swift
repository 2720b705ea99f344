import CNcurses
import Canvas

/// How ncurses draws a style.
struct Pen: Equatable {
    let attributes: attr_t
    let pair: Int32
}

extension CursesTerminal {
    /// Shows a canvas; only what differs from the one before is sent.
    ///
    /// A canvas of another size than the terminal's is cut, or leaves the rest blank: after a
    /// resize the next one fits.
    package func draw(_ canvas: Canvas) {
        guard self.state == .drawing else { return }
        var earlier = self.shown
        if earlier?.columns != canvas.columns || earlier?.rows != canvas.rows { earlier = nil }
        if earlier == nil {
            nc_blank()
            nc_redraw_all()
        }
        let size = self.size
        let columnsMax = min(canvas.columns, size.columns)
        var isChanged = earlier == nil
        for row in 0..<min(canvas.rows, size.rows) {
            var columns = 0..<columnsMax
            if let earlier {
                guard let changed = canvas.changedColumns(inRow: row, since: earlier) else {
                    continue
                }
                columns = changed.clamped(to: columns)
            }
            self.drawRow(row, of: canvas, columns: columns)
            isChanged = true
        }
        if isChanged { nc_show() }
        self.shown = canvas
    }

    /// Sends a part of a row, one call for each stretch of one style.
    private func drawRow(_ row: Int, of canvas: Canvas, columns: Range<Int>) {
        var stretch = Stretch(row: row, column: columns.lowerBound, style: .plain)
        canvas.visitGlyphs(inRow: row, columns: columns) { column, scalar, cluster, width, style in
            if style != stretch.style {
                self.draw(stretch)
                stretch = Stretch(row: row, column: column, style: style)
            }
            stretch.append(scalar, cluster: cluster, width: width)
        }
        self.draw(stretch)
    }

    private func draw(_ stretch: Stretch) {
        guard !stretch.scalars.isEmpty else { return }
        let pen = self.pen(for: stretch.style)
        nc_put(
            Int32(stretch.row), Int32(stretch.column), stretch.scalars,
            Int32(stretch.scalars.count), pen.attributes, pen.pair)
    }

    private func pen(for style: Style) -> Pen {
        if let pen = self.pens[style] { return pen }
        let appearance = self.theme.appearance(of: style, depth: self.depth)
        let attributes = appearance.attributes
        let pen = Pen(
            attributes: nc_attributes(
                attributes.contains(.bold), attributes.contains(.dim),
                attributes.contains(.underline), attributes.contains(.reverse)),
            pair: self.pairs.number(
                foreground: appearance.foreground, background: appearance.background))
        self.pens[style] = pen
        return pen
    }
}

/// Neighbouring glyphs of one style, as the scalars that are sent for them.
private struct Stretch {
    let row: Int
    let column: Int
    let style: Style
    var scalars: [UInt32] = []

    init(row: Int, column: Int, style: Style) {
        self.row = row
        self.column = column
        self.style = style
    }

    /// Adds a glyph in the form that ncurses lays out in as many columns as the canvas does.
    ///
    /// Both have their own tables of widths. Where the C library does not know a character, a
    /// question mark keeps the columns to its right in their places. Of an emoji made of several,
    /// the first one is sent: terminals do not agree on what the others take.
    mutating func append(_ scalar: Unicode.Scalar, cluster: String?, width: Int) {
        let isASCII = scalar.value < 0x7F
        guard isASCII || Int(nc_width(scalar.value)) == width else {
            self.scalars += Array(repeating: 0x3F, count: width)
            return
        }
        self.scalars.append(scalar.value)
        guard let cluster else { return }
        for mark in cluster.unicodeScalars.dropFirst() {
            guard mark != "\u{200D}", nc_width(mark.value) == 0 else { return }
            self.scalars.append(mark.value)
        }
    }
}
