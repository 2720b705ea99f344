import BrokerLink
import NIOSSL
import RabbitMQLink
import TestSupport
import Testing

/// The management API over HTTPS: whom the link believes, and what it shows.
@Suite("Management over HTTPS", .serialized)
struct SecureManagementTests {
    private let made: TestCertificates

    init() throws {
        self.made = try TestCertificates()
        try self.made.make("server", subject: "/CN=localhost")
        try self.made.make("clerk", subject: "/CN=clerk")
    }

    private func server(asksForCertificate: Bool = false) throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMFile(self.made.path("server.pem"))
        let key = try NIOSSLPrivateKey(file: self.made.path("server.key"), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        if asksForCertificate {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates(
                try NIOSSLCertificate.fromPEMFile(self.made.path("ca.pem")))
        }
        return configuration
    }

    /// Why the first answer did not come; nil when it came.
    private func failure(
        host: String = "localhost", asksForCertificate: Bool = false, _ trust: TrustRoots
    ) async throws -> LinkError? {
        var failure: LinkError?
        let server = try self.server(asksForCertificate: asksForCertificate)
        try await FakeManagement.run(
            host: host, server: server, trust: trust,
            { request, _ in
                request == "GET /api/overview"
                    ? .json(200, #"{"rabbitmq_version":"3.10.8"}"#) : .json(200, "[]")
            },
            { fake in
                do throws(LinkError) {
                    _ = try await fake.link.probe()
                } catch {
                    failure = error
                }
            })
        return failure
    }

    @Test("The right authority and name are believed")
    func right() async throws {
        #expect(try await self.failure(.file(path: self.made.path("ca.pem"))) == nil)
    }

    @Test("Another authority is not, and it is said what to do")
    func wrongAuthority() async throws {
        let others = try TestCertificates()
        for trust in [TrustRoots.file(path: others.path("ca.pem")), .system] {
            let text = try #require(try await self.failure(trust)).description
            #expect(text.contains("not trusted") && text.contains("--ca-file"), "\(text)")
        }
    }

    @Test("Another name is not, and it is said what to do")
    func wrongName() async throws {
        let trust = TrustRoots.file(path: self.made.path("ca.pem"))
        let text = try #require(try await self.failure(host: "127.0.0.1", trust)).description
        #expect(text.contains("made out for another name"), "\(text)")
    }

    @Test("A broker that asks for a certificate gets it, and refuses who has none")
    func ownCertificate() async throws {
        let authority = self.made.path("ca.pem")
        let shown = TrustRoots(
            authorities: authority, certificate: self.made.path("clerk.pem"),
            key: self.made.path("clerk.key"))
        #expect(try await self.failure(asksForCertificate: true, shown) == nil)
        let hidden = try await self.failure(asksForCertificate: true, .file(path: authority))
        guard case .disconnected = hidden else {
            Issue.record("nobody asked: \(String(describing: hidden))")
            return
        }
    }
}
