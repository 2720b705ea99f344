import Core
import Messaging
import Testing

/// Definitions that change one at a time, and what there is of them.
@Suite struct DefinitionChangeTests {
    private let shop: VirtualHostName = "shop"

    private func policy(
        _ name: String, in host: VirtualHostName = .default, length: Int64 = 5,
        isOperator: Bool = false
    ) -> Definitions.HostPolicy {
        .init(
            host: host,
            policy: Policy(name: name, pattern: "", definition: ["max-length": .int64(length)]),
            isOperator: isOperator)
    }

    private func merge(
        _ broker: TestBroker, hosts: [VirtualHostName] = [],
        policies: [Definitions.HostPolicy] = []
    ) -> [String] {
        var definitions = Definitions()
        definitions.virtualHosts = hosts
        definitions.policies = policies
        let problems = broker.broker.merge(definitions, now: broker.now)
        broker.finish()
        return problems
    }

    @Test("A policy takes the place of the one of its name, and of no other")
    func mergedPolicies() {
        let broker = TestBroker()
        #expect(self.merge(broker, policies: [self.policy("a"), self.policy("b")]) == [])
        let operatorPolicy = self.policy("a", isOperator: true)
        #expect(self.merge(broker, policies: [operatorPolicy]) == [])
        #expect(self.merge(broker, policies: [self.policy("a", length: 9)]) == [])
        #expect(
            broker.broker.policies
                == [self.policy("a", length: 9), self.policy("b"), operatorPolicy])
        #expect(broker.durable.definitions.policies.count == 3)
        #expect(self.merge(broker, policies: [self.policy("c", in: "nowhere")]).count == 1)
        #expect(broker.broker.policies.count == 3)
    }

    @Test("A policy is taken away alone, once")
    func removedPolicy() {
        let broker = TestBroker()
        _ = self.merge(broker, policies: [self.policy("a"), self.policy("a", isOperator: true)])
        func remove() -> Bool {
            defer { broker.finish() }
            return broker.broker.removePolicy(
                "a", in: .default, isOperator: false, now: broker.now)
        }
        #expect(remove())
        #expect(!remove())
        #expect(broker.broker.policies == [self.policy("a", isOperator: true)])
        #expect(broker.durable.definitions.policies == broker.broker.policies)
    }

    @Test("With a virtual host goes all that was in it, and nothing else")
    func removedHost() {
        let broker = TestBroker()
        _ = self.merge(
            broker, hosts: [self.shop],
            policies: [self.policy("a"), self.policy("b", in: self.shop)])
        broker.declare("kept")
        #expect(broker.connect(2, to: self.shop))
        let client = ConnectionID(2)
        broker.send(.declareQueue(QueueDeclaration(name: "q", isDurable: true)), client)
        broker.send(
            .declareExchange(ExchangeDeclaration(name: "x", type: "topic", isDurable: true)),
            client)
        broker.send(.bind(BindingRequest(.queue("q"), to: "x", routingKey: "k")), client)
        #expect(broker.durable.definitions.queues.count == 1)
        let connections = broker.broker.connections(in: self.shop)
        #expect(connections == [client])
        broker.broker.connectionClosed(client, now: broker.now)
        let removal = broker.broker.removeVirtualHost(self.shop, now: broker.now)
        #expect(removal == .removed)
        broker.finish()
        #expect(broker.broker.virtualHosts == [.default])
        #expect(broker.broker.policies == [self.policy("a")])
        #expect(broker.durable.definitions.queues.isEmpty)
        #expect(broker.durable.definitions.exchanges.isEmpty)
        #expect(broker.durable.definitions.bindings.isEmpty)
        #expect(!broker.durable.definitions.hosts.contains(self.shop))
        let kept = broker.broker.queuePlaces(in: nil).map(\.name)
        #expect(kept == ["kept"])
        #expect(!broker.connect(3, to: self.shop))
        // Another one of the same name begins empty.
        #expect(self.merge(broker, hosts: [self.shop]) == [])
        let anew = broker.broker.queuePlaces(in: [self.shop])
        #expect(anew.isEmpty)
        let exchanges = broker.broker.exchanges(in: self.shop)
        #expect(exchanges.count == 7)
    }

    @Test("The default virtual host stays; one that is not there cannot go")
    func keptHosts() {
        let broker = TestBroker()
        let removals = [VirtualHostName.default, "nowhere"].map {
            broker.broker.removeVirtualHost($0, now: broker.now)
        }
        #expect(removals == [.isDefault, .notFound])
    }

    @Test("Messages that wait in a virtual host go with it")
    func removedWaiting() {
        let broker = TestBroker()
        _ = self.merge(broker, hosts: [self.shop])
        #expect(broker.connect(2, to: self.shop))
        let client = ConnectionID(2)
        broker.send(
            .declareExchange(
                ExchangeDeclaration(
                    name: "later", type: "x-delayed-message", isDurable: true,
                    arguments: ["x-delayed-type": .string("fanout")])), client)
        broker.add(
            "m", to: "", exchange: "later",
            properties: MessageProperties.headers(["x-delay": .int32(60_000)]),
            client)
        broker.finish()
        let log = broker.broker.waitingLog(in: self.shop)
        #expect(log != nil)
        broker.broker.connectionClosed(client, now: broker.now)
        let removal = broker.broker.removeVirtualHost(self.shop, now: broker.now)
        #expect(removal == .removed)
        broker.finish()
        #expect(broker.durable.definitions.queues.isEmpty)
        broker.now = broker.now.adding(microseconds: 120_000_000)
        broker.broker.timeReached(now: broker.now)
        broker.finish()
        let places = broker.broker.queuePlaces(in: nil)
        #expect(places.isEmpty)
    }

    @Test("Counters go on when queues and connections are gone")
    func totals() {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", "b", to: "q")
        broker.publish("c", to: "nowhere")
        broker.send(.get("q", isAutoAck: true))
        broker.send(.get("q", isAutoAck: false))
        broker.send(.get("q", isAutoAck: false))
        let before = broker.broker.totals
        #expect(before.published == 3)
        #expect(before.unroutable == 1)
        #expect(before.queues.published == 2)
        #expect((before.queues.got, before.queues.gotWithoutAck) == (2, 1))
        #expect(before.queues.gotNothing == 1)
        let counters = broker.broker.counters(now: broker.now)
        #expect(counters.connections.map(\.published) == [3])
        broker.deleteQueue("q")
        broker.broker.connectionClosed(broker.first, now: broker.now)
        broker.finish()
        let after = broker.broker.totals
        #expect((after.published, after.queues) == (before.published, before.queues))
        #expect((after.connectionsClosed, after.queuesDeleted) == (1, 1))
    }
}
