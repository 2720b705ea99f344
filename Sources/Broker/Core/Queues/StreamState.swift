import Messaging

/// What a stream has besides its log: the next offset, and how far its consumer groups are.
///
///     offset     0 … 99     100          142        180           200
///                dropped    ├────────────┼──────────┼─────────────┤
///                           first        group a    group b       next
///                                        lag 58     lag 20
///
/// A record carries its offset, and a chunk knows that of its first, so any offset is found by
/// bisection and a walk within one chunk.
struct StreamState {
    /// The offset that the next message gets.
    var next: UInt64 = 0
    /// By their names' bytes.
    private(set) var groups: [[UInt8]: StreamGroup] = [:]
    /// Groups whose offsets changed since they were noted.
    private var changed: Set<[UInt8]> = []
    /// Which reader is the first to be served.
    var turn = 0

    /// Whether one group more would be too many.
    func isFull(for group: [UInt8]) -> Bool {
        self.groups[group] == nil && self.groups.count >= Limits.streamGroupsMax
    }

    /// Lets a consumer read for a group: at once, or when those before it have gone.
    ///
    /// - Parameter offset: Where a new group begins.
    mutating func join(_ group: [UInt8], _ consumer: Int, beginningAt offset: UInt64) {
        if self.groups[group] == nil {
            self.groups[group] = StreamGroup(next: min(offset, self.next))
            self.changed.insert(group)
        }
        self.groups[group]?.members.append(consumer)
    }

    /// Forgets a consumer.
    ///
    /// - Returns: Who reads for the group instead, when it was the one that did.
    mutating func leave(_ group: [UInt8], _ consumer: Int) -> Int? {
        guard let place = self.groups[group]?.members.firstIndex(of: consumer) else { return nil }
        self.groups[group]?.members.remove(at: place)
        return place == 0 ? self.groups[group]?.members.first : nil
    }

    /// Sets how far a group is: not beyond the stream's end, whatever it is waiting for there.
    ///
    /// - Parameter lost: Messages among those passed that were dropped before it read them.
    mutating func move(_ group: [UInt8], to offset: UInt64, lost: UInt64 = 0) {
        guard let before = self.groups[group]?.next else { return }
        self.groups[group]?.lost += lost
        let offset = min(offset, self.next)
        guard before != offset else { return }
        self.groups[group]?.next = offset
        self.changed.insert(group)
    }

    /// Takes out the groups that are to be noted anew, by name.
    mutating func takeChanged() -> [(name: [UInt8], next: UInt64)] {
        guard !self.changed.isEmpty else { return [] }
        return exchange(&self.changed, with: [])
            .sorted { $0.lexicographicallyPrecedes($1) }
            .compactMap { name in self.groups[name].map { (name, $0.next) } }
    }

    /// Forgets a group that nobody reads for.
    ///
    /// - Returns: Whether there was such a one.
    mutating func forget(_ group: [UInt8]) -> Bool {
        guard let known = self.groups[group], known.members.isEmpty else { return false }
        self.groups[group] = nil
        self.changed.remove(group)
        return true
    }

    /// Knows a group again after a restart.
    mutating func restore(_ group: [UInt8], next offset: UInt64) {
        self.groups[group] = StreamGroup(next: offset)
        // Whatever became of the log: no offset is given twice that somebody has read.
        self.next = max(self.next, offset)
    }
}

/// How far a named consumer group has read a stream; it stays when its consumers go.
struct StreamGroup {
    /// Everything before it was acked, or dropped before it could be.
    var next: UInt64
    /// Messages that were dropped before the group read them, since the process started.
    var lost: UInt64 = 0
    /// Slots of its consumers: the first one reads, the others stand by in this order.
    var members: [Int] = []
}
