import AMQP
import Messaging
import NIOCore
import NIOPosix
import NIOSSL

/// A connection to an AMQP 0-9-1 server, to be used from anywhere.
///
/// Every call hops to the connection's event loop once. What lives on that loop already uses
/// ``onLoop`` and hops nowhere.
///
/// Calls cannot be cancelled; they end with an answer or with the connection, which two silent
/// heartbeat intervals end at the latest.
package final class AMQPClient: Sendable {
    /// Bytes that one read of the socket takes at most.
    private static let readBytes = 262_144

    package let endpoint: AMQPEndpoint
    package let eventLoop: any EventLoop
    private let bound: NIOLoopBound<ClientConnection>

    private init(_ connection: ClientConnection, on eventLoop: any EventLoop) {
        self.endpoint = connection.endpoint
        self.eventLoop = eventLoop
        self.bound = NIOLoopBound(connection, eventLoop: eventLoop)
    }

    /// The connection itself; only for callers on its event loop.
    package var onLoop: ClientConnection { self.bound.value }

    /// Connects and logs in.
    ///
    /// - Parameters:
    ///   - product: What the client calls itself in the broker's list of connections.
    ///   - tls: How to secure the connection; nil leaves it as it is.
    package static func connect(
        to endpoint: AMQPEndpoint, on eventLoop: any EventLoop, product: String = "queuetop",
        version: String = "1", tls: TLSConfiguration? = nil
    ) async throws(AMQPClientError) -> AMQPClient {
        let security: NIOSSLContext?
        do {
            security = try tls.map { try NIOSSLContext(configuration: $0) }
        } catch {
            throw .unreachable(address: endpoint.address, reason: SocketFault.reason(error))
        }
        let result = await withCheckedContinuation { continuation in
            eventLoop.execute {
                self.connect(
                    to: endpoint, on: eventLoop, product: product, version: version,
                    security: security
                ) { continuation.resume(returning: $0) }
            }
        }
        return try result.get()
    }

    private static func connect(
        to endpoint: AMQPEndpoint, on eventLoop: any EventLoop, product: String, version: String,
        security: NIOSSLContext?,
        then opened: @escaping (Result<AMQPClient, AMQPClientError>) -> Void
    ) {
        let bootstrap = ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: self.readBytes)
            )
            .connectTimeout(.seconds(endpoint.connectSeconds))
        bootstrap.connect(host: endpoint.host, port: endpoint.port).assumeIsolated().whenComplete {
            switch $0 {
            case .failure(let error):
                opened(
                    .failure(
                        .unreachable(address: endpoint.address, reason: SocketFault.reason(error))))
            case .success(let socket):
                let connection = ClientConnection(
                    to: endpoint, product: product, version: version
                ) {
                    opened($0.map { AMQPClient($0, on: eventLoop) })
                }
                do {
                    if let security {
                        try socket.pipeline.syncOperations.addHandler(
                            Self.securityHandler(security, for: endpoint.host))
                    }
                    try socket.pipeline.syncOperations.addHandler(SocketHandler(of: connection))
                } catch {
                    connection.socketClosed(because: SocketFault.reason(error))
                }
            }
        }
    }

    /// A server that is known by its address alone cannot be asked for by name; its certificate
    /// has to be made out for the address then.
    private static func securityHandler(
        _ security: NIOSSLContext, for host: String
    ) throws -> NIOSSLClientHandler {
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return try NIOSSLClientHandler(
            context: security, serverHostname: isAddress ? nil : host)
    }

    /// Opens a channel.
    package func openChannel() async throws(AMQPClientError) -> AMQPChannel {
        let eventLoop = self.eventLoop
        let result = await withCheckedContinuation { continuation in
            eventLoop.execute {
                self.onLoop.openChannel {
                    continuation.resume(
                        returning: $0.map { AMQPChannel($0, on: eventLoop) })
                }
            }
        }
        return try result.get()
    }

    /// Closes in order and returns when the connection has ended.
    package func close() async {
        await withCheckedContinuation { continuation in
            self.eventLoop.execute {
                self.onLoop.close()
                self.onLoop.whenEnded { _ in continuation.resume() }
            }
        }
    }

    /// Waits for the connection's end and says why it came.
    package func ended() async -> AMQPClientError {
        await withCheckedContinuation { continuation in
            self.eventLoop.execute {
                self.onLoop.whenEnded { continuation.resume(returning: $0) }
            }
        }
    }
}
