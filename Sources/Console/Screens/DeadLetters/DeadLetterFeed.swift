import BrokerLink
import DeadLetters
import Messaging

/// Keeps the dead letters of all queues at hand, without I/O: which queue to look into next, and
/// what was found there.
///
/// Looks at one queue at a time. A queue that only grew is read on from its last known message;
/// one from which messages went is read again from its head, and its old picture stays until the
/// new one is complete.
package struct DeadLetterFeed: Sendable {
    /// Messages of one queue that are held at most; the others are counted, not read.
    package static let heldMax = 2_000
    static let pageCount = 1_000
    /// Bytes of each body: enough for a line of a list.
    static let previewBytesMax = 512
    /// A queue that changes all the time is not read again from its head more often than this.
    static let rereadMicroseconds: Int64 = 5_000_000

    /// What is known of one queue.
    package struct Held: Sendable {
        /// Oldest first.
        package var letters: [DeadLetter] = []
        /// Messages in the queue when it was looked into.
        package var depth = 0
        package var hasMore = false
        package var failure: LinkError?
        /// Nil where the broker does not count it.
        fileprivate var published: UInt64?
        fileprivate(set) var readFromHeadAt: Timestamp?
    }

    private enum Extent {
        case fromHead, fromEnd
    }

    package private(set) var held: [QueueName: Held] = [:]
    private(set) var awaited: BrowseRequest?
    /// What looking may cost, as far as the person has agreed to it.
    var intrusionMax = Intrusion.none

    /// Queues to look into, in this order.
    private var waiting: [(queue: QueueName, extent: Extent)] = []
    /// Letters of the queue that is being read again from its head.
    private var incoming: [DeadLetter] = []
    private var deadLetterQueues: Set<QueueName> = []

    package init() {}

    /// Whether some queue has not been read to its end yet.
    var isReading: Bool { self.awaited != nil || !self.waiting.isEmpty }

    /// Compares the queues with what is held of them, and plans what has to be read.
    ///
    /// - Returns: Whether letters are no longer held, because their queues are gone or empty.
    package mutating func queuesSampled(_ trends: [QueueTrend], now: Timestamp) -> Bool {
        let queues = trends.lazy.map(\.sample).filter(\.receivesDeadLetters)
        let heldBefore = self.heldCount
        self.deadLetterQueues = Set(queues.map(\.name))
        self.held = self.held.filter { self.deadLetterQueues.contains($0.key) }
        self.waiting.removeAll { !self.deadLetterQueues.contains($0.queue) }
        for queue in queues where !self.isPlanned(queue.name) {
            if queue.depth == 0 {
                // Nothing to read, but something to compare later samples with.
                self.held[queue.name] = Held(
                    published: queue.totals.published, readFromHeadAt: now)
                continue
            }
            guard let extent = self.extentToRead(queue, now: now) else { continue }
            self.waiting.append((queue: queue.name, extent: extent))
            self.held[queue.name, default: Held()].depth = queue.depth
            self.held[queue.name]?.published = queue.totals.published
        }
        return self.heldCount < heldBefore
    }

    /// Whether nothing was read yet, though there is something to read.
    var isUnread: Bool {
        self.held.values.contains { $0.depth > 0 && $0.readFromHeadAt == nil }
            && self.heldCount == 0
    }

    private var heldCount: Int { self.held.values.reduce(0) { $0 + $1.letters.count } }

    /// Plans to read these queues again from their heads, whatever is known of them.
    mutating func rereadWanted(_ queues: some Sequence<QueueName>) {
        for queue in queues where self.held[queue] != nil {
            self.waiting.removeAll { $0.queue == queue }
            self.waiting.append((queue: queue, extent: .fromHead))
        }
    }

    /// Reads all queues again from their heads, and forgets a request that may never be answered.
    mutating func restart() {
        self.awaited = nil
        self.incoming = []
        self.rereadWanted(self.held.keys.sorted())
    }

    /// The next request, unless an answer is awaited or nothing is left to read.
    package mutating func next() -> BrowseRequest? {
        guard self.awaited == nil, !self.waiting.isEmpty else { return nil }
        let (queue, extent) = self.waiting.removeFirst()
        let known = extent == .fromHead ? self.incoming : self.held[queue]?.letters ?? []
        self.awaited = BrowseRequest(
            queue: queue, after: known.last?.browsed.id, countMax: Self.pageCount,
            bodyBytesMax: Self.previewBytesMax, intrusionMax: self.intrusionMax)
        return self.awaited
    }

    /// Takes in an answer, and answers whether it was one to this feed's request.
    package mutating func browsed(
        _ request: BrowseRequest, _ result: Result<BrowsePage, LinkError>, now: Timestamp
    ) -> Bool {
        guard request == self.awaited else { return false }
        self.awaited = nil
        switch result {
        case .failure(let error):
            self.incoming = []
            self.held[request.queue]?.failure = error
        case .success(let page): self.take(page, after: request.after, now: now)
        }
        return true
    }

    /// The same request again, once the person has agreed to what it costs.
    mutating func retry(_ request: BrowseRequest, allowing intrusion: Intrusion) -> BrowseRequest {
        self.intrusionMax = intrusion
        var request = request
        request.intrusionMax = intrusion
        self.awaited = request
        return request
    }

    private mutating func take(_ page: BrowsePage, after: MessageID?, now: Timestamp) {
        guard var held = self.held[page.queue] else { return }  // The queue went meanwhile.
        let letters = page.messages.map {
            DeadLetter($0, in: page.queue, deadLetterQueues: self.deadLetterQueues)
        }
        let isFromHead = after == nil || self.incoming.last?.browsed.id == after
        let known = (isFromHead ? self.incoming : held.letters) + letters
        let isComplete = !page.hasMore || known.count >= Self.heldMax
        held.failure = nil
        if isComplete {
            held.letters = Array(known.prefix(Self.heldMax))
            held.hasMore = page.hasMore || known.count > Self.heldMax
            if isFromHead { held.readFromHeadAt = now }
            self.incoming = []
        } else {
            if isFromHead { self.incoming = known } else { held.letters = known }
            let extent = isFromHead ? Extent.fromHead : .fromEnd
            self.waiting.insert((queue: page.queue, extent: extent), at: 0)
        }
        self.held[page.queue] = held
    }

    private func isPlanned(_ queue: QueueName) -> Bool {
        self.awaited?.queue == queue || self.waiting.contains { $0.queue == queue }
    }

    /// What of a queue has to be read for its new sample, if anything.
    private func extentToRead(_ queue: QueueSample, now: Timestamp) -> Extent? {
        guard let held = self.held[queue.name], let readAt = held.readFromHeadAt else {
            return .fromHead
        }
        let isDue = now.microseconds(since: readAt) >= Self.rereadMicroseconds
        guard let published = queue.totals.published, let publishedBefore = held.published else {
            // What came and what went cannot be told apart: another depth is all that shows.
            return queue.depth != held.depth && isDue ? .fromHead : nil
        }
        let arrived = Int(truncatingIfNeeded: published &- publishedBefore)
        let left = held.depth + arrived - queue.depth
        if left != 0 { return isDue ? .fromHead : nil }
        return arrived > 0 && held.letters.count < Self.heldMax ? .fromEnd : nil
    }
}
