import TestSupport
import Testing

/// Broker and store on a disk that tears writes, reorders and loses what was not synced, fails
/// syncs for good, runs full and breaks off at any call.
@Suite("Simulation")
struct SimulationTests {
    /// Seeds of an ordinary run; the environment names more for a long one.
    static let seeds = SeedRange.fromEnvironment(default: 1...200)

    @Test("Whatever the disk does, confirmed messages stay, settled ones go, in order")
    func lives() async throws {
        let figures = try await onOwnThread {
            var figures = SimulationFigures()
            for seed in Self.seeds {
                do {
                    var simulation = try Simulation(seed: seed)
                    try simulation.run(steps: 300)
                    figures.add(simulation.figures)
                } catch {
                    throw Finding(seed: seed, error: error)
                }
            }
            return figures
        }
        // A single seed need not meet everything.
        guard Self.seeds.count >= 100 else { return }
        for (what, count) in figures.counts { #expect(count > 0, "no \(what)") }
    }

    /// What was found, and what finds it again.
    private struct Finding: Error, CustomStringConvertible {
        var seed: UInt64
        var error: any Error

        var description: String { "seed \(self.seed): \(self.error)" }
    }
}
