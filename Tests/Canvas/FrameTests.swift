import Canvas
import Testing

@Suite("Canvas: frames and dialogs")
struct FrameTests {
    private func framed(
        columns: Int, rows: Int = 2, title: String, note: String, symbols: GraphSymbols = .braille
    ) -> String {
        var canvas = Canvas(columns: columns, rows: rows, symbols: symbols)
        canvas.frame(canvas.area, title: title, note: note)
        return canvas.text
    }

    @Test("Title at the left, note at the right")
    func wide() {
        let frame = self.framed(columns: 30, rows: 3, title: "Queues  14", note: "sort lag ▼")
        #expect(
            frame == """
                ╭─ Queues  14 ── sort lag ▼ ─╮
                │                            │
                ╰────────────────────────────╯
                """)
    }

    @Test("The note goes first, then the end of the title, then the title")
    func narrow() {
        let captions = [30, 29, 28, 16, 15, 9, 7, 6, 2].map { columns in
            self.framed(columns: columns, title: "Queues  14", note: "sort lag ▼")
                .split(separator: "\n")[0]
        }
        #expect(
            captions == [
                "╭─ Queues  14 ── sort lag ▼ ─╮", "╭─ Queues  14 ─ sort lag ▼ ─╮",
                "╭─ Queues  14 ─────────────╮", "╭─ Queues  14 ─╮", "╭─ Queues  … ─╮",
                "╭─ Qu… ─╮", "╭─ … ─╮", "╭────╮", "╭╮",
            ])
    }

    @Test("Less than two rows or columns: no frame")
    func tooSmall() {
        #expect(self.framed(columns: 1, rows: 3, title: "a", note: "b") == "\n\n")
        #expect(self.framed(columns: 9, rows: 1, title: "a", note: "b") == "")
    }

    @Test("With ASCII symbols a frame is made of letters")
    func ascii() {
        #expect(
            self.framed(columns: 12, title: "Load", note: "", symbols: .ascii)
                == "+- Load ---+\n+----------+")
    }

    @Test("Titles from outside are harmless too")
    func harmlessTitle() {
        #expect(
            self.framed(columns: 14, title: "q\u{1B}]0;x\u{7}", note: "").hasPrefix("╭─ q␛]0;x␇ ─"))
    }

    @Test("A frame that reaches outside shows the part that is inside")
    func clipped() {
        var canvas = Canvas(columns: 8, rows: 4)
        canvas.frame(Area(row: -1, column: 3, rows: 4, columns: 20), title: "t")
        #expect(canvas.text == "   │\n   │\n   ╰────\n")
        canvas = Canvas(columns: 8, rows: 4)
        canvas.frame(Area(row: 1, column: -4, rows: 9, columns: 10), title: "title")
        #expect(canvas.text == "\nit… ─╮\n     │\n     │")
    }

    @Test("A dialog clears what is below it, a divider joins the sides")
    func dialog() {
        var canvas = Canvas(columns: 12, rows: 6)
        canvas.fill(canvas.area, with: "漢", style: .danger)
        let area = canvas.area.centered(rows: 4, columns: 9)
        canvas.dialog(area, title: "Purge")
        canvas.divider(in: area, row: 2)
        #expect(
            canvas.text == """
                漢漢漢漢漢漢
                 ╭─ Pu… ─╮漢
                 │       │漢
                 ├───────┤漢
                 ╰───────╯漢
                漢漢漢漢漢漢
                """)
        #expect(canvas[2, 3].style == .plain)
    }
}
