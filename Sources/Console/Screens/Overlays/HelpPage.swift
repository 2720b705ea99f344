import BrokerLink
import Canvas

/// All keys of a screen, made from its key table.
struct HelpPage: Sendable {
    private var firstRow = 0

    mutating func take(
        _ input: OverlayInput, table: KeyTable, on screen: Area
    ) -> OverlayOutcome {
        let page = Self.area(on: screen).inset(by: 1).rows
        let count = Self.lines(table, columns: Self.area(on: screen).columns - 4).count
        switch input {
        case .key(let key):
            guard let movement = Movement(key), key != .left, key != .right else { return .closes }
            // The first visible row moves as a selection would.
            self.firstRow = movement.index(
                from: self.firstRow, count: max(1, count - page + 1), page: page)
        case .mouse(let event):
            switch event.action {
            case .wheelUp: self.firstRow = max(0, self.firstRow - 3)
            case .wheelDown: self.firstRow = max(0, min(count - page, self.firstRow + 3))
            case .click, .doubleClick, .rightClick: return .closes
            }
        }
        return .stays
    }
}

extension HelpPage {
    /// One line of help.
    private enum Line {
        case heading(String)
        case key(String, text: String, isOff: Bool)
        /// What of a key's text has no room in its line.
        case rest(String, isOff: Bool)
        case empty
    }

    private static let columnsMax = 78
    private static let keyColumns = 14

    private static func area(on screen: Area) -> Area {
        screen.centered(
            rows: screen.rows - 2, columns: min(Self.columnsMax, screen.columns - 2))
    }

    private static func lines(_ table: KeyTable, columns: Int, name: String = "") -> [Line] {
        [.heading(name)] + Self.lines(of: table.screenRows, columns: columns)
            + [.empty, .heading("Everywhere")] + Self.lines(of: table.shellRows, columns: columns)
            + [.empty, .heading("Moving")]
            + Movement.allCases.map { movement in
                .key(Self.labels(movement.keys), text: movement.title, isOff: false)
            } + [.key("mouse", text: "click selects, wheel turns", isOff: false)]
    }

    private static func lines(of rows: [KeyTable.Row], columns: Int) -> [Line] {
        var families: [KeyAction.Family] = []
        return rows.flatMap { row -> [Line] in
            var keys = Self.labels(row.action.keys)
            var text = row.action.title
            if let family = row.action.family {
                guard !families.contains(family) else { return [] }
                families.append(family)
                (keys, text) = (family.keys, family.title)
            }
            guard case .unavailable(let reason) = row.availability else {
                return [.key(keys, text: text, isOff: false)]
            }
            let parts = TextLines.wrapped(
                "\(text): \(reason)", toColumns: columns - Self.keyColumns - 1)
            return [.key(keys, text: parts.first ?? "", isOff: true)]
                + parts.dropFirst().map { .rest($0, isOff: true) }
        }
    }

    private static func labels(_ keys: [Key]) -> String {
        keys.map(\.label).joined(separator: " ")
    }

    func draw(
        _ table: KeyTable, of name: String, into canvas: inout Canvas, on screen: Area
    ) {
        let area = Self.area(on: screen)
        let inner = area.inset(rows: 1, columns: 2)
        let lines = Self.lines(table, columns: inner.columns, name: name)
        let hidden = max(0, lines.count - inner.rows - self.firstRow)
        canvas.dialog(
            area, title: "Keys", note: hidden > 0 ? "\(hidden) more below · j k · esc" : "esc")
        for (offset, line) in lines.dropFirst(self.firstRow).prefix(inner.rows).enumerated() {
            switch line {
            case .empty: break
            case .heading(let text): canvas.put(text, in: inner, row: offset, style: .title)
            case .key(let keys, let text, let isOff):
                canvas.put(
                    TextWidth.padded(keys, toColumns: Self.keyColumns), in: inner, row: offset,
                    style: isOff ? .muted : .accent)
                Self.draw(text, isOff: isOff, into: &canvas, in: inner, row: offset)
            case .rest(let text, let isOff):
                Self.draw(text, isOff: isOff, into: &canvas, in: inner, row: offset)
            }
        }
    }

    private static func draw(
        _ text: String, isOff: Bool, into canvas: inout Canvas, in area: Area, row: Int
    ) {
        let columns = area.columns - Self.keyColumns - 1
        canvas.put(
            TextWidth.truncated(text, toColumns: columns), in: area, row: row,
            column: Self.keyColumns + 1, style: isOff ? .muted : .plain)
    }
}

extension Movement {
    /// What help calls it.
    var title: String {
        switch self {
        case .up: "up"
        case .down: "down"
        case .halfPageUp: "half a page up"
        case .halfPageDown: "half a page down"
        case .pageUp: "page up"
        case .pageDown: "page down"
        case .top: "to the top"
        case .bottom: "to the end"
        case .left: "left"
        case .right: "right"
        }
    }
}
