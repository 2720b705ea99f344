import AMQP
import Messaging
import NIOCore
import NIOPosix

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
    private static let connectTimeoutSeconds: Int64 = 10

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
    /// - Parameter product: What the client calls itself in the broker's list of connections.
    package static func connect(
        to endpoint: AMQPEndpoint, on eventLoop: any EventLoop, product: String = "queuetop",
        version: String = "1"
    ) async throws(AMQPClientError) -> AMQPClient {
        let result = await withCheckedContinuation { continuation in
            eventLoop.execute {
                self.connect(to: endpoint, on: eventLoop, product: product, version: version) {
                    continuation.resume(returning: $0)
                }
            }
        }
        return try result.get()
    }

    private static func connect(
        to endpoint: AMQPEndpoint, on eventLoop: any EventLoop, product: String, version: String,
        then opened: @escaping (Result<AMQPClient, AMQPClientError>) -> Void
    ) {
        let bootstrap = ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: self.readBytes)
            )
            .connectTimeout(.seconds(self.connectTimeoutSeconds))
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
                    try socket.pipeline.syncOperations.addHandler(SocketHandler(of: connection))
                } catch {
                    connection.socketClosed(because: SocketFault.reason(error))
                }
            }
        }
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
