import ManagementAPI
import Messaging
import PlainJSON
import Testing

/// What was before the newest sample.
@Suite struct HistoryTests {
    private func history(_ fixture: Fixture, _ queue: String = "q") async -> [JSON] {
        await fixture.get("/api/queuetop/queues/%2F/\(queue)/history")?["samples"]?.elements ?? []
    }

    @Test("Each change is a sample, and what stays as it was is none")
    func changes() async {
        let fixture = Fixture()
        _ = await fixture.ask(.put, "/api/queues/%2F/q", "{}")
        _ = await fixture.ask(.put, "/api/queues/%2F/idle", "{}")
        for count in [0, 2, 0, 1] {
            for number in 0..<count { await fixture.publish("m\(number)", to: "q") }
            await fixture.sample()
            fixture.clock.advance(seconds: 5)
        }
        let samples = await self.history(fixture)
        #expect(samples.map { $0["messages_ready"]?.integer } == [0, 2, 3])
        #expect(samples.map { $0["publish"]?.integer } == [0, 2, 3])
        let times = samples.compactMap { $0["at"]?.integer }
        #expect(times.count == 3)
        #expect(zip(times, times.dropFirst()).map { $1 - $0 } == [5_000, 10_000])
        let until = await fixture.get("/api/queuetop/queues/%2F/q/history")?["until"]?.integer
        #expect(until == times.last)
        #expect(await self.history(fixture, "idle").count == 1)
    }

    @Test("It keeps the last ten minutes, and nothing of a queue that is gone")
    func limits() async throws {
        let fixture = Fixture()
        _ = await fixture.ask(.put, "/api/queues/%2F/q", "{}")
        for _ in 0..<200 {
            await fixture.publish("m", to: "q")
            await fixture.sample()
            fixture.clock.advance(seconds: 5)
        }
        let samples = await self.history(fixture)
        #expect((120...150).contains(samples.count))
        #expect(samples.last?["messages_ready"]?.integer == 200)
        _ = await fixture.ask(.delete, "/api/queues/%2F/q")
        await fixture.sample()
        _ = await fixture.ask(.put, "/api/queues/%2F/q", "{}")
        #expect(await self.history(fixture).isEmpty)
        let answer = await fixture.ask(.get, "/api/queuetop/queues/%2F/nothing/history")
        #expect(answer.status == .notFound)
    }
}
