import Certificates
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOPosix
import NIOSSL
import OpenFiles
import ServiceLifecycle

/// Listens for HTTP, and over TLS if it is told to, and has every request answered, as long as
/// the program runs.
///
/// It listens before it runs, so that a port that is taken is known before anything else begins,
/// and answers once it runs.
package struct ManagementServer: Service {
    /// Where it listens when nobody says.
    package static let loopback = "127.0.0.1"
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
    /// The same for TLS; nil when it does none.
    package let securePort: UInt16?
    private let listeners: [Listener]
    private let http: HTTP1Channel
    private let answerer: RequestAnswerer

    /// Begins to listen; connections are served once it runs.
    ///
    /// - Parameters:
    ///   - port: 0 takes any free one.
    ///   - address: Of this machine.
    ///   - gate: What clients have to get past; nil lets everybody in.
    ///   - timeout: See ``requestTimeout``.
    ///   - answerTimeout: See ``answerTimeout``.
    ///   - connectionsMax: See ``connectionsMax``.
    package static func listen(
        port: UInt16, at address: String = Self.loopback, secure: SecureManagement? = nil,
        behind gate: FileGate? = nil, on group: any EventLoopGroup,
        requestTimeout timeout: TimeAmount? = nil, answerTimeout: TimeAmount? = nil,
        connectionsMax: Int = Self.connectionsMax
    ) async throws(ManagementListenError) -> ManagementServer {
        let answerer = RequestAnswerer(connectionsMax: connectionsMax)
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
        let plain = try await Self.bind(port, address, nil, http, gate, on: group)
        guard let secure else {
            return ManagementServer([plain], securePort: nil, http: http, answerer: answerer)
        }
        do throws(ManagementListenError) {
            let listener = try await Self.bind(
                secure.port, address, secure.certificates, http, gate, on: group)
            return ManagementServer(
                [plain, listener], securePort: listener.port, http: http, answerer: answerer)
        } catch {
            try? await plain.executeThenClose { _ in }
            throw error
        }
    }

    /// - Parameter certificates: nil for a listener without TLS.
    private static func bind(
        _ port: UInt16, _ address: String, _ certificates: ServerCertificates?,
        _ http: HTTP1Channel, _ gate: FileGate?, on group: any EventLoopGroup
    ) async throws(ManagementListenError) -> Listener {
        do {
            return try await ServerBootstrap(group: group)
                .serverChannelInitializer { listener in
                    listener.eventLoop.makeCompletedFuture {
                        guard let gate else { return }
                        try listener.pipeline.syncOperations.addHandler(gate.acceptBackoff)
                    }
                }
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: address, port: Int(port)) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try gate?.admit(to: .management)
                        if let certificates {
                            // Whichever was read last: they may be read anew meanwhile.
                            let handler = NIOSSLServerHandler(context: certificates.context)
                            try channel.pipeline.syncOperations.addHandler(handler)
                        }
                        return http.setup(channel: channel, logger: Self.logger)
                            .map { Self.held($0) }
                    }.flatMapErrorThrowing { error in
                        // What is no connection yet is closed by nobody else.
                        channel.close(promise: nil)
                        throw error
                    }
                }
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .portTaken(port, address: address)
        } catch {
            throw .refused(port, address: address, reason: "\(error)")
        }
    }

    /// Keeps a connection until its socket is closed, whoever serves it: one that goes before that
    /// and was not served, as one too many or one that came at the end, ends the whole process.
    private static func held(_ connection: Connection) -> Connection {
        connection.channel.closeFuture.whenComplete { _ in withExtendedLifetime(connection) {} }
        return connection
    }

    /// What goes wrong with single connections is nobody's business but the client's.
    private static var logger: Logger {
        Logger(label: "queuetop.management") { _ in
            SwiftLogNoOpLogHandler()
        }
    }

    private init(
        _ listeners: [Listener], securePort: UInt16?, http: HTTP1Channel,
        answerer: RequestAnswerer
    ) {
        self.port = listeners[0].port
        self.securePort = securePort
        self.listeners = listeners
        self.http = http
        self.answerer = answerer
    }

    /// Says what is answered; before that everybody is told to come again.
    package func serve(_ router: ManagementRouter) { self.answerer.begin(router) }

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await withThrowingDiscardingTaskGroup { tasks in
                    for listener in self.listeners {
                        tasks.addTask {
                            try await listener.executeThenClose { connections in
                                try await self.serve(connections)
                            }
                        }
                    }
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

extension NIOAsyncChannel {
    /// Where it listens; 0 when it does not any more.
    fileprivate var port: UInt16 { UInt16(self.channel.localAddress?.port ?? 0) }
}

/// Where and how the management API listens for TLS.
package struct SecureManagement: Sendable {
    /// 0 takes any free one.
    package var port: UInt16
    package var certificates: ServerCertificates

    package init(port: UInt16, certificates: ServerCertificates) {
        self.port = port
        self.certificates = certificates
    }
}

/// Why the management API could not listen.
package enum ManagementListenError: Error, Equatable, Sendable {
    case portTaken(UInt16, address: String)
    /// The system's own reason.
    case refused(UInt16, address: String, reason: String)
}
