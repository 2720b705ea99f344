import BrokerLink
import Canvas
import Messaging

/// One message opened for reading: how its payload is shown, and which lines are in view.
struct MessageReader: Equatable, Sendable {
    private(set) var message: BrowsedMessage
    /// What the person chose; nil takes whatever says most.
    private var wanted: PayloadFormat?
    private var firstLine = 0
    /// The payload as last laid out, and for which width: laying out costs time in long bodies.
    private var payload: Payload
    private var payloadColumns: Int

    init(_ message: BrowsedMessage, in context: ScreenContext, wanted: PayloadFormat? = nil) {
        self.message = message
        self.wanted = wanted
        self.payloadColumns = Self.page(context).columns
        self.payload = Self.payload(message, wanted: wanted, columns: self.payloadColumns)
    }

    /// The same reader with another message, or with more of the same body.
    mutating func show(_ message: BrowsedMessage, in context: ScreenContext) {
        let isSame = message.id == self.message.id
        let firstLine = self.firstLine
        self = MessageReader(message, in: context, wanted: self.wanted)
        if isSame { self.firstLine = firstLine }
    }

    /// Shows the payload in the next format that gives another picture of it.
    mutating func changeFormat(in context: ScreenContext) {
        let formats = PayloadFormat.allCases
        let current = formats.firstIndex(of: self.payload.format) ?? 0
        for step in 1..<formats.count {
            let next = formats[(current + step) % formats.count]
            let columns = Self.page(context).columns
            let payload = Self.payload(self.message, wanted: next, columns: columns)
            guard payload.format == next else { continue }  // Not everything is JSON.
            self.wanted = next
            self.payload = payload
            self.payloadColumns = columns
            return
        }
    }

    mutating func move(_ movement: Movement, in context: ScreenContext) {
        let rows = Self.page(context).rows
        let last = max(0, self.lines(in: context).count - rows)
        self.firstLine =
            movement == .bottom
            ? last
            : min(last, movement.index(from: self.firstLine, count: last + 1, page: rows))
    }

    mutating func scroll(rows: Int, in context: ScreenContext) {
        let last = max(0, self.lines(in: context).count - Self.page(context).rows)
        self.firstLine = max(0, min(last, self.firstLine + rows))
    }

    /// Draws the lines in view, and how far they reach at the lower edge of the frame.
    func view(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        let page = Self.page(of: area)
        let lines = self.lines(in: context, columns: page.columns)
        let first = max(0, min(self.firstLine, lines.count - page.rows))
        let labelColumns = MessageDetail.labelColumns(of: page.columns)
        for (row, line) in lines.dropFirst(first).prefix(page.rows).enumerated() {
            switch line.kind {
            case .heading: canvas.put(line.text, in: page, row: row, style: .title)
            case .field:
                let label = TextWidth.truncated(line.label, toColumns: labelColumns - 1)
                canvas.put(label, in: page, row: row, style: .muted)
                canvas.put(line.text, in: page, row: row, column: labelColumns)
            case .payload, .note: canvas.put(line.text, in: page, row: row)
            case .gap: break
            }
        }
        if lines.count > page.rows {
            let share = Figures.share(Double(first + page.rows), of: Double(lines.count))
            ScrollNote.draw(share, into: &canvas, area: area)
        }
    }

    private func lines(in context: ScreenContext) -> [MessageDetail.Line] {
        self.lines(in: context, columns: Self.page(context).columns)
    }

    private func lines(in context: ScreenContext, columns: Int) -> [MessageDetail.Line] {
        let detail = MessageDetail(message: self.message, context: context, columns: columns)
        // The width differs only right after the terminal was resized.
        let payload =
            columns == self.payloadColumns
            ? self.payload : Self.payload(self.message, wanted: self.wanted, columns: columns)
        return detail.lines() + detail.payloadHeading(payload.format)
            + payload.lines.map { MessageDetail.Line(kind: .payload, text: $0) }
    }

    private static func payload(
        _ message: BrowsedMessage, wanted: PayloadFormat?, columns: Int
    ) -> Payload {
        Payload(
            message.message.body, isCut: message.message.body.count < message.bodyBytes,
            wanted: wanted, columns: columns)
    }

    private static func page(_ context: ScreenContext) -> Area { self.page(of: context.content) }

    /// Inside of the frame and one cell away from it.
    private static func page(of area: Area) -> Area { area.inset(rows: 1, columns: 2) }
}

/// How far a text has been read, at the right end of a frame's lower line.
enum ScrollNote {
    static func draw(_ text: String, into canvas: inout Canvas, area: Area) {
        let note = " \(text) "
        let columns = TextWidth.columns(of: note)
        guard area.rows > 2, area.columns > columns + 4 else { return }
        canvas.put(
            note, row: area.endRow - 1, column: area.endColumn - columns - 2, style: .muted)
    }
}
