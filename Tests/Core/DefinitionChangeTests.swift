import Core
import Messaging
import Testing

/// Definitions that change one at a time, and what there is of them.
@Suite struct DefinitionChangeTests {
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
