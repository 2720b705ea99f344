import Engine
import Glibc
import ManagementAPI
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The management API of the broker in this process.
struct ManagementServices {
    let port: UInt16
    let services: [any Service]

    /// Such as `http://127.0.0.1:15672`.
    var url: String { "http://127.0.0.1:\(self.port)" }

    /// Begins to listen; answers come once the services run.
    static func listen(
        on port: UInt16, _ broker: EmbeddedBroker, clock: EngineClock
    ) async throws(ManagementListenError) -> ManagementServices {
        // Threads of their own, so that writing a long list holds up no client of the broker.
        let server = try await ManagementServer.listen(
            port: port, on: MultiThreadedEventLoopGroup.singleton)
        let (rates, redrives) = (RateBook(), RedriveDesk(broker.engine))
        let face = BrokerFace(
            version: Version.text, node: "queuetop@\(Self.hostName)",
            amqpPort: broker.server.port, managementPort: server.port,
            dataDirectory: broker.directory.path, processID: getpid(),
            processors: System.coreCount, startedAt: clock.now())
        let context = ManagementContext(
            engine: broker.engine, rates: rates, redrives: redrives, identity: face)
        server.serve(ManagementRouter(context, gate: EngineGate(broker.engine)))
        return ManagementServices(
            port: server.port, services: [server, RateSampler(broker.engine, rates), redrives])
    }

    /// This machine's name; `localhost` when it has none.
    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0, name[0] != 0 else { return "localhost" }
        return name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }
}
