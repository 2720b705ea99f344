import Canvas

/// A ``Prompt`` while it is answered, in the place of the footer.
struct PromptLine: Sendable {
    let prompt: Prompt
    private(set) var field: TextField

    init(_ prompt: Prompt) {
        self.prompt = prompt
        self.field = TextField(prompt.text)
    }

    mutating func take(_ input: OverlayInput) -> OverlayOutcome {
        guard case .key(let key) = input else { return .stays }
        switch key {
        case .escape: return .answers(.promptCancelled(self.prompt.subject, self.prompt.text))
        case .enter: return .answers(.promptAnswered(self.prompt.subject, self.field.text))
        case .tab:
            guard let completion = self.completion else { return .stays }
            self.field = TextField(completion)
        default:
            guard self.field.type(key) else { return .stays }
        }
        return .tells(.promptChanged(self.prompt.subject, self.field.text))
    }

    /// The first suggestion that goes on where the text ends.
    var completion: String? {
        let text = self.field.text
        return self.prompt.suggestions.first { $0 != text && $0.hasPrefix(text) }
    }

    func draw(into canvas: inout Canvas, row: Int) {
        let label = " \(self.prompt.label): "
        let labelColumns = canvas.put(label, row: row, column: 0, style: .accent)
        var pieces = LinePieces(
            [
                LinePiece("enter", .accent, rank: 1), LinePiece("esc", .accent, rank: 2),
                LinePiece(self.hint, .muted, rank: 3),
            ], gap: 2)
        // The text needs most of the line; what explains it gives way.
        let textColumns = max(12, TextWidth.columns(of: self.field.text) + 2)
        pieces.fit(into: canvas.columns - labelColumns - textColumns - 3)
        let end = canvas.columns - 1 - pieces.columns
        pieces.draw(into: &canvas, row: row, column: end)
        self.field.draw(
            into: &canvas, row: row, column: labelColumns, columns: end - labelColumns - 1)
    }

    private var hint: String {
        self.completion.map { "tab \($0)" } ?? self.prompt.hint
    }
}
