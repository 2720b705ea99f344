import AMQPClient
import AMQPServer
import Engine
import NIOPosix
import Store

/// A real broker on a free port, and a loop for its clients.
struct TestServer {
    let server: AMQPServer
    private let group: MultiThreadedEventLoopGroup

    var endpoint: AMQPEndpoint { AMQPEndpoint(port: Int(self.server.port)) }

    /// A connection that logs in as guest.
    func connect() async throws -> AMQPClient {
        try await AMQPClient.connect(to: self.endpoint, on: self.group.next())
    }

    /// Takes leave of every client and waits until each has confirmed.
    func stop() async { await self.server.stop(within: .seconds(10)) }

    /// Runs `body` against a broker, and stops that afterwards.
    static func run(_ body: (TestServer) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let engine = Engine(on: group.next(), clock: .system(), store: VolatileStore(), seed: 1)
        let server = try await AMQPServer.listen(port: 0, engine: engine, on: group, version: "1")
        let running = TestServer(server: server, group: group)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(running))
        } catch {
            result = .failure(error)
        }
        await running.stop()
        await engine.stop()
        try await group.shutdownGracefully()
        try result.get()
    }
}
