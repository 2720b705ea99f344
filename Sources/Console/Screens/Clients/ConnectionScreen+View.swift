import BrokerLink
import Canvas
import Messaging

extension ConnectionScreen {
    /// Draws the panes that fit; see ``ConnectionPanes``.
    package func view(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        let panes = ConnectionPanes(focus: self.pane, area: area)
        let isAlone = panes.places.count == 1
        for place in panes.places {
            let style: Style = place.pane == self.pane ? .borderFocused : .border
            if place.pane == .consumers {
                self.consumers.draw(
                    into: &canvas, area: place.area, title: self.title(of: .consumers),
                    empty: [self.emptyLine(of: .consumers)], style: style)
                continue
            }
            canvas.frame(
                place.area, title: self.title(of: place.pane),
                note: isAlone ? "tab: next pane" : "", style: style)
            let inner = place.area.inset(rows: 1, columns: 2)
            if place.pane == .summary {
                self.drawSummary(into: &canvas, inner)
            } else {
                self.drawLines(of: place.pane, into: &canvas, inner, in: context)
            }
        }
    }

    private func title(of pane: Pane) -> String {
        switch pane {
        case .summary: "Connection  \(self.connection?.origin ?? "")"
        case .consumers: "Consumers  \(Figures.count(self.consumers.count))"
        case .queues:
            "Exclusive queues  \(Figures.count(self.connection?.exclusiveQueues.count ?? 0))"
        case .client: "Client"
        }
    }

    private func drawSummary(into canvas: inout Canvas, _ area: Area) {
        guard let connection = self.connection else {
            let line = self.emptyLine(of: .summary)
            for (row, text) in TextLines.wrapped(line.0, toColumns: area.columns).enumerated() {
                canvas.put(text, in: area, row: row, style: line.1)
            }
            return
        }
        let rates = self.feed.rates[self.id]
        let held = connection.oldestUnackedMicroseconds
        var figures: [FigureFlow.Figure] = [
            .init("state", connection.state.words, style: connection.state.style),
            .init("unacked", Figures.count(connection.unacked)),
            .init("held", held.map { Figures.duration(microseconds: $0) } ?? Figures.none),
            .init("channels", Figures.count(connection.channels)),
            .init("consumers", Figures.count(connection.consumers)),
            .init("user", connection.user), .init("vhost", connection.virtualHost),
            .init("name", connection.name.isEmpty ? Figures.none : connection.name),
        ]
        if let published = rates.publishedPerSecond {
            figures.append(.init("in", Figures.rate(published)))
        }
        if let delivered = rates.deliveredPerSecond {
            figures.append(.init("out", Figures.rate(delivered)))
        }
        let rest = FigureFlow(figures, columns: area.columns).draw(into: &canvas, area: area)
        if let trouble = ConnectionRow(connection: connection, rates: rates).trouble {
            canvas.put(
                TextWidth.truncated(
                    "\(Marks(canvas.symbols).alarm) \(trouble)", toColumns: rest.columns),
                in: rest, style: .danger)
        }
    }

    private func drawLines(
        of pane: Pane, into canvas: inout Canvas, _ area: Area, in context: ScreenContext
    ) {
        let lines = self.lines(of: pane, in: context)
        guard !lines.isEmpty else {
            let line = self.emptyLine(of: pane)
            for (row, text) in TextLines.wrapped(line.0, toColumns: area.columns).enumerated() {
                canvas.put(text, in: area, row: row, style: line.1)
            }
            return
        }
        FieldLines.draw(
            lines, first: self.firstRows[pane, default: 0], into: &canvas, area: area)
    }

    /// What a list without a selection has to show, line for line.
    func lines(of pane: Pane, in context: ScreenContext) -> [FieldLines.Line] {
        switch pane {
        case .summary, .consumers: []
        case .queues:
            self.connection?.exclusiveQueues.map {
                FieldLines.Line(
                    depth: 0, name: $0.text,
                    value: context.history.queue($0).map {
                        Figures.counted($0.sample.depth, "message")
                    } ?? "")
            } ?? []
        case .client:
            self.connection.map {
                FieldLines.lines(of: $0.properties, utcOffsetSeconds: context.utcOffsetSeconds)
            } ?? []
        }
    }

    /// Why there is nothing in a pane.
    private func emptyLine(of pane: Pane) -> (String, Style) {
        if let failure = self.feed.failure { return (failure.description, .danger) }
        guard self.feed.roster != nil else { return ("Asking the broker …", .muted) }
        guard self.connection != nil else { return ("The connection is gone.", .muted) }
        return switch pane {
        case .summary: ("", .plain)
        case .consumers: ("It consumes nothing.", .muted)
        case .queues: ("No queue goes with it.", .muted)
        case .client: ("The client told nothing of itself.", .muted)
        }
    }
}
