/// One column of a table, and how dear it is.
package struct TableColumn<ID: Hashable & Sendable>: Sendable {
    /// Words stand left, figures right.
    package enum Alignment: Sendable {
        case left
        case right
    }

    package var id: ID
    package var title: String
    /// The least it needs, in cells.
    package var width: Int
    /// The most it can use; more than `width` makes it share what is left over.
    package var widthMax: Int
    package var alignment: Alignment
    /// When not all fit, the columns with the highest number are left out first.
    package var rank: Int

    package init(
        _ id: ID, _ title: String, width: Int, widthMax: Int? = nil,
        alignment: Alignment = .right, rank: Int
    ) {
        self.id = id
        self.title = title
        self.width = width
        self.widthMax = max(width, widthMax ?? width)
        self.alignment = alignment
        self.rank = rank
    }
}

/// Where the columns of a table stand, as many as fit.
package struct TableLayout<ID: Hashable & Sendable>: Sendable {
    /// A column that fits, and its cells.
    package struct Place: Sendable {
        package var column: TableColumn<ID>
        /// Cells from the table's left edge.
        package var start: Int
        package var width: Int
    }

    /// From left to right.
    package private(set) var places: [Place] = []

    /// - Parameters:
    ///   - columns: From left to right; earlier ones grow first.
    ///   - width: Cells that they may take together.
    ///   - gap: Cells between two of them.
    package init(_ columns: [TableColumn<ID>], width: Int, gap: Int = 2) {
        var kept = columns
        func needed() -> Int {
            kept.reduce(0) { $0 + $1.width } + gap * max(0, kept.count - 1)
        }
        while kept.count > 1, needed() > width,
            let dearest = kept.indices.max(by: { kept[$0].rank < kept[$1].rank })
        {
            kept.remove(at: dearest)
        }
        var spare = width - needed()
        var start = 0
        for column in kept {
            let growth = max(min(0, spare), min(spare, column.widthMax - column.width))
            let place = Place(
                column: column, start: start, width: max(0, column.width + growth))
            self.places.append(place)
            spare -= growth
            start += place.width + gap
        }
    }
}
