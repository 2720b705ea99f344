import BrokerLink
import Canvas
import Messaging

extension QueueScreen {
    /// Draws the panes that fit; see ``QueuePanes``.
    package func view(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        let panes = self.panes(in: context)
        for place in panes.places {
            let isAlone = panes.places.count == 1
            canvas.frame(
                place.area, title: self.title(of: place.pane, isAlone: isAlone, in: context),
                note: self.note(of: place.pane, isAlone: isAlone),
                style: place.pane == self.pane ? .borderFocused : .border)
            self.draw(
                place.pane, into: &canvas, area: place.area.inset(rows: 1, columns: 2),
                in: context)
        }
    }

    private func draw(
        _ pane: Pane, into canvas: inout Canvas, area: Area, in context: ScreenContext
    ) {
        let first = self.firstRows[pane, default: 0]
        switch pane {
        case .summary: self.drawSummary(into: &canvas, area: area, in: context)
        case .consumers: self.drawConsumers(into: &canvas, area: area, first: first)
        case .bindings: self.drawBindings(into: &canvas, area: area, first: first)
        case .settings: self.drawSettings(into: &canvas, area: area, first: first, in: context)
        }
    }

    private func title(of pane: Pane, isAlone: Bool, in context: ScreenContext) -> String {
        let name = isAlone ? "\(self.queue)  " : ""
        let detail = self.detail
        return switch pane {
        case .summary: "Queue  \(self.queue)"
        case .consumers:
            name + "Consumers" + (detail.map { "  \(Figures.count($0.consumers.count))" } ?? "")
        case .bindings:
            name + "Bindings" + (detail.map { "  \(Figures.count($0.bindings.count))" } ?? "")
        case .settings: name + "Settings"
        }
    }

    /// Where only one pane fits, the others are named.
    private func note(of pane: Pane, isAlone: Bool) -> String {
        if pane == .summary, let detail = self.detail, !isAlone { return detail.kind }
        return isAlone ? "tab: next pane" : ""
    }
}

extension QueueScreen {
    private func drawSummary(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        guard let trend = context.history.queue(self.queue) else {
            let reason =
                context.history.latest == nil
                ? "Waiting for the first figures …" : "There is no queue \(self.queue) any more."
            canvas.put(reason, in: area, style: .muted)
            return
        }
        let summary = QueueSummary(trend: trend, detail: self.detail, columns: area.columns)
        var rest = summary.now.draw(into: &canvas, area: area)
        if let failure = self.failure {
            canvas.put(failure.description, in: rest, style: .danger)
            rest = rest.splitTop(1).rest
        } else if let sentence = trend.alarmSentence {
            let line = "\(Marks(canvas.symbols).alarm) \(sentence)"
            canvas.put(
                TextWidth.truncated(line, toColumns: rest.columns), in: rest, style: .danger)
            rest = rest.splitTop(1).rest
        }
        if let flow = summary.flow {
            rest = flow.draw(into: &canvas, area: rest)
        }
        if let levels = summary.levels {
            rest = levels.draw(into: &canvas, area: rest)
        }
        // From the bottom up: what has a fixed height; the charts take what is left.
        let (above, totals) = rest.splitBottom(min(summary.totals.rows, max(0, rest.rows - 2)))
        _ = summary.totals.draw(into: &canvas, area: totals)
        let (charts, times) = above.splitBottom(min(summary.times.count, max(0, above.rows - 2)))
        for (row, line) in summary.times.enumerated() {
            canvas.put(line.label, in: times, row: row, style: .muted)
            canvas.put(line.text, in: times, row: row, column: QueueSummary.labelColumns)
        }
        QueueCharts(queue: self.queue, trend: trend, history: context.history)
            .draw(into: &canvas, area: charts, symbols: context.symbols)
    }
}

extension QueueDetail {
    /// What kind of queue it is, in words.
    fileprivate var kind: String {
        var words = [self.type, self.isDurable ? "durable" : "transient"]
        if self.isExclusive {
            words.append(self.owner.map { "exclusive to \($0)" } ?? "exclusive")
        }
        if self.isAutoDelete { words.append("auto-delete") }
        return words.joined(separator: ", ")
    }
}
