import Canvas

/// Area graphs beside each other, each under its title and the highest of its values.
struct ChartRow {
    struct Graph {
        var title: String
        var values: [Double]
        /// The value of the upper edge; nil while nothing is known.
        var maximum: Double?
        /// Samples that the whole width stands for.
        var span: Int
        var gradient: GradientName
        var format: (Double) -> String

        /// The longest first: a figure is shown whole or not at all.
        fileprivate var captions: [String] {
            let highest = self.maximum.flatMap { _ in self.values.max() }
            let peak = "peak \(highest.map(self.format) ?? Figures.none)"
            return ["last 2 min, \(peak)", peak]
        }
    }

    /// Rows from which on an area graph says more than a line.
    static let rowsMin = 4
    private static let gap = 3

    let graphs: [Graph]

    func draw(into canvas: inout Canvas, area: Area) {
        guard !self.graphs.isEmpty else { return }
        let gaps = Self.gap * (self.graphs.count - 1)
        let width = (area.columns - gaps) / self.graphs.count
        for (place, graph) in self.graphs.enumerated() {
            let part = Area(
                row: area.row, column: area.column + place * (width + Self.gap), rows: area.rows,
                columns: width)
            let (head, body) = part.splitTop(1)
            let used = canvas.put(graph.title, in: head, style: .title)
            let caption = graph.captions.first {
                TextWidth.columns(of: $0) < head.columns - used
            }
            canvas.put(caption ?? "", in: head, column: used + 1, style: .muted)
            Chart(
                values: graph.values, maximum: graph.maximum, span: graph.span,
                gradient: graph.gradient
            ).draw(into: &canvas, area: body)
        }
    }
}
