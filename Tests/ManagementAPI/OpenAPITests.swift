import Core
import Engine
import ManagementAPI
import Messaging
import PlainJSON
import Testing

/// What the API says of itself is what it does: each path is asked in every way that is told apart
/// there, and status and members of the answer have to stand in the description.
@Suite("Description of the own endpoints")
struct OpenAPITests {
    private struct Ask {
        var method: APIMethod
        var path: String
        /// What the path stands for, with its query.
        var target: String
        var body: String
        var login: String?
        var status: APIStatus
    }

    private static let queue = "/api/queuetop/queues/{vhost}/{queue}"

    @Test("Every answer has a status and members that stand in the description")
    func answers() async throws {
        let fixture = await Self.fixture()
        let document = try await Self.document(fixture)
        var told: Set<String> = []
        for ask in Self.asks {
            let answer = await fixture.ask(
                ask.method, ask.target, ask.body, login: ask.login)
            let what = "\(ask.method.rawValue) \(ask.target) \(ask.body): \(answer.text)"
            #expect(answer.status == ask.status, "\(what)")
            told.insert("\(ask.method.rawValue) \(ask.path) \(ask.status.rawValue)")
            let response = document.response(ask.method, ask.path, answer.status)
            guard let response else {
                Issue.record("\(answer.status) is not described: \(what)")
                continue
            }
            guard answer.stream == nil, !answer.body.isEmpty else { continue }
            let json = try #require(JSON(request: answer.body), "\(what)")
            let problems = document.problems(of: json, response.schema)
            #expect(problems.isEmpty, "\(problems): \(what)")
        }
        #expect(document.described.subtracting(told).isEmpty, "each status is seen once")
    }

