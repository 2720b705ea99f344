import NIOSSL

/// Whom a link believes when a broker shows its certificate, and what it shows itself.
package struct TrustRoots: Hashable, Sendable {
    /// The authorities that the operating system knows.
    package static let system = TrustRoots()

    /// Those in a file of PEM certificates, and nobody else.
    package static func file(path: String) -> TrustRoots { TrustRoots(authorities: path) }

    /// A file of PEM certificates; nil leaves it to the operating system.
    package var authorities: String?
    /// The certificate of this end, with those up to its authority; nil shows none.
    package var certificate: String?
    /// Its private key, without a passphrase.
    package var key: String?

    package init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
    }

    /// Reads the files: TLS 1.2 or later, with the broker's certificate and name checked.
    ///
    /// - Throws: What is wrong with which file.
    package func configuration() throws(TrustError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let authorities {
            let roots = try Self.certificates(authorities)
            configuration.trustRoots = .certificates(roots)
        }
        switch (self.certificate, self.key) {
        case (nil, nil): break
        case (let certificate?, let key?):
            configuration.certificateChain = try Self.certificates(certificate).map {
                .certificate($0)
            }
            configuration.privateKey = .privateKey(try Self.privateKey(key))
        case (let certificate?, nil):
            throw TrustError(certificate, "is a certificate whose private key is not named")
        case (nil, let key?):
            throw TrustError(key, "is a private key whose certificate is not named")
        }
        do {
            // Says whether key and certificate belong together, which nobody notices earlier.
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw TrustError(
                self.key ?? self.authorities ?? "TLS",
                "does not belong to the certificate beside it")
        }
        return configuration
    }

    private static func certificates(_ path: String) throws(TrustError) -> [NIOSSLCertificate] {
        let found: [NIOSSLCertificate]
        do {
            found = try NIOSSLCertificate.fromPEMFile(path)
        } catch {
            throw TrustError(path, "cannot be read as certificates (PEM)")
        }
        guard !found.isEmpty else { throw TrustError(path, "holds no certificate (PEM)") }
        return found
    }

    private static func privateKey(_ path: String) throws(TrustError) -> NIOSSLPrivateKey {
        do {
            // A passphrase cannot be asked for: an empty one makes that an error, no prompt.
            return try NIOSSLPrivateKey(file: path, format: .pem) { $0([UInt8]()) }
        } catch {
            throw TrustError(path, "cannot be read as a private key (PEM, without passphrase)")
        }
    }
}

/// What is wrong with a file that a link needs for TLS.
package struct TrustError: Error, Equatable, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String

    init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String {
        "\(self.path) \(self.reason). Name files of PEM certificates and keys, or leave it to the "
            + "system's authorities."
    }
}
