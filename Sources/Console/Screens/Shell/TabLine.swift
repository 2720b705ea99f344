import Canvas

/// The second line: the tabs, the open one in brackets.
enum TabLine {
    /// A tab and the columns that a click may hit.
    struct Title: Equatable {
        var tab: Tab
        var columns: Range<Int>
    }

    static func titles(columns: Int) -> [Title] {
        let widths = Tab.allCases.map { TextWidth.columns(of: $0.title) + 2 }
        let total = widths.reduce(0, +)
        let gap = max(0, min(2, (columns - 1 - total) / max(1, widths.count - 1)))
        var column = 1
        return zip(Tab.allCases, widths).map { tab, width in
            defer { column += width + gap }
            return Title(tab: tab, columns: column..<(column + width))
        }
    }

    static func draw(into canvas: inout Canvas, row: Int, columns: Int, open: Tab) {
        for title in Self.titles(columns: columns) {
            let isOpen = title.tab == open
            canvas.put(
                isOpen ? "[\(title.tab.title)]" : " \(title.tab.title) ", row: row,
                column: title.columns.lowerBound, style: isOpen ? .accent : .muted)
        }
    }
}
