import Messaging

/// Which publishes a queue takes once only.
struct DeduplicationRules: Equatable {
    var windowMicroseconds: Int64
    /// The header that names a message; nil is the message-id property.
    var header: String?
    /// Ids that are kept at most: past it the oldest goes before its time.
    var idsMax: Int
}

/// The ids that were published to one queue within its window, oldest first.
///
///     ring     ( a 12:00:01 )( b 12:00:01 )( c 12:00:04 ) in the order of their times
///     entries  a ▸ 12:00:01  b ▸ 12:00:01  c ▸ 12:00:04   found by id
///
/// An id leaves when its window is over or when there are too many, a bounded number at a time; one
/// that has not left yet is not found any more. Each takes about 150 bytes and its own, which are
/// ``Limits/deduplicationIDBytesMax`` at most: 100,000 usual ones take some 20 MB.
final class DeduplicationWindow {
    /// What is known of an id.
    struct Kept: Equatable {
        var at: Timestamp
        /// Whether the store knows of it.
        var isNoted: Bool
    }

    private struct Entry {
        var id: [UInt8]
        var at: Timestamp
    }

    /// Until the next ones leave.
    static let pauseMicroseconds: Int64 = 1_000

    /// Nil when the queue does not deduplicate any more: then all ids leave, go by go.
    var rules: DeduplicationRules?
    /// The commit in which an id was noted last; a duplicate is as safe as its original then.
    var lastCommit = CommitNumber(0)
    /// When the timer fires at which ids leave.
    var timer: Timestamp?
    private var ring: [Entry] = []
    private var first = 0
    private var entries: [[UInt8]: Kept] = [:]
    /// Restored ids come in any order.
    private var isSorted = true

    init(_ rules: DeduplicationRules?) { self.rules = rules }

    /// Ids that are kept.
    var count: Int { self.entries.count }
    var isEmpty: Bool { self.first == self.ring.count }

    /// What is known of an id when it was published within the window.
    func find(_ id: [UInt8], now: Timestamp) -> Kept? {
        guard let rules = self.rules, let kept = self.entries[id],
            now.microseconds(since: kept.at) < rules.windowMicroseconds
        else { return nil }
        return kept
    }

    /// Keeps an id from now on.
    func insert(_ id: [UInt8], at: Timestamp, isNoted: Bool) {
        if let last = self.ring.last, self.first < self.ring.count, at < last.at {
            self.isSorted = false
        }
        self.ring.append(Entry(id: id, at: at))
        self.entries[id] = Kept(at: at, isNoted: isNoted)
    }

    /// Takes out what has no business here any more, at most
    /// ``Limits/deduplicationLeavingMax`` of it.
    ///
    /// - Returns: Whom the store may forget.
    func removeLeaving(now: Timestamp) -> [[UInt8]] {
        self.sortIfNeeded()
        var forgotten: [[UInt8]] = []
        var left = Limits.deduplicationLeavingMax
        while left > 0, self.first < self.ring.count, self.isLeaving(now: now) {
            let entry = self.ring[self.first]
            self.ring[self.first].id = []
            self.first += 1
            left -= 1
            // Published again after its window, before it left: the younger entry stands for it.
            guard let kept = self.entries[entry.id], kept.at == entry.at else { continue }
            self.entries[entry.id] = nil
            if kept.isNoted { forgotten.append(entry.id) }
        }
        self.compact()
        return forgotten
    }

    /// Whether the oldest one has to go.
    private func isLeaving(now: Timestamp) -> Bool {
        guard let rules = self.rules else { return true }
        return self.count > rules.idsMax
            || now.microseconds(since: self.ring[self.first].at) >= rules.windowMicroseconds
    }

    /// When something may leave; nil when nothing is here.
    ///
    /// A sixteenth of the window late, so that ids leave in groups; what is left of a group soon,
    /// after others had their turn.
    func nextLeaving(now: Timestamp) -> Timestamp? {
        guard !self.isEmpty else { return nil }
        self.sortIfNeeded()
        guard let rules = self.rules, !self.isLeaving(now: now) else {
            return now.adding(microseconds: Self.pauseMicroseconds)
        }
        return self.ring[self.first].at.adding(
            microseconds: rules.windowMicroseconds + rules.windowMicroseconds / 16)
    }

    private func sortIfNeeded() {
        guard !self.isSorted else { return }
        self.ring.removeFirst(self.first)
        self.first = 0
        self.ring.sort { $0.at < $1.at }
        self.isSorted = true
    }

    private func compact() {
        if self.first == self.ring.count {
            self.ring.removeAll(keepingCapacity: self.ring.capacity <= 4_096)
            self.first = 0
        } else if self.first > 4_096, self.first > self.ring.count / 2 {
            self.ring.removeFirst(self.first)
            self.first = 0
        }
    }
}
