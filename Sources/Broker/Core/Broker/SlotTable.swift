/// Values in numbered slots that are filled again after they were emptied.
///
/// Each filling gets another incarnation number, so that a reference kept from an earlier one is
/// recognised. Every value has memory of its own, and the subscript gives its address: a large
/// struct is read and changed in place and never copied, which an array of optionals does on
/// every access (measured: 1.2 µs a message instead of 0.05).
struct SlotTable<Element>: ~Copyable {
    private struct Cell {
        var incarnation: UInt32
        var element: UnsafeMutablePointer<Element>?
    }

    private var cells: [Cell] = []
    private var free: [Int] = []
    /// Incarnations begin behind it.
    private var incarnationMin: UInt32 = 0

    deinit {
        for cell in self.cells { Self.destroy(cell.element) }
    }

    var count: Int { self.cells.count - self.free.count }

    /// The slots in use, ascending.
    var slots: [Int] { self.cells.indices.filter { self.cells[$0].element != nil } }

    /// Fills a slot with what `make` returns for it.
    ///
    /// - Parameter place: The slot, and which filling it is; nil takes the next free one. When one
    ///   was named, ``finishPlacing(newest:)`` has to follow before the next without.
    mutating func insert(
        at place: UInt32? = nil, _ incarnation: UInt32? = nil,
        _ make: (_ slot: UInt32, _ incarnation: UInt32) -> Element
    ) -> Int {
        if let place, let incarnation {
            return self.place(make(place, incarnation), at: Int(place), incarnation)
        }
        if self.free.isEmpty {
            self.cells.append(Cell(incarnation: self.incarnationMin, element: nil))
            self.free.append(self.cells.count - 1)
        }
        let slot = self.free.removeLast()
        self.cells[slot].incarnation &+= 1
        let element = UnsafeMutablePointer<Element>.allocate(capacity: 1)
        element.initialize(to: make(UInt32(slot), self.cells[slot].incarnation))
        self.cells[slot].element = element
        return slot
    }

    private mutating func place(_ value: Element, at slot: Int, _ incarnation: UInt32) -> Int {
        while self.cells.count <= slot {
            self.cells.append(Cell(incarnation: 0, element: nil))
        }
        precondition(self.cells[slot].element == nil, "nothing was in the slot before")
        let element = UnsafeMutablePointer<Element>.allocate(capacity: 1)
        element.initialize(to: value)
        self.cells[slot] = Cell(incarnation: incarnation, element: element)
        return slot
    }

    /// Makes the slots that were left out free, and has every further filling be a later one than
    /// any before.
    mutating func finishPlacing(newest: UInt32) {
        self.incarnationMin = newest
        self.free = self.cells.indices.reversed().filter { self.cells[$0].element == nil }
        for slot in self.cells.indices {
            self.cells[slot].incarnation = max(
                self.cells[slot].incarnation, self.cells[slot].element == nil ? newest : 0)
        }
    }

    mutating func remove(_ slot: Int) {
        Self.destroy(self.cells[slot].element)
        self.cells[slot].element = nil
        self.free.append(slot)
    }

    private static func destroy(_ element: UnsafeMutablePointer<Element>?) {
        element?.deinitialize(count: 1)
        element?.deallocate()
    }

    /// Whether that filling of the slot is still there.
    @inline(__always)
    func holds(_ slot: UInt32, _ incarnation: UInt32) -> Bool {
        let slot = Int(slot)
        return slot < self.cells.count && self.cells[slot].incarnation == incarnation
            && self.cells[slot].element != nil
    }

    @inline(__always)
    private func address(of slot: Int) -> UnsafeMutablePointer<Element> {
        guard let element = self.cells[slot].element else {
            preconditionFailure("only slots in use are asked for")
        }
        return element
    }

    /// - Precondition: The slot is in use.
    subscript(slot: Int) -> Element {
        @inline(__always)
        unsafeAddress { UnsafePointer(self.address(of: slot)) }
        @inline(__always)
        unsafeMutableAddress { self.address(of: slot) }
    }
}
