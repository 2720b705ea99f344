import Canvas

/// Where the parts of a dialog stand on a screen.
///
/// ```
/// ╭─ Purge orders? ──────────────╮
/// │                              │   the empty rows go first when it is low
/// │  Sentences, wrapped.         │
/// │                              │
/// │  [x] only if it is empty     │   one row each option
/// │  rate: as fast as …  [-] [+] │   only when there is a pace to choose
/// │                              │
/// │  type orders: █              │   only when a text can be typed
/// │                              │
/// │      [ Cancel ]    Purge 5   │   one above the other when it is narrow
/// │                              │
/// ╰──────────────────────────────╯
/// ```
struct DialogLayout {
    static let columnsMax = 64

    let area: Area
    let lines: [String]
    let lineRow: Int
    /// The first option's row.
    let optionRow: Int
    let optionCount: Int
    /// Where the pace stands, and what makes it slower and faster.
    let paceRow: Int?
    let slower: Area?
    let faster: Area?
    /// Where a text is typed.
    let fieldRow: Int?
    let buttons: [DialogBox.Button: Area]

    init(_ dialog: Dialog, on screen: Area) {
        let columns = min(Self.columnsMax, screen.columns - 2)
        let wrapped = dialog.lines.flatMap {
            $0.isEmpty ? [""] : TextLines.wrapped($0, toColumns: columns - 6)
        }
        let widths = DialogBox.Button.allCases.map { button in
            (button, min(columns - 4, TextWidth.columns(of: button.label(in: dialog)) + 2))
        }
        let isStacked = widths.reduce(0) { $0 + $1.1 } + 2 > columns - 6
        let buttonRows = isStacked ? 2 : 1
        let fieldRows = dialog.typedText == nil && dialog.field == nil ? 0 : 1
        let choices = dialog.options.count + (dialog.pace == nil ? 0 : 1)
        // Each block that is there has an empty row before it.
        let blocks = fieldRows + min(1, choices)
        let fixed = choices + fieldRows + buttonRows
        let isLow = wrapped.count + fixed + blocks + 5 > screen.rows
        let gap = isLow ? 0 : 1
        let lines = isLow ? wrapped.filter { !$0.isEmpty } : wrapped
        let rows = lines.count + fixed + blocks * gap + 3 * gap + 2
        self.area = screen.centered(rows: rows, columns: columns)
        let buttonRow = self.area.endRow - 1 - gap - buttonRows
        let fieldRow = buttonRow - gap - fieldRows
        let optionRow = (fieldRows == 0 ? fieldRow : fieldRow - gap) - choices
        self.lineRow = self.area.row + 1 + gap
        self.lines = Array(
            lines.prefix(max(0, (choices == 0 ? optionRow : optionRow - gap) - self.lineRow)))
        self.optionRow = optionRow
        self.optionCount = dialog.options.count
        let paceRow = dialog.pace == nil ? nil : optionRow + dialog.options.count
        self.paceRow = paceRow
        let end = self.area.endColumn - 3
        self.slower = paceRow.map { Area(row: $0, column: end - 7, rows: 1, columns: 3) }
        self.faster = paceRow.map { Area(row: $0, column: end - 3, rows: 1, columns: 3) }
        self.fieldRow = fieldRows == 0 ? nil : fieldRow
        self.buttons = Self.buttons(
            widths, row: buttonRow, endColumn: self.area.endColumn - 3, isStacked: isStacked)
    }

    /// What a click there hits.
    func part(row: Int, column: Int) -> DialogBox.Part? {
        for (button, area) in self.buttons where area.contains(row: row, column: column) {
            return .button(button)
        }
        guard self.area.inset(by: 1).contains(row: row, column: column) else { return nil }
        if row == self.paceRow { return .pace }
        let option = row - self.optionRow
        return (0..<self.optionCount).contains(option)
            ? .option(option) : row == self.fieldRow ? .field : nil
    }

    /// Right-aligned, the one that does it last.
    private static func buttons(
        _ widths: [(DialogBox.Button, Int)], row: Int, endColumn: Int, isStacked: Bool
    ) -> [DialogBox.Button: Area] {
        var areas: [DialogBox.Button: Area] = [:]
        var (row, end) = (isStacked ? row + 1 : row, endColumn)
        for (button, width) in widths.reversed() {
            areas[button] = Area(row: row, column: end - width, rows: 1, columns: width)
            if isStacked { row -= 1 } else { end -= width + 2 }
        }
        return areas
    }
}

extension DialogBox.Button {
    func label(in dialog: Dialog) -> String {
        switch self {
        case .cancel: " \(dialog.refusal) "
        case .confirm: " \(dialog.verb) "
        }
    }
}
