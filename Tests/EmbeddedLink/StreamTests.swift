import BrokerLink
import Core
import EmbeddedLink
import Engine
import Messaging
import Testing

@Suite("Streams over the embedded link")
struct StreamTests {
    /// A stream `log` with messages `1` … `count`, and an empty queue `copies`.
    private static func fixture(_ count: Int) async throws -> Fixture {
        let fixture = Fixture()
        await fixture.send([
            .declareQueue(
                .init(
                    name: "log", isDurable: true,
                    arguments: [
                        "x-queue-type": .string("stream"), "x-max-age": .string("7D"),
                        "x-max-length-bytes": .int64(1_000_000_000),
                    ]))
        ])
        await fixture.declare("copies")
        try await fixture.publish(count, to: "log")
        return fixture
    }

    private static func events(
        _ fixture: Fixture, _ request: ReplayRequest
    ) async -> [ReplayEvent] {
        var events: [ReplayEvent] = []
        for await event in fixture.link.replay(request) { events.append(event) }
        return events
    }

    private static func bodies(_ fixture: Fixture, _ request: BrowseRequest) async throws -> [Int] {
        try await fixture.link.browse(request).messages.compactMap {
            Int(String(decoding: $0.message.body, as: UTF8.self))
        }
    }

    @Test("Its row and its detail say offsets, what it keeps, groups and readers")
    func figures() async throws {
        let fixture = try await Self.fixture(10)
        await fixture.send([
            .setPrefetch(count: 5, bytes: 0, isGlobal: false),
            .consume(
                .init(
                    queue: "log", tag: "reader",
                    arguments: [
                        "x-stream-offset": .int32(2), "x-stream-group": .string("billing"),
                    ])),
        ])
        await fixture.send([.ack(DeliveryTag(1), isMultiple: false)])
        let sample = try await fixture.link.sample().queues.first { $0.name == "log" }
        #expect(sample?.features.contains(.stream) == true)
        #expect(
            sample?.stream
                == StreamSample(
                    firstOffset: 0, nextOffset: 10, ageMaxMicroseconds: 604_800_000_000,
                    bytesMax: 1_000_000_000, groups: 1, lagMax: 7, lost: 0))
        #expect(sample?.ready == 10)
        #expect(sample?.unacked == 0)
        let detail = try await fixture.link.detail(of: "log")
        #expect(detail.type == "stream")
        #expect(
            detail.groups.value == [
                StreamGroup(
                    name: "billing", nextOffset: 3, lag: 7, lagMicroseconds: 0, consumers: 1)
            ])
        #expect(
            detail.consumers.first?.reader
                == StreamReader(group: "billing", nextOffset: 8, lag: 2))
    }

    @Test("Browsing begins where it is asked to, and goes on from there as in any queue")
    func browse() async throws {
        let fixture = try await Self.fixture(10)
        let first = BrowseRequest(queue: "log", from: .offset(7), countMax: 2)
        #expect(try await Self.bodies(fixture, first) == [8, 9])
        let last = try await fixture.link.browse(first).messages.last?.id
        let next = BrowseRequest(queue: "log", after: last, from: .offset(7), countMax: 2)
        #expect(try await Self.bodies(fixture, next) == [10])
        let now = BrowseRequest(queue: "log", from: .time(Fixture.now))
        #expect(try await Self.bodies(fixture, now) == Array(1...10))
        let later = BrowseRequest(queue: "log", from: .time(Fixture.now.adding(microseconds: 1)))
        #expect(try await Self.bodies(fixture, later) == [])
        #expect(
            try await Self.bodies(fixture, BrowseRequest(queue: "log", from: .last)) == [10])
        await #expect(throws: LinkError.queueNotFound("copies")) {
            try await fixture.link.browse(BrowseRequest(queue: "copies", from: .first))
        }
    }

    @Test("A replay copies batch by batch and says how much is left")
    func replay() async throws {
        let fixture = try await Self.fixture(2_500)
        let events = await Self.events(
            fixture, ReplayRequest(stream: "log", from: .offset(100), target: "copies"))
        #expect(
            events == [
                .progress(ReplayReport(copied: 1_000, left: 1_400)),
                .progress(ReplayReport(copied: 2_000, left: 400)),
                .finished(ReplayReport(copied: 2_400, left: 0)),
            ])
        #expect(
            try await Self.bodies(fixture, BrowseRequest(queue: "copies", countMax: 3))
                == [101, 102, 103])
    }

    @Test("With a rate it copies a tenth of a second's messages at a time")
    func rate() async throws {
        let fixture = try await Self.fixture(25)
        let events = await Self.events(
            fixture,
            ReplayRequest(stream: "log", from: .first, target: "copies", perSecondMax: 100))
        #expect(
            events == [
                .progress(ReplayReport(copied: 10, left: 15)),
                .progress(ReplayReport(copied: 20, left: 5)),
                .finished(ReplayReport(copied: 25, left: 0)),
            ])
    }

    @Test("Ending to listen ends it after the batch under way")
    func stops() async throws {
        let fixture = try await Self.fixture(2_500)
        let request = ReplayRequest(stream: "log", from: .first, target: "copies")
        for await _ in fixture.link.replay(request) { break }
        let copies = try await fixture.link.sample().queues.first { $0.name == "copies" }?.ready
        #expect(copies == 1_000)
    }

    @Test("What is missing, and what is full, is said")
    func failures() async throws {
        let fixture = try await Self.fixture(5)
        await fixture.declare(
            "full", arguments: ["x-max-length": .int32(2), "x-overflow": .string("reject-publish")])
        func ending(_ stream: QueueName, _ target: QueueName) async -> ReplayEvent? {
            await Self.events(
                fixture, ReplayRequest(stream: stream, from: .first, target: target)
            ).last
        }
        #expect(
            await ending("missing", "copies")
                == .failed(ReplayReport(), .queueNotFound("missing")))
        #expect(
            await ending("copies", "full") == .failed(ReplayReport(), .queueNotFound("copies")))
        #expect(
            await ending("log", "missing") == .failed(ReplayReport(), .queueNotFound("missing")))
        #expect(
            await ending("log", "full")
                == .failed(
                    ReplayReport(copied: 2),
                    .refused(reason: "full is full; what came before is in it.")))
        await fixture.link.close()
        guard case .failed(_, .disconnected) = await ending("log", "copies") else {
            Issue.record("a closed link has to say so")
            return
        }
    }

    @Test("Nobody takes messages out of a stream by hand")
    func refusals() async throws {
        let fixture = try await Self.fixture(3)
        let refused = LinkError.declined(
            reason: "log is a stream; its messages leave by age or size alone.")
        let messages = try await fixture.link.browse(BrowseRequest(queue: "log")).messages
        await #expect(throws: refused) { try await fixture.link.purge("log") }
        await #expect(throws: refused) {
            try await fixture.link.delete(messages.map(\.id), from: "log")
        }
        let redrive = RedriveRequest(
            source: "log", selection: .messages(messages.map(\.id)), target: .queue("copies"))
        var events: [RedriveEvent] = []
        for await event in fixture.link.redrive(redrive) { events.append(event) }
        #expect(events == [.failed(RedriveReport(), refused)])
        #expect(try await Self.bodies(fixture, BrowseRequest(queue: "log")) == [1, 2, 3])
    }
}
