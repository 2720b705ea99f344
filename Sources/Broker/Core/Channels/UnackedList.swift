import Messaging

/// A delivery that waits for its ack.
struct Unacked {
    var tag: UInt64
    var queue: QueueID
    /// ``ConsumerID/none`` when `basic.get` fetched it.
    var consumer: ConsumerID
    var position: Position
    var enqueuedAt: Timestamp
    var deliveredAt: Timestamp
    var origin: QueueID?
    var bodyBytes: UInt32
    /// How often it was returned before, where its queue counts that.
    var returns: UInt32
    var isPersistent: Bool
    var isRedelivered: Bool
    /// Settled out of turn: its place is kept until the list is compacted.
    var isGone = false
}

/// The unacked deliveries of one channel in the order of their tags.
///
/// Tags are dense but for deliveries without ack, so an entry is found at its tag's distance from
/// the first one, and by bisection where that misses. Entries settled out of turn stay as
/// tombstones until they are the greater part.
struct UnackedList {
    private var entries: [Unacked] = []
    /// The first entry that is not gone, when there is one.
    private var head = 0
    private(set) var count = 0

    var isEmpty: Bool { self.count == 0 }

    /// Those that are not gone, oldest first.
    func forEach(_ visit: (Unacked) -> Bool) {
        for index in self.head..<self.entries.count where !self.entries[index].isGone {
            guard visit(self.entries[index]) else { return }
        }
    }

    @inline(__always)
    mutating func append(_ entry: Unacked) {
        self.entries.append(entry)
        self.count += 1
    }

    private func index(of tag: UInt64) -> Int? {
        guard !self.isEmpty, tag >= self.entries[self.head].tag else { return nil }
        let guess = self.head + Int(clamping: tag - self.entries[self.head].tag)
        if guess < self.entries.count, self.entries[guess].tag == tag {
            return self.entries[guess].isGone ? nil : guess
        }
        var low = self.head
        var high = min(guess, self.entries.count)
        while low < high {
            let middle = (low + high) / 2
            if self.entries[middle].tag < tag { low = middle + 1 } else { high = middle }
        }
        guard low < self.entries.count, self.entries[low].tag == tag else { return nil }
        return self.entries[low].isGone ? nil : low
    }

    func contains(_ tag: UInt64) -> Bool { self.index(of: tag) != nil }

    /// Takes out the delivery with that tag; nil when it is not here or no more.
    mutating func take(_ tag: UInt64) -> Unacked? {
        guard let index = self.index(of: tag) else { return nil }
        let entry = self.entries[index]
        self.entries[index].isGone = true
        self.count -= 1
        if index == self.head { self.skipGone() } else { self.compactIfWorthwhile() }
        return entry
    }

    /// Takes out the oldest delivery when its tag is at most that.
    mutating func takeFirst(upTo tag: UInt64) -> Unacked? {
        guard !self.isEmpty, self.entries[self.head].tag <= tag else { return nil }
        let entry = self.entries[self.head]
        self.entries[self.head].isGone = true
        self.count -= 1
        self.skipGone()
        return entry
    }

    /// Takes entries in again that were taken out, each at its place.
    mutating func putBack(_ deliveries: [Unacked]) {
        guard !deliveries.isEmpty else { return }
        self.entries = (self.entries[self.head...].filter { !$0.isGone } + deliveries)
            .sorted { $0.tag < $1.tag }
        self.head = 0
        self.count = self.entries.count
    }

    private mutating func skipGone() {
        guard self.count > 0 else {
            // Keep a usual prefetch's memory, give back what a burst needed.
            self.entries.removeAll(keepingCapacity: self.entries.capacity <= 4_096)
            self.head = 0
            return
        }
        while self.entries[self.head].isGone { self.head += 1 }
        if self.head > 256, self.head > self.entries.count / 2 {
            self.entries.removeFirst(self.head)
            self.head = 0
        }
    }

    private mutating func compactIfWorthwhile() {
        guard self.entries.count - self.head > 2 * self.count + 256 else { return }
        self.entries.removeAll(where: \.isGone)
        self.head = 0
    }
}
