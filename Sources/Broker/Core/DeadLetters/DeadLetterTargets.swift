/// Which queues dead letters can come into, worked out once for each state of the topology.
struct DeadLetterTargets {
    private var slots: Set<Int> = []
    /// The queues whose dead letters come into some queue.
    private var sources: Set<Int> = []
    /// The topology it was worked out for.
    private var topology: UInt64 = 0

    func isCurrent(_ topology: UInt64) -> Bool { self.topology == topology }

    func contains(_ slot: Int) -> Bool { self.slots.contains(slot) }

    /// Whether dead letters of a queue come into some queue.
    func isReached(from slot: Int) -> Bool { self.sources.contains(slot) }

    mutating func store(_ slots: Set<Int>, from sources: Set<Int>, topology: UInt64) {
        self.slots = slots
        self.sources = sources
        self.topology = topology
    }
}
