import BrokerLink
import Core
import EmbeddedLink
import Engine
import Messaging
import Testing

@Suite("Clients over the embedded link")
struct ClientTests {
    @Test("a connection is known with what its channels hold, and with the queues it owns")
    func connections() async throws {
        let fixture = Fixture()
        await fixture.declare("q")
        try await fixture.publish(3, to: "q")
        await fixture.consume("q", count: 2)
        await fixture.send([.declareQueue(.init(name: "mine", isExclusive: true))])
        let other = SilentClient(2)
        await fixture.send([.get("q", isAutoAck: false)], from: other)

        let roster = try await fixture.link.clients()
        #expect(roster.at == Fixture.now)
        let connections = roster.connections.sorted { $0.id < $1.id }
        try #require(connections.map(\.origin) == ["test", "test-2"])
        #expect(connections.map(\.user) == ["guest", "guest"])
        #expect(connections.map(\.channels) == [1, 1])
        #expect(connections.map(\.consumers) == [1, 0])
        #expect(connections.map(\.unacked) == [2, 1], "what was fetched is held too")
        #expect(connections.map(\.oldestUnackedMicroseconds) == [0, 0])
        #expect(connections.map(\.delivered) == [.exact(2), .exact(1)])
        #expect(connections.map(\.exclusiveQueues) == [["mine"], []])
        #expect(connections.map(\.state) == [.running, .running])
    }

    @Test("a connection whose socket takes no more is a slow reader")
    func slowReader() async throws {
        let fixture = Fixture()
        await fixture.declare("q")
        await fixture.engine.setWritable(fixture.client.connection, false)
        #expect(try await fixture.link.clients().connections.map(\.state) == [.slowReader])
        await fixture.engine.setWritable(fixture.client.connection, true)
        #expect(try await fixture.link.clients().connections.map(\.state) == [.running])
    }

    @Test("each consumer of a channel is known with what it holds itself")
    func consumers() async throws {
        let fixture = Fixture()
        for queue: QueueName in ["a", "b", "c"] { await fixture.declare(queue) }
        for queue: QueueName in ["a", "a", "b"] { try await fixture.publish(1, to: queue) }
        await fixture.send([
            .get("a", isAutoAck: false),
            .setPrefetch(count: 5, bytes: 0, isGlobal: false),
            .consume(
                .init(
                    queue: "a", tag: "first", arguments: ["x-delivery-rate": .double(2.5)])),
            .consume(.init(queue: "b", tag: "second", isExclusive: true)),
            .consume(.init(queue: "c", tag: "third", isAutoAck: true)),
        ])
        let consumers = try await fixture.link.clients().consumers
        #expect(consumers.map(\.id.tag) == ["first", "second", "third"])
        #expect(consumers.map(\.queue) == ["a", "b", "c"])
        #expect(consumers.map(\.unacked) == [1, 1, 0])
        #expect(consumers.map(\.oldestUnackedMicroseconds) == [0, 0, nil])
        #expect(consumers.map(\.prefetch) == [5, 5, 5])
        #expect(consumers.map(\.deliveriesPerSecondMax) == [2.5, nil, nil])
        #expect(consumers.map(\.needsAck) == [true, true, false])
        #expect(consumers.map(\.isExclusive) == [false, true, false])
        #expect(consumers.allSatisfy { $0.origin == "test" && $0.id.channel == .init(1) })
    }

