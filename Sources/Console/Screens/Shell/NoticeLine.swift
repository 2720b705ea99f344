import Canvas

/// A notice in the place of the footer; one that is longer than a line stands in a box above it.
///
/// Either way the frames of the screen stay whole.
enum NoticeLine {
    private static let boxedRowsMax = 6

    /// - Parameter isRowFree: Whether the footer's row may be taken; not while a prompt is there.
    static func draw(_ notice: Notice, into canvas: inout Canvas, row: Int, isRowFree: Bool) {
        let text = "\(notice.level.mark) \(notice.text)"
        guard isRowFree, TextWidth.columns(of: text) <= canvas.columns - 2 else {
            self.drawBox(notice, into: &canvas, above: row)
            return
        }
        let line = Area(row: row, column: 0, rows: 1, columns: canvas.columns)
        canvas.fill(line)
        canvas.put(text, in: line, column: 1, style: notice.level.style)
    }

    private static func drawBox(_ notice: Notice, into canvas: inout Canvas, above row: Int) {
        let lines = TextLines.wrapped(notice.text, toColumns: canvas.columns - 10)
            .prefix(min(Self.boxedRowsMax, canvas.rows / 2))
        // One row is left for the lower edge of the screen's frame.
        let box = Area(
            row: row - lines.count - 3, column: 2, rows: lines.count + 2,
            columns: canvas.columns - 4)
        canvas.dialog(box, title: "", style: notice.level.style)
        for (offset, line) in lines.enumerated() {
            let mark = offset == 0 ? notice.level.mark : " "
            canvas.put(
                "\(mark) \(line)", in: box, row: offset + 1, column: 2, style: notice.level.style)
        }
    }
}

extension Notice.Level {
    /// A sign that says the same as the colour.
    var mark: String {
        switch self {
        case .note, .done: "·"
        case .warning, .failure: "!"
        }
    }

    var style: Style {
        switch self {
        case .note: Style(ink: .accent)
        case .done: .good
        case .warning: .warning
        case .failure: .danger
        }
    }
}
