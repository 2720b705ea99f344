/// The extents of one priority level of a queue that have something alive, by position.
package struct ExtentList {
    package private(set) var all: [Extent] = []
    /// How many at the front are gone.
    package private(set) var head = 0
    /// Those behind it that are gone and still in their place.
    private var gone = 0

    package init() {}

    package var isEmpty: Bool { self.all.count - self.head == self.gone }
    package var alive: some Sequence<Extent> { self.all[self.head...].lazy.filter { $0.live > 0 } }
    package var indices: Range<Int> { self.head..<self.all.count }
    /// Past the last record that is known.
    package var end: UInt64 { self.all.last?.end ?? 0 }

    /// The one at an index out of ``indices``.
    package subscript(index: Int) -> Extent {
        get { self.all[index] }
        _modify { yield &self.all[index] }
    }

    /// The first one whose end lies behind a position.
    package func firstIndex(behind position: UInt64) -> Int {
        if self.head < self.all.count, self.all[self.head].end > position { return self.head }
        var low = self.head
        var high = self.all.count
        while low < high {
            let middle = (low + high) / 2
            if self.all[middle].end <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The one that a position lies in.
    package func index(of position: UInt64) -> Int? {
        let index = self.firstIndex(behind: position)
        guard index < self.all.count, self.all[index].start <= position else { return nil }
        return index
    }

    /// Adds one behind the last.
    package mutating func append(_ extent: Extent) { self.all.append(extent) }

    /// Notes that the one at an index has nothing alive any more.
    package mutating func died(at index: Int) {
        guard index == self.head else {
            self.gone += 1
            if self.gone > 32, self.gone > (self.all.count - self.head) / 2 { self.compact() }
            return
        }
        self.head += 1
        while self.head < self.all.count, self.all[self.head].live == 0 {
            self.head += 1
            self.gone -= 1
        }
        if self.head > 64, self.head > self.all.count / 2 {
            self.all.removeFirst(self.head)
            self.head = 0
        }
    }

    private mutating func compact() {
        self.all = self.all[self.head...].filter { $0.live > 0 }
        self.head = 0
        self.gone = 0
    }

    /// Puts others in the place of those in a range, which may have holes then.
    package mutating func replace(_ range: Range<Int>, with extents: [Extent]) {
        self.all.replaceSubrange(range, with: extents)
        self.compact()
    }
}
