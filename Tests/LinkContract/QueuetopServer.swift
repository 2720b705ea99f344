import AMQPServer
import Engine
import Glibc
import ManagementAPI
import Messaging
import NIOPosix
import Store

/// This broker with its management API, as `queuetop serve` has them.
enum QueuetopServer {
    /// Runs a test with its two ports, and takes everything down again.
    static func run(_ test: (_ amqpPort: Int, _ managementPort: Int) async throws -> Void)
        async throws
    {
        let group = MultiThreadedEventLoopGroup.singleton
        let engine = Engine(on: group.next(), clock: .system(), store: VolatileStore(), seed: 1)
        let server = try await AMQPServer.listen(
            port: 0, engine: engine, on: group, version: "1.2.3")
        let management = try await ManagementServer.listen(port: 0, on: group)
        let (rates, redrives) = (RateBook(), RedriveDesk(engine))
        let face = BrokerFace(
            version: "1.2.3", node: "queuetop@contract", amqpPort: server.port,
            managementPort: management.port, dataDirectory: "", processID: getpid(),
            processors: 1, startedAt: EngineClock.system().now())
        let context = ManagementContext(
            engine: engine, rates: rates, redrives: redrives, identity: face)
        management.serve(ManagementRouter(context, gate: EngineGate(engine)))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await management.run() }
            tasks.addTask { try await RateSampler(engine, rates).run() }
            tasks.addTask { try await redrives.run() }
            try await test(Int(server.port), Int(management.port))
            tasks.cancelAll()
        }
        await server.stop(within: .seconds(10))
        await engine.stop()
    }
}
