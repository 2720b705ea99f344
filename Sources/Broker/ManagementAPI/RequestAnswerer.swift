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

    func begin(_ router: ManagementRouter) { self.state.withLockedValue { $0.router = router } }

    /// Whether there is room for one more connection; ``leave()`` follows when there is.
    func enter() -> Bool {
        self.state.withLockedValue { state in
            guard state.connections < ManagementServer.connectionsMax else { return false }
            state.connections += 1
            return true
        }
    }

    func leave() { self.state.withLockedValue { $0.connections -= 1 } }

    func answer(
        _ request: Request, _ writer: consuming ResponseWriter, on channel: any Channel
    ) async throws {
        let answer = await self.answer(request, on: channel)
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
        // What comes behind a body that is too big is never read.
        if answer.status == .tooLarge { headers[.connection] = "close" }
        let body = ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        let response = Response(status: status, headers: headers, body: body)
        guard request.method != .head, answer.status != .noContent else {
            return try await writer.writeResponse(response.head)
        }
        try await writer.write(response: response.head, body: response.body)
        if answer.status == .tooLarge { try await channel.close() }
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

    private func answer(_ request: Request, on channel: any Channel) async -> APIAnswer {
        guard let router = self.state.withLockedValue({ $0.router }) else {
            return APIAnswer(.unavailable)
        }
        guard let method = APIMethod(rawValue: request.method.rawValue) else {
            return APIAnswer(.methodNotAllowed)
        }
        guard let body = await Self.body(of: request) else { return APIAnswer(.tooLarge) }
        return await router.answer(
            .init(
                method: method, target: request.head.path ?? "/",
                authorization: request.headers[.authorization],
                reason: HTTPField.Name("X-Reason").flatMap { request.headers[$0] }, body: body,
                address: channel.remoteAddress?.ipAddress ?? ""))
    }

    /// - Returns: nil when it has more bytes than it may.
    private static func body(of request: Request) async -> [UInt8]? {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }),
            length > ManagementServer.bodyBytesMax
        {
            return nil
        }
        var bytes: [UInt8] = []
        do {
            for try await buffer in request.body {
                guard bytes.count + buffer.readableBytes <= ManagementServer.bodyBytesMax else {
                    return nil
                }
                bytes += buffer.readableBytesView
            }
        } catch {
            return nil
        }
        return bytes
    }
}
