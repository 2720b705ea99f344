import Canvas

/// One line of text that is being typed.
package struct TextField: Equatable, Sendable {
    /// The most characters it takes; names have at most 255 bytes.
    static let charactersMax = 255

    private var before: [Character]
    private var after: [Character] = []

    package init(_ text: String = "") { self.before = Array(text.prefix(Self.charactersMax)) }

    package var text: String { String(self.before + self.after) }

    /// Takes a key in; answers whether it was one for typing.
    package mutating func type(_ key: Key) -> Bool {
        switch key {
        case .character(let character):
            guard self.before.count + self.after.count < Self.charactersMax else { return true }
            self.before.append(character)
        case .backspace: _ = self.before.popLast()
        case .delete: if !self.after.isEmpty { self.after.removeFirst() }
        case .left, .control("b"):
            if let last = self.before.popLast() { self.after.insert(last, at: 0) }
        case .right, .control("f"):
            if !self.after.isEmpty { self.before.append(self.after.removeFirst()) }
        case .home, .control("a"): (self.before, self.after) = ([], self.before + self.after)
        case .end, .control("e"): (self.before, self.after) = (self.before + self.after, [])
        case .control("u"): self.before = []
        case .control("w"): self.removeWord()
        default: return false
        }
        return true
    }

    private mutating func removeWord() {
        while self.before.last == " " { self.before.removeLast() }
        while let last = self.before.last, last != " " { self.before.removeLast() }
    }

    /// Draws it with its cursor reversed; the part around the cursor when not all fits.
    func draw(into canvas: inout Canvas, row: Int, column: Int, columns: Int) {
        guard columns > 0 else { return }
        var shown = self.before
        while TextWidth.columns(of: String(shown)) > columns - 1 { shown.removeFirst() }
        let used = canvas.put(
            String(shown), row: row, column: column, columnsMax: columns - 1)
        let cursor = self.after.first.map(String.init) ?? " "
        let width = canvas.put(
            cursor, row: row, column: column + used, style: .plain.adding(.reverse),
            columnsMax: columns - used)
        canvas.put(
            String(self.after.dropFirst()), row: row, column: column + used + width,
            columnsMax: columns - used - width)
    }
}
