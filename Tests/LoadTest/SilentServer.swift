import NIOCore
import NIOPosix

/// Takes connections and never says a word.
struct SilentServer {
    let port: Int
    /// The connections, as they come.
    let connections: AsyncStream<any Channel>

    /// Runs `body` against such a server on a free port, and closes its sockets afterwards.
    static func run(
        _ body: (SilentServer, any EventLoop) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (connections, connected) = AsyncStream.makeStream(of: (any Channel).self)
        let listener = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                connected.yield(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = SilentServer(
            port: listener.localAddress?.port ?? 0, connections: connections)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(server, group.next()))
        } catch {
            result = .failure(error)
        }
        try await group.shutdownGracefully()
        try result.get()
    }
}
