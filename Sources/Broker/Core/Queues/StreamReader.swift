import Messaging

/// Where one consumer reads a stream.
struct StreamReader {
    /// Where the record lies that it reads next, or the start of the chunk that holds it.
    var position: UInt64
    /// What has a lower offset is passed over.
    var offset: UInt64
    /// What came before is passed over; nil once something came later.
    var notBefore: Timestamp?
    /// For whom it reads, by the name's bytes.
    var group: [UInt8]?
    /// What it has not acked; kept for a group only.
    var inFlight = StreamInFlight()
    /// Messages that were dropped before it read them.
    var lost: UInt64 = 0
}

/// The deliveries of one reader that wait for an ack, in their order, so that a group's offset
/// never passes one that was not acked.
struct StreamInFlight {
    private struct Entry {
        var position: Position
        var offset: UInt64
        var isAcked = false
    }

    private var entries: [Entry] = []
    private var head = 0

    /// The offset of the first one.
    var first: UInt64? { self.head < self.entries.count ? self.entries[self.head].offset : nil }

    mutating func sent(_ position: Position, _ offset: UInt64) {
        self.entries.append(Entry(position: position, offset: offset))
    }

    /// Takes out what lies at a position, now or once all before it are acked.
    mutating func acked(_ position: Position) {
        var low = self.head
        var high = self.entries.count
        while low < high {
            let middle = (low + high) / 2
            if self.entries[middle].position < position { low = middle + 1 } else { high = middle }
        }
        guard low < self.entries.count, self.entries[low].position == position else { return }
        self.entries[low].isAcked = true
        while self.head < self.entries.count, self.entries[self.head].isAcked { self.head += 1 }
        guard self.head > 64, self.head > self.entries.count / 2 else { return }
        self.entries.removeFirst(self.head)
        self.head = 0
    }
}
