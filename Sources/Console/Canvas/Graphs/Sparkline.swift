/// A graph one row high.
package enum Sparkline {
    /// Draws the newest values, the last one rightmost.
    ///
    /// Every cell stands for two samples, whatever the symbols, so a given width always means the
    /// same time; block and ASCII show the higher one. Zero is a line at the bottom; a value that
    /// is not a number is a gap.
    ///
    /// - Parameters:
    ///   - values: Samples, oldest first.
    ///   - columns: Cells to fill; the text has exactly that many columns.
    ///   - symbols: What to draw with.
    ///   - maximum: The value of a full cell; the largest one shown when `nil`.
    ///   - span: How many samples the whole width stands for; where that is more than two a cell,
    ///     the highest of a share is drawn. Two a cell when `nil`.
    package static func text(
        values: [Double], columns: Int, symbols: GraphSymbols, maximum: Double? = nil,
        span: Int? = nil
    ) -> String {
        guard columns > 0 else { return "" }
        let heights = SampleWindow(
            values: values, places: 2 * columns, span: span, maximum: maximum,
            steps: GraphCell.steps(symbols)
        ).heights
        var text = ""
        for column in 0..<columns {
            text.append(
                GraphCell.character(
                    left: heights[2 * column], right: heights[2 * column + 1], symbols: symbols))
        }
        return text
    }
}
