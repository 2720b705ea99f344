/// What a cell of a list is sorted by; what has no value comes last in both directions.
enum SortValue: Equatable, Sendable {
    case text(String)
    case number(Double)
    case none

    /// Whether it comes before another one.
    func precedes(_ other: SortValue, isAscending: Bool) -> Bool {
        switch (self, other) {
        case (.number(let left), .number(let right)):
            isAscending ? left < right : left > right
        case (.text(let left), .text(let right)):
            isAscending ? left < right : left > right
        case (.none, _): false
        case (_, .none): true
        case (.number, .text), (.text, .number): false
        }
    }
}

/// How much a person has to look at a client: what is wrong comes before what is slow.
struct ClientBadness: Comparable, Sendable {
    /// Of what is wrong with it; 0 for nothing.
    var level: Int
    /// How long it holds its oldest unacked message; nil when it holds none.
    var heldMicroseconds: Int64?
    var unacked: Int?

    static func < (left: Self, right: Self) -> Bool {
        (left.level, left.heldMicroseconds ?? -1, left.unacked ?? -1)
            < (right.level, right.heldMicroseconds ?? -1, right.unacked ?? -1)
    }
}

/// The order of a list of clients.
struct ClientOrder<Column: ClientColumn>: Equatable, Sendable {
    /// What decides which row comes first.
    enum Key: Equatable, Sendable {
        /// What a person has to look at first.
        case worst
        case column(Column)
    }

    private(set) var key = Key.worst
    private(set) var isAscending = false

    /// Sorts by this from now on; by the other direction when it was sorted by this already.
    mutating func choose(_ key: Key) {
        if self.key == key {
            self.isAscending.toggle()
        } else if case .column(let column) = key {
            self.isAscending = column.isText
        } else {
            self.isAscending = false
        }
        self.key = key
    }

    var words: String {
        switch self.key {
        case .worst: self.isAscending ? "best first" : "worst first"
        case .column(let column): column.words
        }
    }
}

/// A column of a list of clients.
protocol ClientColumn: Hashable, Sendable, CaseIterable where AllCases == [Self] {
    var title: String { get }
    /// What help and palette call it.
    var words: String { get }
    /// Whether it holds words, which are sorted from A to Z first.
    var isText: Bool { get }
    var tableColumn: TableColumn<Self> { get }
}

extension ClientColumn {
    /// The digit that sorts by it.
    var digit: Character? {
        guard let place = Self.allCases.firstIndex(of: self), place < 9 else { return nil }
        return Character(String(place + 1))
    }
}
