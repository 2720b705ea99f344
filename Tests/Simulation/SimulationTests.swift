import Testing

/// Broker and store on a disk that tears writes, reorders and loses what was not synced, fails
/// syncs for good, runs full and breaks off at any call.
@Suite("Simulation")
struct SimulationTests {
    /// Seeds of an ordinary run; the environment names more for a long one.
    static let seeds = SeedRange.fromEnvironment(default: 1...200)

    @Test("Whatever the disk does, confirmed messages stay, settled ones go, in order")
    func lives() throws {
        for seed in Self.seeds {
            do {
                var simulation = try Simulation(seed: seed)
                try simulation.run(steps: 250)
            } catch {
                Issue.record("seed \(seed): \(error)")
                return
            }
        }
    }
}
