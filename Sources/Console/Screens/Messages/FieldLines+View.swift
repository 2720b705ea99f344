import Canvas

extension FieldLines {
    /// Draws lines with their values under each other.
    static func draw(_ lines: [Line], first: Int, into canvas: inout Canvas, area: Area) {
        func label(_ line: Line) -> String {
            String(repeating: "  ", count: min(line.depth, 6)) + line.name
        }
        let widest = lines.map { TextWidth.columns(of: label($0)) }.max() ?? 0
        let columns = min(widest, max(12, area.columns * 3 / 5)) + 2
        for (row, line) in lines.dropFirst(first).prefix(area.rows).enumerated() {
            canvas.put(
                TextWidth.truncated(label(line), toColumns: columns - 1), in: area, row: row,
                style: .muted)
            canvas.put(
                TextWidth.truncated(line.value, toColumns: max(0, area.columns - columns)),
                in: area, row: row, column: columns)
        }
    }
}
