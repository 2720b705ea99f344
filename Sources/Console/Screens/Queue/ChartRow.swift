import Canvas

/// Area graphs beside each other, each under its title and the value of its upper edge.
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
            canvas.put(
                "last 2 min, top \(graph.maximum.map(graph.format) ?? Figures.none)", in: head,
                column: used + 1, style: .muted)
            Chart(
                values: graph.values, maximum: graph.maximum, span: graph.span,
                gradient: graph.gradient
            ).draw(into: &canvas, area: body)
        }
    }
}
