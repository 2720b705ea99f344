import BrokerLink
import Canvas
import LoadTest
import Messaging
import Metering

/// A run in figures: rates with their course, latencies, and what went wrong.
///
/// ```
/// scenario and state
/// planned … acked, depth   │ latencies, losses     beside each other from 96 columns on
/// latencies as bars
/// ```
struct LoadFigures {
    private static let columnsForTwo = 96
    private static let labelColumns = 10
    private static let figureColumns = 10
    private static let sparklineColumnsMax = 30
    private static let chartRowsMax = 14

    let load: LoadSnapshot
    let series: LoadSeries
    /// The scenario as it is described, when it is the one that runs or ran last.
    let scenario: LoadScenario?
    let history: SampleHistory
    let symbols: GraphSymbols

    func draw(into canvas: inout Canvas, area: Area) {
        let isTight = self.isTight(area)
        let head = FigureFlow(self.head(isTight: isTight), columns: area.columns)
        var rest = head.draw(into: &canvas, area: area)
        if case .failed(let reason) = self.load.state {
            let lines = TextLines.wrapped(reason, toColumns: area.columns)
            for (row, line) in lines.enumerated() {
                canvas.put(line, in: rest, row: row, style: .danger)
            }
            rest = rest.splitTop(lines.count).rest
        }
        if !isTight { rest = rest.splitTop(1).rest }
        let rates = self.rates(isTight: isTight)
        if area.columns >= Self.columnsForTwo {
            let (left, right) = rest.splitLeft(
                Self.labelColumns + Self.figureColumns + Self.sparklineColumnsMax + 4)
            self.draw(rates, into: &canvas, area: left)
            self.drawLatencies(into: &canvas, area: right)
            rest = rest.splitTop(max(rates.count, 5) + 1).rest
        } else {
            self.draw(rates, into: &canvas, area: rest)
            rest = rest.splitTop(rates.count + (isTight ? 0 : 1)).rest
            self.drawLatencies(into: &canvas, area: rest)
            rest = rest.splitTop(self.latencies.count + self.losses(rest.columns).rows + 1).rest
        }
        self.drawStrip(into: &canvas, area: rest)
        self.drawCharts(into: &canvas, area: rest.splitTop(2).rest)
    }

    private func head(isTight: Bool) -> [FigureFlow.Figure] {
        var figures = [self.state]
        if let scenario = self.scenario, !isTight {
            figures += [
                .init("producers", "\(scenario.producerCount)"),
                .init("consumers", "\(scenario.consumerCount)"),
                .init("body", scenario.bodyText), .init("profile", scenario.profileText),
            ]
        }
        figures += [
            .init("sent", Figures.count(self.load.sentTotal)),
            .init("acked", Figures.count(self.load.ackedTotal)),
        ]
        return figures
    }

    private var state: FigureFlow.Figure {
        let elapsed = Figures.duration(seconds: Double(self.load.elapsedMicroseconds) / 1e6)
        return switch self.load.state {
        case .idle: .init("STOPPED", "after \(elapsed)")
        case .connecting: .init("CONNECTING", "…", style: .warning)
        case .running: .init("RUNNING", elapsed, style: .good)
        case .stopping: .init("STOPPING", "waits for confirms and acks", style: .warning)
        case .failed: .init("FAILED", "after \(elapsed)", style: .danger)
        }
    }

    private struct Rate {
        var label: String
        var figure: String
        var values: [Double]
        var gradient: GradientName
    }

    /// In little room only what is sent and what is done with it.
    private func isTight(_ area: Area) -> Bool { area.rows < 12 }

    private func rates(isTight: Bool) -> [Rate] {
        let points = self.series.points
        // What was once is shown by the course alone.
        let last = self.load.isActive ? points.last : nil
        func rate(
            _ label: String, _ path: KeyPath<LoadSeries.Point, Double>, _ gradient: GradientName
        ) -> Rate {
            Rate(
                label: label,
                figure: last.map { Figures.rate($0[keyPath: path]) } ?? Figures.none,
                values: points.map { $0[keyPath: path] }, gradient: gradient)
        }
        let sent = rate("sent", \.sent, .incoming)
        let acked = rate("acked", \.acked, .outgoing)
        if isTight { return [sent, acked, self.depth] }
        let planned = rate("planned", \.planned, .incoming)
        return [planned, sent, rate("confirmed", \.confirmed, .incoming), acked, self.depth]
    }

    /// What lies in the queues that the scenario consumes from.
    private var depth: Rate {
        let queues = Set(self.scenario?.consumers.map(\.queue) ?? [])
        let series = queues.map { self.history.series(.depth, of: $0) }
        let length = series.map(\.count).max() ?? 0
        let values = (0..<length).map { back in
            series.reduce(0) { sum, points in
                let place = points.count - length + back
                return sum + (place >= 0 ? points[place] : 0)
            }
        }
        let depths = queues.compactMap { self.history.queue($0)?.sample.depth }
        return Rate(
            label: "depth",
            figure: depths.isEmpty ? Figures.none : Figures.count(depths.reduce(0, +)),
            values: values, gradient: .depth)
    }

