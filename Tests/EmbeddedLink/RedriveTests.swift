import BrokerLink
import Core
import EmbeddedLink
import Engine
import Messaging
import Testing

@Suite("Redrive over the embedded link")
struct RedriveTests {
    /// A work queue whose rejected messages die into `dead`.
    private static func fixture(deadCount: Int) async throws -> Fixture {
        let fixture = Fixture()
        await fixture.declare("dead")
        await fixture.declare(
            "work",
            arguments: [
                "x-dead-letter-exchange": .string(""), "x-dead-letter-routing-key": .string("dead"),
            ])
        try await fixture.publish(deadCount, to: "work")
        await fixture.rejectAll("work", count: deadCount)
        let sample = try await fixture.link.sample()
        try #require(sample.queues.first { $0.name == "dead" }?.ready == deadCount)
        return fixture
    }

    @Test("everything goes back to where it died, in batches that are reported")
    func all() async throws {
        let count = EmbeddedLink.redriveBatch * 2 + 500
        let fixture = try await Self.fixture(deadCount: count)
        var progress: [Int] = []
        var last: RedriveEvent?
        let request = RedriveRequest(source: "dead", selection: .all, target: .queueItDiedIn)
        for await event in fixture.link.redrive(request) {
            if case .progress(let report) = event { progress.append(report.moved) }
            last = event
        }
        #expect(last == .finished(RedriveReport(moved: count, movedTo: ["work": count])))
        #expect(progress == [EmbeddedLink.redriveBatch, EmbeddedLink.redriveBatch * 2])
        let queues = try await fixture.link.sample().queues
        #expect(queues.first { $0.name == "dead" }?.ready == 0)
        #expect(queues.first { $0.name == "work" }?.ready == count)
    }

    @Test("chosen messages go where they are sent; one that is gone counts as missing")
    func chosen() async throws {
        let fixture = try await Self.fixture(deadCount: 3)
        await fixture.declare("elsewhere")
        let ids = try await fixture.link.browse(BrowseRequest(queue: "dead")).messages.map(\.id)
        #expect(try await fixture.link.delete([ids[0]], from: "dead") == 1)
        let request = RedriveRequest(
            source: "dead", selection: .messages([ids[2], ids[0]]), target: .queue("elsewhere"))
        var last: RedriveEvent?
        for await event in fixture.link.redrive(request) { last = event }
        #expect(last == .finished(RedriveReport(moved: 1, missing: 1, movedTo: ["elsewhere": 1])))
        let left = try await fixture.link.browse(BrowseRequest(queue: "dead"))
        #expect(left.messages.map(\.id) == [ids[1]])
    }

    @Test("a queue that is not there fails it before anything moves")
    func missingQueues() async throws {
        let fixture = try await Self.fixture(deadCount: 1)
        let noTarget = RedriveRequest(source: "dead", selection: .all, target: .queue("missing"))
        #expect(
            await Self.events(fixture.link, noTarget)
                == [.failed(RedriveReport(), .queueNotFound("missing"))])
        let noSource = RedriveRequest(source: "missing", selection: .all, target: .queueItDiedIn)
        #expect(
            await Self.events(fixture.link, noSource)
                == [.failed(RedriveReport(), .queueNotFound("missing"))])
        #expect(try await fixture.link.sample().queues.first { $0.name == "dead" }?.ready == 1)
    }

    @Test("who stops listening stops it after the batch under way")
    func stopped() async throws {
        let count = EmbeddedLink.redriveBatch * 3
        let fixture = try await Self.fixture(deadCount: count)
        let request = RedriveRequest(source: "dead", selection: .all, target: .queueItDiedIn)
        for await _ in fixture.link.redrive(request) { break }
        #expect(
            try await fixture.link.sample().queues.first { $0.name == "dead" }?.ready
                == count - EmbeddedLink.redriveBatch)
    }

    private static func events(
        _ link: EmbeddedLink, _ request: RedriveRequest
    ) async -> [RedriveEvent] {
        var events: [RedriveEvent] = []
        for await event in link.redrive(request) { events.append(event) }
        return events
    }
}
