import BrokerLink
import Canvas
import Messaging

extension QueuesScreen {
    /// Where the parts of the list stand in the content, counted from its top left corner.
    struct Layout {
        /// Cells for the signs before a row: selected, marked, alarm.
        static let gutter = 4

        /// Cells of a table from which on features cost no other column; more by what names take
        /// beyond 24.
        static let featuresWidthMin = 144

        let area: Area
        let table: TableLayout<QueueColumn>

        /// - Parameter nameColumns: Cells of the longest name.
        init(area: Area, nameColumns: Int) {
            let width = area.columns - 3 - Self.gutter
            let longer = max(0, min(nameColumns, width * 2 / 5) - 24)
            let columns = QueueColumn.allCases.filter {
                $0 != .features || width >= Self.featuresWidthMin + longer
            }.map {
                $0.tableColumn(nameColumns: nameColumns, width: width)
            }
            // Long names would rather push the columns together than one of them out.
            let tight = TableLayout(columns, width: width, gap: 1)
            let wide = TableLayout(columns, width: width)
            self.area = area
            self.table =
                wide.places.count < tight.places.count && tight.places.count == columns.count
                ? tight : wide
        }

        var titleRow: Int { 1 }
        var firstRow: Int { 2 }
        var tableColumn: Int { 1 + Self.gutter }
        /// Rows of queues: the frame, the titles and the sentence are taken off.
        var page: Int { max(1, self.area.rows - 3 - self.sentenceRows) }
        /// A narrow screen needs two for a sentence, and gives them when it is high enough.
        var sentenceRows: Int { self.area.columns < 100 && self.area.rows >= 16 ? 2 : 1 }
    }

    /// Rows of queues that fit.
    func page(in context: ScreenContext) -> Int {
        Layout(area: context.content, nameColumns: 0).page
    }

    package func view(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        let layout = Layout(area: area, nameColumns: self.nameColumns)
        let marks = Marks(canvas.symbols)
        canvas.frame(
            area, title: self.title(in: context),
            note: "sort \(self.order.words) "
                + (self.order.isAscending ? marks.ascending : marks.descending))
        guard !self.names.isEmpty else {
            self.drawEmpty(into: &canvas, area: area.inset(rows: 2, columns: 4), in: context)
            return
        }
        self.drawTitles(into: &canvas, layout)
        let visible = self.names.dropFirst(self.cursor.firstVisible).prefix(layout.page)
        for (offset, name) in visible.enumerated() {
            guard let queue = context.history.queue(name) else { continue }
            self.draw(
                queue, into: &canvas, row: area.row + layout.firstRow + offset, layout, context)
        }
        self.drawSentence(into: &canvas, layout, in: context)
    }

    private func title(in context: ScreenContext) -> String {
        let all = context.history.queues.count
        var parts = [
            self.names.count == all
                ? Figures.count(all) : "\(Figures.count(self.names.count)) of \(Figures.count(all))"
        ]
        if !self.filter.text.isEmpty { parts.append("filter \(self.filter.text)") }
        if !self.cursor.marked.isEmpty {
            parts.append("\(Figures.count(self.cursor.marked.count)) marked")
        }
        return "Queues  " + parts.joined(separator: " · ")
    }

    private func drawTitles(into canvas: inout Canvas, _ layout: Layout) {
        for place in layout.table.places {
            let isSorted = self.order.key == .column(place.column.id)
            let isShort = TextWidth.columns(of: place.column.title) > place.width
            canvas.put(
                place.fitted(isShort ? place.column.id.shortTitle : place.column.title),
                row: layout.area.row + layout.titleRow,
                column: layout.area.column + layout.tableColumn + place.start,
                style: isSorted ? .accent : .muted)
        }
    }

    private func draw(
        _ queue: QueueTrend, into canvas: inout Canvas, row: Int, _ layout: Layout,
        _ context: ScreenContext
    ) {
        let name = queue.sample.name
        let isSelected = name == self.cursor.selected
        let marks = Marks(canvas.symbols)
        let left = layout.area.column + 1
        canvas.put(isSelected ? marks.selected : " ", row: row, column: left, style: .accent)
        if self.cursor.marked.contains(name) {
            canvas.put(marks.marked, row: row, column: left + 1, style: .accent)
        }
        if queue.alarm != nil {
            canvas.put(marks.alarm, row: row, column: left + 2, style: .danger)
        }
        for place in layout.table.places {
            canvas.put(
                self.cell(place, of: queue, context), row: row,
                column: layout.area.column + layout.tableColumn + place.start,
                style: place.column.id.style(of: queue))
        }
        guard isSelected else { return }
        let line = Area(row: row, column: left, rows: 1, columns: layout.area.columns - 2)
        canvas.restyle(line) { style in style = .selected }
    }

    /// A depth below this draws a low line: a few messages are no mountain.
    private static let seriesMaximumMin = 50.0

    private func cell(
        _ place: TableLayout<QueueColumn>.Place, of queue: QueueTrend, _ context: ScreenContext
    ) -> String {
        switch place.column.id {
        case .name:
            return TextWidth.truncatedInTheMiddle(
                queue.sample.name.text, toColumns: place.width)
        case .depthSeries:
            let series = context.history.series(.depth, of: queue.sample.name)
            return Sparkline.text(
                values: series, columns: place.width, symbols: context.symbols,
                maximum: max(Self.seriesMaximumMin, series.max() ?? 0),
                span: SampleHistory.pointCountMax)
        case .features:
            return TextWidth.truncated(
                place.column.id.text(of: queue, columns: place.width), toColumns: place.width)
        case .ready, .unacked, .publishRate, .consumeRate, .oldest, .drain, .processingP50,
            .processingP99, .consumers, .dead:
            let text = place.column.id.text(of: queue, columns: place.width)
            return TextWidth.paddedLeft(text, toColumns: place.width)
        }
    }

    /// Says what is wrong with the broker, or else explains the selected queue's alarm, or else
    /// that of the worst queue listed.
    private func drawSentence(
        into canvas: inout Canvas, _ layout: Layout, in context: ScreenContext
    ) {
        let selected = self.selectedQueue(in: context)
        let explained =
            selected?.alarm == nil ? self.worst.flatMap { context.history.queue($0) } : selected
        let ofBroker = context.history.latest?.brokerAlarms.first
        guard let sentence = ofBroker ?? explained?.alarmSentence else { return }
        let area = layout.area.inset(rows: 1, columns: 2).splitBottom(layout.sentenceRows).bottom
        canvas.put(Marks(canvas.symbols).alarm, in: area, style: .danger)
        let columns = area.columns - 2
        let lines =
            area.rows == 1
            ? [TextWidth.truncated(sentence, toColumns: columns)]
            : TextLines.wrapped(sentence, toColumns: columns)
        for (row, line) in lines.prefix(area.rows).enumerated() {
            canvas.put(line, in: area, row: row, column: 2)
        }
    }
}

extension QueuesScreen {
    private func drawEmpty(
        into canvas: inout Canvas, area: Area, in context: ScreenContext
    ) {
        if context.history.latest == nil {
            canvas.put("Waiting for the first figures …", in: area, style: .muted)
        } else if !context.history.queues.isEmpty {
            canvas.put("No queue matches \(self.filter.text)", in: area)
            canvas.put("esc clears the filter, / changes it", in: area, row: 1, style: .muted)
        } else {
            EmptyBrokerText.draw(into: &canvas, area: area, in: context)
        }
    }
}
