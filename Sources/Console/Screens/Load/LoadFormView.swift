import Canvas

/// The form in which a load of one's own is described.
struct LoadFormView {
    /// The row of the first field in the screen's content.
    static let firstRow = 1
    private static let labelColumns = 19
    private static let valueColumns = 16

    let form: LoadForm
    let selected: LoadForm.Field

    /// Draws the fields, and below them what the selected one means or what is wrong with it.
    func draw(into canvas: inout Canvas, area: Area, symbols: GraphSymbols) {
        let marks = Marks(symbols)
        let noteColumn = Self.labelColumns + Self.valueColumns + 2
        for (row, field) in LoadForm.Field.allCases.enumerated() where row < area.rows {
            let isSelected = field == self.selected
            let label = (isSelected ? marks.selected : " ") + " " + field.title
            canvas.put(label, in: area, row: row, style: isSelected ? .accent : .muted)
            let value = TextWidth.padded(self.form[field], toColumns: Self.valueColumns)
            canvas.put(
                value, in: area, row: row, column: Self.labelColumns,
                style: isSelected ? .selected : .plain)
            if let problem = self.form.problem(with: field) {
                canvas.put(problem, in: area, row: row, column: noteColumn, style: .danger)
            }
        }
        let below = area.splitTop(LoadForm.Field.allCases.count + 1).rest
        let hint = TextLines.wrapped(self.selected.hint, toColumns: area.columns)
        for (row, line) in hint.enumerated() {
            canvas.put(line, in: below, row: row, style: .muted)
        }
        guard self.form.firstProblem == nil else { return }
        canvas.put("enter edits the field, s starts", in: below, row: hint.count + 1)
    }
}
