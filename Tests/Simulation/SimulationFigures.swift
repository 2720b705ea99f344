import Store

/// What simulations met: each has to be more than nothing over a run, or it proves nothing.
struct SimulationFigures {
    private(set) var counts: [String: Int] = [:]

    mutating func count(_ what: String, _ count: Int = 1) {
        self.counts[what, default: 0] += count
    }

    /// Adds what a store did and found.
    mutating func add(_ tally: StoreTally, _ report: RecoveryReport) {
        self.count("checkpoints", tally.checkpoints)
        self.count("records copied from logs", tally.recordsFromLogs)
        self.count("records copied on from segments", tally.recordsFromSegments)
        self.count("logs kept as segments", tally.keptLogs)
        self.count("logs rotated", tally.rotatedLogs)
        self.count("logs replaced after a failed sync", tally.replacedLogs)
        self.count("full disks", tally.fullDisks)
        self.count("checkpoints on a full disk", tally.reclaims)
        self.count("other failures", tally.failures)
        self.count("torn tails", report.tornBytes > 0 ? 1 : 0)
        self.count("orphans swept", report.orphans.count)
        self.count("starts after an orderly end", report.wasStoppedInOrder ? 1 : 0)
    }

    mutating func add(_ other: SimulationFigures) {
        for (what, count) in other.counts { self.count(what, count) }
    }
}
