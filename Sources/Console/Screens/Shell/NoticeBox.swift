import Canvas

/// A notice above the footer, on as many rows as its sentence needs.
enum NoticeBox {
    private static let rowsMax = 4

    static func draw(_ notice: Notice, into canvas: inout Canvas, above row: Int) {
        let lines = TextLines.wrapped(notice.text, toColumns: canvas.columns - 4)
            .prefix(Self.rowsMax)
        let area = Area(
            row: row - lines.count, column: 0, rows: lines.count, columns: canvas.columns)
        canvas.fill(area, style: notice.level.style)
        for (offset, line) in lines.enumerated() {
            let mark = offset == 0 ? notice.level.mark : " "
            canvas.put(
                "\(mark) \(line)", in: area, row: offset, column: 1, style: notice.level.style)
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
