import BrokerLink
import Core
import EmbeddedLink
import Engine
import Messaging
import Testing

@Suite("Embedded link: flow")
struct FlowTests {
    private func queue(_ name: QueueName, _ fixture: Fixture) async throws -> QueueSample {
        try #require(try await fixture.link.sample().queues.first { $0.name == name })
    }

    @Test("rate, circuit breaker and known ids come through, and nothing where there is none")
    func figures() async throws {
        let fixture = Fixture()
        await fixture.declare("plain")
        await fixture.declare(
            "q",
            arguments: [
                "x-delivery-rate": .double(2.5), "x-breaker-threshold": .double(0.25),
                "x-deduplication-window": .int32(1_000),
            ])
        var message = Message(exchange: .default, routingKey: "q", body: [])
        message.properties.messageID = "a"
        for _ in 0..<3 { _ = try await fixture.link.publish(message) }
        let queue = try await self.queue("q", fixture)
        #expect(queue.flow.deliveriesPerSecondMax == 2.5)
        #expect(queue.flow.breaker == BreakerStatus(state: .closed, threshold: 0.25))
        #expect(queue.flow.deduplicationIDs == 1)
        #expect(queue.totals.deduplicated == 2)
        #expect(queue.features.isSuperset(of: [.rateLimited, .circuitBreaker, .deduplicating]))
        let plain = try await self.queue("plain", fixture)
        #expect(plain.flow.deliveriesPerSecondMax == nil)
        #expect(plain.flow.breaker == nil)
        #expect(plain.flow.deduplicationIDs == nil)
        #expect(plain.features.isDisjoint(with: [.rateLimited, .circuitBreaker, .deduplicating]))
    }

    @Test("an operator opens and closes a circuit breaker, and hears why it cannot")
    func setBreaker() async throws {
        let fixture = Fixture()
        await fixture.declare("plain")
        await fixture.declare("q", arguments: ["x-breaker-threshold": .int32(1)])
        try await fixture.link.setBreaker("q", isOpen: true)
        let opened = BreakerStatus(
            state: .open(probesInMicroseconds: nil), cause: .byOperator, threshold: 1, openings: 1)
        #expect(try await self.queue("q", fixture).flow.breaker == opened)
        try await fixture.link.setBreaker("q", isOpen: false)
        #expect(try await self.queue("q", fixture).flow.breaker?.state == .closed)
        await #expect(throws: LinkError.noCircuitBreaker("plain")) {
            try await fixture.link.setBreaker("plain", isOpen: true)
        }
        await #expect(throws: LinkError.queueNotFound("none")) {
            try await fixture.link.setBreaker("none", isOpen: true)
        }
    }

    @Test("what failed is counted, and a breaker that failures opened says when it tries again")
    func failures() async throws {
        let fixture = Fixture()
        await fixture.declare(
            "q", arguments: ["x-breaker-threshold": .int32(1), "x-breaker-min": .int32(2)])
        try await fixture.publish(4, to: "q")
        await fixture.consume("q", count: 2)
        await fixture.send([.nack(DeliveryTag(2), isMultiple: true, isRequeue: true)])
        let opened = BreakerStatus(
            state: .open(probesInMicroseconds: 10_000_000), cause: .failures, failures: 2,
            outcomes: 2, threshold: 1, openings: 1)
        #expect(try await self.queue("q", fixture).flow.breaker == opened)
    }

    @Test("the guarantee comes with every reason")
    func promise() async throws {
        let fixture = Fixture()
        await fixture.declare(
            "q", arguments: ["x-message-ttl": .int32(9), "x-max-length": .int32(9)])
        await fixture.send([.consume(.init(queue: "q", tag: "t", isAutoAck: true))])
        try await fixture.publish(1, to: "q")
        let promise = try await self.queue("q", fixture).flow.promise
        let reasons: DeliveryPromise.Reasons = [
            .autoAck, .notDurable, .transientMessages, .dropsOldest, .dropsExpired,
        ]
        #expect(promise == DeliveryPromise(.atMostOnce, reasons))
        await fixture.send([
            .declareQueue(
                .init(
                    name: "safe", isDurable: true,
                    arguments: ["x-deduplication-window": .int32(1_000)]))
        ])
        #expect(
            try await self.queue("safe", fixture).flow.promise
                == DeliveryPromise(.atLeastOnce, .noPublishes))
    }
}
