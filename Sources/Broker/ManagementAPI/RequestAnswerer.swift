import HTTPTypes
import HummingbirdCore
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTPTypes

/// Takes a request off its connection, has it answered, and writes the answer.
///
/// Used by many connections at once; what changes is guarded by a lock.
final class RequestAnswerer: Sendable {
    private struct State {
        var router: ManagementRouter?
        var connections = 0
    }

    private let state = NIOLockedValueBox(State())
    private let connectionsMax: Int
    let budget = ByteBudget(bytesMax: ManagementServer.budgetBytesMax)

    init(connectionsMax: Int) { self.connectionsMax = connectionsMax }

    func begin(_ router: ManagementRouter) { self.state.withLockedValue { $0.router = router } }

    /// Whether there is room for one more connection; ``leave()`` follows when there is.
    func enter() -> Bool {
        self.state.withLockedValue { state in
            guard state.connections < self.connectionsMax else { return false }
            state.connections += 1
            return true
        }
    }

    func leave() { self.state.withLockedValue { $0.connections -= 1 } }

    func answer(
        _ request: Request, _ writer: consuming ResponseWriter, on channel: any Channel
    ) async throws {
        let (answer, isWhole) = await self.answer(request, on: channel)
        // An answer that nobody reads stays in memory until it has taken too long.
        let held = answer.body.count > ManagementServer.freeBodyBytesMax ? answer.body.count : 0
        guard self.budget.take(held) else {
            return try await self.write(APIAnswer(.unavailable), isWhole, request, writer, channel)
        }
        defer { self.budget.give(held) }
        try await self.write(answer, isWhole, request, writer, channel)
        // Behind everything that was written: comes when the client has read it, or is gone.
        if held > 0 { try await channel.writeAndFlush(HTTPResponsePart.body(ByteBuffer())) }
    }

    private func write(
        _ answer: APIAnswer, _ isWhole: Bool, _ request: Request,
        _ writer: consuming ResponseWriter, _ channel: any Channel
    ) async throws {
        var headers = HTTPFields()
        if !answer.body.isEmpty || answer.stream != nil {
            headers[.contentType] = answer.contentType
        }
        headers[.cacheControl] = "no-cache"
        headers[.server] = "queuetop"
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        let status = HTTPResponse.Status(code: answer.status.rawValue)
        if let stream = answer.stream, request.method != .head {
            let response = Response(status: status, headers: headers)
            return try await Self.write(stream, response.headers, status, writer)
        }
        // What is left of a body that was not taken is never read.
        if !isWhole { headers[.connection] = "close" }
        let body = ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        let response = Response(status: status, headers: headers, body: body)
        guard request.method != .head, answer.status != .noContent else {
            return try await writer.writeResponse(response.head)
        }
        try await writer.write(response: response.head, body: response.body)
        if !isWhole { try await channel.close() }
    }

    private static func write(
        _ stream: any EventStream, _ headers: HTTPFields, _ status: HTTPResponse.Status,
        _ writer: consuming ResponseWriter
    ) async throws {
        var headers = headers
        headers[.contentLength] = nil
        var body = try await writer.writeHead(HTTPResponse(status: status, headerFields: headers))
        while let bytes = await stream.next() {
            try await body.write(ByteBuffer(bytes: bytes))
        }
        try await body.finish(nil)
    }

    /// - Returns: The answer, and whether the request was read to its end.
    private func answer(
        _ request: Request, on channel: any Channel
    ) async -> (APIAnswer, isWhole: Bool) {
        guard let router = self.state.withLockedValue({ $0.router }) else {
            return (APIAnswer(.unavailable), true)
        }
        // Whoever has hung up since has no address any more: nobody reads the answer, and it would
        // stand in the log as a refused login.
        guard let address = channel.remoteAddress?.ipAddress else {
            return (APIAnswer(.unavailable), false)
        }
        guard let method = APIMethod(rawValue: request.method.rawValue) else {
            return (APIAnswer(.methodNotAllowed), true)
        }
        var unadmitted = ManagementRouter.Unadmitted(
            method: method, target: request.head.path ?? "/",
            authorization: request.headers[.authorization],
            reason: HTTPField.Name("X-Reason").flatMap { request.headers[$0] },
            address: address)
        switch await self.body(of: request, unadmitted, router) {
        case .refused(let answer): return (answer, false)
        case .whole(let bytes, let taken):
            defer { self.budget.give(taken) }
            unadmitted.body = bytes
            return (await router.answer(unadmitted), true)
        }
    }
}
