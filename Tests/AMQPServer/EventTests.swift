import AMQP
import AMQPServer
import Engine
import Messaging
import NIOPosix
import Store
import Synchronization
import Testing

/// What an operator hears of clients, and the limits that he sets for them.
@Suite("Events and limits of a server", .timeLimit(.minutes(5)))
struct EventTests {
    /// What was said, in order.
    private final class Observed: Sendable {
        private let list = Mutex<[ServerEvent]>([])

        var all: [ServerEvent] { self.list.withLock { $0 } }

        func add(_ event: ServerEvent) { self.list.withLock { $0.append(event) } }
    }

    /// Has blocking clients talk to a server, stops that, and answers what was observed.
    private static func observe(
        limits: ServerLimits = ServerLimits(), connectionsMax: Int = 10,
        _ talk: @escaping @Sendable (UInt16) throws -> Void
    ) async throws -> [ServerEvent] {
        let observed = Observed()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let engine = Engine(
            on: group.next(), clock: .system(), store: VolatileStore(), seed: 1,
            limits: EngineLimits(connectionsMax: connectionsMax))
        let server = try await AMQPServer.listen(
            port: 0, engine: engine, on: group, version: "1", limits: limits,
            observe: { observed.add($0) })
        let port = server.port
        let result: Result<Void, any Error>
        do {
            result = .success(try await blocking { try talk(port) })
        } catch {
            result = .failure(error)
        }
        await server.stop(within: .zero)
        await engine.stop()
        try await group.shutdownGracefully()
        try result.get()
        return observed.all
    }

    @Test("a client that comes and goes is named twice, with where it comes from")
    func comesAndGoes() async throws {
        let events = try await Self.observe { port in
            let client = try TestClient.open(port: port)
            try client.declare("q")
        }
        try #require(events.count == 2)
        guard case .opened(let client) = events[0] else {
            Issue.record("the first is the opening: \(events)")
            return
        }
        #expect(client.user == "guest" && client.virtualHost == "/")
        #expect(client.origin.hasPrefix("127.0.0.1:"))
        #expect(events[1] == .closed(client))
    }

    @Test("who may not open a virtual host is told apart from who comes and goes")
    func refused() async throws {
        let events = try await Self.observe { port in
            let client = try TestClient(port: port, virtualHost: "nowhere")
            while try client.next() != .ended {}
        }
        try #require(events.count == 1)
        guard case .refused(let client, let reason) = events[0] else {
            Issue.record("it is refused: \(events)")
            return
        }
        #expect(client.virtualHost == "nowhere")
        #expect(reason == "there is no such virtual host")
    }

    @Test("clients are offered the limits that the operator sets")
    func limits() async throws {
        var limits = ServerLimits()
        limits.channelsMax = 3
        limits.bodyBytesMax = 1_000
        limits.propertiesBytesMax = 300
        _ = try await Self.observe(limits: limits) { port in
            let client = try TestClient.open(port: port)
            try client.declare("q")
            client.publish(bodies: [[UInt8](repeating: 1, count: 1_000)], key: "q")
            #expect(try client.depth("q") == 1)
            client.publish(bodies: [[UInt8](repeating: 1, count: 1_001)], key: "q")
            guard case .channelClosed(_, let code, let text, _) = try client.next() else {
                Issue.record("a larger body closes the channel")
                return
            }
            #expect(code == 406 && text.contains("configured max size 1000"))
            #expect(client.channelsMax == 3)
        }
    }
}
