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
        case key(String, title: String, refusal: String?)
        case empty
    }

    private static let columnsMax = 78
    private static let keyColumns = 14

    private static func area(on screen: Area) -> Area {
        screen.centered(
            rows: screen.rows - 2, columns: min(Self.columnsMax, screen.columns - 2))
    }

    private static func lines(_ table: KeyTable, columns: Int, name: String = "") -> [Line] {
        [.heading(name)] + Self.lines(of: table.screenRows)
            + [.empty, .heading("Everywhere")] + Self.lines(of: table.shellRows)
            + [.empty, .heading("Moving")]
            + Movement.allCases.map { movement in
                .key(Self.labels(movement.keys), title: movement.title, refusal: nil)
            } + [.key("mouse", title: "click selects, wheel turns", refusal: nil)]
    }

    private static func lines(of rows: [KeyTable.Row]) -> [Line] {
        var families: [KeyAction.Family] = []
        return rows.compactMap { row in
            var refusal: String?
            if case .unavailable(let reason) = row.availability { refusal = reason }
            guard let family = row.action.family else {
                return .key(
                    Self.labels(row.action.keys), title: row.action.title, refusal: refusal)
            }
            guard !families.contains(family) else { return nil }
            families.append(family)
            return .key(family.keys, title: family.title, refusal: refusal)
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
            case .key(let keys, let title, let refusal):
                let isOff = refusal != nil
                canvas.put(
                    TextWidth.padded(keys, toColumns: Self.keyColumns), in: inner, row: offset,
                    style: isOff ? .muted : .accent)
                let text = title + (refusal.map { ": \($0)" } ?? "")
                let columns = inner.columns - Self.keyColumns - 1
                canvas.put(
                    TextWidth.truncated(text, toColumns: columns), in: inner, row: offset,
                    column: Self.keyColumns + 1, style: isOff ? .muted : .plain)
            }
        }
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
