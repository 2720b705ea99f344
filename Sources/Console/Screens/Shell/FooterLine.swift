import Canvas

/// The last line: the most useful keys that fit, the way to all others last.
enum FooterLine {
    static func draw(_ table: KeyTable, into canvas: inout Canvas, row: Int, columns: Int) {
        var line = LinePieces(Self.pieces(table.rows))
        line.fit(into: columns - 2)
        line.draw(into: &canvas, row: row, column: 1)
    }

    /// A piece each for the rows that have footer words; families only once.
    private static func pieces(_ rows: [KeyTable.Row]) -> [LinePiece] {
        var families: [KeyAction.Family] = []
        var pieces: [LinePiece] = []
        for row in rows {
            guard let words = row.action.footer else { continue }
            var keys = row.action.keys.first?.label ?? ""
            if let family = row.action.family {
                guard !families.contains(family) else { continue }
                families.append(family)
                keys = family.keys
            }
            pieces.append(
                LinePiece(
                    runs: [
                        (keys, row.isAvailable ? .accent : .muted),
                        (" " + words, row.isAvailable ? .plain : .muted),
                    ], rank: Self.rank(of: row, after: pieces.count)))
        }
        return pieces
    }

    /// The way to all other keys stays longest, then what the screen names first.
    private static func rank(of row: KeyTable.Row, after count: Int) -> Int {
        switch row.choice {
        case .shell(.palette), .shell(.help): 0
        case .shell, .screen, .tab: 1 + count
        }
    }
}
