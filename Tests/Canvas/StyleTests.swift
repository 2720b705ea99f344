import Canvas
import Testing

@Suite("Styles and areas")
struct StyleTests {
    private static let inks =
        Ink.roles
        + GradientName.allCases.flatMap { name in (0...100).map { Ink.gradient(name, $0) } }

    @Test("A style gives back what it was made of")
    func packing() {
        for (index, ink) in Self.inks.enumerated() {
            let paper = Self.inks[(index * 7 + 3) % Self.inks.count]
            let attributes = Attributes(rawValue: UInt8(index % 16))
            var style = Style(ink: ink, paper: paper, attributes: attributes)
            #expect(style.ink == ink && style.paper == paper && style.attributes == attributes)
            style.ink = paper
            style.paper = ink
            style.attributes = .underline
            #expect(style == Style(ink: paper, paper: ink, attributes: .underline))
        }
    }

    @Test("Different styles have different bits")
    func distinctness() {
        let inks = Set(Self.inks.map { Style(ink: $0).bits })
        let papers = Set(Self.inks.map { Style(paper: $0).bits })
        #expect(inks.count == Self.inks.count && papers.count == Self.inks.count)
        #expect(Style(ink: .gradient(.heat, 255)) == Style(ink: .gradient(.heat, 100)))
    }

    @Test("Splitting clamps and loses no cell")
    func splitting() {
        let area = Area(row: 1, column: 2, rows: 4, columns: 10)
        let (top, below) = area.splitTop(3)
        #expect(top == Area(row: 1, column: 2, rows: 3, columns: 10))
        #expect(below == Area(row: 4, column: 2, rows: 1, columns: 10))
        let (left, right) = area.splitRight(4)
        #expect(left == Area(row: 1, column: 2, rows: 4, columns: 6))
        #expect(right == Area(row: 1, column: 8, rows: 4, columns: 4))
        #expect(area.splitTop(9).rest.isEmpty && area.splitTop(9).top == area)
        #expect(area.splitLeft(-1).left.isEmpty && area.splitLeft(-1).rest == area)
        #expect(area.splitBottom(9).rest.isEmpty && area.splitBottom(9).bottom == area)
    }

    @Test("Insets and centres never get negative sizes")
    func insets() {
        let area = Area(row: 0, column: 0, rows: 3, columns: 9)
        #expect(area.inset(by: 1) == Area(row: 1, column: 1, rows: 1, columns: 7))
        #expect(area.inset(by: 5).isEmpty)
        #expect(area.centered(rows: 1, columns: 3) == Area(row: 1, column: 3, rows: 1, columns: 3))
        #expect(area.centered(rows: 99, columns: 99) == area)
    }
}
