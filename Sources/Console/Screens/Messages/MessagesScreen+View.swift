import BrokerLink
import Canvas
import Messaging

extension MessagesScreen {
    /// Draws the open message, or else the list.
    package func view(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        if let reader = self.reader {
            canvas.frame(
                area, title: self.readerTitle(in: context), note: self.readerNote,
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
        let table = MessageTable(
            width: inner.columns, symbols: context.symbols, numbering: self.numbering)
        table.drawTitles(into: &canvas, area: inner)
        let rows = inner.splitTop(1).rest
        let places = self.cursor.firstVisible..<self.shown.count
        for (row, place) in places.prefix(rows.rows).enumerated() {
            let message = self.message(inRow: place)
            table.draw(
                message, number: self.shown[place] + 1,
                isMarked: self.cursor.marked.contains(message.id),
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
        case .asked where self.questioned != nil: return ""
        case .asked: return self.loaded.count == 0 ? "loading" : "\(loaded) loaded, loading on"
        case .notAsked, .failed: return ""
        case .complete where self.loaded.count < Self.loadedMax:
            return Figures.counted(self.loaded.count, "message")
        case .more, .complete:
            let total = self.total(in: context)
            guard self.start == nil else { return "\(loaded) loaded" }
            return total > self.loaded.count
                ? "first \(loaded) of \(Figures.count(total))" : "first \(loaded)"
        }
    }

    /// Messages of the queue, as far as it is known.
    private func total(in context: ScreenContext) -> Int {
        let isAll = self.loading == .complete && self.loaded.count < Self.loadedMax
        let depth = context.history.queue(self.queue)?.sample.depth
        return isAll ? self.loaded.count : max(self.loaded.count, depth ?? 0)
    }

    /// Whether the first one loaded was the queue's head, so that places in it can be told.
    private var startsAtHead: Bool { self.opened == nil && self.start == nil }

    /// A stream tells the places of its messages itself.
    private var numbering: MessageTable.Numbering? {
        if self.loaded.messages.first?.streamOffset != nil { return .streamOffset }
        return self.startsAtHead ? .placeInQueue : nil
    }

    private func drawReason(into canvas: inout Canvas, area: Area) {
        let reason: (text: String, style: Style) =
            switch self.loading {
            case .notAsked, .asked:
                self.questioned.map { (LookingCost.hint($0), .warning) }
                    ?? ("Loading the messages of \(self.queue).", .muted)
            case .failed(let error): (error.description, .danger)
            case .more, .complete:
                self.loaded.count == 0
                    ? ("\(self.queue) holds no messages.", .muted)
                    : ("No loaded message matches \(self.filter.text).", .muted)
            }
        let lines = TextLines.wrapped(reason.text, toColumns: area.columns)
        for (row, line) in lines.prefix(area.rows).enumerated() {
            canvas.put(line, in: area, row: row, style: reason.style)
        }
    }

    /// Which message it is, counted from the head of the queue when that was read.
    private func readerTitle(in context: ScreenContext) -> String {
        if let offset = self.reader?.message.streamOffset {
            return "Message at offset \(Figures.count(offset))  \(self.queue)"
        }
        guard self.startsAtHead, self.shown.indices.contains(self.cursor.index) else {
            return "Message  \(self.queue)"
        }
        let number = Figures.count(self.shown[self.cursor.index] + 1)
        return "Message \(number) of \(Figures.count(self.total(in: context)))  \(self.queue)"
    }

    private var readerNote: String {
        guard !self.filter.isEmpty else { return "" }
        let row = Figures.count(self.cursor.index + 1)
        return "\(row) of \(Figures.count(self.shown.count)) that match \(self.filter.text)"
    }
}
