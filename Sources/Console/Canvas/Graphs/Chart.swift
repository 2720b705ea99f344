/// An area graph of several rows.
package struct Chart: Sendable {
    /// Samples, oldest first; the last one is drawn rightmost.
    package var values: [Double]
    /// The value of the upper edge; the largest one shown when `nil`.
    package var maximum: Double?
    /// How many samples the whole width stands for; two a cell when `nil`.
    package var span: Int?
    /// Colours rows from the gradient's start at the bottom to its end at the top.
    package var gradient: GradientName
    /// Written in front of the upper and the lower row; nothing when empty.
    package var topLabel: String
    package var bottomLabel: String

    package init(
        values: [Double], maximum: Double? = nil, span: Int? = nil, gradient: GradientName = .load,
        topLabel: String = "", bottomLabel: String = ""
    ) {
        self.values = values
        self.maximum = maximum
        self.span = span
        self.gradient = gradient
        self.topLabel = topLabel
        self.bottomLabel = bottomLabel
    }

    /// Draws the graph with the canvas's symbols, fitted to the part of the area that can be seen;
    /// labels only where at least as much room is left
    /// for the graph.
    package func draw(into canvas: inout Canvas, area: Area) {
        let graph = self.drawLabels(into: &canvas, area: area.intersection(canvas.area))
        let (rows, columns) = (graph.rows, graph.columns)
        let steps = GraphCell.steps(canvas.symbols)
        let heights = SampleWindow(
            values: self.values, places: 2 * columns, span: self.span, maximum: self.maximum,
            steps: steps * rows
        ).heights
        for row in 0..<rows {
            // Counted from the bottom: how much of each height lies below this row.
            let level = rows - 1 - row
            var line = ""
            for column in 0..<columns {
                line.append(
                    GraphCell.character(
                        left: heights[2 * column] - level * steps,
                        right: heights[2 * column + 1] - level * steps, symbols: canvas.symbols))
            }
            let colour = UInt8((level + 1) * 100 / rows)
            canvas.put(
                line, in: graph, row: row, style: Style(ink: .gradient(self.gradient, colour)))
        }
    }

    /// Writes the labels at the left and returns what is left for the graph.
    private func drawLabels(into canvas: inout Canvas, area: Area) -> Area {
        let top = TextWidth.columns(of: self.topLabel, symbols: canvas.symbols)
        let bottom = TextWidth.columns(of: self.bottomLabel, symbols: canvas.symbols)
        let width = max(top, bottom) + 1
        guard width > 1, area.rows >= 2, area.columns >= 2 * width else { return area }
        let (labels, graph) = area.splitLeft(width)
        canvas.put(self.topLabel, in: labels, column: width - 1 - top, style: .graphText)
        canvas.put(
            self.bottomLabel, in: labels, row: area.rows - 1, column: width - 1 - bottom,
            style: .graphText)
        return graph
    }
}
