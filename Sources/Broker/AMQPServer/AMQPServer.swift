import AMQP
import Certificates
import Engine
import Messaging
import NIOCore
import NIOPosix
import NIOSSL
import OpenFiles

/// Listens for AMQP 0-9-1, plain and over TLS, and carries what clients say to an engine.
package final class AMQPServer: Sendable {
    /// Where only this machine can connect.
    package static let loopback = "127.0.0.1"
    /// Connections that the kernel holds until they are accepted.
    private static let backlog: Int32 = 1_024

    /// Where it listens; the port is the real one even when any free one was asked for.
    package let port: UInt16
    /// Where it listens for TLS; nil when it does not.
    package let securePort: UInt16?
    private let listeners: [any Channel]
    private let connections: ConnectionRegistry

    private init(
        _ plain: Listener, _ secure: Listener?, connections: ConnectionRegistry
    ) {
        self.port = plain.port
        self.securePort = secure?.port
        self.listeners = [plain.channel] + (secure.map { [$0.channel] } ?? [])
        self.connections = connections
    }

    /// Begins to listen; connections are served from now on.
    ///
    /// - Parameters:
    ///   - port: 0 takes any free one.
    ///   - address: The one of this machine's that it listens on.
    ///   - group: Its loops share the connections; fastest when the engine's is among them.
    ///   - gate: What clients have to get past; nil is one of its own.
    ///   - version: What clients are told.
    ///   - limits: What clients may send.
    ///   - observe: Hears of clients that come, go and are turned away, on any thread; it must not
    ///     wait.
    package static func listen(
        port: UInt16, at address: String = AMQPServer.loopback, secure: TLSListener? = nil,
        engine: Engine, behind gate: FileGate? = nil, on group: any EventLoopGroup,
        version: String,
        limits: ServerLimits = ServerLimits(),
        observe: @escaping @Sendable (ServerEvent) -> Void = { _ in }
    ) async throws(ListenError) -> AMQPServer {
        var settings = ConnectionSettings.server(product: "queuetop", version: version)
        settings.answersChannelOpens = false  // The broker may refuse one: its user has a limit.
        let server = ServerContext(
            engine: engine, settings: settings.limited(by: limits), observe: observe)
        let connections = ConnectionRegistry(behind: gate ?? FileGate(telling: engine))
        let plain = try await Self.bind(
            Self.bootstrap(server, connections, nil, on: group), port, on: address)
        guard let secure else { return AMQPServer(plain, nil, connections: connections) }
        var secureServer = server
        if secure.certificates.verifiesClients {
            secureServer.settings.mechanisms.append(ServerContext.external)
            secureServer.certificateLogin = secure.login
        }
        do {
            let listener = try await Self.bind(
                Self.bootstrap(secureServer, connections, secure.certificates, on: group),
                secure.port, on: address)
            return AMQPServer(plain, listener, connections: connections)
        } catch {
            try? await plain.channel.close()
            throw error
        }
    }

    private static func bootstrap(
        _ server: ServerContext, _ connections: ConnectionRegistry,
        _ certificates: ServerCertificates?, on group: any EventLoopGroup
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelInitializer { listener in
                listener.eventLoop.makeCompletedFuture {
                    try listener.pipeline.syncOperations.addHandler(
                        connections.gate.acceptBackoff)
                }
            }
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Nagle's algorithm would hold small replies back for up to 40 ms.
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.recvAllocator, value: ServerContext.readAllocator)
            // One read a turn: a publisher that never pauses must not starve those who consume.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.writeBufferWaterMark, value: ServerContext.waterMark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try connections.gate.admit(to: .broker)
                    let pipeline = channel.pipeline.syncOperations
                    if let certificates {
                        try pipeline.addHandlers([
                            NIOSSLServerHandler(context: certificates.context),
                            SecureHandshake(within: ServerContext.secureTimeout),
                        ])
                    }
                    let handler = ConnectionHandler(connections.register(channel), of: server)
                    try pipeline.addHandler(handler)
                }
            }
    }

    private struct Listener {
        var channel: any Channel
        var port: UInt16
    }

    private static func bind(
        _ bootstrap: ServerBootstrap, _ port: UInt16, on address: String
    ) async throws(ListenError) -> Listener {
        do {
            let listener = try await bootstrap.bind(host: address, port: Int(port)).get()
            let bound = listener.localAddress?.port ?? Int(port)
            return Listener(channel: listener, port: UInt16(bound))
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .portTaken(port)
        } catch {
            throw .refused(port, reason: "\(error)")
        }
    }

    /// Stops to listen and says goodbye to every client with `connection.close` 320.
    ///
    /// Returns when every socket is closed: by its client, which confirms, or at the deadline.
    package func stop(within deadline: TimeAmount) async {
        for listener in self.listeners { try? await listener.close() }
        let channels = self.connections.channels
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(ServerStopping())
        }
        let loop = self.listeners[0].eventLoop
        let timeout = loop.scheduleTask(in: deadline) {
            for channel in channels { channel.close(promise: nil) }
        }
        for channel in channels { try? await channel.closeFuture.get() }
        timeout.cancel()
    }
}

/// Tells a connection's handler that the server stops.
struct ServerStopping: Sendable {}

/// Why a server could not listen.
package enum ListenError: Error, Equatable, Sendable {
    case portTaken(UInt16)
    /// The system's own reason, such as missing permission for a low port.
    case refused(UInt16, reason: String)
}
