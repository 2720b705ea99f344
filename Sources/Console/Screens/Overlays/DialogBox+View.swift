import Canvas

extension DialogBox {
    func draw(into canvas: inout Canvas, on screen: Area) {
        let layout = DialogLayout(self.dialog, on: screen)
        let style: Style = self.dialog.isDestructive ? .danger : .borderFocused
        canvas.dialog(layout.area, title: self.dialog.title, style: style)
        for (offset, line) in layout.lines.enumerated() {
            canvas.put(line, row: layout.lineRow + offset, column: layout.area.column + 3)
        }
        for place in self.dialog.options.indices { self.draw(place, into: &canvas, layout) }
        if let pace = self.pace { self.draw(pace, into: &canvas, layout) }
        if let row = layout.fieldRow { self.drawField(into: &canvas, row: row, layout.area) }
        for button in Button.allCases {
            guard let area = layout.buttons[button] else { continue }
            self.draw(button, into: &canvas, area)
        }
    }

    private func draw(_ place: Int, into canvas: inout Canvas, _ layout: DialogLayout) {
        let kind = self.dialog.options[place].kind
        let isFocused = self.focus == .option(place)
        let line = Area(
            row: layout.optionRow + place, column: layout.area.column + 1, rows: 1,
            columns: layout.area.columns - 2)
        if isFocused { canvas.put(Marks(canvas.symbols).selected, in: line, style: .accent) }
        canvas.put(
            "[\(self.isOn[place] ? "x" : " ")] \(kind.label)", in: line, column: 2,
            style: isFocused ? .selected : .plain)
        // The key that does it from anywhere, unless letters are typed.
        guard self.dialog.typedText == nil else { return }
        canvas.put(String(kind.letter), in: line, column: line.columns - 3, style: .accent)
    }

    private func draw(_ pace: DialogPace, into canvas: inout Canvas, _ layout: DialogLayout) {
        guard let row = layout.paceRow, let slower = layout.slower, let faster = layout.faster
        else { return }
        let isFocused = self.focus == .pace
        let column = layout.area.column + 3
        if isFocused {
            canvas.put(
                Marks(canvas.symbols).selected, row: row, column: column - 2, style: .accent)
        }
        let used = canvas.put("rate: ", row: row, column: column, style: .muted)
        canvas.put(
            pace.label, row: row, column: column + used, style: isFocused ? .selected : .plain,
            columnsMax: slower.column - column - used - 1)
        canvas.put("[-]", in: slower, style: .accent)
        canvas.put("[+]", in: faster, style: .accent)
    }

    private func drawField(into canvas: inout Canvas, row: Int, _ area: Area) {
        let column = area.column + 3
        let end = area.endColumn - 3
        let typed = self.dialog.typedText.map { "\(self.isMistyped ? "not yet: " : "")type \($0)" }
        let asked = typed ?? self.dialog.field?.label ?? ""
        if self.focus == .field {
            canvas.put(
                Marks(canvas.symbols).selected, row: row, column: column - 2, style: .accent)
        }
        let used = canvas.put(
            "\(asked): ", row: row, column: column,
            style: self.isMistyped ? .danger : .muted, columnsMax: (end - column) * 2 / 3)
        let columns = end - column - used
        if self.takesText {
            self.field.draw(into: &canvas, row: row, column: column + used, columns: columns)
        } else {
            canvas.put(
                TextWidth.truncated(self.field.text, toColumns: columns), row: row,
                column: column + used)
        }
    }

    /// The focused button has brackets, so that it shows without colour.
    private func draw(_ button: Button, into canvas: inout Canvas, _ area: Area) {
        let isFocused = self.focus == .button(button)
        let isLocked = button == .confirm && !self.isUnlocked
        let label = TextWidth.truncated(
            button.label(in: self.dialog), toColumns: area.columns - 2)
        canvas.put(
            isFocused ? "[\(label)]" : " \(label) ", in: area,
            style: isFocused ? .selected : isLocked ? .muted : .plain)
    }
}
