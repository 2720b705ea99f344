import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOPosix
import ServiceLifecycle

/// Listens for HTTP on 127.0.0.1 and has every request answered, as long as the program runs.
///
/// It listens from ``listen(port:on:)`` on, so that a port that is taken is known before anything
/// else begins, and answers once it runs.
package struct ManagementServer: Service {
    package static let host = "127.0.0.1"
    /// Connections that are served at once; a further one is closed as it comes.
    package static let connectionsMax = 1_000
    /// Bytes of one request's body: definitions of 100,000 queues have about 20 million.
    package static let bodyBytesMax = 67_108_864
    /// Bytes of a body that is read before it is known who sends it, and of an answer that does not
    /// count towards ``budgetBytesMax``.
    package static let freeBodyBytesMax = 65_536
    /// Bytes of all larger bodies and answers together; who comes when they are taken is told 503.
    package static let budgetBytesMax = 268_435_456
    /// Bytes of the head of a request, and its fields.
    package static let headBytesMax = 16_384
    package static let headFieldsMax = 100
    /// How long a client may take from one answer, or its connect, to the end of its next request.
    package static let requestTimeout = TimeAmount.seconds(60)
    /// How long it may take to read an answer.
    package static let answerTimeout = TimeAmount.seconds(120)

    private typealias Connection = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
    private typealias Listener = NIOAsyncChannel<EventLoopFuture<Connection>, Never>

    /// Where it listens; the port is the real one even when any free one was asked for.
    package let port: UInt16
    private let listener: Listener
    private let http: HTTP1Channel
    private let answerer: RequestAnswerer

    /// Begins to listen; connections are served once it runs.
    ///
    /// - Parameters:
    ///   - port: 0 takes any free one.
    ///   - timeout: See ``requestTimeout``.
    ///   - answerTimeout: See ``answerTimeout``.
    package static func listen(
        port: UInt16, on group: any EventLoopGroup, requestTimeout timeout: TimeAmount? = nil,
        answerTimeout: TimeAmount? = nil
    ) async throws(ManagementListenError) -> ManagementServer {
        let answerer = RequestAnswerer()
        let timeout = timeout ?? Self.requestTimeout
        let configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                SlowClientHandler(timeout, answerTimeout ?? Self.answerTimeout)
            ],
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: Self.headBytesMax, maxHeaderListSize: Self.headBytesMax,
                maxHeaderFieldCount: Self.headFieldsMax))
        let http = HTTP1Channel(
            responder: { request, writer, channel in
                try await answerer.answer(request, writer, on: channel)
            }, configuration: configuration)
        do {
            let listener = try await ServerBootstrap(group: group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: Self.host, port: Int(port)) { channel in
                    channel.eventLoop.makeSucceededFuture(
                        http.setup(channel: channel, logger: Self.logger))
                }
            let bound = listener.channel.localAddress?.port ?? Int(port)
            return ManagementServer(
                port: UInt16(bound), listener: listener, http: http, answerer: answerer)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .portTaken(port)
        } catch {
            throw .refused(port, reason: "\(error)")
        }
    }

    /// What goes wrong with single connections is nobody's business but the client's.
    private static var logger: Logger {
        Logger(label: "queuetop.management") { _ in
            SwiftLogNoOpLogHandler()
        }
    }

    private init(
        port: UInt16, listener: Listener, http: HTTP1Channel, answerer: RequestAnswerer
    ) {
        self.port = port
        self.listener = listener
        self.http = http
        self.answerer = answerer
    }

    /// Says what is answered; before that everybody is told to come again.
    package func serve(_ router: ManagementRouter) { self.answerer.begin(router) }

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await self.listener.executeThenClose { connections in
                    try await self.serve(connections)
                }
            } catch is CancellationError {
                // That is how it is told to end.
            }
        }
    }

    private func serve(
        _ connections: NIOAsyncChannelInboundStream<EventLoopFuture<Connection>>
    ) async throws {
        try await withThrowingDiscardingTaskGroup { tasks in
            for try await connection in connections {
                tasks.addTask {
                    // A client that went at once is none.
                    guard let connection = try? await connection.get() else { return }
                    guard self.answerer.enter() else {
                        connection.channel.close(promise: nil)
                        return
                    }
                    await self.http.handle(value: connection, logger: Self.logger)
                    self.answerer.leave()
                }
            }
        }
    }
}

/// Why the management API could not listen.
package enum ManagementListenError: Error, Equatable, Sendable {
    case portTaken(UInt16)
    /// The system's own reason.
    case refused(UInt16, reason: String)
}
