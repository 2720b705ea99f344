import BrokerLink
import Messaging
import PlainJSON
import RabbitMQLink
import Synchronization
import Testing

/// A link to another queuetop, and what it does where that one does not let it.
@Suite("Link to another queuetop")
struct QueuetopLinkTests {
    private static let overview = FakeManagement.Answer.json(
        200, #"{"product_name":"queuetop","product_version":"1.0","rabbitmq_version":"3.10.8"}"#)
    private static let forbidden = FakeManagement.Answer.json(
        401, #"{"error":"not_authorised","reason":"Not administrator user"}"#)

    @Test("It looks where messages lie, and has them with the types of their headers")
    func browse() async throws {
        var properties = MessageProperties()
        properties.headers = ["n": .int16(7)]
        let encoded = Base64.text(of: properties.encoded())
        let page = """
            {"messages":[{"position":"4503599627370499","exchange":"x","routing_key":"k",
             "redelivered":false,"unacknowledged":true,"enqueued_at":1700000000.25,
             "payload_bytes":9,"payload":"aGVsbG8=","payload_encoding":"base64",
             "amqp_properties":"\(encoded)"}],"scanned":1,"next":"4503599627370499"}
            """
        let script: FakeManagement.Script = { request, _ in
            request == "GET /api/overview" ? Self.overview : .json(200, page)
        }
        try await FakeManagement.run(script) { fake in
            let page = try await fake.link.browse(BrowseRequest(queue: "q"))
            let message = try #require(page.messages.first)
            #expect(page.hasMore)
            #expect(message.id == MessageID(Position(4_503_599_627_370_499)))
            #expect(message.message.properties == properties)
            #expect(message.message.body == Array("hello".utf8) && message.bodyBytes == 9)
            #expect(message.enqueuedAt == Timestamp(microseconds: 1_700_000_000_250_000))
            #expect(message.isUnacked && !message.isRedelivered)
        }
    }

    @Test("A user who may not look there is told what is missing, and not asked to force it")
    func forbiddenBrowse() async throws {
        let script: FakeManagement.Script = { request, _ in
            switch request {
            case "GET /api/overview": Self.overview
            case "GET /api/queues/%2F/q": .json(200, #"{"name":"q","messages_ready":1}"#)
            default: Self.forbidden
            }
        }
        try await FakeManagement.run(script) { fake in
            let refusal = LinkError.refused(
                reason: "u may not do that to q. It takes the permission to read it, or the tag "
                    + "administrator.")
            await #expect(throws: refusal) {
                try await fake.link.browse(BrowseRequest(queue: "q", intrusionMax: .mayDeadLetter))
            }
            await #expect(throws: refusal) { try await fake.link.delete([], from: "q") }
        }
    }

    @Test("A redrive that is stopped while a step is under way has that step's outcome")
    func stoppedStep() async throws {
        let steps = Steps()
        let stop = Mutex<@Sendable () -> Void>({})
        let script: FakeManagement.Script = { request, body in
            guard request.hasSuffix("/redrive-step") else { return Self.overview }
            // The answer comes after nobody listens any more.
            if steps.next(body) == 2 { stop.withLock { $0 }() }
            return .json(
                200,
                #"{"moved":2,"unroutable":0,"missing":0,"moved_to":{"a":2},"end":"9","next":"4"}"#)
        }
        try await FakeManagement.run(script) { fake in
            let (gate, opener) = AsyncStream.makeStream(of: Void.self)
            let request = RedriveRequest(source: "dead", selection: .all, target: .queue("a"))
            let listener = Task {
                for await _ in gate { break }
                var events: [RedriveEvent] = []
                for await event in fake.link.redrive(request) { events.append(event) }
                return events
            }
            stop.withLock { $0 = { listener.cancel() } }
            opener.yield()
            #expect(
                await listener.value == [
                    .progress(RedriveReport(moved: 2, movedTo: ["a": 2])),
                    .progress(RedriveReport(moved: 4, movedTo: ["a": 4])),
                ])
            #expect(steps.bodies.count == 2)
        }
    }

    @Test("A step of a redrive that is not answered is reported as unknown, and not repeated")
    func unknownStep() async throws {
        let steps = Steps()
        let limits = ManagementLimits(
            silenceSeconds: 1, answerSeconds: 1, answerBytesMax: 1_000_000)
        let script: FakeManagement.Script = { request, body in
            guard request.hasSuffix("/redrive-step") else { return Self.overview }
            guard steps.next(body) == 1 else { return .silence }
            return .json(
                200,
                #"{"moved":2,"unroutable":0,"missing":0,"moved_to":{"a":2},"end":"9","next":"4"}"#)
        }
        try await FakeManagement.run(limits: limits, script) { fake in
            let request = RedriveRequest(source: "dead", selection: .all, target: .queue("a"))
            var events: [RedriveEvent] = []
            for await event in fake.link.redrive(request) { events.append(event) }
            let report = RedriveReport(moved: 2, movedTo: ["a": 2])
            #expect(events.first == .progress(report))
            guard events.count == 2, case .failed(report, .outcomeUnknown) = events[1] else {
                Issue.record("\(events)")
                return
            }
            #expect(
                steps.bodies == [
                    #"{"count":1000,"target":"a"}"#,
                    #"{"count":1000,"target":"a","end":"9","after":"4"}"#,
                ])
        }
    }
}

/// The orders that came, in their turn; used on one event loop and read when it is at rest.
private final class Steps: Sendable {
    /// Guarded by its own lock, which nothing else is taken under.
    private let state = Mutex<[String]>([])

    var bodies: [String] { self.state.withLock { $0 } }

    func next(_ body: String) -> Int {
        self.state.withLock {
            $0.append(body)
            return $0.count
        }
    }
}
