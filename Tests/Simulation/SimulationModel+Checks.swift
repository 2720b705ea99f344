extension SimulationModel {
    /// What has to hold of one message after a restart.
    static func check(_ item: Item, _ here: [Found], _ restart: Restart) throws {
        let name = "\(item.body.prefix(8)) of \(item.family)"
        guard here.count <= 1 else {
            throw Violation(description: "\(name) is there \(here.count) times")
        }
        if !item.isPersistent {
            guard here.isEmpty else { throw Violation(description: "transient \(name) is there") }
            return
        }
        let isDue = item.dueAt.map { $0 <= restart.now } ?? true
        guard isDue || here.isEmpty else {
            throw Violation(description: "\(name) comes before its time")
        }
        if let settledIn = item.settledIn {
            guard here.isEmpty || !restart.isSafe(settledIn) else {
                throw Violation(description: "settled \(name) has come back")
            }
        } else if item.isProven, isDue {
            guard here.count == 1 else {
                throw Violation(description: "confirmed \(name) is lost")
            }
        }
        guard let only = here.first else { return }
        try Self.checkDeath(of: item, in: only.queue, name, restart)
        try Self.checkRedelivery(of: item, only, name, restart)
    }

    /// Dead-lettering is there as a whole or not at all, and nobody dies by himself.
    private static func checkDeath(
        of item: Item, in queue: String, _ name: String, _ restart: Restart
    ) throws {
        let isDead = queue != item.family
        guard let diedIn = item.diedIn else {
            if isDead { throw Violation(description: "\(name) is a dead letter") }
            return
        }
        guard isDead || !restart.isSafe(diedIn) else {
            throw Violation(description: "\(name) has come back from the dead")
        }
    }

    private static func checkRedelivery(
        of item: Item, _ found: Found, _ name: String, _ restart: Restart
    ) throws {
        // One that was delivered before its move out of the waiting log was synced waits again,
        // and enters its queue as a new one.
        if item.wasDelivered, !found.isRedelivered, item.dueAt == nil || restart.ending == .stop {
            throw Violation(description: "\(name) was delivered and does not say so")
        }
        guard restart.ending == .stop, restart.isFirstTry, item.diedIn != Self.unknownCommit else {
            return
        }
        if !item.wasDelivered, found.isRedelivered {
            throw Violation(description: "\(name) was never delivered and says so")
        }
    }

    /// A publish to several queues is in all of them or in none.
    func checkWholeness(_ places: [String: [String: [Found]]]) throws {
        let copies = Dictionary(
            grouping: self.items.filter { $0.isPersistent }, by: \.body)
        for (body, items) in copies where items.count > 1 {
            guard items.allSatisfy({ $0.settledIn == nil && !$0.publishes.isEmpty }) else {
                continue
            }
            let there = items.filter { places[$0.family]?[body]?.isEmpty == false }
            guard there.isEmpty || there.count == items.count else {
                throw Violation(
                    description: "\(body.prefix(8)) is in \(there.map(\.family)) of "
                        + "\(items.map(\.family))")
            }
        }
    }

    /// First in, first out, the more urgent before: what was not dead-lettered stands in the order
    /// of its publishing.
    func checkOrder(_ found: [String: [Found]]) throws {
        let priorities = Dictionary(
            self.items.filter { $0.family == "levels" }.map { ($0.body, $0.priority) },
            uniquingKeysWith: { first, _ in first })
        for (queue, messages) in found where !queue.hasPrefix("dead-") && queue != "due" {
            let places = messages.map { message in
                (
                    queue == "levels" ? -Int(priorities[message.body] ?? 0) : 0,
                    Int(message.body.prefix { $0 != "." }) ?? 0
                )
            }
            for (one, next) in zip(places, places.dropFirst()) where one > next {
                throw Violation(description: "\(queue) is out of order: \(one), \(next)")
            }
        }
    }
}
