import Engine
import ManagementAPI
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

/// The API on a real socket: what HTTP itself can go wrong with.
@Suite(.timeLimit(.minutes(5))) struct ServerTests {
    private static let login = "authorization: Basic Z3Vlc3Q6Z3Vlc3Q="

    /// Runs a server, and `body` with its port, until `body` is done.
    private func withServer(
        requestTimeout: TimeAmount? = nil,
        connectionsMax: Int = ManagementServer.connectionsMax,
        _ body: @escaping @Sendable (UInt16) async throws -> Void
    ) async throws {
        let server = try await ManagementServer.listen(
            port: 0, on: MultiThreadedEventLoopGroup.singleton, requestTimeout: requestTimeout,
            connectionsMax: connectionsMax)
        server.serve(Fixture().router)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await server.run() }
            try await body(server.port)
            tasks.cancelAll()
        }
    }

    /// Sends bytes and returns what comes until the server hangs up, or until `isEnough`.
    private func talk(
        _ port: UInt16, _ request: String,
        until isEnough: @escaping @Sendable (String) -> Bool = { _ in false }
    ) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: ManagementServer.loopback, port: Int(port)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            // The server may hang up while this is still being written.
            try? await outbound.write(ByteBuffer(string: request))
            var text = ""
            do {
                for try await bytes in inbound {
                    text += String(buffer: bytes)
                    if isEnough(text) { return text }
                }
            } catch {
                return text
            }
            return text
        }
    }

    @Test("Several requests on one connection are answered one after the other")
    func keepAlive() async throws {
        try await self.withServer { port in
            let request = "GET /api/whoami HTTP/1.1\r\nhost: x\r\n\(Self.login)\r\n\r\n"
            let last =
                "GET /api/nothing HTTP/1.1\r\nhost: x\r\n\(Self.login)\r\n"
                + "connection: close\r\n\r\n"
            let text = try await self.talk(port, request + request + last)
            #expect(text.split(separator: "HTTP/1.1 200").count == 2)
            #expect(text.contains("HTTP/1.1 404"))
        }
    }

    @Test("HEAD is answered without a body, an unknown method with 405")
    func methods() async throws {
        try await self.withServer { port in
            let head = try await self.talk(
                port,
                "HEAD /api/queues HTTP/1.1\r\nhost: x\r\n\(Self.login)\r\n"
                    + "connection: close\r\n\r\n")
            #expect(head.hasPrefix("HTTP/1.1 200"))
            #expect(head.hasSuffix("\r\n\r\n"))
            let patch = try await self.talk(
                port, "PATCH /api/queues HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            #expect(patch.hasPrefix("HTTP/1.1 405"))
        }
    }

    @Test("A body that is too long is refused before it is read")
    func bodyTooLong() async throws {
        try await self.withServer { port in
            let text = try await self.talk(
                port,
                "PUT /api/queues/%2F/q HTTP/1.1\r\nhost: x\r\n\(Self.login)\r\n"
                    + "content-length: \(ManagementServer.bodyBytesMax + 1)\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test("A head may have as many bytes and fields as the limits say, and no more")
    func headTooLong() async throws {
        try await self.withServer { port in
            func ask(_ fields: String) async throws -> String {
                try await self.talk(
                    port,
                    "GET /api/whoami HTTP/1.1\r\nhost: x\r\n\(Self.login)\r\n\(fields)"
                        + "connection: close\r\n\r\n")
            }
            let short = String(repeating: "x", count: ManagementServer.headBytesMax / 2)
            let taken = try await ask("x: \(short)\r\n")
            #expect(taken.hasPrefix("HTTP/1.1 200"))
            let long = String(repeating: "x", count: ManagementServer.headBytesMax + 1)
            let tooLong = try await ask("x: \(long)\r\n")
            #expect(!tooLong.hasPrefix("HTTP/1.1 200"))
            let many = (0..<ManagementServer.headFieldsMax).map { "x\($0): y\r\n" }.joined()
            let tooMany = try await ask(many)
            #expect(!tooMany.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("Whoever does not finish a request is hung up on, whatever part is missing")
    func slowClients() async throws {
        try await self.withServer(requestTimeout: .milliseconds(200)) { port in
            for part in [
                "", "GET /api/who", "GET /api/whoami HTTP/1.1\r\nhost: x\r\n",
                "PUT /api/queues/%2F/q HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n{",
            ] {
                // Returns only because the server hangs up.
                let text = try await self.talk(port, part)
                #expect(!text.hasPrefix("HTTP/1.1 2"), "\(part)")
            }
        }
    }

    @Test("Whoever has its answer and asks nothing more is hung up on")
    func idleClients() async throws {
        try await self.withServer(requestTimeout: .milliseconds(500)) { port in
            // On a machine that is busy the time may be over before the request is even sent.
            var kept = ""
            for _ in 0..<20 where kept.isEmpty {
                kept = try await self.talk(
                    port, "GET /api/whoami HTTP/1.1\r\nhost: x\r\n\(Self.login)\r\n\r\n")
            }
            #expect(kept.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("A connection too many is hung up on, and there is room for one again afterwards")
    func tooMany() async throws {
        try await self.withServer(connectionsMax: 1) { port in
            let holding = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: ManagementServer.loopback, port: Int(port)).get()
            let request =
                "GET /api/whoami HTTP/1.1\r\nhost: x\r\n\(Self.login)\r\n"
                + "connection: close\r\n\r\n"
            // Until that one is seen others may be served.
            while try await !self.talk(port, request).isEmpty {}
            try await holding.close()
            while try await !self.talk(port, request).hasPrefix("HTTP/1.1 200") {}
        }
    }

    @Test("Whoever has come and is not served before the end does no harm")
    func unserved() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = try await ManagementServer.listen(port: 0, on: group)
        var clients: [any Channel] = []
        for _ in 0..<20 {
            clients.append(
                try await ClientBootstrap(group: group)
                    .connect(host: ManagementServer.loopback, port: Int(server.port)).get())
        }
        let running = Task { try await server.run() }
        running.cancel()
        _ = await running.result
        for client in clients { try? await client.close() }
        try await group.shutdownGracefully()
    }

    @Test("What is no HTTP is refused, and others are served all the same")
    func garbage() async throws {
        try await self.withServer { port in
            let text = try await self.talk(port, "\u{1}\u{2}garbage\r\n\r\n\r\n")
            #expect(!text.hasPrefix("HTTP/1.1 2"))
            let next = try await self.talk(
                port,
                "GET /api/whoami HTTP/1.1\r\nhost: x\r\n\(Self.login)\r\n"
                    + "connection: close\r\n\r\n")
            #expect(next.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("A port that is taken is known before anything runs")
    func portTaken() async throws {
        try await self.withServer { port in
            await #expect(throws: ManagementListenError.portTaken(port, address: "127.0.0.1")) {
                _ = try await ManagementServer.listen(
                    port: port, on: MultiThreadedEventLoopGroup.singleton)
            }
        }
    }
}
