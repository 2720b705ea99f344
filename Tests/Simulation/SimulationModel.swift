/// What has to be true of every message, whatever the disk does.
struct SimulationModel {
    /// One copy of a message: in a queue, or as a dead letter where that queue's go.
    struct Item {
        let body: String
        /// The queue that it was published to.
        let family: String
        let isPersistent: Bool
        /// Its publish on the channel; nil once a restart has shown that it is there.
        var publish: UInt64?
        /// The commit that it was settled in.
        var settledIn: UInt64?
        var wasDelivered = false
        /// Places in the order of what was published; a dead letter's place is another.
        var isDead = false
    }

    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    /// In the order in which they were published.
    var items: [Item] = []
    private var nextNumber = 0

    /// Adds a message that goes to these queues.
    mutating func published(
        to families: [String], isPersistent: Bool, as publish: UInt64, _ body: String
    ) {
        for family in families {
            self.items.append(
                Item(
                    body: body, family: family, isPersistent: isPersistent, publish: publish))
        }
    }

    /// A body that no other message has, of any length.
    mutating func nextBody(padding: Int) -> String {
        self.nextNumber += 1
        return "\(self.nextNumber)." + String(repeating: "x", count: padding)
    }

    static func family(of queue: String) -> String {
        queue.hasPrefix("dead-") ? String(queue.dropFirst(5)) : queue
    }

    mutating func change(_ body: String, in queue: String, _ change: (inout Item) -> Void) {
        let family = Self.family(of: queue)
        // From the end: what is acted upon came lately.
        guard let index = self.items.lastIndex(where: { $0.body == body && $0.family == family })
        else { return }
        change(&self.items[index])
    }

    /// Everything in a queue was settled in a commit, but what is held unacked.
    mutating func settleAll(in queue: String, but held: Set<String>, commit: UInt64) {
        for index in self.items.indices
        where self.items[index].family == queue && !self.items[index].isDead
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

    struct Found {
        var body: String
        var isRedelivered: Bool
    }

    /// Compares what a restart found with what has to be there, and takes it as the new truth.
    ///
    /// - Parameters:
    ///   - found: Queues with what is in them, in their order.
    ///   - syncedUpTo: The last commit that was synced before.
    mutating func restarted(
        _ ending: Ending, found: [String: [Found]], syncedUpTo: UInt64,
        isConfirmed: (UInt64) -> Bool
    ) throws {
        var places: [String: [String: [Found]]] = [:]
        for (queue, messages) in found {
            for message in messages {
                places[Self.family(of: queue), default: [:]][message.body, default: []]
                    .append(message)
            }
        }
        for index in self.items.indices {
            let item = self.items[index]
            let here = places[item.family]?.removeValue(forKey: item.body) ?? []
            try Self.check(
                item, here, ending, syncedUpTo: syncedUpTo,
                isConfirmed: item.publish.map(isConfirmed) ?? true)
            if let only = here.first { self.items[index].wasDelivered = only.isRedelivered }
            self.items[index].publish = nil
            if here.isEmpty {
                self.items[index].settledIn = self.items[index].settledIn ?? 0
            } else {
                self.items[index].settledIn = nil
            }
        }
        if let (family, rest) = places.first(where: { !$0.value.isEmpty }),
            let body = rest.keys.first
        {
            throw Violation(description: "\(body.prefix(8)) in \(family) was never published")
        }
        try self.checkOrder(found)
        let gone = Set(self.items.indices.filter { self.items[$0].settledIn != nil })
        self.items = self.items.indices.filter { !gone.contains($0) }.map { self.items[$0] }
    }

    private static func check(
        _ item: Item, _ here: [Found], _ ending: Ending, syncedUpTo: UInt64, isConfirmed: Bool
    ) throws {
        let name = "\(item.body.prefix(8)) of \(item.family)"
        guard here.count <= 1 else {
            throw Violation(description: "\(name) is there \(here.count) times")
        }
        if !item.isPersistent {
            guard here.isEmpty else { throw Violation(description: "transient \(name) is there") }
            return
        }
        if let settledIn = item.settledIn {
            let isSafe = settledIn <= syncedUpTo || ending == .stop
            guard here.isEmpty || !isSafe else {
                throw Violation(description: "settled \(name) has come back")
            }
        } else if isConfirmed {
            guard here.count == 1 else {
                throw Violation(description: "confirmed \(name) is lost")
            }
        }
        if let only = here.first, item.wasDelivered, !only.isRedelivered {
            throw Violation(description: "\(name) was delivered and does not say so")
        }
    }

    /// First in, first out: what was not dead-lettered stands in the order of its publishing.
    private func checkOrder(_ found: [String: [Found]]) throws {
        for (queue, messages) in found where !queue.hasPrefix("dead-") && queue != "levels" {
            let numbers = messages.map { Int($0.body.prefix { $0 != "." }) ?? 0 }
            guard numbers == numbers.sorted() else {
                throw Violation(description: "\(queue) is out of order: \(numbers)")
            }
        }
    }
}