    private func draw(_ rates: [Rate], into canvas: inout Canvas, area: Area) {
        let width = min(
            Self.sparklineColumnsMax,
            area.columns - Self.labelColumns - Self.figureColumns - 1)
        // One scale for all rates: that one falls behind another has to show.
        let maximum = rates.dropLast().flatMap(\.values).max()
        for (row, rate) in rates.enumerated() where row < area.rows {
            canvas.put(rate.label, in: area, row: row, style: .muted)
            canvas.put(
                TextWidth.paddedLeft(rate.figure, toColumns: Self.figureColumns), in: area,
                row: row, column: Self.labelColumns)
            let isDepth = row == rates.count - 1
            canvas.put(
                Sparkline.text(
                    values: rate.values, columns: max(0, width), symbols: self.symbols,
                    maximum: isDepth ? nil : maximum),
                in: area, row: row, column: Self.labelColumns + Self.figureColumns + 1,
                style: Style(ink: .gradient(rate.gradient, 70)))
        }
    }
}

extension LoadFigures {
    private var latencies: [(label: String, summary: DurationSummary?)] {
        [
            (label: "confirm", summary: self.load.confirmLatency),
            (label: "end-to-end", summary: self.load.endToEndLatency),
            (label: "timer lag", summary: self.load.timerLag),
        ]
    }

    private func drawLatencies(into canvas: inout Canvas, area: Area) {
        for (row, latency) in self.latencies.enumerated() where row < area.rows {
            canvas.put(latency.label, in: area, row: row, style: .muted)
            let room = area.columns - Self.labelColumns - 2
            canvas.put(
                Self.text(latency.summary, columns: room), in: area, row: row,
                column: Self.labelColumns + 2)
        }
        let below = area.splitTop(self.latencies.count).rest
        _ = self.losses(area.columns).draw(into: &canvas, area: below)
    }

    /// What should not happen; a figure above zero is coloured.
    private func losses(_ columns: Int) -> FigureFlow {
        let figures: [(label: String, count: UInt64)] = [
            ("behind", self.load.behind), ("returned", self.load.returnedTotal),
            ("nacked", self.load.nackedTotal), ("failed", self.load.failedTotal),
        ]
        return FigureFlow(
            figures.map { label, count in
                .init(label, Figures.count(count), style: count > 0 ? .warning : .plain)
            }, columns: columns)
    }

    private static func text(_ summary: DurationSummary?, columns: Int) -> String {
        guard let summary else { return Figures.none }
        func point(_ label: String, _ microseconds: Int64) -> String {
            "\(label) \(Figures.duration(microseconds: microseconds))"
        }
        let short = "\(point("p50", summary.p50))  \(point("p99", summary.p99))"
        let long = "\(short)  \(point("p99.9", summary.p999))  \(point("max", summary.max))"
        return TextWidth.columns(of: long) <= columns ? long : short
    }

    /// End-to-end latencies as bars; buckets are joined to steps of four so that labels fit.
    private func drawStrip(into canvas: inout Canvas, area: Area) {
        let counts = self.load.endToEndBuckets.counts
        guard area.rows > 0, counts.contains(where: { $0 > 0 }) else { return }
        var joined: [UInt64] = []
        var bounds = ["0"]
        for (bucket, count) in counts.enumerated() {
            // 250 µs, then 1, 4, 16 … ms.
            if bucket % 2 == 0, bucket > 0 {
                joined[joined.count - 1] += count
            } else {
                joined.append(count)
                bounds.append("")
            }
            bounds[bounds.count - 1] =
                LatencyBuckets.endMicroseconds(of: bucket).map(Self.bound) ?? "more"
        }
        let label = area.columns >= 76 ? "end-to-end latency  " : ""
        canvas.put(label, in: area, style: .muted)
        canvas.put(
            LatencyStrip.text(
                bounds: bounds, counts: joined,
                columns: area.columns - TextWidth.columns(of: label), symbols: self.symbols),
            in: area, column: TextWidth.columns(of: label), style: .graphText)
    }

    /// Where there is room: how sending and consuming went.
    private func drawCharts(into canvas: inout Canvas, area: Area) {
        guard area.rows >= ChartRow.rowsMin else { return }
        let points = self.series.points
        let maximum = points.flatMap { [$0.planned, $0.sent, $0.acked] }.max()
        func graph(
            _ title: String, _ path: KeyPath<LoadSeries.Point, Double>, _ gradient: GradientName
        ) -> ChartRow.Graph {
            ChartRow.Graph(
                title: title, values: points.map { $0[keyPath: path] }, maximum: maximum,
                span: LoadSeries.pointsMax, gradient: gradient, format: Figures.rate)
        }
        let graphs = [graph("sent", \.sent, .incoming), graph("acked", \.acked, .outgoing)]
        let rows = min(area.rows, Self.chartRowsMax)
        ChartRow(graphs: graphs).draw(into: &canvas, area: area.splitTop(rows).top)
    }

    /// A bound in its roundest unit: `250 µs`, `4 ms`, `1 s`.
    private static func bound(_ microseconds: Int64) -> String {
        if microseconds < 1_000 { return "\(microseconds) µs" }
        if microseconds < 1_000_000 { return "\(microseconds / 1_000) ms" }
        return "\(microseconds / 1_000_000) s"
    }
}
