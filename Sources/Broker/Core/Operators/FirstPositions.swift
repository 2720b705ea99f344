import Messaging

/// Keeps the lowest of the positions it is shown, and what stands there.
struct FirstPositions {
    struct Entry {
        var position: Position
        var isUnacked: Bool
        var isRedelivered: Bool
    }

    private let countMax: Int
    private var entries: [Entry] = []
    /// Whether `entries` holds more than is wanted, unsorted.
    private var bound: Position?

    init(countMax: Int) { self.countMax = countMax }

    mutating func add(_ entry: Entry) {
        if let bound = self.bound, entry.position > bound { return }
        self.entries.append(entry)
        // Sorting now and then keeps both memory and the cost of each entry bounded.
        if self.entries.count >= 2 * self.countMax + 64 { self.trim() }
    }

    private mutating func trim() {
        self.entries.sort { $0.position < $1.position }
        self.entries.removeLast(max(0, self.entries.count - self.countMax))
        if self.entries.count == self.countMax { self.bound = self.entries.last?.position }
    }

    /// The lowest ones, ascending.
    mutating func sorted() -> [Entry] {
        self.trim()
        return self.entries
    }
}
