import BrokerLink
import Canvas
import Messaging

/// The lists of a queue's screen: consumers, bindings, settings.
extension QueueScreen {
    private enum ConsumerColumn: Hashable, Sendable {
        case tag, connection, channel, prefetch, priority, unacked, oldest, state
    }

    private enum BindingColumn: Hashable, Sendable {
        case exchange, type, key, arguments
    }

    func drawConsumers(into canvas: inout Canvas, area: Area, first: Int) {
        let consumers = self.detail?.consumers ?? []
        let table = TableLayout<ConsumerColumn>(
            [
                TableColumn(.tag, "TAG", width: 12, widthMax: 32, alignment: .left, rank: 0),
                TableColumn(
                    .connection, "CONNECTION", width: 15, widthMax: 24, alignment: .left, rank: 4),
                TableColumn(.channel, "CH", width: 2, rank: 7),
                TableColumn(.prefetch, "PREFETCH", width: 8, rank: 5),
                TableColumn(.priority, "PRIO", width: 4, rank: 6),
                TableColumn(.unacked, "UNACK", width: 6, rank: 1),
                TableColumn(.oldest, "HELD", width: 7, rank: 2),
                TableColumn(.state, "STATE", width: 12, alignment: .left, rank: 3),
            ],
            width: area.columns)
        table.draw(
            consumers, first: first, into: &canvas, area: area,
            empty: self.emptyText("No consumer is connected.")
        ) { consumer, column in
            switch column {
            case .tag: consumer.id.tag.text
            case .connection: consumer.origin
            case .channel: "\(consumer.id.channel.number)"
            case .prefetch: consumer.prefetchWords
            case .priority: "\(consumer.priority)"
            case .state: consumer.stateWords
            case .unacked: consumer.needsAck ? Figures.count(consumer.unacked) : "no ack"
            case .oldest:
                consumer.oldestUnackedMicroseconds.map { Figures.duration(microseconds: $0) }
                    ?? Figures.none
            }
        }
    }

    func drawBindings(into canvas: inout Canvas, area: Area, first: Int) {
        let bindings = self.detail?.bindings ?? []
        let table = TableLayout<BindingColumn>(
            [
                TableColumn(
                    .exchange, "EXCHANGE", width: 12, widthMax: 28, alignment: .left, rank: 1),
                TableColumn(.type, "TYPE", width: 7, alignment: .left, rank: 2),
                TableColumn(
                    .key, "ROUTING KEY", width: 11, widthMax: 40, alignment: .left, rank: 0),
                TableColumn(
                    .arguments, "ARGUMENTS", width: 10, widthMax: 30, alignment: .left, rank: 3),
            ],
            width: area.columns)
        table.draw(
            bindings, first: first, into: &canvas, area: area,
            empty: self.emptyText("No binding but that of the default exchange.")
        ) { binding, column in
            switch column {
            case .exchange: binding.exchange == .default ? "(default)" : binding.exchange.text
            case .type: binding.exchangeType
            case .key: binding.routingKey
            case .arguments:
                binding.arguments.fields.map { field in
                    "\(field.name)=\(FieldLines.text(field.value, utcOffsetSeconds: 0))"
                }.joined(separator: ", ")
            }
        }
    }

    func drawSettings(
        into canvas: inout Canvas, area: Area, first: Int, in context: ScreenContext
    ) {
        let settings = self.settings(in: context)
        guard !settings.isEmpty else {
            canvas.put(self.emptyText(""), in: area, style: .muted)
            return
        }
        FieldLines.draw(settings, first: first, into: &canvas, area: area)
    }

    /// How the queue was declared and which policies apply, one line each.
    func settings(in context: ScreenContext) -> [FieldLines.Line] {
        guard let detail = self.detail else { return [] }
        let flow = context.history.queue(self.queue)?.sample.flow
        return QueueSettingLines.lines(of: detail, utcOffsetSeconds: context.utcOffsetSeconds)
            + QueueSettingLines.guarantee(flow?.promise)
    }

    /// Why a list is empty: there is nothing, or nothing is known yet.
    private func emptyText(_ text: String) -> String {
        self.detail == nil ? (self.failure?.description ?? "Asking the broker …") : text
    }
}

extension TableLayout {
    /// Draws titles and the rows in view, or what there is to say when there are none.
    func draw<Row>(
        _ rows: [Row], first: Int, into canvas: inout Canvas, area: Area, empty: String,
        text: (Row, ID) -> String
    ) {
        guard !rows.isEmpty else {
            for (row, line) in TextLines.wrapped(empty, toColumns: area.columns).enumerated() {
                canvas.put(line, in: area, row: row, style: .muted)
            }
            return
        }
        for place in self.places {
            canvas.put(
                place.fitted(place.column.title), in: area, column: place.start, style: .muted)
        }
        let visible = rows.dropFirst(first).prefix(max(0, area.rows - 1))
        for (row, item) in visible.enumerated() {
            for place in self.places {
                canvas.put(
                    place.fitted(text(item, place.column.id)), in: area, row: row + 1,
                    column: place.start)
            }
        }
    }
}

extension TableLayout.Place {
    /// The text in exactly this column's width, at its side.
    func fitted(_ text: String) -> String {
        switch self.column.alignment {
        case .left: TextWidth.padded(text, toColumns: self.width)
        case .right: TextWidth.paddedLeft(text, toColumns: self.width)
        }
    }
}
