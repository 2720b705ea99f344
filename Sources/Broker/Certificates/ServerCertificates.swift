import NIOConcurrencyHelpers
import NIOSSL

/// Where a server's certificate is, in PEM files.
package struct CertificateFiles: Hashable, Sendable {
    /// The server's own, and those between it and its authority.
    package var certificate: String
    /// Its private key, without a passphrase.
    package var key: String
    /// The authorities that client certificates may come from; nil asks for none.
    package var authorities: String?

    package init(certificate: String, key: String, authorities: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.authorities = authorities
    }
}

/// The certificate that listeners show, which can be read anew while they listen.
///
/// TLS 1.2 and 1.3. A client certificate is verified when one is given; who gives none has to log
/// in otherwise. Guarded by a lock, under which nothing is called.
package final class ServerCertificates: Sendable {
    package let files: CertificateFiles
    private let current: NIOLockedValueBox<Reading>

    /// What one reading of the files gave.
    private struct Reading: Sendable {
        var context: NIOSSLContext
        var ends: CertificateEnds
        var spans: [CertificateSpan]
    }

    /// - Throws: What is wrong with which file.
    package init(_ files: CertificateFiles) throws(CertificateError) {
        self.files = files
        self.current = NIOLockedValueBox(try Self.read(files))
    }

    /// Whether clients may log in with a certificate of theirs.
    package var verifiesClients: Bool { self.files.authorities != nil }

    /// What connections begin with from now on.
    package var context: NIOSSLContext { self.current.withLockedValue { $0.context } }

    /// Until when they are valid.
    package var ends: CertificateEnds { self.current.withLockedValue { $0.ends } }

    /// When they are valid: its own, those above it, and the authorities of clients.
    package var spans: [CertificateSpan] { self.current.withLockedValue { $0.spans } }

    /// Reads the files anew, for connections that come later; when that fails, all stays as it is.
    package func reload() throws(CertificateError) {
        let reading = try Self.read(self.files)
        self.current.withLockedValue { $0 = reading }
    }

    private static func read(_ files: CertificateFiles) throws(CertificateError) -> Reading {
        let chain = try Self.attempt(files.certificate, "certificate") {
            try NIOSSLCertificate.fromPEMFile(files.certificate)
        }
        guard !chain.isEmpty else {
            throw CertificateError(files.certificate, "it holds no certificate")
        }
        let key = try Self.attempt(files.key, "private key") {
            // A passphrase cannot be asked for: an empty one makes that an error, no prompt.
            try NIOSSLPrivateKey(file: files.key, format: .pem) { $0([UInt8]()) }
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.renegotiationSupport = .none
        var spans = chain.map { CertificateSpan($0, in: files.certificate) }
        var ends = CertificateEnds(certificate: chain.map { Int64($0.notValidAfter) })
        if let authorities = files.authorities {
            let roots = try Self.attempt(authorities, "certificate") {
                try NIOSSLCertificate.fromPEMFile(authorities)
            }
            configuration.trustRoots = .certificates(roots)
            spans += roots.map { CertificateSpan($0, in: authorities) }
            ends.authorities = roots.map { Int64($0.notValidAfter) }
            configuration.certificateVerification = .optionalVerification
        }
        do {
            return Reading(
                context: try NIOSSLContext(configuration: configuration), ends: ends,
                spans: spans)
        } catch {
            throw CertificateError(
                files.key, "it does not belong to the certificate \(files.certificate)")
        }
    }

    private static func attempt<Value>(
        _ path: String, _ kind: String, _ body: () throws -> Value
    ) throws(CertificateError) -> Value {
        do {
            return try body()
        } catch {
            // The library's own words are names of its cases, which tell a person nothing.
            throw CertificateError(path, "it cannot be read as a \(kind) in PEM")
        }
    }
}

/// Until when certificates are valid, in seconds since 1970 and in the order of their files.
package struct CertificateEnds: Hashable, Sendable {
    package var certificate: [Int64]
    package var authorities: [Int64] = []

    package init(certificate: [Int64], authorities: [Int64] = []) {
        self.certificate = certificate
        self.authorities = authorities
    }
}

/// What is wrong with a file of certificates or keys.
package struct CertificateError: Error, Equatable, Sendable, CustomStringConvertible {
    package var path: String
    /// The end of a sentence.
    package var reason: String

    init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String {
        "Cannot use \(self.path) for TLS: \(self.reason). Name files in PEM with "
            + "--tls-certificate, --tls-key and --tls-ca; the key must have no passphrase."
    }
}
