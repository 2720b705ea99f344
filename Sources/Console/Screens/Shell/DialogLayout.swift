import Canvas

/// Where the parts of a dialog stand on a screen.
///
/// ```
/// ╭─ Purge orders? ──────────────╮
/// │                              │   the empty rows go first when it is low
/// │  Sentences, wrapped.         │
/// │                              │
/// │  type orders: █              │   only when a text has to be typed
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
        let fieldRows = dialog.typedText == nil ? 0 : 1
        let rowsNeeded = wrapped.count + fieldRows * 2 + buttonRows + 5
        let isLow = rowsNeeded > screen.rows
        let gap = isLow ? 0 : 1
        let lines = isLow ? wrapped.filter { !$0.isEmpty } : wrapped
        let rows = lines.count + fieldRows * (1 + gap) + buttonRows + 3 * gap + 2
        self.area = screen.centered(rows: rows, columns: columns)
        let buttonRow = self.area.endRow - 1 - gap - buttonRows
        self.lineRow = self.area.row + 1 + gap
        let lineRows = buttonRow - gap - fieldRows * (1 + gap) - self.lineRow
        self.lines = Array(lines.prefix(max(0, lineRows)))
        self.fieldRow = fieldRows == 0 ? nil : buttonRow - gap - 1
        self.buttons = Self.buttons(
            widths, row: buttonRow, endColumn: self.area.endColumn - 3, isStacked: isStacked)
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
        case .cancel: " Cancel "
        case .confirm: " \(dialog.verb) "
        }
    }
}

extension DialogBox {
    func draw(into canvas: inout Canvas, on screen: Area) {
        let layout = DialogLayout(self.dialog, on: screen)
        let style: Style = self.dialog.isDestructive ? .danger : .borderFocused
        canvas.dialog(layout.area, title: self.dialog.title, style: style)
        for (offset, line) in layout.lines.enumerated() {
            canvas.put(line, row: layout.lineRow + offset, column: layout.area.column + 3)
        }
        if let row = layout.fieldRow, let typedText = self.dialog.typedText {
            let column = layout.area.column + 3
            let end = layout.area.endColumn - 3
            let used = canvas.put(
                "type \(typedText): ", row: row, column: column, style: .muted,
                columnsMax: (end - column) / 2)
            self.field.draw(
                into: &canvas, row: row, column: column + used, columns: end - column - used)
        }
        for button in Button.allCases {
            guard let area = layout.buttons[button] else { continue }
            self.draw(button, into: &canvas, area)
        }
    }

    /// The focused button has brackets, so that it shows without colour.
    private func draw(_ button: Button, into canvas: inout Canvas, _ area: Area) {
        let isFocused = button == self.focus
        let isLocked = button == .confirm && !self.isUnlocked
        let label = TextWidth.truncated(
            button.label(in: self.dialog), toColumns: area.columns - 2)
        canvas.put(
            isFocused ? "[\(label)]" : " \(label) ", in: area,
            style: isFocused ? .selected : isLocked ? .muted : .plain)
    }
}
