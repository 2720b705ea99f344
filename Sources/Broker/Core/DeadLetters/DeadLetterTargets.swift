/// Which queues dead letters can come into, worked out once for each state of the topology.
struct DeadLetterTargets {
    private var slots: Set<Int> = []
    /// The topology it was worked out for.
    private var topology: UInt64 = 0

    func isCurrent(_ topology: UInt64) -> Bool { self.topology == topology }

    func contains(_ slot: Int) -> Bool { self.slots.contains(slot) }

    mutating func store(_ slots: Set<Int>, topology: UInt64) {
        self.slots = slots
        self.topology = topology
    }
}
