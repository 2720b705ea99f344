import AMQP
import AMQPClient
import AMQPServer
import Engine
import LoadTest
import Messaging
import NIOPosix
import Store

/// A real broker on a free port, and a loop for its clients.
struct TestServer {
    let server: AMQPServer
    let engine: Engine
    private let group: MultiThreadedEventLoopGroup

    var endpoint: AMQPEndpoint { AMQPEndpoint(port: Int(self.server.port)) }

    /// A load engine for this broker.
    func loadEngine() -> LoadEngine {
        LoadEngine(endpoint: self.endpoint, on: self.group.next())
    }

    /// Waits for so many messages of a queue, and takes exactly those.
    func takeFirst(_ count: Int, from queue: QueueName) async throws {
        let client = try await AMQPClient.connect(to: self.endpoint, on: self.group.next())
        let channel = try await client.openChannel()
        try await channel.call(
            .basic(.qos(prefetchBytes: 0, prefetchCount: UInt16(count), isGlobal: false)))
        let (deliveries, delivered) = AsyncStream.makeStream(of: DeliveryTag.self)
        _ = try await channel.consume(BasicMethod.Consume(queue: queue)) { _ in
            ConsumerHandler { for delivery in $0 { delivered.yield(delivery.tag) } }
        }
        // Nothing is acked before the last one, so the prefetch lets no further one come.
        for await tag in deliveries where tag.number == UInt64(count) { break }
        try await channel.cancel("consumer-1")
        channel.ack(DeliveryTag(UInt64(count)), multiple: true)
        // A call behind the ack: when it is answered, the ack was served.
        try await channel.call(.basic(.qos(prefetchBytes: 0, prefetchCount: 0, isGlobal: false)))
        await client.close()
    }

    /// Ready messages of a queue; nil when there is none of that name.
    func ready(in queue: QueueName) async -> Int? {
        await self.engine.sample().queues.first { $0.name == queue }?.ready
    }

    /// Takes leave of every client and waits until each has confirmed.
    func stop() async { await self.server.stop(within: .seconds(10)) }

    /// Runs `body` against a broker, and stops that afterwards.
    static func run(_ body: (TestServer) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let engine = Engine(on: group.next(), clock: .system(), store: VolatileStore(), seed: 1)
        let server = try await AMQPServer.listen(port: 0, engine: engine, on: group, version: "1")
        let running = TestServer(server: server, engine: engine, group: group)
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
