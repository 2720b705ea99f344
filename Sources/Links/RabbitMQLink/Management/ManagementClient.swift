import AsyncHTTPClient
import BrokerLink
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Asks a broker's management API.
///
/// Every request has an end within ``answerSeconds`` of silence, so that a lost broker is noticed.
final class ManagementClient: Sendable {
    /// How long a request waits for the beginning of its answer, or for more of it.
    static let answerSeconds: Int64 = 4
    private static let connectSeconds: Int64 = 2
    /// Attempts to read what a broker stumbles over.
    private static let readsMax = 5
    private static let pauseMilliseconds = 100
    /// Bytes of one answer; a page of 500 queues has less than a hundredth of it.
    private static let answerBytesMax = 268_435_456

    let address: String
    private let user: String
    private let root: String
    private let authorization: String
    private let client: HTTPClient

    init(to address: LinkAddress, password: String, trust: TrustRoots, on group: any EventLoopGroup)
    {
        let door = address.management
        self.address = door.address
        self.user = address.user
        self.root =
            "\(door.usesTLS ? "https" : "http")://\(door.address)\(address.managementPath)/api"
        self.authorization =
            "Basic " + Data("\(address.user):\(password)".utf8).base64EncodedString()
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: door.usesTLS ? trust.configuration : nil,
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: .seconds(Self.connectSeconds), read: .seconds(Self.answerSeconds)),
            decompression: .enabled(limit: .size(Self.answerBytesMax)))
        configuration.connectionPool.idleTimeout = .seconds(30)
        // What may be done twice is for the console to say, not for a pool.
        configuration.connectionPool.retryConnectionEstablishment = false
        self.client = HTTPClient(
            eventLoopGroupProvider: .shared(group), configuration: configuration)
    }

    /// Fetches what is at a path below `/api`.
    ///
    /// - Parameter path: Its parts, not escaped.
    func get<Reply: Decodable & Sendable>(
        _ path: [String], query: KeyValuePairs<String, String> = [:], as: Reply.Type = Reply.self
    ) async throws(ManagementFault) -> Reply {
        let bytes = try await self.read(path, query: query)
        do {
            return try JSONDecoder().decode(Reply.self, from: Data(bytes.readableBytesView))
        } catch {
            throw .unreadable(address: self.address, reason: "its answer has another form")
        }
    }

    /// Fetches once more, and again, what a broker stumbled over: RabbitMQ answers with 500 when
    /// something it lists goes away meanwhile. Reading may be done twice.
    private func read(
        _ path: [String], query: KeyValuePairs<String, String>
    ) async throws(ManagementFault) -> ByteBuffer {
        for _ in 1..<Self.readsMax {
            do throws(ManagementFault) {
                return try await self.ask(.GET, path, query: query, headers: [:])
            } catch {
                guard case .refused(500, _) = error else { throw error }
                // Until what goes away is gone; whoever cancels gets the next answer at once.
                try? await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
            }
        }
        return try await self.ask(.GET, path, query: query, headers: [:])
    }

    /// Deletes what is at a path below `/api`.
    func delete(
        _ path: [String], headers: KeyValuePairs<String, String> = [:]
    ) async throws(ManagementFault) {
        _ = try await self.ask(.DELETE, path, query: [:], headers: headers)
    }

    /// Ends all connections.
    func close() async { try? await self.client.shutdown() }

    private func ask(
        _ method: HTTPMethod, _ path: [String], query: KeyValuePairs<String, String>,
        headers: KeyValuePairs<String, String>
    ) async throws(ManagementFault) -> ByteBuffer {
        var request = HTTPClientRequest(url: self.url(path, query))
        request.method = method
        request.headers.add(name: "Authorization", value: self.authorization)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        do {
            let response = try await self.client.execute(
                request, timeout: .seconds(Self.answerSeconds))
            let body = try await response.body.collect(upTo: Self.answerBytesMax)
            try self.require(response.status, body)
            return body
        } catch let fault as ManagementFault {
            throw fault
        } catch {
            throw .unreachable(address: self.address, reason: HTTPFault.reason(error))
        }
    }

    private func url(_ path: [String], _ query: KeyValuePairs<String, String>) -> String {
        let path = path.map { "/" + PercentCode.encoded($0) }.joined()
        guard !query.isEmpty else { return self.root + path }
        let pairs = query.map { "\($0)=\(PercentCode.encoded($1))" }
        return "\(self.root)\(path)?\(pairs.joined(separator: "&"))"
    }

    private func require(
        _ status: HTTPResponseStatus, _ body: ByteBuffer
    ) throws(ManagementFault) {
        guard !(200..<300).contains(status.code) else { return }
        let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(body.readableBytesView))
        let reason = refusal?.reason ?? status.reasonPhrase
        switch status.code {
        // A known user who lacks a right gets 401 as well, with another reason.
        case 401 where Self.isLoginRefusal(refusal?.reason):
            throw .loginRefused(address: self.address, user: self.user)
        case 401: throw .notPermitted(reason: reason)
        case 403: throw .notPermitted(reason: reason)
        case 404 where refusal != nil: throw .notFound
        case 301...308: throw .unreadable(address: self.address, reason: "it sends elsewhere")
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
    private struct Refusal: Decodable {
        var error: String?
        var reason: String?
    }
}
