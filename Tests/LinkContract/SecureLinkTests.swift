import AMQPServer
import BrokerLink
import Certificates
import Engine
import Messaging
import NIOPosix
import RabbitMQLink
import Store
import TestSupport
import Testing

/// Links over AMQPS: whom they believe, and what they show.
@Suite("Link contract: TLS", .serialized)
struct SecureLinkTests {
    private let made: TestCertificates

    init() throws {
        self.made = try TestCertificates()
        try self.made.make("server", subject: "/CN=localhost")
        try self.made.make("clerk", subject: "/CN=clerk")
    }

    /// Purges a queue that is not there: a link that gets in is told so.
    private func purge(
        host: String = "localhost", _ trust: TrustRoots, clientAuthorities: String? = nil
    ) async throws -> LinkError? {
        let group = MultiThreadedEventLoopGroup.singleton
        let engine = Engine(on: group.next(), clock: .system(), store: VolatileStore(), seed: 1)
        let certificates = try ServerCertificates(
            CertificateFiles(
                certificate: self.made.path("server.pem"), key: self.made.path("server.key"),
                authorities: clientAuthorities))
        let server = try await AMQPServer.listen(
            port: 0, secure: TLSListener(port: 0, certificates: certificates), engine: engine,
            on: group, version: "1.2.3")
        let port = try #require(server.securePort)
        let link = try RabbitMQLink(
            to: LinkAddress(parsing: "amqps://\(host):\(port)"), password: "guest", trust: trust,
            version: "1.2.3", now: { Timestamp(seconds: 0) }, on: group)
        let failure = await #expect(throws: LinkError.self) {
            try await link.purge("nobody's")
        }
        await link.close()
        await server.stop(within: .seconds(10))
        await engine.stop()
        return failure
    }

    @Test("The right authority and name let in")
    func right() async throws {
        let failure = try await self.purge(.file(path: self.made.path("ca.pem")))
        #expect(failure == .queueNotFound("nobody's"))
    }

    @Test("A certificate of this end is shown, and believed by its authority")
    func ownCertificate() async throws {
        let authority = self.made.path("ca.pem")
        let trust = TrustRoots(
            authorities: authority, certificate: self.made.path("clerk.pem"),
            key: self.made.path("clerk.key"))
        let failure = try await self.purge(trust, clientAuthorities: authority)
        #expect(failure == .queueNotFound("nobody's"))
    }

    @Test("A certificate of this end that the broker does not believe is refused")
    func strangeCertificate() async throws {
        let strangers = try TestCertificates()
        try strangers.make("stranger", subject: "/CN=stranger")
        let authority = self.made.path("ca.pem")
        let trust = TrustRoots(
            authorities: authority, certificate: strangers.path("stranger.pem"),
            key: strangers.path("stranger.key"))
        let failure = try await self.purge(trust, clientAuthorities: authority)
        guard case .disconnected = failure else {
            Issue.record("a stranger got in: \(String(describing: failure))")
            return
        }
    }

    @Test("A broker of another authority is refused, and said what to do")
    func wrongAuthority() async throws {
        let others = try TestCertificates()
        for trust in [TrustRoots.file(path: others.path("ca.pem")), .system] {
            let failure = try await self.purge(trust)
            guard case .disconnected(let reason) = failure else {
                Issue.record("it was believed: \(String(describing: failure))")
                return
            }
            #expect(reason.contains("not trusted") && reason.contains("--ca-file"), "\(reason)")
        }
    }

    @Test("A broker of another name is refused, and said what to do")
    func wrongName() async throws {
        let trust = TrustRoots.file(path: self.made.path("ca.pem"))
        let failure = try await self.purge(host: "127.0.0.1", trust)
        guard case .disconnected(let reason) = failure else {
            Issue.record("it was believed: \(String(describing: failure))")
            return
        }
        #expect(reason.contains("made out for another name"), "\(reason)")
    }

    @Test("Files that are not what they should be are named at once")
    func wrongFiles() throws {
        try self.made.write("no certificate", to: "text")
        let (ca, clerk) = (self.made.path("ca.pem"), self.made.path("clerk.pem"))
        for (trust, path, words) in [
            (TrustRoots.file(path: "/missing"), "/missing", "cannot be read"),
            (.file(path: self.made.path("text")), self.made.path("text"), "certificate"),
            (TrustRoots(authorities: ca, certificate: clerk), clerk, "key is not named"),
            (TrustRoots(authorities: ca, key: clerk), clerk, "certificate is not named"),
            (
                TrustRoots(certificate: clerk, key: self.made.path("text")),
                self.made.path("text"), "cannot be read as a private key"
            ),
            (
                TrustRoots(certificate: clerk, key: self.made.path("server.key")),
                self.made.path("server.key"), "does not belong"
            ),
        ] {
            let error = #expect(throws: TrustError.self) { try trust.configuration() }
            #expect(error?.path == path)
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        }
    }
}
