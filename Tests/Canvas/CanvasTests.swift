import Canvas
import Testing

@Suite("Canvas: writing, clipping, styles")
struct CanvasTests {
    @Test("Rows are joined and trailing spaces trimmed")
    func textOfACanvas() {
        var canvas = Canvas(columns: 12, rows: 3)
        canvas.put("orders", row: 0, column: 0)
        canvas.put("12/s  ", row: 2, column: 3)
        #expect(canvas.text == "orders\n\n   12/s")
    }

    @Test("put returns the columns it used and clips at the edge and at columnsMax")
    func clippingAtTheRight() {
        var canvas = Canvas(columns: 8, rows: 1)
        #expect(canvas.put("abc", row: 0, column: 6) == 2)
        #expect(canvas.put("uvwxyz", row: 0, column: 0, columnsMax: 3) == 3)
        #expect(canvas.text == "uvw   ab")
        #expect(canvas.put("n", row: 0, column: 2, columnsMax: 0) == 0)
        #expect(canvas.put("n", row: 0, column: 2, columnsMax: -5) == 0)
        #expect(canvas.put("n", row: 1, column: 0) == 0)
        #expect(canvas.put("n", row: -1, column: 0) == 0)
        #expect(canvas.text == "uvw   ab")
    }

    @Test("Text that starts left of the canvas shows its end")
    func clippingAtTheLeft() {
        var canvas = Canvas(columns: 6, rows: 1)
        canvas.put("abcdef", row: 0, column: -3)
        #expect(canvas.text == "def")
        canvas.put("uvwxyz", row: 0, column: -3, columnsMax: 5)
        #expect(canvas.text == "xyf")
    }

    @Test("A place in an area is counted from its corner and clipped to it")
    func writingIntoAnArea() {
        var canvas = Canvas(columns: 10, rows: 3)
        let area = Area(row: 1, column: 2, rows: 1, columns: 5)
        #expect(canvas.put("abcdefgh", in: area, column: 1) == 4)
        #expect(canvas.put("outside", in: area, row: 1) == 0)
        #expect(canvas.put("outside", in: area, column: 5) == 0)
        #expect(canvas.text == "\n   abcd\n")
    }

    @Test("A wide character takes two cells; the half that an edge leaves is a space")
    func wideCharactersAtTheEdges() {
        var canvas = Canvas(columns: 5, rows: 3)
        #expect(canvas.put("漢字漢", row: 0, column: 0) == 5)
        canvas.put("漢x", row: 1, column: -1)
        canvas.put("a漢", row: 2, column: 0, columnsMax: 2)
        #expect(canvas.text == "漢字\n x\na")
        #expect(canvas[0, 0].character == "漢" && canvas[0, 0].width == 2)
        #expect(canvas[0, 1].width == 0)
        #expect(canvas[0, 4].character == " " && canvas[0, 4].width == 1)
    }

    @Test("Overwriting one half of a wide character blanks the other", arguments: [0, 1, 2, 3])
    func overwritingHalves(column: Int) {
        var canvas = Canvas(columns: 4, rows: 1)
        canvas.put("漢字", row: 0, column: 0)
        canvas.put("x", row: 0, column: column)
        #expect(canvas.text == ["x 字", " x字", "漢x", "漢 x"][column])
        canvas.put("漢字", row: 0, column: 0)
        canvas.put("語", row: 0, column: 1)
        #expect(canvas.text == " 語")
        canvas.fill(Area(row: 0, column: 2, rows: 1, columns: 1), with: "-")
        #expect(canvas.text == "  -")
    }

    @Test("fill stays inside its area and takes wide characters too")
    func filling() {
        var canvas = Canvas(columns: 6, rows: 3)
        canvas.fill(Area(row: 1, column: 4, rows: 9, columns: 9), with: ".", style: .muted)
        #expect(canvas.text == "\n    ..\n    ..")
        #expect(canvas[1, 4].style == .muted && canvas[1, 3].style == .plain)
        canvas.fill(Area(row: 0, column: 0, rows: 1, columns: 5), with: "漢")
        #expect(canvas.text == "漢漢\n    ..\n    ..")
        canvas.fill(canvas.area, with: "\u{1B}")
        #expect(canvas.text == "␛␛␛␛␛␛\n␛␛␛␛␛␛\n␛␛␛␛␛␛")
    }

    @Test("restyle changes styles of an area and no character")
    func restyling() {
        var canvas = Canvas(columns: 4, rows: 2)
        canvas.put("a", row: 0, column: 0, style: .danger)
        canvas.put("b", row: 0, column: 1)
        canvas.restyle(Area(row: 0, column: 0, rows: 1, columns: 3)) { $0.paper = .selected }
        #expect(canvas.text == "ab\n")
        #expect(canvas[0, 0].style == Style.danger.on(.selected))
        #expect(canvas[0, 2].style == Style.plain.on(.selected))
        #expect(canvas[0, 3].style == .plain && canvas[1, 0].style == .plain)
    }

    @Test("Nothing traps at any size or place", arguments: [0, 1, 2, 3], [0, 1, 2, 5])
    func tinyCanvases(rows: Int, columns: Int) {
        let places = [Int.min, -7, -1, 0, 1, 2, 7, Int.max]
        let before = Canvas(columns: columns, rows: rows)
        for row in places {
            for column in places {
                for size in places {
                    let area = Area(row: row, column: column, rows: size, columns: size)
                    var canvas = before
                    canvas.put("a漢\u{1B}b", row: row, column: column, columnsMax: size)
                    canvas.put("a漢\u{1B}b", in: area, row: 1, column: size)
                    canvas.fill(area, with: "x")
                    canvas.frame(area, title: "title", note: "note")
                    canvas.divider(in: area, row: 1)
                    canvas.dialog(area, title: "漢字", note: "\u{1B}")
                    canvas.restyle(area) { $0.paper = .selected }
                    Chart(values: [1, 2], topLabel: "9", bottomLabel: "0")
                        .draw(into: &canvas, area: area)
                    Gauge.draw(
                        fraction: 0.5, into: &canvas, row: row, column: column, columns: size)
                    #expect(canvas.rows == rows && canvas.columns == columns)
                }
            }
        }
    }

    @Test("Negative sizes are empty canvases")
    func negativeSizes() {
        let canvas = Canvas(columns: -3, rows: -1)
        #expect(canvas.columns == 0 && canvas.rows == 0 && canvas.text.isEmpty)
    }
}
