import Canvas

/// The second line: the tabs, the open one in brackets.
enum TabLine {
    /// A tab and the columns that a click may hit.
    struct Title: Equatable {
        var tab: Tab
        var text: String
        var columns: Range<Int>
    }

    static func titles(columns: Int) -> [Title] {
        var texts = Tab.allCases.map(\.title)
        func width() -> Int { texts.reduce(0) { $0 + TextWidth.columns(of: $1) + 2 } }
        if width() > columns - 1 { texts = Tab.allCases.map(\.shortTitle) }
        let widths = texts.map { TextWidth.columns(of: $0) + 2 }
        let total = width()
        let gap = max(0, min(2, (columns - 1 - total) / max(1, widths.count - 1)))
        var column = 1
        return zip(zip(Tab.allCases, texts), widths).map { title, width in
            defer { column += width + gap }
            return Title(
                tab: title.0, text: title.1, columns: column..<(column + width))
        }
    }

    static func draw(into canvas: inout Canvas, row: Int, columns: Int, open: Tab) {
        for title in Self.titles(columns: columns) {
            let isOpen = title.tab == open
            canvas.put(
                isOpen ? "[\(title.text)]" : " \(title.text) ", row: row,
                column: title.columns.lowerBound, style: isOpen ? .accent : .muted)
        }
    }
}
