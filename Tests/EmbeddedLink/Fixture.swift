import BrokerLink
import Core
import EmbeddedLink
import Engine
import Messaging
import NIOPosix
import Store

/// An engine of its own, the link to it, and one client connection that does what it is told.
struct Fixture {
    static let now = Timestamp(seconds: 1_700_000_000)

    let engine: Engine
    let link: EmbeddedLink
    private let client = SilentClient()

    init() {
        self.engine = Engine(
            on: MultiThreadedEventLoopGroup.singleton.next(), clock: .frozen(at: Self.now),
            store: VolatileStore(), seed: 1)
        self.link = EmbeddedLink(to: self.engine, version: "1.2.3")
    }

    func declare(_ queue: QueueName, arguments: FieldTable = FieldTable()) async {
        await self.send([.declareQueue(.init(name: queue, arguments: arguments))])
    }

    /// Publishes bodies `1`, `2` …
    func publish(_ count: Int, to queue: QueueName) async throws {
        for number in 1...count {
            let body = Array("\(number)".utf8)
            _ = try await self.link.publish(
                Message(exchange: .default, routingKey: queue.text, body: body))
        }
    }

    /// Begins to consume with that prefetch, and never acks.
    func consume(_ queue: QueueName, count: UInt16) async {
        await self.send([
            .setPrefetch(count: count, bytes: 0, isGlobal: false),
            .consume(.init(queue: queue, tag: "worker")),
        ])
    }

    /// Gets that many messages and rejects them all.
    func rejectAll(_ queue: QueueName, count: Int) async {
        await self.send(Array(repeating: .get(queue, isAutoAck: false), count: count))
        await self.send([
            .nack(DeliveryTag(UInt64(count)), isMultiple: true, isRequeue: false)
        ])
    }

    private func send(_ commands: [Command]) async {
        await self.engine.send(commands, from: self.client)
    }
}

extension Engine {
    fileprivate func send(_ commands: [Command], from client: SilentClient) {
        if self.connectionCount == 0 {
            _ = self.connect(client, ConnectingClient(origin: "test", user: "guest"))
            self.batch(for: client) { broker, now in
                broker.handle(.openChannel, from: client.connection, on: .init(1), now: now)
            }
        }
        self.batch(for: client) { broker, now in
            for command in commands {
                broker.handle(command, from: client.connection, on: .init(1), now: now)
            }
        }
    }
}

/// A client that takes what it gets and says nothing.
private final class SilentClient: ConnectionOutlet {
    let connection = ConnectionID(1)
    func perform(_ effects: [Effect], reading broker: borrowing Broker) {}
    func flush() {}
    func close(_ code: ReplyCode, _ explanation: String) {}
}
