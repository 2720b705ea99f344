import BrokerLink
import Messaging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import RabbitMQLink

/// A management API that answers what a test has written down.
struct FakeManagement {
    enum Answer: Sendable {
        case json(Int, String)
        /// A page, as a proxy or another program sends it.
        case page(Int, String, headers: [(String, String)] = [])
        /// The head of an answer, and then nothing.
        case silence
        /// One byte after another, without end.
        case trickle
    }

    /// What is asked for: method and path without query, then the body.
    typealias Script = @Sendable (_ request: String, _ body: String) -> Answer

    let link: RabbitMQLink
    private let listener: any Channel
    private let group: MultiThreadedEventLoopGroup

    /// Answers with these texts by path, and with 404 to all else.
    static func run(
        _ answers: [String: String], _ test: (FakeManagement) async throws -> Void
    ) async throws {
        try await self.run(
            { request, _ in
                answers[request].map { .json(200, $0) }
                    ?? .json(404, #"{"error":"Object Not Found","reason":"Not Found"}"#)
            }, test)
    }

    /// - Parameters:
    ///   - host: What the link takes it for.
    ///   - server: Its own certificate; nil speaks plainly.
    ///   - trust: Whom the link believes.
    static func run(
        limits: ManagementLimits = .usual, host: String = "127.0.0.1",
        server: TLSConfiguration? = nil, trust: TrustRoots = .system, _ script: @escaping Script,
        _ test: (FakeManagement) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let security = try server.map { try NIOSSLContext(configuration: $0) }
        let listener = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                if let security {
                    do {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLServerHandler(context: security))
                    } catch {
                        return channel.eventLoop.makeFailedFuture(error)
                    }
                }
                return channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(Answerer(script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let scheme = server == nil ? "http" : "https"
        // Nobody listens at the AMQP port.
        let address = try LinkAddress(
            parsing: "amqp://u:p@127.0.0.1:1",
            managementURL: "\(scheme)://\(host):\(listener.localAddress!.port!)")
        let link = try RabbitMQLink(
            to: address, password: "p", trust: trust, version: "1", limits: limits,
            now: { Timestamp(seconds: 1_700_000_000) }, on: group)
        let fake = FakeManagement(link: link, listener: listener, group: group)
        do {
            try await test(fake)
        } catch {
            try await fake.stop()
            throw error
        }
        try await fake.stop()
    }

    private func stop() async throws {
        await self.link.close()
        try await self.listener.close()
        try await self.group.shutdownGracefully()
    }
}

/// One connection to the fake.
private final class Answerer: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let script: FakeManagement.Script
    private var request = ""
    private var body = ""

    init(_ script: @escaping FakeManagement.Script) { self.script = script }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            let path = head.uri.prefix { $0 != "?" }
            self.request = "\(head.method.rawValue) \(path)"
            self.body = ""
        case .body(let part): self.body += String(buffer: part)
        case .end: self.answer(self.script(self.request, self.body), context)
        }
    }

    private func answer(_ answer: FakeManagement.Answer, _ context: ChannelHandlerContext) {
        switch answer {
        case .json(let status, let text):
            self.send(status, text, [("content-type", "application/json")], context)
        case .page(let status, let text, let headers): self.send(status, text, headers, context)
        case .silence: self.head(200, [("content-length", "10")], context)
        case .trickle:
            self.head(200, [("transfer-encoding", "chunked")], context)
            self.trickle(context)
        }
    }

    private func send(
        _ status: Int, _ text: String, _ headers: [(String, String)],
        _ context: ChannelHandlerContext
    ) {
        var headers = headers
        if !headers.contains(where: { $0.0 == "content-length" }) {
            headers.append(("content-length", "\(text.utf8.count)"))
        }
        self.head(status, headers, context)
        let body = context.channel.allocator.buffer(string: text)
        context.write(Self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func head(
        _ status: Int, _ headers: [(String, String)], _ context: ChannelHandlerContext
    ) {
        let head = HTTPResponseHead(
            version: .http1_1, status: .init(statusCode: status), headers: HTTPHeaders(headers))
        context.writeAndFlush(Self.wrapOutboundOut(.head(head)), promise: nil)
    }

    private func trickle(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        let body = context.channel.allocator.buffer(string: " ")
        context.writeAndFlush(Self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(50)) {
            self.trickle(context)
        }
    }
}
