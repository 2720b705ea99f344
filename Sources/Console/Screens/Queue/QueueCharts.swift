import BrokerLink
import Canvas
import Messaging

/// Depth and rates of a queue over the last two minutes.
struct QueueCharts {
    private static let columnsForGraphs = 76

    private struct Series {
        var title: String
        var now: String
        var values: [Double]
        var gradient: GradientName
        var format: (Double) -> String
    }

    let queue: QueueName
    let trend: QueueTrend
    let history: SampleHistory

    func draw(into canvas: inout Canvas, area: Area, symbols: GraphSymbols) {
        guard area.rows > 0 else { return }
        if area.rows >= ChartRow.rowsMin, area.columns >= Self.columnsForGraphs {
            self.graphs.draw(into: &canvas, area: area)
        } else {
            self.drawLines(into: &canvas, area: area, symbols: symbols)
        }
    }

    private var series: [Series] {
        let rates = self.trend.rates
        return [
            Series(
                title: "depth", now: Figures.count(self.trend.sample.knownDepth),
                values: self.history.series(.depth, of: self.queue), gradient: .depth,
                format: { Figures.count(Int($0)) }),
            Series(
                title: "in", now: Figures.rate(rates?.publishedPerSecond),
                values: self.history.series(.publishedPerSecond, of: self.queue),
                gradient: .incoming, format: Figures.rate),
            Series(
                title: "out", now: Figures.rate(rates?.consumedPerSecond),
                values: self.history.series(.consumedPerSecond, of: self.queue),
                gradient: .outgoing, format: Figures.rate),
        ]
    }

    private var graphs: ChartRow {
        let series = self.series
        // The same scale for both rates: which of the two is larger is the point.
        let rateMaximum = series.dropFirst().flatMap(\.values).max()
        return ChartRow(
            graphs: series.enumerated().map { place, series in
                ChartRow.Graph(
                    title: series.title, values: series.values,
                    maximum: place == 0 ? series.values.max() : rateMaximum,
                    span: SampleHistory.pointCountMax, gradient: series.gradient,
                    format: series.format)
            })
    }

    /// One line each: the same in little room.
    private func drawLines(into canvas: inout Canvas, area: Area, symbols: GraphSymbols) {
        let labelColumns = 6
        let figureColumns = 9
        let width = area.columns - labelColumns - figureColumns - 1
        guard width > 0 else { return }
        for (row, series) in self.series.prefix(area.rows).enumerated() {
            canvas.put(series.title, in: area, row: row, style: .muted)
            let line = Sparkline.text(
                values: series.values, columns: width, symbols: symbols,
                span: SampleHistory.pointCountMax)
            canvas.put(
                line, in: area, row: row, column: labelColumns,
                style: Style(ink: .gradient(series.gradient, 70)))
            canvas.put(
                TextWidth.paddedLeft(series.now, toColumns: figureColumns), in: area, row: row,
                column: labelColumns + width + 1)
        }
    }
}
