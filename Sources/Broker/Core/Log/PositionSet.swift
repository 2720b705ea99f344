/// Offsets in ascending order; cheap at both ends, where it is used.
struct PositionSet {
    private var offsets: [UInt64] = []
    /// How many at the front are gone.
    private var head = 0

    var isEmpty: Bool { self.head == self.offsets.count }
    var first: UInt64? { self.isEmpty ? nil : self.offsets[self.head] }

    /// Where that offset stands or would stand.
    private func index(of offset: UInt64) -> Int {
        var low = self.head
        var high = self.offsets.count
        while low < high {
            let middle = (low + high) / 2
            if self.offsets[middle] < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func contains(_ offset: UInt64) -> Bool {
        let index = self.index(of: offset)
        return index < self.offsets.count && self.offsets[index] == offset
    }

    /// Adds an offset that is not in it.
    mutating func insert(_ offset: UInt64) {
        if let last = self.offsets.last, !self.isEmpty, last > offset {
            self.offsets.insert(offset, at: self.index(of: offset))
        } else {
            self.offsets.append(offset)
        }
    }

    mutating func removeFirst() {
        self.head += 1
        self.compact()
    }

    mutating func removeAll(below limit: UInt64) {
        self.head = self.index(of: limit)
        self.compact()
    }

    /// Drops the dead front once it is the greater part, so that its cost is spread.
    private mutating func compact() {
        if self.head == self.offsets.count {
            self.offsets = []
            self.head = 0
        } else if self.head > 64, self.head > self.offsets.count / 2 {
            self.offsets.removeFirst(self.head)
            self.head = 0
        }
    }
}
