import AMQPClient
import AMQPServer
import BrokerLink
import EmbeddedLink
import Engine
import Glibc
import Messaging
import NIOCore
import NIOPosix
import RabbitMQLink
import Store
import Testing

/// Which link the suite runs over, and to what.
enum BrokerUnderTest: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case embedded
    /// The link to RabbitMQ, on this broker and its management API.
    case queuetop
    /// A real rabbitmq-server, where one is installed.
    case rabbitMQ

    static let all = Self.allCases.filter { $0 != .rabbitMQ || RabbitMQServer.isInstalled }

    var testDescription: String { self.rawValue }
}

/// A link to a broker under test, and clients of that broker beside it.
struct Bench {
    let kind: BrokerUnderTest
    let link: any BrokerLink
    /// A connection that does not go through the link.
    let client: AMQPClient
    let channel: AMQPChannel
    /// What the link's connection that moves messages goes through; nil where it has none.
    let cable: Cable?
    /// Makes names of this test's own: the broker may be shared.
    private let suffix = String(UInt32.random(in: .min ... .max), radix: 36)

    func name(_ name: String) -> QueueName { QueueName("\(name)-\(self.suffix)") }

    /// Runs a test and takes everything down again.
    static func run(
        _ kind: BrokerUnderTest, _ test: (Bench) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        switch kind {
        case .embedded:
            let engine = Engine(
                on: group.next(), clock: .system(), store: VolatileStore(), seed: 1)
            let server = try await AMQPServer.listen(
                port: 0, engine: engine, on: group, version: "1.2.3")
            let link = EmbeddedLink(to: engine, version: "1.2.3")
            try await self.run(kind, link, port: Int(server.port), cable: nil, test)
            await server.stop(within: .seconds(10))
            await engine.stop()
        case .queuetop:
            try await QueuetopServer.run { amqpPort, managementPort in
                try await self.run(kind, amqpPort, managementPort, test)
            }
        case .rabbitMQ:
            let server = try RabbitMQServer.shared.get()
            try await self.run(kind, server.amqpPort, server.managementPort, test)
        }
    }

    /// Runs a test over a link to a broker's ports.
    private static func run(
        _ kind: BrokerUnderTest, _ amqpPort: Int, _ managementPort: Int,
        _ test: (Bench) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        // Where the link moves messages: a queuetop does it by itself when it is told to.
        let isOrdered = kind == .queuetop
        let cable = try await Cable.lay(to: isOrdered ? managementPort : amqpPort, on: group)
        let address = try LinkAddress(
            parsing: "amqp://127.0.0.1:\(isOrdered ? amqpPort : cable.port)",
            managementURL: "http://127.0.0.1:\(isOrdered ? cable.port : managementPort)")
        let link = try RabbitMQLink(
            to: address, password: "guest", version: "1.2.3",
            now: { Timestamp(microseconds: Self.microseconds()) }, on: group)
        // A rabbitmq-server takes some seconds from its start until it answers.
        try await eventually("\(kind) answers", seconds: 300) {
            (try? await link.probe()) != nil
        }
        try await self.run(kind, link, port: amqpPort, cable: cable, test)
        try await cable.remove()
    }

    private static func run(
        _ kind: BrokerUnderTest, _ link: any BrokerLink, port: Int, cable: Cable?,
        _ test: (Bench) async throws -> Void
    ) async throws {
        let client = try await AMQPClient.connect(
            to: AMQPEndpoint(port: port), on: MultiThreadedEventLoopGroup.singleton.next(),
            product: "contract")
        let channel = try await client.openChannel()
        do {
            try await test(
                Bench(kind: kind, link: link, client: client, channel: channel, cable: cable))
        } catch {
            await client.close()
            await link.close()
            throw error
        }
        await client.close()
        await link.close()
    }

    private static func microseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}

/// A condition that did not come true.
struct NeverTrue: Error, CustomStringConvertible {
    let description: String
}

/// Waits until a condition holds: a broker's figures are some seconds old.
func eventually(
    _ what: String, seconds: Double = 120, _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try await !condition() {
        guard ContinuousClock.now < end else { throw NeverTrue(description: "never: \(what)") }
        // Nobody but the broker knows when it will; asking without end would keep it from it.
        try await MultiThreadedEventLoopGroup.singleton.next()
            .scheduleTask(in: .milliseconds(100)) {}.futureResult.get()
    }
}
