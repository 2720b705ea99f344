import AMQPServer
import ArgumentParser
import Certificates
import Engine
import ManagementAPI

/// Which address the listeners have, and how they do TLS.
struct ListenOptions: ParsableArguments {
    static let amqpsPortDefault: UInt16 = 5_671

    @Option(
        help: ArgumentHelp(
            "Address that every listener has, such as 0.0.0.0. (default: 127.0.0.1)",
            valueName: "address"))
    var bind: String?

    @Option(
        help: ArgumentHelp(
            "Port for AMQP over TLS, with --tls-certificate; 0: any free one. (default: 5671)",
            valueName: "port"))
    var amqpsPort: UInt16?

    @Option(
        name: .customLong("management-tls-port"),
        help: ArgumentHelp(
            """
            Port for the management API over TLS, with --tls-certificate; 0: any free one. \
            (default: none)
            """, valueName: "port"))
    var managementTLSPort: UInt16?

    @Option(
        help: ArgumentHelp(
            "The server's certificate and those above it, in PEM. Read again on SIGHUP.",
            valueName: "file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("Its private key, in PEM without passphrase.", valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            """
            Authorities of client certificates, in PEM: with one a client may log in by the \
            mechanism EXTERNAL.
            """, valueName: "file"))
    var tlsCa: String?

    @Option(
        help: ArgumentHelp(
            """
            What of a client certificate is the user's name: distinguished-name or common-name. \
            (default: distinguished-name)
            """, valueName: "part"))
    var tlsLoginFrom: CertificateLogin?

    mutating func validate() throws {
        guard (self.tlsCertificate == nil) == (self.tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key belong together: name both.")
        }
        guard self.tlsCertificate == nil else { return }
        for (option, isGiven) in [
            ("--amqps-port", self.amqpsPort != nil),
            ("--management-tls-port", self.managementTLSPort != nil),
            ("--tls-ca", self.tlsCa != nil),
            ("--tls-login-from", self.tlsLoginFrom != nil),
        ] where isGiven {
            throw ValidationError("\(option) needs --tls-certificate and --tls-key.")
        }
    }

    var address: String { self.bind ?? AMQPServer.loopback }

    /// Whether only this machine can connect.
    var isLoopback: Bool { LoginOrigin(address: self.address, mechanism: "").isLoopback }

    /// How the management API listens for TLS; nil when it is not to.
    func secureManagement(_ certificates: ServerCertificates?) -> SecureManagement? {
        guard let port = self.managementTLSPort, let certificates else { return nil }
        return SecureManagement(port: port, certificates: certificates)
    }

    /// The listener for TLS; nil without a certificate.
    func secureListener() throws(StartFailure) -> TLSListener? {
        guard let certificate = self.tlsCertificate, let key = self.tlsKey else { return nil }
        do throws(CertificateError) {
            let files = CertificateFiles(
                certificate: certificate, key: key, authorities: self.tlsCa)
            return TLSListener(
                port: self.amqpsPort ?? Self.amqpsPortDefault,
                certificates: try ServerCertificates(files),
                login: self.tlsLoginFrom ?? .distinguishedName)
        } catch {
            throw .certificates(error)
        }
    }
}

extension CertificateLogin: ExpressibleByArgument {}
