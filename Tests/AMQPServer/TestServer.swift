import AMQPServer
import Engine
import Messaging
import NIOCore
import NIOPosix
import Store

/// A real server on a free port, with its own loops and engine.
struct TestServer {
    let group: MultiThreadedEventLoopGroup
    let engine: Engine
    let server: AMQPServer

    var port: UInt16 { self.server.port }

    /// Runs `body` against a server, and stops that afterwards.
    ///
    /// - Parameter loops: 1 for engine and sockets on one loop; with more, sockets have loops of
    ///   their own.
    static func run(
        loops: Int = 1, limits: EngineLimits = EngineLimits(),
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        let engine = Engine(
            on: group.next(), clock: .system(), store: VolatileStore(), seed: 1, limits: limits)
        let server = try await AMQPServer.listen(port: 0, engine: engine, on: group, version: "1")
        let running = TestServer(group: group, engine: engine, server: server)
        do {
            try await body(running)
        } catch {
            await running.stop()
            throw error
        }
        await running.stop()
    }

    /// The same for a conversation with blocking clients, on a thread that may block.
    static func talk(
        loops: Int = 1, limits: EngineLimits = EngineLimits(),
        _ body: @escaping @Sendable (TestServer) throws -> Void
    ) async throws {
        try await Self.run(loops: loops, limits: limits) { server in
            try await blocking { try body(server) }
        }
    }

    private func stop() async {
        await self.server.stop(within: .zero)
        await self.engine.stop()
        try? await self.group.shutdownGracefully()
    }
}

/// Runs what blocks where it keeps no task of the tests from going on.
func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value
{
    try await NIOThreadPool.singleton.runIfActive(work)
}
