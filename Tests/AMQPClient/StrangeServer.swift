import AMQP
import NIOCore
import NIOPosix

/// A server that breaks off or misbehaves where a real one would not.
struct StrangeServer {
    enum Manner: Sendable {
        /// Closes the socket as soon as it is connected.
        case hangsUp
        /// Is another kind of server.
        case speaksHTTP
        /// Closes the socket at the first method after the handshake.
        case hangsUpAtFirstMethod
    }

    let port: Int

    /// Runs `body` against such a server on a free port.
    static func run(
        _ manner: Manner, _ body: (StrangeServer, any EventLoop) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(StrangeHandler(manner))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Result<Void, any Error>
        do {
            let server = StrangeServer(port: listener.localAddress?.port ?? 0)
            result = .success(try await body(server, group.next()))
        } catch {
            result = .failure(error)
        }
        try await group.shutdownGracefully()
        try result.get()
    }
}

private final class StrangeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let manner: StrangeServer.Manner
    private var machine = ConnectionMachine(
        role: .server, settings: .server(product: "strange", version: "1"))
    private var input = ByteBuffer()

    init(_ manner: StrangeServer.Manner) { self.manner = manner }

    func channelActive(context: ChannelHandlerContext) {
        if case .hangsUp = self.manner { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.manner {
        case .hangsUp: break
        case .speaksHTTP:
            let answer = ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n")
            context.writeAndFlush(Self.wrapOutboundOut(answer), promise: nil)
        case .hangsUpAtFirstMethod:
            var bytes = Self.unwrapInboundIn(data)
            self.input.writeBuffer(&bytes)
            self.shakeHands(context)
        }
    }

    private func shakeHands(_ context: ChannelHandlerContext) {
        var output = ByteBuffer()
        repeat {
            var batch = EventBatch()
            let consumed = self.input.withUnsafeReadableBytes {
                self.machine.receive($0, batch: &batch, output: &output)
            }
            self.input.moveReaderIndex(forwardBy: consumed)
            for event in batch.events {
                if case .authenticate = event { self.machine.authenticationAccepted(into: &output) }
                if case .openRequested = event { self.machine.openAccepted(into: &output) }
                if case .method = event { return context.close(promise: nil) }
            }
            if batch.events.isEmpty { break }
        } while true
        context.writeAndFlush(Self.wrapOutboundOut(output), promise: nil)
    }
}
