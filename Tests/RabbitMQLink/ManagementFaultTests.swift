import BrokerLink
import Messaging
import RabbitMQLink
import Testing

/// Whatever a management API answers instead of what it should: the link says what it was.
@Suite("Management answers gone wrong")
struct ManagementFaultTests {
    private static let overview = #"{"rabbitmq_version":"3.10.8","product_name":"RabbitMQ"}"#

    /// What asking who it is fails with.
    private func failure(
        limits: ManagementLimits = .usual, _ answer: FakeManagement.Answer
    ) async throws -> LinkError {
        var failure: LinkError?
        try await FakeManagement.run(limits: limits, { _, _ in answer }) { fake in
            failure = await #expect(throws: LinkError.self) { try await fake.link.probe() }
        }
        return try #require(failure)
    }

    @Test("A refused login names the user, and what the user needs")
    func login() async throws {
        let refused = #"{"error":"not_authorised","reason":"Login failed"}"#
        for answer in [
            FakeManagement.Answer.json(401, refused), .page(401, ""),
            .json(401, #"{"error":"not_authorised","reason":"Not management user"}"#),
        ] {
            let text = try await self.failure(answer).description
            #expect(text.contains("refused the login of u") && text.contains("tag"), "\(text)")
        }
    }

    @Test("Who may not see something is told what, and is not taken for disconnected")
    func forbidden() async throws {
        let reason = "User not authorised to access virtual host"
        for status in [401, 403] {
            let answer = FakeManagement.Answer.json(
                status, #"{"error":"not_authorised","reason":"\#(reason)"}"#)
            #expect(try await self.failure(answer) == .refused(reason: reason + "."))
        }
    }

    @Test("A virtual host that does not exist is named")
    func noHost() async throws {
        try await FakeManagement.run(["GET /api/overview": Self.overview]) { fake in
            await #expect(
                throws: LinkError.virtualHostNotFound("/")
            ) {
                try await fake.link.probe()
            }
        }
    }

    @Test("A failing broker is asked again, and then its failure told")
    func serverError() async throws {
        let answer = FakeManagement.Answer.json(
            500, #"{"error":"Internal Server Error","reason":"badarg"}"#)
        #expect(try await self.failure(answer) == .refused(reason: "badarg (HTTP 500)."))
    }

    @Test(
        "What is no management API is said to be none",
        arguments: [
            (FakeManagement.Answer.page(404, "<html>nothing</html>"), "does not know /api"),
            (.page(200, "<html>hello</html>"), "no JSON: a value is expected at byte 1"),
            (.json(200, #"{"rabbitmq_version":"3."#), "no JSON"),
            (.json(200, "[]"), "another form"),
            (.json(200, #"{"unrelated":1}"#), "another form"),
            (
                .page(302, "", headers: [("location", "https://elsewhere/login")]),
                "sends elsewhere, to https://elsewhere/login"
            ),
        ])
    func otherPrograms(answer: FakeManagement.Answer, words: String) async throws {
        let text = try await self.failure(answer).description
        #expect(text.contains(words) && text.contains("--management-url"), "\(text)")
    }

    @Test("An answer that does not come, or has no end, is waited for so long only")
    func endless() async throws {
        let limits = ManagementLimits(
            silenceSeconds: 1, answerSeconds: 1, answerBytesMax: 1_000_000)
        let silent = try await self.failure(limits: limits, .silence).description
        #expect(silent.contains("it is silent"), "\(silent)")
        let trickling = try await self.failure(limits: limits, .trickle).description
        #expect(trickling.contains("no end after 1 seconds"), "\(trickling)")
    }

    @Test("An answer that is too large is not read to its end, announced or not")
    func huge() async throws {
        let limits = ManagementLimits(silenceSeconds: 4, answerSeconds: 30, answerBytesMax: 1_000)
        let long = String(repeating: " ", count: 1_001)
        for answer in [
            FakeManagement.Answer.page(200, long),
            .page(200, long, headers: [("transfer-encoding", "chunked")]),
            .page(200, "", headers: [("content-length", "1000000000")]),
        ] {
            let text = try await self.failure(limits: limits, answer).description
            #expect(text.contains("more than 1000 bytes"), "\(text)")
        }
        _ = try await self.failure(
            limits: limits, .page(200, String(repeating: " ", count: 1_000)))
    }
}
