import BrokerLink
import Canvas
import DeadLetters
import Messaging

/// How groups and dead letters are drawn, a line each.
struct DeadLetterLines {
    /// Cells for the signs before a line: selected, marked, open.
    private static let gutter = 4

    private enum GroupColumn: Hashable, Sendable {
        case cause, count, share, first, last, origin, trend
    }

    private enum LetterColumn: Hashable, Sendable {
        case age, route, error, payload, deaths
    }

    private let marks: Marks
    private let symbols: GraphSymbols
    private let now: Timestamp
    /// When the first of all shown letters died: where trends begin.
    private let since: Timestamp
    /// Letters of all groups.
    private let shown: Int
    private let groups: TableLayout<GroupColumn>
    private let letters: TableLayout<LetterColumn>

    /// - Parameter hasErrors: Whether any letter names its error; payloads get the room otherwise.
    init(
        columns: Int, symbols: GraphSymbols, now: Timestamp, since: Timestamp, shown: Int,
        hasErrors: Bool
    ) {
        self.marks = Marks(symbols)
        self.symbols = symbols
        self.now = now
        self.since = since
        self.shown = shown
        self.groups = TableLayout(
            [
                TableColumn(
                    .cause, "CAUSE", width: max(14, min(30, columns / 3)),
                    widthMax: max(24, columns * 2 / 5),
                    alignment: .left, rank: 0),
                TableColumn(.count, "COUNT", width: 6, rank: 1),
                TableColumn(.share, "SHARE", width: 5, rank: 4),
                TableColumn(.first, "FIRST", width: 7, rank: 6),
                TableColumn(.last, "LAST", width: 7, rank: 2),
                TableColumn(
                    .origin, "ORIGIN", width: 12, widthMax: 24, alignment: .left, rank: 3),
                TableColumn(.trend, "TREND", width: 8, alignment: .left, rank: 5),
            ],
            width: columns - Self.gutter - 1)
        self.letters = TableLayout(
            [
                TableColumn(.age, "", width: 7, rank: 1),
                TableColumn(
                    .route, "", width: 18, widthMax: columns < 100 ? 18 : 28, alignment: .left,
                    rank: 4),
                TableColumn(
                    .error, "", width: 14, widthMax: hasErrors ? 32 : 16, alignment: .left,
                    rank: 0),
                TableColumn(.payload, "", width: 12, widthMax: 200, alignment: .left, rank: 3),
                TableColumn(.deaths, "", width: 13, alignment: .left, rank: 5),
            ],
            width: columns - Self.gutter - 3)
    }

    func drawTitles(into canvas: inout Canvas, area: Area) {
        for place in self.groups.places {
            canvas.put(
                place.fitted(place.column.title), in: area, column: Self.gutter + place.start,
                style: .muted)
        }
    }

    func draw(
        _ group: DeadLetterGroup, isOpen: Bool, markedCount: Int, isSelected: Bool,
        into canvas: inout Canvas, area: Area
    ) {
        // A part of the group marked is shown by a dot.
        let mark = markedCount == 0 ? " " : markedCount == group.count ? self.marks.marked : "."
        self.drawSigns(isSelected, mark, isOpen ? "-" : "+", into: &canvas, area: area)
        for place in self.groups.places {
            let cell = self.cell(place, of: group)
            canvas.put(
                place.fitted(cell.text), in: area, column: Self.gutter + place.start,
                style: cell.style)
        }
    }

    func draw(
        _ letter: DeadLetter, isMarked: Bool, isSelected: Bool, into canvas: inout Canvas,
        area: Area
    ) {
        self.drawSigns(
            isSelected, isMarked ? self.marks.marked : " ", " ", into: &canvas, area: area)
        for place in self.letters.places {
            let cell = self.cell(place, of: letter)
            canvas.put(
                place.fitted(cell.text), in: area, column: Self.gutter + 2 + place.start,
                style: cell.style)
        }
    }

    private func drawSigns(
        _ isSelected: Bool, _ mark: String, _ fold: String, into canvas: inout Canvas, area: Area
    ) {
        canvas.put(isSelected ? self.marks.selected : " ", in: area, style: .accent)
        canvas.put(mark, in: area, column: 1, style: .accent)
        canvas.put(fold, in: area, column: 2, style: .muted)
    }

    private func cell(
        _ place: TableLayout<GroupColumn>.Place, of group: DeadLetterGroup
    ) -> (text: String, style: Style) {
        switch place.column.id {
        case .cause:
            let reason = TextWidth.padded(group.cause.reasonWord, toColumns: 9)
            return ("\(reason) \(group.cause.explanation)", .plain)
        case .count: return (Figures.count(group.count), .plain)
        case .share: return (Figures.share(Double(group.count), of: Double(self.shown)), .plain)
        case .first: return (self.age(group.firstDiedAt), .muted)
        case .last: return (self.age(group.lastDiedAt), .plain)
        case .origin: return (group.cause.origin?.text ?? Figures.none, .plain)
        case .trend:
            let deaths = group.deaths(from: self.since, to: self.now, slices: place.width * 2)
            let line = Sparkline.text(
                values: deaths.map(Double.init), columns: place.width, symbols: self.symbols)
            return (line, Style(ink: .gradient(.heat, 70)))
        }
    }

    private func cell(
        _ place: TableLayout<LetterColumn>.Place, of letter: DeadLetter
    ) -> (text: String, style: Style) {
        let browsed = letter.browsed
        switch place.column.id {
        case .age: return (self.age(letter.diedAt), .plain)
        case .route: return (Self.route(letter), .muted)
        case .error:
            if browsed.isUnacked { return ("held by a consumer", .warning) }
            // Without an error the group's line has said all, and the message's own name helps.
            return letter.error.map { ($0, .plain) }
                ?? (browsed.message.properties.messageID ?? Figures.none, .muted)
        case .payload:
            return browsed.bodyBytes == 0
                ? ("(empty)", .muted)
                : (
                    Payload.preview(
                        browsed.message.body,
                        isCut: browsed.message.body.count < browsed.bodyBytes,
                        lengthMax: place.width), .plain
                )
        case .deaths: return (DeathWords.count(letter.deathCount), .muted)
        }
    }

    /// How the message came to the queue it died in: that is what a person knows it by.
    private static func route(_ letter: DeadLetter) -> String {
        guard let exchange = letter.cause.exchange else {
            return Route.text(
                letter.browsed.message.exchange, letter.browsed.message.routingKey)
        }
        return Route.text(exchange, letter.cause.routingKey ?? "")
    }

    private func age(_ moment: Timestamp) -> String {
        guard moment != DeadLetter.neverTold else { return Figures.none }
        // Brokers note deaths by the second.
        let age = self.now.microseconds(since: moment)
        return age < 1_000_000 ? "now" : Figures.duration(microseconds: age)
    }
}
