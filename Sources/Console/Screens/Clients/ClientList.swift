import BrokerLink
import Canvas
import Messaging

/// A row of a list of clients.
protocol ClientRow: Sendable {
    associatedtype ID: Hashable & Sendable
    associatedtype Column: ClientColumn

    var id: ID { get }
    /// What a filter looks at.
    var words: [String] { get }
    /// How much a person has to look at it.
    var badness: ClientBadness { get }
    /// What is wrong with it, in a sentence.
    var trouble: String? { get }
    func text(in column: Column, columns: Int) -> String
    func style(in column: Column) -> Style
    func sortValue(in column: Column) -> SortValue
}

/// Rows of clients in their order, those that a filter lets through, and the selected one.
struct ClientList<Row: ClientRow>: Sendable {
    private(set) var order = ClientOrder<Row.Column>()
    private(set) var filter = TextFilter()
    private(set) var cursor = ListCursor<Row.ID>()
    /// All of them, the worst first.
    private var all: [Row] = []
    /// Those that the filter lets through, in their order.
    private(set) var rows: [Row] = []
    /// Columns that nobody knows anything for.
    private(set) var hidden: Set<Row.Column> = []
    /// Cells of the longest text of each column with words.
    private(set) var widest: [Row.Column: Int] = [:]

    var count: Int { self.all.count }
    var selected: Row? {
        self.rows.indices.contains(self.cursor.index) ? self.rows[self.cursor.index] : nil
    }

    /// Takes in the rows of a newer roster; the selection stays on its row.
    mutating func take(_ rows: [Row], hiding hidden: Set<Row.Column>, page: Int) {
        // Equal ones keep the order in which they came.
        self.all = zip(0..., rows).sorted {
            ($1.1.badness, $0.0) < ($0.1.badness, $1.0)
        }.map(\.1)
        self.hidden = hidden
        for column in Row.Column.allCases where column.isText {
            self.widest[column] = rows.reduce(0) { widest, row in
                let text = row.text(in: column, columns: .max)
                // A byte takes at most a cell in all but hostile names: few have to be measured.
                return text.utf8.count <= widest
                    ? widest : max(widest, TextWidth.columns(of: text))
            }
        }
        self.listAgain(page: page)
    }

    mutating func sort(by key: ClientOrder<Row.Column>.Key, page: Int) {
        self.order.choose(key)
        self.listAgain(page: page)
    }

    mutating func setFilter(_ text: String, page: Int) {
        self.filter = TextFilter(text)
        self.listAgain(page: page)
    }

    private mutating func listAgain(page: Int) {
        let filter = self.filter
        let passed = self.all.filter { row in
            guard !filter.isEmpty else { return true }
            var text = SearchText()
            for word in row.words { text.add(word) }
            return filter.matches(text)
        }
        let isAscending = self.order.isAscending
        switch self.order.key {
        case .worst: self.rows = isAscending ? passed.reversed() : passed
        case .column(let column):
            let keyed = zip(0..., passed).map { (place: $0, key: $1.sortValue(in: column)) }
            self.rows = keyed.sorted { left, right in
                if left.key.precedes(right.key, isAscending: isAscending) { return true }
                if right.key.precedes(left.key, isAscending: isAscending) { return false }
                return left.place < right.place
            }.map { passed[$0.place] }
        }
        self.follow(page: page)
    }
}

extension ClientList {
    mutating func follow(page: Int) {
        let rows = self.rows
        self.cursor.follow(count: rows.count, page: page) { rows[$0].id }
    }

    mutating func move(_ movement: Movement, page: Int) {
        let rows = self.rows
        self.cursor.move(movement, count: rows.count, page: page) { rows[$0].id }
    }

    mutating func scroll(rows count: Int, page: Int) {
        let rows = self.rows
        self.cursor.scroll(rows: count, count: rows.count, page: page) { rows[$0].id }
    }

    /// Takes a click in the list's area: a title sorts, a row is selected.
    ///
    /// - Returns: Whether a row was hit.
    mutating func click(row: Int, column: Int, in layout: ClientListLayout<Row.Column>) -> Bool {
        if row == layout.titleRow {
            if let column = layout.column(at: column) {
                self.sort(by: .column(column), page: layout.page)
            }
            return false
        }
        let place = self.cursor.firstVisible + row - layout.firstRow
        guard (0..<layout.page).contains(row - layout.firstRow), self.rows.indices.contains(place)
        else { return false }
        let rows = self.rows
        self.cursor.select(place, count: rows.count, page: layout.page) { rows[$0].id }
        return true
    }
}
