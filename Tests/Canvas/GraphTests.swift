import Canvas
import Testing

@Suite("Graphs")
struct GraphTests {
    private func line(
        _ values: [Double], _ columns: Int, _ symbols: GraphSymbols = .braille,
        maximum: Double? = nil, span: Int? = nil
    ) -> String {
        Sparkline.text(
            values: values, columns: columns, symbols: symbols, maximum: maximum, span: span)
    }

    @Test("Braille shows two samples a cell, four heights each")
    func braille() {
        #expect(self.line([0, 0, 1, 1, 2, 2, 3, 3, 4, 4], 5) == "⣀⣀⣤⣶⣿")
        #expect(self.line([1, 4, 4, 1], 2) == "⣸⣇")
    }

    @Test("Block and ASCII stand for the same time and show the higher sample")
    func otherSymbols() {
        let values = [0.0, 0, 1, 2, 4, 3, 8, 7]
        #expect(self.line(values, 4, .block) == "▁▂▄█")
        #expect(self.line(values, 4, .ascii) == ".:=#")
    }

    @Test("The newest sample is rightmost; what is not there yet is blank")
    func alignment() {
        #expect(self.line([4], 3) == "  ⢸")
        #expect(self.line([1, 2, 4, 4], 1, .block) == "█")
        #expect(self.line([], 3) == "   ")
        #expect(self.line([1], 0) == "" && self.line([1], -2) == "")
    }

    @Test("Steady zero is a line, not a full graph")
    func zero() {
        #expect(self.line([0, 0, 0, 0], 2) == "⣀⣀")
        #expect(self.line([0, 0, 0, 0], 2, .block) == "▁▁")
        #expect(self.line([0, 0, 0, 0], 2, .ascii) == "..")
    }

    @Test("Strange numbers do not break a graph")
    func strangeNumbers() {
        #expect(self.line([.nan, .nan, -3, 0], 2) == " ⣀")
        #expect(self.line([.infinity, .infinity, 1, 1], 2) == "⣿⣿")
        #expect(self.line([.infinity, 0, 0.1, 0], 2, maximum: .nan) == "⣇⣇")
        #expect(self.line([5, 5], 1, maximum: 0) == "⣿")
        #expect(self.line([5, 5], 1, maximum: .infinity) == "⣀")
        #expect(self.line([.greatestFiniteMagnitude, 1e-300], 1) == "⣇")
    }

    @Test("A given maximum is the top; more is cut")
    func maximum() {
        #expect(self.line([1, 1, 9, 9], 2, maximum: 4) == "⣀⣿")
    }

    @Test("A span fits more or fewer samples into the width and keeps peaks")
    func span() {
        let values = [9.0, 0, 0, 0, 0, 0, 0, 4.5]
        #expect(self.line(values, 2, span: 8) == "⣇⣠")
        #expect(self.line([9, 4.5], 2, span: 2) == "⣿⣤")
        #expect(self.line([9], 2, span: 8) == " ⢸")
        #expect(self.line([9, 9], 1, span: 0) == "⣿")
    }

    @Test("A chart fills rows from the bottom and colours them by height")
    func chart() {
        var canvas = Canvas(columns: 7, rows: 3)
        let chart = Chart(
            values: [0, 3, 6, 12], gradient: .heat, topLabel: "12/s", bottomLabel: "0")
        chart.draw(into: &canvas, area: canvas.area)
        #expect(canvas.text == "      ⢸\n      ⣼\n     ⣰⣿")
        #expect(canvas[0, 6].style.ink == .gradient(.heat, 100))
        #expect(canvas[2, 6].style.ink == .gradient(.heat, 33))
    }

    @Test("Labels stand in front where there is room for them")
    func chartLabels() {
        var canvas = Canvas(columns: 10, rows: 2, symbols: .block)
        let chart = Chart(
            values: Array(repeating: 1, count: 99), topLabel: "12/s", bottomLabel: "0")
        chart.draw(into: &canvas, area: canvas.area)
        #expect(canvas.text == "12/s █████\n   0 █████")
        canvas = Canvas(columns: 9, rows: 2, symbols: .ascii)
        chart.draw(into: &canvas, area: canvas.area)
        #expect(canvas.text == "#########\n#########")
    }

    @Test("A gauge never rounds to empty or full")
    func gauge() {
        func bar(_ fraction: Double, _ symbols: GraphSymbols = .block) -> String {
            Gauge.text(fraction: fraction, columns: 4, symbols: symbols)
        }
        #expect(bar(0) == "    " && bar(1) == "████" && bar(7) == "████")
        #expect(bar(0.5) == "██  " && bar(0.53) == "██▏ ")
        #expect(bar(0.0001) == "▏   " && bar(0.9999) == "███▉")
        #expect(bar(.nan) == "    " && bar(-1) == "    " && bar(.infinity) == "████")
        #expect(bar(0.5, .ascii) == "##--" && bar(0.99, .ascii) == "###-")
        #expect(Gauge.text(fraction: 1, columns: 0, symbols: .block) == "")
    }

    @Test("A drawn gauge takes the gradient's colours on the track")
    func drawnGauge() {
        var canvas = Canvas(columns: 6, rows: 1)
        Gauge.draw(fraction: 0.5, into: &canvas, row: 0, column: 1, columns: 4, gradient: .load)
        #expect(canvas.text == " ██")
        #expect(canvas[0, 2].style == Style(ink: .gradient(.load, 25), paper: .track))
        #expect(canvas[0, 4].style.paper == .track && canvas[0, 5].style == .plain)
    }

    @Test("A latency strip shares its room by counts")
    func latencyStrip() {
        let bounds = ["0.5 ms", "1 ms", "4 ms", "16 ms", "64 ms", "256 ms"]
        let strip = LatencyStrip.text(
            bounds: bounds, counts: [0, 700, 300, 0, 1], columns: 60, symbols: .braille)
        #expect(strip == "1 ms ▏████████████▏ 4 ms ▏██████▏ 16 ms ▏▏ 64 ms ▏█▏ 256 ms")
        #expect(TextWidth.columns(of: strip) <= 60)
        let empty = LatencyStrip.text(
            bounds: ["1", "2"], counts: [0], columns: 60, symbols: .braille)
        #expect(empty == "")
        let narrow = LatencyStrip.text(
            bounds: bounds, counts: [1, 1, 1, 1, 1], columns: 20, symbols: .braille)
        #expect(TextWidth.columns(of: narrow) == 20 && narrow.hasSuffix("…"))
    }
}
