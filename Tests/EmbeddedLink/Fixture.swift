import BrokerLink
import Core
import EmbeddedLink
import Engine
import Messaging
import NIOPosix
import Store
import Synchronization

/// An engine of its own, the link to it, and client connections that do what they are told.
struct Fixture {
    static let now = Timestamp(seconds: 1_700_000_000)

    let engine: Engine
    let link: EmbeddedLink
    /// The one that acts where no other is named.
    let client = SilentClient(1)

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

    /// Does this on channel 1 of a client, which connects for it when it has to.
    func send(_ commands: [Command], from client: SilentClient? = nil) async {
        await self.engine.send(commands, from: client ?? self.client)
    }
}

extension Engine {
    fileprivate func send(_ commands: [Command], from client: SilentClient) {
        if client.begin(on: self) {
            let number = client.connection.number
            let origin = number == 1 ? "test" : "test-\(number)"
            _ = self.connect(client, ConnectingClient(origin: origin, user: "guest"))
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

/// A client that takes what it gets and says nothing; told to close, it is gone at once.
final class SilentClient: ConnectionOutlet {
    private struct State {
        var engine: Engine?
        var effects: [Effect] = []
        var closes: [String] = []
        var isLeaving = false
    }

    let connection: ConnectionID
    private let state = Mutex(State())

    init(_ number: UInt64) { self.connection = ConnectionID(number) }

    /// What the broker sent it, in order.
    var effects: [Effect] { self.state.withLock { $0.effects } }
    /// Why it was closed.
    var closes: [String] { self.state.withLock { $0.closes } }

    /// Whether it was not connected yet.
    func begin(on engine: Engine) -> Bool {
        self.state.withLock { state in
            defer { state.engine = engine }
            return state.engine == nil
        }
    }

    var awaitedCommit: CommitNumber? { nil }
    func durable(upTo commit: CommitNumber) {}

    func perform(_ effects: [Effect], reading broker: borrowing Broker) {
        self.state.withLock { $0.effects += effects }
    }

    func close(_ code: ReplyCode, _ explanation: String) {
        self.state.withLock {
            $0.closes.append("\(code.rawValue) \(explanation)")
            $0.isLeaving = true
        }
    }

    func flush() {
        let engine = self.state.withLock { state -> Engine? in
            guard state.isLeaving else { return nil }
            state.isLeaving = false
            return state.engine
        }
        engine?.assumeIsolated { $0.disconnect(self.connection) }
    }
}
