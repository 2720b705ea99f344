/// Which row of a list is selected, which are marked, and which are in view.
///
/// The selection follows its row by identity when the list changes its order; when the row is
/// gone, whatever took its place is selected.
package struct ListCursor<ID: Hashable & Sendable>: Equatable, Sendable {
    package private(set) var selected: ID?
    /// The selected row's place; 0 in an empty list.
    package private(set) var index = 0
    /// The first row in view.
    package private(set) var firstVisible = 0
    package private(set) var marked: Set<ID> = []
    /// Whether a person chose the selected row; until then the first row is selected.
    private var isChosen = false

    package init() {}

    /// The list has changed: finds the selected row again, and forgets marks that are gone.
    ///
    /// - Parameters:
    ///   - count: Rows of the list.
    ///   - page: Rows that fit into view.
    ///   - id: The identity of the row at a place.
    /// - Complexity: O(*n*) unless the selected row is where it was.
    package mutating func follow(count: Int, page: Int, id: (Int) -> ID) {
        if !self.isChosen {
            self.index = 0
        } else if let selected = self.selected,
            !(self.index < count && id(self.index) == selected),
            let place = (0..<count).first(where: { id($0) == selected })
        {
            self.index = place
        }
        self.place(self.index, count: count, page: page, id: id)
    }

    /// Selects the row at a place, or the nearest one.
    package mutating func select(_ index: Int, count: Int, page: Int, id: (Int) -> ID) {
        self.isChosen = true
        self.place(index, count: count, page: page, id: id)
    }

    private mutating func place(_ index: Int, count: Int, page: Int, id: (Int) -> ID) {
        self.index = max(0, min(count - 1, index))
        self.selected = count == 0 ? nil : id(self.index)
        self.reveal(count: count, page: page)
    }

    /// Moves the selection, and the view as far as the selection needs it.
    package mutating func move(_ movement: Movement, count: Int, page: Int, id: (Int) -> ID) {
        let target = movement.index(from: self.index, count: count, page: page)
        self.select(target, count: count, page: page, id: id)
    }

    /// Turns the view by so many rows; the selection stays in view.
    package mutating func scroll(rows: Int, count: Int, page: Int, id: (Int) -> ID) {
        let lastFirst = max(0, count - page)
        self.firstVisible = max(0, min(lastFirst, self.firstVisible + rows))
        let last = self.firstVisible + max(1, page) - 1
        let index = max(self.firstVisible, min(last, self.index))
        self.select(index, count: count, page: page, id: id)
    }

    /// Marks the selected row, or takes its mark away, and selects the next one.
    package mutating func toggleMark(count: Int, page: Int, id: (Int) -> ID) {
        guard let selected = self.selected else { return }
        if self.marked.remove(selected) == nil { self.marked.insert(selected) }
        self.move(.down, count: count, page: page, id: id)
    }

    /// Marks all of these, or takes their marks away when all of them are marked.
    package mutating func toggleMarks(_ ids: some Collection<ID>) {
        if ids.allSatisfy({ self.marked.contains($0) }) {
            self.marked.subtract(ids)
        } else {
            self.marked.formUnion(ids)
        }
    }

    /// Takes all marks away.
    package mutating func clearMarks() { self.marked = [] }

    /// Keeps only the marks of rows that still exist.
    package mutating func keepMarks(where exists: (ID) -> Bool) {
        guard !self.marked.isEmpty else { return }
        self.marked = self.marked.filter(exists)
    }

    private mutating func reveal(count: Int, page: Int) {
        let page = max(1, page)
        self.firstVisible = min(self.firstVisible, self.index)
        self.firstVisible = max(self.firstVisible, self.index - page + 1)
        self.firstVisible = max(0, min(self.firstVisible, count - page))
    }
}