    /// Users, queues and a consumer, so that nothing that may be told is missing.
    private static func fixture() async -> Fixture {
        let fixture = await Fixture.shop(rejecting: 3)
        for (queue, arguments) in [
            ("log", #""x-queue-type":"stream""#),
            ("flow", #""x-breaker-threshold":0.5,"x-delivery-rate":5,"x-retry-max":3"#),
            ("levels", #""x-max-priority":3"#), ("limited", #""x-queue-type":"quorum""#),
        ] {
            _ = await fixture.ask(
                .put, "/api/queues/%2F/\(queue)",
                #"{"durable":true,"arguments":{\#(arguments)}}"#)
            await fixture.publish("m", to: queue)
        }
        for user in ["reader", "nobody"] {
            _ = await fixture.ask(
                .put, "/api/users/\(user)", #"{"password":"p","tags":"management"}"#)
        }
        _ = await fixture.ask(
            .put, "/api/permissions/%2F/reader", #"{"configure":"","write":"","read":".*"}"#)
        _ = await fixture.ask(.post, "/api/queuetop/queues/%2F/dead/redrive", "{}")
        await fixture.engine.attach(
            QuietClient(), consuming: ["flow": "a", "log": "b", "limited": "c"])
        await fixture.sample()
        return fixture
    }

    private static func document(_ fixture: Fixture) async throws -> APIDescription {
        let answer = await fixture.ask(.get, "/api/queuetop/openapi.json", login: nil)
        #expect(answer.status == .ok)
        return APIDescription(document: try #require(JSON(request: answer.body)))
    }

    // MARK: What is asked

    private static var asks: [Ask] {
        self.queueAsks + self.messageAsks + self.redriveAsks + self.brokerAsks
    }

    private static func ask(
        _ method: APIMethod, _ path: String, _ query: String = "", _ body: String = "",
        queue: String = "dead", vhost: String = "%2F", id: String = "1",
        login: String? = "guest:guest", gives status: APIStatus = .ok
    ) -> Ask {
        let target = path.replacing("{vhost}", with: vhost).replacing("{queue}", with: queue)
            .replacing("{id}", with: id)
        return Ask(
            method: method, path: path, target: target + query, body: body, login: login,
            status: status)
    }

    /// Without a login, what is not there, and a parameter that nobody knows.
    private static func refusals(
        _ method: APIMethod, _ path: String, _ body: String = ""
    ) -> [Ask] {
        let isQuery = method == .get
        return [
            self.ask(method, path, "", body, login: nil, gives: .unauthorized),
            self.ask(
                method, path, isQuery ? "?odd=1" : "", isQuery ? "" : #"{"odd":1}"#,
                gives: .badRequest),
        ]
            + (path.contains("{")
                ? [
                    self.ask(
                        method, path, "", body, queue: "x", vhost: "x", id: "99",
                        gives: .notFound)
                ] : [])
    }

    private static var queueAsks: [Ask] {
        let queues = ["dead", "work", "log", "flow", "levels", "limited"]
        let breaker = self.queue + "/breaker"
        return queues.map { self.ask(.get, self.queue, queue: $0) }
            + queues.map { self.ask(.get, self.queue + "/timings", queue: $0) }
            + queues.map { self.ask(.get, self.queue + "/history", queue: $0) }
            + self.refusals(.get, self.queue) + self.refusals(.get, self.queue + "/timings")
            + self.refusals(.get, self.queue + "/history")
            + [
                self.ask(.post, breaker, "", #"{"state":"open"}"#, queue: "flow"),
                self.ask(.get, self.queue, queue: "flow"),
                self.ask(.post, breaker, "", #"{"state":"closed"}"#, queue: "flow"),
                self.ask(.post, breaker, "", #"{"state":"open"}"#, gives: .badRequest),
                self.ask(.post, breaker, "", #"{"state":1}"#, queue: "flow", gives: .badRequest),
                self.ask(
                    .post, breaker, "", #"{"state":"open"}"#, queue: "flow", login: "nobody:p",
                    gives: .unauthorized),
            ] + self.refusals(.post, breaker, #"{"state":"open"}"#)
    }

    private static var messageAsks: [Ask] {
        let (messages, delete) = (self.queue + "/messages", self.queue + "/messages/delete")
        return [
            self.ask(.get, messages), self.ask(.get, messages, "?properties=amqp&encoding=base64"),
            self.ask(.get, messages, "?from=first", queue: "log"),
            self.ask(.get, messages, "?from=first", gives: .badRequest),
            self.ask(.get, messages, "?encoding=bad", gives: .badRequest),
            self.ask(.get, messages, "?properties=zzz", gives: .badRequest),
            self.ask(.get, messages, "?header=x", gives: .badRequest),
            self.ask(.get, messages, login: "nobody:p", gives: .unauthorized),
            self.ask(.post, delete, "", #"{"positions":[]}"#),
            self.ask(.post, delete, "", #"{"positions":{}}"#, gives: .badRequest),
            self.ask(.post, delete, "", #"{"positions":[]}"#, queue: "log", gives: .badRequest),
        ] + self.refusals(.get, messages) + self.refusals(.post, delete, #"{"positions":[]}"#)
    }

    private static var redriveAsks: [Ask] {
        let (step, begin) = (self.queue + "/redrive-step", self.queue + "/redrive")
        let (list, one) = ("/api/queuetop/redrives", "/api/queuetop/redrives/{id}")
        return [
            self.ask(.post, step, "", #"{"count":1}"#),
            self.ask(.post, step, "", #"{"target":null}"#),
            self.ask(.post, step, "", "{}", login: "reader:p", gives: .unauthorized),
            self.ask(.post, begin, "", #"{"target":"work"}"#, gives: .created),
            self.ask(.post, begin, "", #"{"target":5}"#, gives: .badRequest),
            self.ask(.get, list), self.ask(.get, one),
            self.ask(.post, one + "/pause"), self.ask(.post, one + "/resume"),
            self.ask(.delete, one), self.ask(.delete, one, gives: .badRequest),
            self.ask(.post, one + "/pause", gives: .badRequest),
            self.ask(.delete, one, id: "99", gives: .notFound),
            self.ask(.delete, one, login: nil, gives: .unauthorized),
        ] + self.refusals(.post, step) + self.refusals(.post, begin) + self.refusals(.get, list)
            + self.refusals(.get, one) + self.refusals(.post, one + "/pause")
            + self.refusals(.post, one + "/resume")
    }

    private static var brokerAsks: [Ask] {
        let figures = "/api/queuetop/figures/{vhost}"
        let clients = "/api/queuetop/clients/{vhost}"
        let dead = "/api/queuetop/dead-letters/{vhost}"
        let cancel = #""connection":"quiet -> 127.0.0.1:5672","channel":1,"tag":"#
        return [
            self.ask(.get, figures), self.ask(.get, figures, login: "reader:p"),
            self.ask(.get, clients), self.ask(.get, clients, login: "reader:p"),
            self.ask(.get, dead), self.ask(.get, dead, login: "reader:p", gives: .unauthorized),
            self.ask(
                .post, clients + "/cancel", "", "{\(cancel)\"a\"}", login: "reader:p",
                gives: .unauthorized),
            self.ask(.post, clients + "/cancel", "", "{\(cancel)\"a\"}"),
            self.ask(.post, clients + "/cancel", "", "{\(cancel)\"a\"}", gives: .notFound),
            self.ask(.post, clients + "/cancel", "", "{\(cancel)7}", gives: .badRequest),
            self.ask(.get, "/api/queuetop/events"),
            self.ask(.get, "/api/queuetop/openapi.json", login: nil),
        ] + self.refusals(.get, figures) + self.refusals(.get, clients) + self.refusals(.get, dead)
            + self.refusals(.post, clients + "/cancel", "{\(cancel)\"a\"}")
            + self.refusals(.get, "/api/queuetop/events")
    }
}
