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
        let (connection, session) = (self.connection, self.session)
        self.session = nil
        self.server.enterEngine {
            $0.disconnect(connection)
            session?.hasEnded()
        }
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
            self.authenticate(mechanism, response)
        case .openRequested(let virtualHost):
            self.beginSession(in: VirtualHostName(virtualHost))
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

    private func beginSession(in host: VirtualHostName) {
        guard let context = self.context else { return }
        guard let account = self.account else {
            preconditionFailure("the machine opens nothing before a login was accepted")
        }
        let meter = self.beginMetering()
        let session = ClientSession(
            connection: self.connection, server: self.server,
            socket: SocketLink(self, on: context.eventLoop),
            frameBytesMax: Int(self.machine.tuning.frameBytesMax),
            canBeToldOfCancels: self.machine.peerSupports("consumer_cancel_notify"),
            canBeToldOfBlocking: self.machine.peerSupports("connection.blocked"), meter: meter)
        self.session = session
        let client = ConnectingClient(
            origin: self.origin, user: account.name.text, host: host,
            properties: self.machine.peerProperties)
        self.server.enterEngine { engine in
            let answer = engine.connect(session, client)
            session.begin(answer, host: client.host, user: client.user)
            session.hasBegun(answer, as: client)
            session.flush()
        }
    }
}
