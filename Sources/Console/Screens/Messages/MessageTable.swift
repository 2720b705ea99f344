import BrokerLink
import Canvas
import DeadLetters
import Messaging

/// How the list of messages is drawn: one line a message.
struct MessageTable {
    enum Column: Hashable, Sendable {
        case mark, number, age, route, size, state, payload
    }

    private let layout: TableLayout<Column>

    private let marks: Marks

    /// What the messages are counted by.
    enum Numbering {
        case placeInQueue, streamOffset
    }

    /// - Parameter numbering: nil when the places of the messages in the queue are not known.
    init(width: Int, symbols: GraphSymbols, numbering: Numbering?) {
        self.marks = Marks(symbols)
        let columns: [TableColumn<Column>] = [
            TableColumn(.mark, "", width: 2, alignment: .left, rank: 1),
            numbering == .streamOffset
                ? TableColumn(.number, "OFFSET", width: 7, widthMax: 13, rank: 2)
                : TableColumn(.number, "#", width: 7, rank: 2),
            TableColumn(.age, "AGE", width: 7, rank: 3),
            TableColumn(
                .route, "EXCHANGE → KEY", width: 18, widthMax: width < 100 ? 18 : 28,
                alignment: .left, rank: 4),
            TableColumn(.size, "SIZE", width: 7, rank: 5),
            TableColumn(.state, "STATE", width: 11, alignment: .left, rank: 6),
            TableColumn(
                .payload, "PAYLOAD", width: 14, widthMax: 400, alignment: .left, rank: 0),
        ]
        self.layout = TableLayout(
            columns.filter { $0.id != .number || numbering != nil }, width: width)
    }

    func drawTitles(into canvas: inout Canvas, area: Area) {
        for place in self.layout.places {
            canvas.put(
                place.fitted(place.column.title), in: area, column: place.start,
                style: .muted)
        }
    }

    func draw(
        _ message: BrowsedMessage, number: Int, isMarked: Bool, isSelected: Bool,
        into canvas: inout Canvas, area: Area, row: Int,
        now: Timestamp
    ) {
        for place in self.layout.places {
            let cell = self.cell(
                place, of: message, number: number, isMarked: isMarked,
                isSelected: isSelected, now: now)
            canvas.put(
                place.fitted(cell.text), in: area, row: row, column: place.start,
                style: cell.style)
        }
    }

    private func cell(
        _ place: TableLayout<Column>.Place, of message: BrowsedMessage, number: Int,
        isMarked: Bool, isSelected: Bool, now: Timestamp
    ) -> (text: String, style: Style) {
        switch place.column.id {
        case .mark:
            (
                (isSelected ? self.marks.selected : " ") + (isMarked ? self.marks.marked : ""),
                .accent
            )
        case .number:
            (message.streamOffset.map { Figures.count($0) } ?? Figures.count(number), .muted)
        case .age: (Figures.duration(message.ageMicroseconds(at: now)), .plain)
        case .route: (Route.text(message.message.exchange, message.message.routingKey), .plain)
        case .size: (Figures.bytes(UInt64(message.bodyBytes)), .plain)
        case .state: Self.state(message)
        case .payload:
            message.bodyBytes == 0
                ? ("(empty)", .muted)
                : (
                    Payload.preview(
                        message.message.body,
                        isCut: message.message.body.count < message.bodyBytes,
                        lengthMax: place.width), .plain
                )
        }
    }

    /// The one thing about a message that matters most.
    private static func state(_ message: BrowsedMessage) -> (text: String, style: Style) {
        let deaths = DeathHistory.deathCount(of: message.deaths)
        if message.isUnacked { return ("unacked", .warning) }
        if deaths > 0 { return ("died \(deaths)×", .danger) }
        return message.isRedelivered ? ("redelivered", .warning) : ("", .plain)
    }
}
