import BrokerLink
import Canvas
import Messaging

extension MessagesScreen {
    package func view(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        if let reader = self.reader {
            canvas.frame(
                area, title: self.readerTitle(reader.message), note: self.readerNote,
                style: .borderFocused)
            reader.view(into: &canvas, area: area, in: context)
            return
        }
        canvas.frame(
            area, title: self.title(in: context), note: self.note(in: context),
            style: .borderFocused)
        let inner = area.inset(rows: 1, columns: 2)
        guard !self.shown.isEmpty else {
            self.drawReason(into: &canvas, area: inner)
            return
        }
        let table = MessageTable(width: inner.columns, symbols: context.symbols)
        table.drawTitles(into: &canvas, area: inner)
        let rows = inner.splitTop(1).rest
        let places = self.cursor.firstVisible..<self.shown.count
        for (row, place) in places.prefix(rows.rows).enumerated() {
            let message = self.shown[place]
            table.draw(
                message, isMarked: self.cursor.marked.contains(message.id),
                isSelected: place == self.cursor.index, into: &canvas, area: rows, row: row,
                now: context.now)
            if place == self.cursor.index {
                let line = Area(
                    row: rows.row + row, column: area.column + 1, rows: 1,
                    columns: area.columns - 2)
                canvas.restyle(line) { $0 = .selected }
            }
        }
    }

    private func title(in context: ScreenContext) -> String {
        var parts = ["Messages  \(self.queue)"]
        if !self.filter.isEmpty {
            parts.append("\(Figures.count(self.shown.count)) match \(self.filter.text)")
        }
        if !self.cursor.marked.isEmpty {
            parts.append("\(Figures.count(self.cursor.marked.count)) marked")
        }
        return parts.joined(separator: " · ")
    }

    /// How many are loaded, of how many there are.
    private func note(in context: ScreenContext) -> String {
        let loaded = Figures.count(self.loaded.count)
        switch self.loading {
        case .asked: return self.loaded.isEmpty ? "loading" : "\(loaded) loaded, loading on"
        case .notAsked, .failed: return ""
        case .complete where self.loaded.count < Self.loadedMax:
            return Figures.counted(self.loaded.count, "message")
        case .more, .complete:
            let depth = context.history.queue(self.queue)?.sample.depth
            guard let depth, depth > self.loaded.count else { return "first \(loaded)" }
            return "first \(loaded) of \(Figures.count(depth))"
        }
    }

    private func drawReason(into canvas: inout Canvas, area: Area) {
        let reason: (text: String, style: Style) =
            switch self.loading {
            case .notAsked, .asked: ("Loading the messages of \(self.queue).", .muted)
            case .failed(let error): (error.description, .danger)
            case .more, .complete:
                self.loaded.isEmpty
                    ? ("\(self.queue) holds no messages.", .muted)
                    : ("No loaded message matches \(self.filter.text).", .muted)
            }
        let lines = TextLines.wrapped(reason.text, toColumns: area.columns)
        for (row, line) in lines.prefix(area.rows).enumerated() {
            canvas.put(line, in: area, row: row, style: reason.style)
        }
    }

    private func readerTitle(_ message: BrowsedMessage) -> String {
        "Message #\(message.id.position.offset)  \(self.queue)"
    }

    private var readerNote: String {
        let place = Figures.count(self.cursor.index + 1)
        return "\(place) of \(Figures.count(self.shown.count))"
            + (self.loading == .more ? " loaded" : "")
    }
}
