/// What has to be true of every message, whatever the disk does.
struct SimulationModel {
    /// One copy of a message: in a queue, or as a dead letter where that queue's go.
    struct Item {
        let body: String
        /// The queue that it was published to.
        let family: String
        let isPersistent: Bool
        /// As its publisher said: where a quorum queue's dead letters go it counts again.
        var isPublishedPersistent = true
        var priority: UInt8 = 0
        /// When it enters its queue, µs; nil for at once.
        var dueAt: Int64?
        /// Its publishes on the channel, duplicates too: each one's confirm promises it.
        var publishes: [UInt64]
        /// A restart has shown that it is there.
        var isProven = false
        /// The commit that it was settled in.
        var settledIn: UInt64?
        var wasDelivered = false
        /// The commit in which it became a dead letter, or ``unknownCommit``.
        var diedIn: UInt64?
        /// How often it was returned: what the broker may say.
        var returns: ClosedRange<UInt32> = 0...0
        /// Returns since the last restart, each with its commit.
        var returned: [(commit: UInt64, count: UInt32)] = []

        /// It is returned once more.
        mutating func `return`(commit: UInt64) {
            self.returned.append((commit, self.returns.upperBound + 1))
            self.returns = self.returns.upperBound + 1...self.returns.upperBound + 1
        }
    }

    /// A later commit: its bytes had to be loaded first.
    static let unknownCommit = UInt64.max

    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    /// In the order in which they were published.
    var items: [Item] = []
    /// What queues know that take a message once.
    var ids = MessageIDs()
    private(set) var figures = SimulationFigures()
    private var nextNumber = 0

    mutating func published(_ item: Item) { self.items.append(item) }

    /// A body that no other message has, of any length.
    mutating func nextBody(padding: Int) -> String {
        self.nextNumber += 1
        return "\(self.nextNumber)." + String(repeating: "x", count: padding)
    }

    /// Whether a body is one that ``nextBody(padding:)`` has made.
    func wasGiven(_ body: String) -> Bool {
        Int(body.prefix { $0 != "." }).map { (1...self.nextNumber).contains($0) } ?? false
    }

    static func family(of queue: String) -> String {
        queue.hasPrefix("dead-") ? String(queue.dropFirst(5)) : queue
    }

    mutating func change(
        _ body: String, in queue: String, _ change: (inout Item) throws -> Void
    ) rethrows {
        let family = Self.family(of: queue)
        // From the end: what is acted upon came lately.
        guard let index = self.items.lastIndex(where: { $0.body == body && $0.family == family })
        else { return }
        try change(&self.items[index])
    }

    /// A client got a message.
    mutating func got(_ got: SimulatedBroker.Got, from queue: String, now: Int64) throws {
        try self.change(got.body, in: queue) { item in
            item.wasDelivered = true
            if item.publishes.isEmpty { item.isProven = true }
            if let dueAt = item.dueAt, now < dueAt {
                throw Violation(description: "\(got.body.prefix(8)) comes before its time")
            }
            guard let returns = got.returns else { return }
            guard item.returns.contains(returns) else {
                throw Violation(
                    description: "\(got.body.prefix(8)) was returned \(item.returns) times, and "
                        + "\(returns) is said")
            }
            item.returns = returns...returns
        }
    }

    /// Everything in a queue was settled in a commit, but what is held unacked.
    mutating func settleAll(in queue: String, but held: Set<String>, commit: UInt64) {
        for index in self.items.indices
        where self.items[index].family == queue && self.items[index].diedIn == nil
            && !held.contains(self.items[index].body) && self.items[index].settledIn == nil
        {
            self.items[index].settledIn = commit
        }
    }

    // MARK: After a restart

    /// What a restart may have lost.
    enum Ending {
        /// The machine stopped: what was not synced may be gone.
        case crash
        /// The process stopped: what was written is there.
        case kill
        /// The broker stopped in order.
        case stop
    }

    /// What is known of a restart.
    struct Restart {
        var ending: Ending
        /// The broker after it is the first, so that what it says of deliveries is exact.
        var isFirstTry: Bool
        /// The last commit that was synced before.
        var syncedUpTo: UInt64
        /// The clock when everything that is due was in its queue.
        var now: Int64
        /// Messages that wait.
        var waiting: Int

        func isSafe(_ commit: UInt64) -> Bool {
            commit <= self.syncedUpTo
                || (self.ending == .stop && commit != SimulationModel.unknownCommit)
        }
    }

    struct Found {
        var body: String
        var queue: String
        var isRedelivered: Bool
    }

    /// Compares what a restart found with what has to be there, and takes it as the new truth.
    ///
    /// - Parameter found: Queues with what is in them, in their order.
    mutating func restarted(
        _ restart: Restart, found: [String: [Found]], isConfirmed: (UInt64) -> Bool
    ) throws {
        var places: [String: [String: [Found]]] = [:]
        for message in found.values.joined() {
            places[Self.family(of: message.queue), default: [:]][message.body, default: []]
                .append(message)
        }
        try self.checkWholeness(places)
        try self.checkOrder(found)
        var left: [Item] = []
        var waiting = (sure: 0, unsure: 0)
        for item in self.items {
            var item = item
            let here = places[item.family]?.removeValue(forKey: item.body) ?? []
            item.isProven =
                item.isProven || item.publishes.contains(where: isConfirmed)
                || (restart.ending == .stop && !item.publishes.isEmpty)
            try Self.check(item, here, restart)
            self.ids.restarted(item, isThere: !here.isEmpty, restart)
            item.publishes = []
            let isWaiting = item.settledIn == nil && item.dueAt.map { $0 > restart.now } ?? false
            if let only = here.first {
                self.note(only, of: &item, restart)
                left.append(item)
            } else if isWaiting, item.isPersistent {
                if item.isProven { waiting.sure += 1 } else { waiting.unsure += 1 }
                left.append(item)
            }
        }
        self.items = left
        if let (family, rest) = places.first(where: { !$0.value.isEmpty }),
            let body = rest.keys.first
        {
            throw Violation(description: "\(body.prefix(8)) in \(family) was never published")
        }
        guard (waiting.sure...waiting.sure + waiting.unsure).contains(restart.waiting) else {
            throw Violation(description: "\(restart.waiting) messages wait, \(waiting) should")
        }
        self.figures.count("delayed messages over a restart", waiting.sure)
    }

    /// Takes as true what was found of a message.
    private mutating func note(_ found: Found, of item: inout Item, _ restart: Restart) {
        item.isProven = true
        item.wasDelivered = found.isRedelivered
        item.settledIn = nil
        item.diedIn = found.queue == item.family ? nil : 0
        if item.diedIn != nil { self.figures.count("dead letters over a restart") }
        let least = item.returned.last { restart.isSafe($0.commit) }?.count
        let first = item.returned.first.map { $0.count - 1 } ?? item.returns.lowerBound
        item.returns = (least ?? min(first, item.returns.lowerBound))...item.returns.upperBound
        item.returned = []
        if item.returns.lowerBound > 0 { self.figures.count("returns over a restart") }
    }
}
