import Messaging

/// A message that was delivered once and came back.
struct Requeued {
    var position: Position
    var enqueuedAt: Timestamp
    var origin: QueueID?
    var bodyBytes: UInt32
    /// How often it came back, where the queue counts that.
    var returns: UInt32
    var isPersistent: Bool
}

/// The messages of a queue that came back, in the order of their positions.
///
/// They lie before the log's cursor, so they are the first to be delivered again, each at its
/// original place. An array with its dead front kept: taking the head and putting it back, what a
/// failing consumer does all day, moves nothing.
struct RequeuedList {
    private var entries: [Requeued] = []
    private var head = 0

    var isEmpty: Bool { self.head == self.entries.count }
    var count: Int { self.entries.count - self.head }
    var first: Requeued? { self.isEmpty ? nil : self.entries[self.head] }
    var all: ArraySlice<Requeued> { self.entries[self.head...] }

    /// Those behind a position.
    func all(after position: Position?) -> ArraySlice<Requeued> {
        guard let position else { return self.all }
        // Positions come from outside: behind the last that can be written there is nothing.
        guard position.offset < .max else { return [] }
        return self.entries[self.index(notBefore: Position(position.offset + 1))...]
    }

    private func index(notBefore position: Position) -> Int {
        var low = self.head
        var high = self.entries.count
        while low < high {
            let middle = (low + high) / 2
            if self.entries[middle].position < position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func contains(_ position: Position) -> Bool { self.entry(at: position) != nil }

    func entry(at position: Position) -> Requeued? {
        let index = self.index(notBefore: position)
        guard index < self.entries.count, self.entries[index].position == position else {
            return nil
        }
        return self.entries[index]
    }

    mutating func removeFirst() {
        self.head += 1
        if self.head == self.entries.count {
            self.removeAll()
        } else if self.head > 1_024, self.head > self.entries.count / 2 {
            self.entries.removeFirst(self.head)
            self.head = 0
        }
    }

    mutating func removeAll() {
        self.entries = []
        self.head = 0
    }

    /// Takes out the message at that position, if it is here.
    mutating func remove(at position: Position) -> Requeued? {
        if let first = self.first, first.position == position {
            self.removeFirst()
            return first
        }
        let index = self.index(notBefore: position)
        guard index < self.entries.count, self.entries[index].position == position else {
            return nil
        }
        return self.entries.remove(at: index)
    }

    /// Puts one message back at its place, moving whichever side of it is shorter.
    mutating func insert(_ entry: Requeued) {
        let index = self.index(notBefore: entry.position)
        guard self.head > 0, index - self.head < self.entries.count - index else {
            self.entries.insert(entry, at: index)
            return
        }
        self.head -= 1
        for moved in self.head..<index - 1 { self.entries[moved] = self.entries[moved + 1] }
        self.entries[index - 1] = entry
    }

    /// Puts many messages back, in the order of their positions.
    ///
    /// - Complexity: O(*n* + *m*), however they interleave.
    mutating func insert(sorted added: [Requeued]) {
        guard added.count > 1, let firstAdded = added.first else {
            if let only = added.first { self.insert(only) }
            return
        }
        guard let last = self.entries.last, !self.isEmpty, last.position > firstAdded.position
        else {
            self.entries.append(contentsOf: added)
            return
        }
        var merged: [Requeued] = []
        merged.reserveCapacity(self.count + added.count)
        var old = self.head
        for entry in added {
            while old < self.entries.count, self.entries[old].position < entry.position {
                merged.append(self.entries[old])
                old += 1
            }
            merged.append(entry)
        }
        merged.append(contentsOf: self.entries[old...])
        self.entries = merged
        self.head = 0
    }
}
