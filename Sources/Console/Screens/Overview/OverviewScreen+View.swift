import BrokerLink
import Canvas
import Messaging

extension OverviewScreen {
    package func view(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        guard let sample = context.history.latest, !sample.queues.isEmpty else {
            canvas.frame(area, title: "Overview")
            let inner = area.inset(rows: 2, columns: 4)
            if context.history.latest == nil {
                canvas.put("Waiting for the first figures …", in: inner, style: .muted)
            } else {
                EmptyBrokerText.draw(into: &canvas, area: inner, in: context)
            }
            return
        }
        let layout = self.layout(in: context)
        canvas.frame(
            layout.figures, title: "Broker",
            note: context.clientAddress.map { "clients connect to \($0)" } ?? "")
        Self.draw(Self.figures(of: sample, context), into: &canvas, layout.figures)
        self.drawCharts(into: &canvas, layout.charts, in: context)
        for list in List.allCases {
            guard let area = layout.lists[list] else { continue }
            self.draw(list, into: &canvas, area, rows: layout.rows(of: list) ?? area, context)
        }
        guard let area = layout.lists[.alarms]?.inset(by: 1) else { return }
        for (row, line) in self.brokerAlarmLines(in: context).enumerated() where row < area.rows {
            if line.isFirst {
                canvas.put(
                    Marks(canvas.symbols).alarm, in: area, row: row, column: 1, style: .danger)
            }
            canvas.put(line.text, in: area, row: row, column: 3, style: .danger)
        }
    }

    private static func figures(
        of sample: BrokerSample, _ context: ScreenContext
    ) -> [LinePiece] {
        func piece(_ label: String, _ value: String, _ style: Style = .plain) -> LinePiece {
            LinePiece(runs: [(label + " ", .muted), (value, style)], rank: 0)
        }
        let ready = sample.queues.sum(of: \.knownReady)
        let unacked = sample.queues.sum(of: \.knownUnacked)
        let lost = context.history.unroutablePerSecond
        let isLosing = (lost ?? 0) > 0
        let isBlocked = sample.blockedConnections > 0
        let unroutable = piece(
            "unroutable", lost.map { Figures.rate($0) } ?? Figures.none,
            isLosing ? .warning : .plain)
        let blocked = " (\(Figures.count(sample.blockedConnections)) blocked)"
        let connections = piece(
            "connections", Figures.count(sample.connections) + (isBlocked ? blocked : ""),
            isBlocked ? .warning : .plain)
        // Where there is little room the last ones are missing: news never is.
        var news = [
            piece("ready", Figures.count(ready)), piece("unacked", Figures.count(unacked)),
        ]
        if sample.delayed > 0 { news.append(piece("delayed", Figures.count(sample.delayed))) }
        if isBlocked { news.append(connections) }
        if isLosing { news.append(unroutable) }
        return news + [
            piece("memory", Self.memory(of: sample)),
            piece("queues", Figures.count(sample.queues.count)),
        ] + (isBlocked ? [] : [connections]) + [
            piece("channels", Figures.count(sample.channels)),
            piece("exchanges", Figures.count(sample.exchanges)),
        ] + (isLosing ? [] : [unroutable])
    }

    /// What the broker uses of what it may; else what its messages do.
    private static func memory(of sample: BrokerSample) -> String {
        guard let memory = sample.memory else { return Figures.bytes(sample.messageMemoryBytes) }
        let used = Figures.bytes(memory.usedBytes)
        guard let limit = memory.limitBytes, limit > 0 else { return used }
        return "\(used) of \(Figures.bytes(limit))"
    }

    /// As many pieces a row as fit, one row after another.
    private static func draw(
        _ pieces: [LinePiece], into canvas: inout Canvas, _ frame: Area
    ) {
        let area = frame.inset(rows: 1, columns: 2)
        var rest = pieces[...]
        for row in area.row..<area.endRow where !rest.isEmpty {
            var count = rest.count
            while count > 1, LinePieces(Array(rest.prefix(count)), gap: 3).columns > area.columns {
                count -= 1
            }
            LinePieces(Array(rest.prefix(count)), gap: 3)
                .draw(into: &canvas, row: row, column: area.column)
            rest = rest.dropFirst(count)
        }
    }

