import Certificates
import NIOCore

/// Where and how a server listens for AMQP over TLS.
package struct TLSListener: Sendable {
    /// 0 takes any free one.
    package var port: UInt16
    package var certificates: ServerCertificates
    /// Whom a client certificate names.
    package var login: CertificateLogin

    package init(
        port: UInt16, certificates: ServerCertificates, login: CertificateLogin = .distinguishedName
    ) {
        self.port = port
        self.certificates = certificates
        self.login = login
    }
}
