import Messaging

/// When messages that wait are due, the next one first; of equals the one that came first.
///
/// A binary heap of small entries: the messages themselves lie in the ``WaitingLog``.
struct WaitingHeap {
    struct Entry: Equatable {
        var at: Timestamp
        /// Where the message lies in the log.
        var position: Position
        var isPersistent: Bool

        fileprivate func comes(before other: Entry) -> Bool {
            (self.at, self.position) < (other.at, other.position)
        }
    }

    /// In no particular order but that of a heap.
    private(set) var all: [Entry] = []

    /// How many of them are not persistent.
    private(set) var transient = 0

    var isEmpty: Bool { self.all.isEmpty }
    var count: Int { self.all.count }
    var first: Entry? { self.all.first }

    mutating func add(_ entry: Entry) {
        self.all.append(entry)
        self.transient += entry.isPersistent ? 0 : 1
        var index = self.all.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard self.all[index].comes(before: self.all[parent]) else { return }
            self.all.swapAt(index, parent)
            index = parent
        }
    }

    mutating func removeFirst() {
        self.transient -= self.first?.isPersistent == false ? 1 : 0
        let last = self.all.removeLast()
        guard !self.all.isEmpty else {
            self.all = []  // A burst's memory is not kept.
            return
        }
        self.all[0] = last
        var index = 0
        while true {
            var least = 2 * index + 1
            guard least < self.all.count else { return }
            if least + 1 < self.all.count, self.all[least + 1].comes(before: self.all[least]) {
                least += 1
            }
            guard self.all[least].comes(before: self.all[index]) else { return }
            self.all.swapAt(index, least)
            index = least
        }
    }
}
