import Certificates
import Core
import Engine
import Messaging
import NIOCore
import NIOSSL

/// Carries a login to the engine, which alone knows who may, and its answer back.
extension ConnectionHandler {
    /// Where the client is, without a port.
    var peerAddress: String { self.context?.remoteAddress?.ipAddress ?? "?" }

    func authenticate(_ mechanism: String, _ response: [UInt8]) {
        guard let context = self.context else { return }
        self.mechanism = mechanism
        let origin = LoginOrigin(address: self.peerAddress, mechanism: mechanism)
        let socket = SocketLink(self, on: context.eventLoop)
        if mechanism == ServerContext.external {
            // Without a certificate it is a login like any other that is wrong.
            let user = self.certifiedUser ?? ""
            return self.server.enterEngine { engine in
                socket.answer(engine.login(.certificate(user: user), from: origin))
            }
        }
        guard let credentials = Login.credentials(mechanism: mechanism, response: response) else {
            self.server.enterEngine { $0.loginMalformed(from: origin) }
            return self.machine.authenticationRefused(isMalformed: true, into: &self.output)
        }
        self.server.enterEngine { engine in
            socket.answer(engine.login(credentials, from: origin))
        }
    }

    /// Whom the client's verified certificate names; nil when there is none.
    private var certifiedUser: UserName? {
        guard let rule = self.server.certificateLogin,
            let operations = self.context?.pipeline.syncOperations,
            let certificate = try? operations.nioSSL_peerCertificate(),
            let bytes = try? certificate.toDERBytes(),
            let subject = CertificateSubject(certificate: bytes)
        else { return nil }
        switch rule {
        case .commonName: return subject.commonName.map { UserName($0) }
        case .distinguishedName: return UserName(subject.distinguishedName)
        }
    }

    /// Goes on with the handshake once the login is judged.
    func loginJudged(_ answer: LoginAnswer) {
        guard self.context != nil else { return }
        switch answer {
        case .accepted(let account):
            self.account = account
            self.machine.authenticationAccepted(into: &self.output)
        case .refused:
            self.machine.authenticationRefused(into: &self.output)
        }
        self.writeMachineOutput()
        self.goOnReading()
    }
}
