import ManagementAPI
import Messaging
import PlainJSON
import Testing

/// Samples for rates are taken while somebody asks for rates.
@Suite struct RestTests {
    @Test("It rests when nobody asks, and whoever asks wakes it", .timeLimit(.minutes(5)))
    func rest() async {
        let fixture = Fixture()
        // It rests after twelve of these: whoever asks more seldom than that never sees a rate.
        let sampler = RateSampler(fixture.engine, fixture.rates, every: .milliseconds(50))
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try? await sampler.run() }
            while !fixture.rates.isResting { await Task.yield() }
            // The clock stands still, so only what comes after has a rate.
            #expect(await self.hasRates(fixture) == false)
            fixture.clock.advance(seconds: 1)
            // Rates come only from one that is awake; how long it stays so, is its own affair.
            while await !self.hasRates(fixture) { fixture.clock.advance(seconds: 1) }
            while !fixture.rates.isResting { await Task.yield() }
            tasks.cancelAll()
        }
    }

    @Test("It ends while it rests", .timeLimit(.minutes(5)))
    func end() async {
        let fixture = Fixture()
        let sampler = RateSampler(fixture.engine, fixture.rates, every: .milliseconds(1))
        let running = Task { try await sampler.run() }
        while !fixture.rates.isResting { await Task.yield() }
        running.cancel()
        _ = await running.result
    }

    private func hasRates(_ fixture: Fixture) async -> Bool {
        let overview = await fixture.get("/api/overview")
        return overview?["queue_totals"]?["messages_details"] != nil
    }
}
