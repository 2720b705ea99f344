import NIOSSL

/// Whom a link believes when a broker shows its certificate.
package enum TrustRoots: Hashable, Sendable {
    /// The authorities that the operating system knows.
    case system
    /// Those in a file of PEM certificates, and nobody else.
    case file(path: String)

    /// TLS 1.2 or later, certificate and host name checked.
    package var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if case .file(let path) = self { configuration.trustRoots = .file(path) }
        return configuration
    }
}
