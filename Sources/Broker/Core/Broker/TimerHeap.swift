import Messaging

/// When queues, or all that is unacked, have to be looked at; the next one first.
///
/// A binary heap that is never searched: an entry that no longer matters is recognised when its
/// time comes.
struct TimerHeap {
    /// What has to be looked at.
    enum Subject {
        /// The head of a queue, which may have expired.
        case messages(QueueID)
        /// A queue to which messages that wait may have to come back, or the log itself.
        case waiting(QueueID)
        /// A queue that may have been unused for too long.
        case expiry(QueueID)
        /// The deliveries that nobody acknowledges.
        case overdue
        /// A queue whose rate or circuit breaker lets messages through again.
        case flow(QueueID)
        /// A consumer whose rate lets messages through again.
        case consumerRate(ConsumerID)
        /// A queue that may forget ids.
        case deduplication(QueueID)
    }

    struct Entry {
        var at: Timestamp
        var subject: Subject
    }

    private var entries: [Entry] = []

    var next: Timestamp? { self.entries.first?.at }

    mutating func add(_ at: Timestamp, _ subject: Subject) {
        self.entries.append(Entry(at: at, subject: subject))
        var index = self.entries.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard self.entries[index].at < self.entries[parent].at else { return }
            self.entries.swapAt(index, parent)
            index = parent
        }
    }

    /// Takes out the first entry when its time has come.
    mutating func removeFirst(upTo now: Timestamp) -> Entry? {
        guard let first = self.entries.first, first.at <= now else { return nil }
        let last = self.entries.removeLast()
        if !self.entries.isEmpty {
            self.entries[0] = last
            self.sinkFirst()
        }
        return first
    }

    private mutating func sinkFirst() {
        var index = 0
        while true {
            var least = 2 * index + 1
            guard least < self.entries.count else { return }
            if least + 1 < self.entries.count, self.entries[least + 1].at < self.entries[least].at {
                least += 1
            }
            guard self.entries[least].at < self.entries[index].at else { return }
            self.entries.swapAt(index, least)
            index = least
        }
    }
}
