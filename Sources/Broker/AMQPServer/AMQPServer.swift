import AMQP
import Engine
import Messaging
import NIOCore
import NIOPosix

/// Listens for AMQP 0-9-1 on 127.0.0.1 and carries what clients say to an engine.
///
/// Only this machine can connect, because its only user is `guest`.
package final class AMQPServer: Sendable {
    package static let host = "127.0.0.1"
    /// Connections that the kernel holds until they are accepted.
    private static let backlog: Int32 = 1_024

    /// Where it listens; the port is the real one even when any free one was asked for.
    package let port: UInt16
    private let listener: any Channel
    private let connections: ConnectionRegistry

    private init(listener: any Channel, port: UInt16, connections: ConnectionRegistry) {
        self.listener = listener
        self.port = port
        self.connections = connections
    }

    /// Begins to listen; connections are served from now on.
    ///
    /// - Parameters:
    ///   - port: 0 takes any free one.
    ///   - group: Its loops share the connections; fastest when the engine's is among them.
    ///   - version: What clients are told.
    ///   - limits: What clients may send.
    ///   - observe: Hears of clients that come, go and are turned away, on any thread; it must not
    ///     wait.
    package static func listen(
        port: UInt16, engine: Engine, on group: any EventLoopGroup, version: String,
        limits: ServerLimits = ServerLimits(),
        observe: @escaping @Sendable (ServerEvent) -> Void = { _ in }
    ) async throws(ListenError) -> AMQPServer {
        let settings = ConnectionSettings.server(product: "queuetop", version: version)
        let server = ServerContext(
            engine: engine, settings: settings.limited(by: limits), observe: observe)
        let connections = ConnectionRegistry()
        let bootstrap = ServerBootstrap(group: group)
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
                    let handler = ConnectionHandler(connections.register(channel), of: server)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        do {
            let listener = try await bootstrap.bind(host: Self.host, port: Int(port)).get()
            let bound = listener.localAddress?.port ?? Int(port)
            return AMQPServer(listener: listener, port: UInt16(bound), connections: connections)
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
        try? await self.listener.close()
        let channels = self.connections.channels
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(ServerStopping())
        }
        let loop = self.listener.eventLoop
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