    @Test("a queue tells who owns it and what is special about it")
    func features() async throws {
        let fixture = Fixture()
        await fixture.send([
            .declareQueue(.init(name: "mine", isExclusive: true, isAutoDelete: true)),
            .declareQueue(
                .init(
                    name: "limited", isDurable: true,
                    arguments: [
                        "x-message-ttl": .int32(1_000), "x-expires": .int32(60_000),
                        "x-max-length": .int32(5), "x-dead-letter-exchange": .string("dead"),
                    ])),
            .declareQueue(.init(name: "plain")),
        ])
        let queues = try await fixture.link.sample().queues
        func features(_ name: QueueName) -> QueueFeatures? {
            queues.first { $0.name == name }?.features
        }
        #expect(features("mine") == [.exclusive, .autoDelete])
        #expect(
            features("limited") == [.durable, .messageTTL, .expires, .limited, .deadLettering])
        #expect(features("plain") == [])
        #expect(try await fixture.link.detail(of: "mine").owner == "test")
        #expect(try await fixture.link.detail(of: "plain").owner == nil)
        #expect(try await fixture.link.detail(of: "plain").type == "classic")
    }

    @Test("a queue tells its type, its limit of returns, its retries and what waits for them")
    func retries() async throws {
        let fixture = Fixture()
        await fixture.send([
            .declareQueue(
                .init(
                    name: "q", isDurable: true,
                    arguments: [
                        "x-queue-type": .string("quorum"), "x-retry-max": .int32(2),
                        "x-retry-jitter": .double(0.5),
                    ])),
            .declareExchange(
                .init(
                    name: "e", type: "x-delayed-message",
                    arguments: ["x-delayed-type": .string("fanout")])),
        ])
        try await fixture.publish(3, to: "q")
        await fixture.rejectAll("q", count: 2)
        var properties = MessageProperties()
        properties.headers = ["x-delay": .int32(1_000)]
        #expect(
            try await fixture.link.publish(
                Message(exchange: "e", routingKey: "", properties: properties, body: [])))
        let sample = try await fixture.link.sample()
        #expect(sample.delayed == 1)
        let queue = try #require(sample.queues.first)
        #expect(queue.features == [.durable, .quorum, .retries])
        #expect(queue.waiting == 2 && queue.ready == 1)
        #expect(queue.totals.retried == 2 && queue.totals.returnedTooOften == 0)
        let detail = try await fixture.link.detail(of: "q")
        #expect(detail.type == "quorum")
        #expect(detail.deliveryLimit == 20)
        #expect(
            detail.retries
                == .init(count: 2, waitsMicroseconds: [1_000_000, 2_000_000], jitter: 0.5))
        let next = try #require(detail.nextRetryMicroseconds)
        #expect((500_000...1_000_000) ~= next)
    }

    @Test("closing a connection tells the reason, and what it held is ready again")
    func close() async throws {
        let fixture = Fixture()
        await fixture.declare("q")
        try await fixture.publish(3, to: "q")
        await fixture.consume("q", count: 2)
        await fixture.send([.declareQueue(.init(name: "mine", isExclusive: true))])
        let returned = try await fixture.link.closeConnection(
            fixture.client.connection, reason: "Closed via console")
        #expect(returned == 2)
        #expect(fixture.client.closes == ["320 Closed via console"])
        let sample = try await fixture.link.sample()
        #expect(sample.connections == 0)
        #expect(sample.queues.map(\.name) == ["q"], "its exclusive queue went with it")
        #expect(sample.queues.map(\.ready) == [3])
        #expect(sample.queues.map(\.unacked) == [0])
        await #expect(throws: LinkError.connectionNotFound) {
            try await fixture.link.closeConnection(fixture.client.connection, reason: "again")
        }
        #expect(fixture.client.closes.count == 1)
    }

    @Test("cancelling a consumer tells its client, and what it held stays with its channel")
    func cancel() async throws {
        let fixture = Fixture()
        await fixture.declare("q")
        try await fixture.publish(3, to: "q")
        await fixture.consume("q", count: 2)
        let id = try #require(try await fixture.link.clients().consumers.first?.id)
        #expect(try await fixture.link.cancelConsumer(id) == 2)
        #expect(
            fixture.client.effects.last == .consumerCancelled(ChannelNumber(1), "worker"))
        #expect(try await fixture.link.clients().consumers.isEmpty)
        var queue = try await fixture.link.sample().queues.first
        #expect(queue?.unacked == 2)
        #expect(queue?.consumers == 0)
        let held = try await fixture.link.clients().connections
        #expect(held.map(\.unacked) == [2])
        await fixture.send([.ack(DeliveryTag(2), isMultiple: true)])
        queue = try await fixture.link.sample().queues.first
        #expect(queue?.unacked == 0, "its channel can still ack them")
        #expect(queue?.totals.acked == 2)
        await #expect(throws: LinkError.consumerNotFound("worker")) {
            try await fixture.link.cancelConsumer(id)
        }
    }

    @Test("the last consumer takes an auto-delete queue with it")
    func cancelAutoDelete() async throws {
        let fixture = Fixture()
        await fixture.send([
            .declareQueue(.init(name: "q", isAutoDelete: true)),
            .consume(.init(queue: "q", tag: "worker")),
        ])
        let id = try #require(try await fixture.link.clients().consumers.first?.id)
        #expect(try await fixture.link.cancelConsumer(id) == 0)
        #expect(try await fixture.link.sample().queues.isEmpty)
    }

    @Test("a consumer elsewhere with the same tag is left alone")
    func cancelOther() async throws {
        let fixture = Fixture()
        await fixture.declare("q")
        await fixture.consume("q", count: 1)
        let other = SilentClient(2)
        await fixture.send([.consume(.init(queue: "q", tag: "worker"))], from: other)
        let wrong = ClientConsumer.ID(
            connection: other.connection, channel: ChannelNumber(2), tag: "worker")
        await #expect(throws: LinkError.consumerNotFound("worker")) {
            try await fixture.link.cancelConsumer(wrong)
        }
        let right = ClientConsumer.ID(
            connection: other.connection, channel: ChannelNumber(1), tag: "worker")
        #expect(try await fixture.link.cancelConsumer(right) == 0)
        #expect(
            try await fixture.link.clients().consumers.map(\.id.connection)
                == [fixture.client.connection])
    }

    @Test("a closed link is disconnected")
    func closed() async {
        let link = Fixture().link
        await link.close()
        let expected = LinkError.disconnected(reason: "the link was closed")
        await #expect(throws: expected) { try await link.clients() }
        await #expect(throws: expected) {
            try await link.closeConnection(ConnectionID(1), reason: "")
        }
        await #expect(throws: expected) {
            try await link.cancelConsumer(
                .init(connection: ConnectionID(1), channel: ChannelNumber(1), tag: "t"))
        }
    }
}