    private func drawCharts(
        into canvas: inout Canvas, _ areas: [Area], in context: ScreenContext
    ) {
        let history = context.history
        let rates = history.totalRates
        let depth = history.latest?.queues.sum(of: \.knownDepth)
        let charts: [(String, String, SeriesKind, GradientName)] = [
            (
                "In", Figures.rate(rates?.publishedPerSecond),
                .publishedPerSecond, .incoming
            ),
            (
                "Consumed", Figures.rate(rates?.consumedPerSecond),
                .consumedPerSecond, .outgoing
            ),
            ("Depth", Figures.count(depth), .depth, .depth),
        ]
        for (area, (title, figure, kind, gradient)) in zip(areas, charts) {
            canvas.frame(area, title: title, note: figure, style: Style(ink: .borderTraffic))
            let series = history.totalSeries(kind)
            let highest = series.max() ?? 0
            Chart(
                values: series, maximum: max(1, highest), span: SampleHistory.pointCountMax,
                gradient: gradient,
                topLabel: Figures.count(Int(highest.rounded()), columns: 7), bottomLabel: "0"
            ).draw(into: &canvas, area: area.inset(rows: 1, columns: 2))
        }
    }

    private func draw(
        _ list: List, into canvas: inout Canvas, _ area: Area, rows: Area,
        _ context: ScreenContext
    ) {
        let names = self.rankings.names(in: list)
        let hidden = names.count - rows.rows
        let isFocused = list == self.list && !names.isEmpty
        canvas.frame(
            area, title: list.title, note: hidden > 0 ? "\(hidden) more in Queues" : "",
            style: isFocused ? .borderFocused : .border)
        guard !names.isEmpty else {
            // Beside an alarm of the broker's own something is wrong after all.
            guard rows.rows == area.inset(by: 1).rows else { return }
            let isUnknown =
                list == .mostDead
                && context.history.queues.contains { $0.sample.dead.value == nil }
            canvas.put(
                isUnknown ? "not told by this broker" : list.emptyText, in: rows, column: 1,
                style: list == .alarms ? .good : .muted)
            return
        }
        for (offset, name) in names.prefix(rows.rows).enumerated() {
            guard let queue = context.history.queue(name) else { continue }
            let row = Area(
                row: rows.row + offset, column: rows.column, rows: 1, columns: rows.columns)
            self.draw(
                queue, in: list, isSelected: isFocused && offset == self.place, into: &canvas, row)
        }
    }

    private func draw(
        _ queue: QueueTrend, in list: List, isSelected: Bool, into canvas: inout Canvas,
        _ row: Area
    ) {
        let marks = Marks(canvas.symbols)
        canvas.put(isSelected ? marks.selected : " ", in: row, style: .accent)
        if let figure = list.figure(of: queue) {
            let width = TextWidth.columns(of: figure)
            let nameColumns = max(0, row.columns - width - 4)
            canvas.put(
                TextWidth.truncatedInTheMiddle(queue.sample.name.text, toColumns: nameColumns),
                in: row, column: 2)
            canvas.put(figure, in: row, column: row.columns - 1 - width)
        } else {
            canvas.put(marks.alarm, in: row, column: 1, style: .danger)
            canvas.put(
                TextWidth.truncated(queue.alarmSentence ?? "", toColumns: row.columns - 4),
                in: row, column: 3)
        }
        if isSelected { canvas.restyle(row) { $0 = .selected } }
    }
}

extension OverviewScreen.List {
    fileprivate var title: String {
        switch self {
        case .alarms: "Alarms"
        case .deepest: "Deepest"
        case .mostDead: "Most dead letters"
        case .oldest: "Oldest message"
        }
    }

    fileprivate var emptyText: String {
        switch self {
        case .alarms: "Nothing is wrong."
        case .deepest: "all are empty"
        case .mostDead: "no dead letters"
        case .oldest: "nothing waits"
        }
    }

    /// What the list is ordered by; the alarms have a sentence instead.
    fileprivate func figure(of queue: QueueTrend) -> String? {
        switch self {
        case .alarms: nil
        case .deepest: Figures.count(queue.sample.knownDepth)
        case .mostDead: Figures.count(queue.sample.dead)
        case .oldest: Figures.duration(queue.oldestMicroseconds)
        }
    }
}
