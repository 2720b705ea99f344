import Canvas
import Screens

/// A table for people on standard output: aligned columns under their titles.
///
/// On a terminal it is cut to its width: columns that may shrink do so first, then the dearest ones
/// are left out. Whatever comes from outside is made harmless.
package struct ReportTable: Equatable, Sendable {
    /// One column.
    package struct Column: Equatable, Sendable {
        package var title: String
        package var isFigure: Bool
        /// Whether it may be shortened where not all fits.
        package var mayShrink: Bool
        /// When not all columns fit, those with the highest number are left out first.
        package var rank: Int

        package init(_ title: String, isFigure: Bool = true, mayShrink: Bool = false, rank: Int) {
            self.title = title
            self.isFigure = isFigure
            self.mayShrink = mayShrink
            self.rank = rank
        }
    }

    /// What a cell means beside its words.
    package enum Emphasis: Equatable, Sendable {
        case plain, muted, warning, danger

        /// Its attributes as a terminal knows them (ECMA-48, SGR); nil for none.
        var sequence: String? {
            switch self {
            case .plain: nil
            case .muted: "2"
            case .warning: "33"
            case .danger: "31"
            }
        }
    }

    /// One cell.
    package struct Cell: Equatable, Sendable {
        package var text: String
        package var emphasis: Emphasis

        package init(_ text: String, _ emphasis: Emphasis = .plain) {
            self.text = VisibleText.of(text)
            self.emphasis = emphasis
        }
    }

    package var columns: [Column]
    package var rows: [[Cell]]

    package init(_ columns: [Column], rows: [[Cell]] = []) {
        self.columns = columns
        self.rows = rows
    }

    private static let gap = 2
    /// The least that a column which may shrink is shortened to.
    private static let shrunkColumns = 12

    /// The lines of the table, its titles first.
    ///
    /// - Parameter style: Whom it is for.
    package func lines(_ style: ReportStyle) -> [String] {
        let layout = TableLayout(
            self.columns.indices.map { self.tableColumn($0) },
            width: style.columns ?? Int(Int32.max), gap: Self.gap)
        let titles = layout.places.map { Cell(self.columns[$0.column.id].title) }
        let head = self.line(of: titles, layout, style, sequence: "1")
        return [head]
            + self.rows.map { row in
                self.line(of: layout.places.map { row[$0.column.id] }, layout, style)
            }
    }

    private func tableColumn(_ index: Int) -> TableColumn<Int> {
        let column = self.columns[index]
        let widest = self.rows.reduce(TextWidth.columns(of: column.title)) {
            max($0, TextWidth.columns(of: $1[index].text))
        }
        return TableColumn(
            index, column.title,
            width: column.mayShrink ? min(widest, Self.shrunkColumns) : widest, widthMax: widest,
            alignment: column.isFigure ? .right : .left, rank: column.rank)
    }

    private func line(
        of cells: [Cell], _ layout: TableLayout<Int>, _ style: ReportStyle, sequence: String? = nil
    ) -> String {
        var line = ""
        for (cell, place) in zip(cells, layout.places) {
            if place.start > 0 { line += String(repeating: " ", count: Self.gap) }
            let isLast = place.column.id == layout.places.last?.column.id
            let fitting = TextWidth.truncatedInTheMiddle(cell.text, toColumns: place.width)
            let text =
                switch place.column.alignment {
                case .right: TextWidth.paddedLeft(fitting, toColumns: place.width)
                // No blanks at the end of a line.
                case .left: isLast ? fitting : TextWidth.padded(fitting, toColumns: place.width)
                }
            line += style.coloured(text, sequence ?? cell.emphasis.sequence)
        }
        return line
    }
}

/// Whom a report is for.
package struct ReportStyle: Equatable, Sendable {
    /// The width of the terminal; nil when it is none, and nothing is cut.
    package var columns: Int?
    /// Whether escape sequences may say what matters.
    package var hasColours: Bool

    package init(columns: Int? = nil, hasColours: Bool = false) {
        self.columns = columns
        self.hasColours = hasColours
    }

    /// A file or another program.
    package static let plain = ReportStyle()

    func coloured(_ text: String, _ sequence: String?) -> String {
        guard self.hasColours, let sequence, !text.isEmpty else { return text }
        return "\u{1B}[\(sequence)m\(text)\u{1B}[0m"
    }

    /// A heading between tables.
    package func heading(_ text: String) -> String { self.coloured(text, "1") }
}
