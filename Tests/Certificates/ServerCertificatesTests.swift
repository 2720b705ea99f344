import Certificates
import TestSupport
import Testing

/// Files of certificates, right and wrong ones.
@Suite struct ServerCertificatesTests {
    private let made: TestCertificates

    init() throws {
        self.made = try TestCertificates()
        try self.made.make("server", subject: "/CN=localhost")
        try self.made.make("other", subject: "/CN=localhost")
    }

    private func files(
        _ certificate: String = "server.pem", _ key: String = "server.key",
        _ authorities: String? = nil
    ) -> CertificateFiles {
        CertificateFiles(
            certificate: self.made.path(certificate), key: self.made.path(key),
            authorities: authorities.map { self.made.path($0) })
    }

    @Test("Client certificates are asked for where there is an authority for them")
    func right() throws {
        #expect(try !ServerCertificates(self.files()).verifiesClients)
        let files = self.files("server.pem", "server.key", "ca.pem")
        #expect(try ServerCertificates(files).verifiesClients)
    }

    @Test("What is wrong is said of the file that it is wrong with")
    func wrong() throws {
        try self.made.write("no certificate", to: "text")
        try self.made.write("", to: "empty")
        for (files, path) in [
            (self.files("missing"), "missing"), (self.files("text"), "text"),
            (self.files("empty"), "empty"), (self.files("server.pem", "missing"), "missing"),
            (self.files("server.pem", "text"), "text"),
            (self.files("server.pem", "other.key"), "other.key"),
            (self.files("server.pem", "server.key", "missing"), "missing"),
            (self.files("server.pem", "server.key", "text"), "text"),
            (self.files("server.pem", "server.key", "empty"), "empty"),
        ] {
            do {
                _ = try ServerCertificates(files)
                Issue.record("taken: \(files)")
            } catch {
                #expect(error.path == self.made.path(path), "\(error)")
                #expect(error.description.contains("--tls-key"))
            }
        }
    }

    @Test("Read anew it shows what the files hold now; what is wrong leaves it as it was")
    func reloading() throws {
        let certificates = try ServerCertificates(self.files())
        let first = certificates.context
        #expect(certificates.context === first)
        try self.made.copy("other.key", to: "server.key")
        #expect(throws: CertificateError.self) { try certificates.reload() }
        #expect(certificates.context === first)
        try self.made.copy("other.pem", to: "server.pem")
        try certificates.reload()
        #expect(certificates.context !== first)
    }
}
