import AsyncHTTPClient
import BrokerLink
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import PlainJSON

/// Asks a broker's management API.
///
/// Every request has an end, by ``ManagementLimits``, so that a lost broker is noticed.
final class ManagementClient: Sendable {
    private static let connectSeconds: Int64 = 2
    /// Attempts to read what a broker stumbles over.
    private static let readsMax = 5
    private static let pauseMilliseconds = 100

    let address: String
    let user: String
    private let adviceWhenGone: String?
    private let root: String
    private let authorization: String
    private let client: HTTPClient
    private let limits: ManagementLimits

    /// - Parameter tls: How to secure connections, where the address wants that.
    init(
        to address: LinkAddress, password: String, tls: TLSConfiguration?,
        limits: ManagementLimits, on group: any EventLoopGroup
    ) {
        self.limits = limits
        let door = address.management
        self.address = door.address
        self.user = address.user
        self.adviceWhenGone = address.adviceWhenGone
        self.root =
            "\(door.usesTLS ? "https" : "http")://\(door.address)\(address.managementPath)/api"
        self.authorization =
            "Basic " + Base64.text(of: Array("\(address.user):\(password)".utf8))
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: door.usesTLS ? tls : nil,
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: .seconds(Self.connectSeconds), read: .seconds(limits.silenceSeconds)),
            decompression: .enabled(limit: .size(limits.answerBytesMax)))
        configuration.connectionPool.idleTimeout = .seconds(30)
        // What may be done twice is for the console to say, not for a pool.
        configuration.connectionPool.retryConnectionEstablishment = false
        self.client = HTTPClient(
            eventLoopGroupProvider: .shared(group), configuration: configuration)
    }

    /// Fetches what is at a path below `/api`.
    ///
    /// - Parameter path: Its parts, not escaped.
    func get<Reply: ManagementReply>(
        _ path: [String], query: KeyValuePairs<String, String> = [:], as: Reply.Type = Reply.self
    ) async throws(ManagementFault) -> Reply {
        try await self.get(path, query: query.map { ($0.key, $0.value) })
    }

    func get<Reply: ManagementReply>(
        _ path: [String], query: [(String, String)], as: Reply.Type = Reply.self
    ) async throws(ManagementFault) -> Reply {
        try self.parsed(await self.read(path, query: query))
    }

    /// Fetches what is at a path below `/api`, as it is.
    func fetch(_ path: [String]) async throws(ManagementFault) -> [UInt8] {
        Array(try await self.read(path, query: []).readableBytesView)
    }

    /// Sends JSON, once.
    func send(_ path: [String], _ body: [UInt8]) async throws(ManagementFault) {
        _ = try await self.ask(
            .POST, path, headers: ["Content-Type": "application/json"],
            body: ByteBuffer(bytes: body))
    }

    /// Sends an order, once.
    func post<Reply: ManagementReply>(
        _ path: [String], _ body: JSON, as: Reply.Type = Reply.self
    ) async throws(ManagementFault) -> Reply {
        try self.parsed(
            await self.ask(
                .POST, path, headers: ["Content-Type": "application/json"],
                body: ByteBuffer(string: body.compactText)))
    }

    private func parsed<Reply: ManagementReply>(
        _ bytes: ByteBuffer
    ) throws(ManagementFault) -> Reply {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: Array(bytes.readableBytesView))
        } catch {
            throw .unreadable(address: self.address, reason: "its answer is no JSON: \(error)")
        }
        do throws(ReplyError) {
            return try Reply(json)
        } catch {
            throw .unreadable(address: self.address, reason: "its answer has another form")
        }
    }

    /// Fetches once more, and again, what a broker stumbled over: RabbitMQ answers with 500 when
    /// something it lists goes away meanwhile. Reading may be done twice.
    private func read(
        _ path: [String], query: [(String, String)]
    ) async throws(ManagementFault) -> ByteBuffer {
        for _ in 1..<Self.readsMax {
            do throws(ManagementFault) {
                return try await self.ask(.GET, path, query: query)
            } catch {
                guard case .refused(500, _) = error else { throw error }
                // Until what goes away is gone; whoever cancels gets the next answer at once.
                try? await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
            }
        }
        return try await self.ask(.GET, path, query: query)
    }

    /// Deletes what is at a path below `/api`.
    func delete(
        _ path: [String], headers: KeyValuePairs<String, String> = [:]
    ) async throws(ManagementFault) {
        _ = try await self.ask(.DELETE, path, headers: headers)
    }

    /// Ends all connections.
    func close() async { try? await self.client.shutdown() }

    /// Asks, once. An order that was sent is waited for whoever is cancelled meanwhile, as long as
    /// it may take: its outcome would be unknown otherwise.
    private func ask(
        _ method: HTTPMethod, _ path: [String], query: [(String, String)] = [],
        headers: KeyValuePairs<String, String> = [:], body: ByteBuffer? = nil
    ) async throws(ManagementFault) -> ByteBuffer {
        guard method != .GET else {
            return try await self.exchange(method, path, query, headers, body)
        }
        return try await uninterrupted { () -> Result<ByteBuffer, ManagementFault> in
            do throws(ManagementFault) {
                return .success(try await self.exchange(method, path, query, headers, body))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    private func exchange(
        _ method: HTTPMethod, _ path: [String], _ query: [(String, String)],
        _ headers: KeyValuePairs<String, String>, _ body: ByteBuffer?
    ) async throws(ManagementFault) -> ByteBuffer {
        var request = HTTPClientRequest(url: self.url(path, query))
        request.method = method
        request.headers.add(name: "Authorization", value: self.authorization)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(body) }
        do {
            let begin = NIODeadline.now()
            let response = try await self.client.execute(
                request, timeout: .seconds(self.limits.silenceSeconds))
            let body = try await self.body(of: response, since: begin)
            try self.require(response, body)
            return body
        } catch let fault as ManagementFault {
            throw fault
        } catch {
            throw .unreachable(
                address: self.address, reason: HTTPFault.reason(error),
                advice: self.adviceWhenGone)
        }
    }

    /// Gathers an answer, which has to come to an end.
    private func body(
        of response: HTTPClientResponse, since begin: NIODeadline
    ) async throws -> ByteBuffer {
        let tooLarge = ManagementFault.unreadable(
            address: self.address,
            reason: "its answer has more than \(self.limits.answerBytesMax) bytes")
        let told = response.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard told <= self.limits.answerBytesMax else { throw tooLarge }
        let end = begin + .seconds(self.limits.answerSeconds)
        var body = ByteBuffer()
        for try await var part in response.body {
            guard body.readableBytes + part.readableBytes <= self.limits.answerBytesMax else {
                throw tooLarge
            }
            guard NIODeadline.now() < end else {
                throw ManagementFault.unreachable(
                    address: self.address,
                    reason: "its answer has no end after \(self.limits.answerSeconds) seconds")
            }
            body.writeBuffer(&part)
        }
        return body
    }

    private func url(_ path: [String], _ query: [(String, String)]) -> String {
        let path = path.map { "/" + PercentCode.encoded($0) }.joined()
        guard !query.isEmpty else { return self.root + path }
        let pairs = query.map { "\($0)=\(PercentCode.encoded($1))" }
        return "\(self.root)\(path)?\(pairs.joined(separator: "&"))"
    }

    private func require(
        _ response: HTTPClientResponse, _ body: ByteBuffer
    ) throws(ManagementFault) {
        let status = response.status
        guard !(200..<300).contains(status.code) else { return }
        let refusal = Refusal(body)
        let reason = refusal?.reason ?? status.reasonPhrase
        switch status.code {
        // A known user who lacks a right gets 401 as well, with another reason.
        case 401 where Self.isLoginRefusal(refusal?.reason):
            throw .loginRefused(address: self.address, user: self.user)
        case 401: throw .notPermitted(reason: reason)
        case 403: throw .notPermitted(reason: reason)
        case 404 where refusal != nil: throw .notFound
        case 301...308:
            let place = response.headers.first(name: "location").map { ", to \($0.prefix(200))" }
            throw .unreadable(
                address: self.address, reason: "it sends elsewhere\(place ?? "")")
        case 404:
            throw .unreadable(address: self.address, reason: "it does not know /api")
        default: throw .refused(status: Int(status.code), reason: reason)
        }
    }

    private static func isLoginRefusal(_ reason: String?) -> Bool {
        guard let reason else { return true }
        return reason == "Login failed" || reason == "Not management user"
    }

    /// What RabbitMQ sends with a refusal.
    private struct Refusal {
        var reason: String?

        /// Nil when it is nothing of a management API.
        init?(_ body: ByteBuffer) {
            guard let json = try? JSON(parsing: Array(body.readableBytesView)),
                json.members != nil
            else { return nil }
            self.reason = json.text("reason") ?? json.text("error")
        }
    }
}
