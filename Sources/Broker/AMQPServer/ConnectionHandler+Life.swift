import AMQP
import Engine
import Messaging
import NIOCore

/// The beginning and the end of a connection.
extension ConnectionHandler {
    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        self.machine.start(into: &self.output)
        self.tick()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        self.timer?.cancel()
        self.timer = nil
        self.session = nil
        let connection = self.connection
        self.server.enterEngine { $0.disconnect(connection) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ServerStopping else { return context.fireUserInboundEventTriggered(event) }
        guard let session = self.session else { return context.close(promise: nil) }
        self.server.enterEngine { _ in
            session.close(
                .connectionForced, "broker forced connection closure with reason 'shutdown'")
            session.flush()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A socket that failed, as when its peer was killed: nothing more can be said on it.
        context.close(promise: nil)
    }

    /// Answers what a client says before it has opened the virtual host.
    func handshake(_ event: ConnectionEvent) {
        switch event {
        case .authenticate(let mechanism, let response):
            let login = PlainLogin(response: response)
            if mechanism == "PLAIN", let login, login.isAccepted {
                self.machine.authenticationAccepted(into: &self.output)
            } else {
                self.machine.authenticationRefused(into: &self.output)
            }
        case .openRequested(let virtualHost) where virtualHost == "/":
            self.beginSession()
        case .openRequested(let virtualHost):
            let method = MethodID(10, 40)
            let text = "vhost \(virtualHost) not found"
            self.machine.close(CloseReason(.notAllowed, text, method: method), into: &self.output)
        case .closeRequested:
            self.machine.confirmClose(into: &self.output)
        case .protocolError:
            break  // The machine has answered.
        case .channelOpened, .channelCloseRequested, .channelFailed, .channelClosed, .method,
            .publish,
            .ready, .deliver, .got, .returned:
            preconditionFailure(
                "a server's machine never says this before the virtual host is open")
        }
    }

    private func beginSession() {
        guard let context = self.context else { return }
        let session = ClientSession(
            connection: self.connection, server: self.server,
            socket: SocketLink(self, on: context.eventLoop),
            frameBytesMax: Int(self.machine.tuning.frameBytesMax),
            canBeToldOfCancels: self.machine.peerSupports("consumer_cancel_notify"))
        self.session = session
        let origin = context.remoteAddress.map { "\($0.ipAddress ?? "?"):\($0.port ?? 0)" } ?? "?"
        self.server.enterEngine { engine in
            session.begin(isAccepted: engine.connect(session, origin: origin, user: "guest"))
            session.flush()
        }
    }
}
