import Canvas

/// Labelled figures one after the other, on as many rows as they need.
struct FigureFlow {
    struct Figure {
        var label: String
        var value: String
        var style: Style

        init(_ label: String, _ value: String, style: Style = .plain) {
            self.label = label
            self.value = value
            self.style = style
        }
    }

    private struct Place {
        var row: Int
        var column: Int
        var figure: Figure
    }

    private static let gap = 3
    private let places: [Place]
    /// Rows that they take.
    let rows: Int

    init(_ figures: [Figure], columns: Int) {
        var places: [Place] = []
        var row = 0
        var column = 0
        for figure in figures {
            let width = TextWidth.columns(of: "\(figure.label) \(figure.value)")
            if column > 0, column + width > columns {
                row += 1
                column = 0
            }
            places.append(Place(row: row, column: column, figure: figure))
            column += width + Self.gap
        }
        self.places = places
        self.rows = figures.isEmpty ? 0 : row + 1
    }

    /// Draws what fits and answers the area below.
    func draw(into canvas: inout Canvas, area: Area) -> Area {
        for place in self.places where place.row < area.rows {
            let used = canvas.put(
                place.figure.label, in: area, row: place.row, column: place.column, style: .muted)
            let column = place.column + used + 1
            let value = TextWidth.truncated(
                place.figure.value, toColumns: max(0, area.columns - column))
            canvas.put(
                value, in: area, row: place.row, column: column, style: place.figure.style)
        }
        return area.splitTop(self.rows).rest
    }
}
