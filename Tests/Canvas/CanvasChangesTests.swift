import Canvas
import Testing

@Suite("Canvas: what a terminal has to draw")
struct CanvasChangesTests {
    private func canvas(_ text: String, style: Style = .plain) -> Canvas {
        var canvas = Canvas(columns: 10, rows: 1)
        canvas.put(text, row: 0, column: 0, style: style)
        return canvas
    }

    @Test("Equal rows need nothing, however they came about")
    func equalRows() {
        var late = self.canvas("xxxxxx")
        late.put("orders", row: 0, column: 0)
        #expect(late == self.canvas("orders"))
        #expect(late.changedColumns(inRow: 0, since: self.canvas("orders")) == nil)
    }

    @Test("The range spans the first and the last change")
    func changedRange() {
        let changed = self.canvas("oXdeXs")
        #expect(changed.changedColumns(inRow: 0, since: self.canvas("orders")) == 1..<5)
        #expect(changed != self.canvas("orders"))
    }

    @Test("A change of style is a change")
    func changedStyle() {
        let changed = self.canvas("ab", style: .danger)
        #expect(changed.changedColumns(inRow: 0, since: self.canvas("ab")) == 0..<2)
    }

    @Test("The range never cuts a wide character, neither the new one nor the old one")
    func wideCharactersStayWhole() {
        let narrow = self.canvas("abcdef")
        let wide = self.canvas("a漢def")
        #expect(wide.changedColumns(inRow: 0, since: narrow) == 1..<3)
        #expect(narrow.changedColumns(inRow: 0, since: wide) == 1..<3)
        // The right half alone differs in style, and must be drawn with its left half.
        var restyled = wide
        restyled.restyle(Area(row: 0, column: 2, rows: 1, columns: 1)) { $0.ink = .danger }
        #expect(restyled.changedColumns(inRow: 0, since: wide) == 1..<3)
        restyled = wide
        restyled.restyle(Area(row: 0, column: 1, rows: 1, columns: 1)) { $0.ink = .danger }
        #expect(restyled.changedColumns(inRow: 0, since: wide) == 1..<3)
    }

    @Test("Clusters compare by content, in whatever order they were met")
    func clusters() {
        let accents = "n\u{303}\u{323} e\u{301}\u{302}"
        var reversed = Canvas(columns: 10, rows: 1)
        reversed.put("e\u{301}\u{302}", row: 0, column: 2)
        reversed.put("n\u{303}\u{323}", row: 0, column: 0)
        #expect(self.canvas(accents) == reversed)
        let other = self.canvas("e\u{301}\u{302} n\u{303}\u{323}")
        #expect(self.canvas(accents).changedColumns(inRow: 0, since: other) == 0..<3)
    }

    @Test("Glyphs are visited with their widths, without right halves")
    func visiting() {
        var visited: [String] = []
        let canvas = self.canvas("a漢e\u{301}")
        canvas.visitGlyphs(inRow: 0, columns: 0..<4) { column, scalar, cluster, width, _ in
            visited.append("\(column) \(cluster ?? String(Character(scalar))) \(width)")
        }
        #expect(visited == ["0 a 1", "1 漢 2", "3 e\u{301} 1"])
    }
}
