import AMQP
import AMQPClient
import BrokerLink
import Messaging
import Testing

/// Queues of a rabbitmq-server whose dead-letter exchange leads nowhere: what is returned too often
/// would be lost, whatever their settings promise.
@Suite(
    "Link contract: dead ends", .serialized,
    .enabled(if: RabbitMQServer.isInstalled, "there is no rabbitmq-server"))
struct DeadEndTests {
    @Test("A dead-letter exchange that leads nowhere is refused like none, and none is lost")
    func deadEnds() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            let (missing, bound) = (bench.name("missing").text, bench.name("bound").text)
            try await bench.declareExchange(bound)
            let dead = try await bench.declare("dead")
            try await bench.channel.call(
                .queue(.bind(.init(queue: dead, exchange: .init(bound), routingKey: "k"))))
            for (name, exchange, key) in [
                ("a", missing, nil), ("b", bound, "other"), ("c", "", missing),
                ("d", "", bench.name("d").text),
            ] {
                let queue = try await bench.declareLimited(
                    name, returned: 2, to: ExchangeName(exchange), key: key)
                #expect(
                    await bench.refusal(of: queue, .mayDestroy)
                        == .tooIntrusive(queue, .mayDestroyAtDeadEnd))
                let page = try await bench.look(queue, .worst)
                #expect(page.stop?.fate == .putAtEnd)
                try await eventually("all are there") { try await bench.ready(queue) == 5 }
                // Let die for real: that is where the warning comes from.
                try await bench.returnAll(queue, times: 1, leaving: 1)
            }
            #expect(try await bench.ready(dead) == 0)
        }
    }

    @Test("One that leads to a queue is none; of a key that is not known nobody knows")
    func others() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            let bound = bench.name("bound").text
            try await bench.declareExchange(bound)
            let dead = try await bench.declare("dead")
            try await bench.channel.call(
                .queue(.bind(.init(queue: dead, exchange: .init(bound), routingKey: "k"))))
            let safe = try await bench.declareLimited(
                "safe", returned: 0, to: ExchangeName(bound), key: "k")
            #expect(
                await bench.refusal(of: safe, .countsDelivery)
                    == .tooIntrusive(safe, .mayDeadLetter))
            let unknown = try await bench.declareLimited(
                "unknown", returned: 2, to: ExchangeName(bound), key: nil)
            #expect(
                await bench.refusal(of: unknown, .mayDeadLetter)
                    == .tooIntrusive(unknown, .mayLose))
            #expect(try await bench.look(unknown, .mayLose).stop?.fate == .putAtEnd)
            try await eventually("all are there") { try await bench.ready(unknown) == 5 }
        }
    }
}

extension Bench {
    fileprivate func declareExchange(_ name: String) async throws {
        try await self.channel.call(
            .exchange(.declare(.init(exchange: ExchangeName(name), type: "direct"))))
    }

    fileprivate func refusal(of queue: QueueName, _ intrusionMax: Intrusion) async -> LinkError? {
        await self.refusal { () throws(LinkError) in
            _ = try await self.link.browse(
                BrowseRequest(queue: queue, intrusionMax: intrusionMax))
        }
    }
}
