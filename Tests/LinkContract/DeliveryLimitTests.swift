import AMQPClient
import BrokerLink
import Messaging
import Testing

/// Quorum queues of a rabbitmq-server, whose messages may be returned only so often: whatever the
/// link takes and puts back, none of them is lost.
@Suite(
    "Link contract: delivery limits", .serialized,
    .enabled(if: RabbitMQServer.isInstalled, "there is no rabbitmq-server"))
struct DeliveryLimitTests {
    @Test("What may destroy messages is refused until it is allowed")
    func refused() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            let queue = try await bench.declareLimited("doomed", returned: 2)
            #expect(
                await bench.refusal { () throws(LinkError) in
                    _ = try await bench.link.browse(
                        BrowseRequest(queue: queue, intrusionMax: .mayDeadLetter))
                } == .tooIntrusive(queue, .mayDestroy))
            #expect(try await bench.drain(queue) == numbers(5))
        }
    }

    @Test("A look stops at the first message at its limit, which is kept at the end of the queue")
    func atLimit() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            let queue = try await bench.declareLimited("doomed", returned: 2)
            for look in 1...3 {
                let page = try await bench.look(queue)
                #expect(page.bodies == ["\(look)"])
                #expect(!page.hasMore)
                #expect(
                    page.stop
                        == LookStop(queue: queue, place: 1, returnsMax: 2, fate: .putAtEnd))
                try await eventually("all are there") { try await bench.ready(queue) == 5 }
            }
            #expect(try await bench.drain(queue) == ["4", "5", "1", "2", "3"])
        }
    }

    @Test("A look stops where one more return reaches the limit, and that is where it was")
    func near() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            let queue = try await bench.declareLimited("doomed", returned: 0)
            #expect(try await bench.look(queue).bodies == numbers(5))
            try await eventually("all are back") { try await bench.ready(queue) == 5 }
            let page = try await bench.look(queue)
            #expect(page.bodies == ["1"])
            #expect(
                page.stop == LookStop(queue: queue, place: 1, returnsMax: 2, fate: .near))
            try await eventually("it is back") { try await bench.ready(queue) == 5 }
            // RabbitMQ puts what was returned behind what was returned before.
            #expect(try await bench.drain(queue).sorted() == numbers(5))
        }
    }

    @Test("Where dead letters have a place to go, one look costs one of them at most")
    func deadLettered() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            let dead = try await bench.declare("dead")
            let queue = try await bench.declareLimited(
                "doomed", returned: 2, to: .default, key: dead.text)
            let page = try await bench.look(queue, .mayDeadLetter)
            #expect(page.bodies == ["1"])
            #expect(page.stop?.fate == .deadLettered)
            try await eventually("it is dead") { try await bench.ready(dead) == 1 }
            #expect(try await bench.drain(queue) == ["2", "3", "4", "5"])
        }
    }

    @Test("What would die in a circle, which a broker drops, is kept at the end of the queue")
    func circle() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            // Where nothing stays: all that comes dies at once, into the queue it came from.
            let detour = try await bench.declare(
                "detour",
                [
                    "x-max-length": .int32(0), "x-dead-letter-exchange": .string(""),
                    "x-dead-letter-routing-key": .string(bench.name("doomed").text),
                ])
            let queue = try await bench.declare(
                "doomed",
                [
                    "x-queue-type": .string("quorum"), "x-delivery-limit": .int64(2),
                    "x-dead-letter-exchange": .string(""),
                    "x-dead-letter-routing-key": .string(detour.text),
                ])
            bench.channel.publish(
                numbers(5).map {
                    Message(
                        exchange: .default, routingKey: detour.text,
                        properties: MessageProperties(), body: Array($0.utf8))
                })
            try await eventually("all have died") { try await bench.ready(queue) == 5 }
            try await bench.returnAll(queue, times: 2)
            let page = try await bench.look(queue, .mayDeadLetter)
            #expect(page.stop?.fate == .putAtEnd)
            try await eventually("all are there") { try await bench.ready(queue) == 5 }
            #expect(try await bench.drain(queue).sorted() == numbers(5))
        }
    }

    @Test("To delete or move one message destroys none of those before it")
    func chosen() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            let target = try await bench.declare("target")
            let queue = try await bench.declareLimited("doomed", returned: 0)
            let ids = try await bench.look(queue).messages.map(\.id)
            try await eventually("all are back") { try await bench.ready(queue) == 5 }
            try await bench.returnAll(queue, times: 1)
            #expect(try await bench.link.delete([ids[4]], from: queue) == 1)
            try await eventually("the others are there") {
                try await bench.ready(queue) == 4
            }
            #expect(try await bench.drain(queue).sorted() == ["1", "2", "3", "4"])

            let other = try await bench.declareLimited("other", returned: 0)
            let others = try await bench.look(other).messages.map(\.id)
            try await eventually("all are back") { try await bench.ready(other) == 5 }
            try await bench.returnAll(other, times: 1)
            let last = await bench.redrive(other, .messages([others[2]]), to: .queue(target))
            #expect(last == .finished(RedriveReport(moved: 1, movedTo: [target: 1])))
            try await eventually("the others are there") {
                try await bench.ready(other) == 4
            }
            #expect(try await bench.drain(other).sorted() == ["1", "2", "4", "5"])
        }
    }

    @Test("What a move finds no queue for is not destroyed either")
    func unroutable() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            let queue = try await bench.declareLimited("doomed", returned: 2)
            let last = await bench.redrive(queue, .all, to: .queueItDiedIn)
            #expect(last == .finished(RedriveReport(unroutable: 5)))
            try await eventually("all are there") { try await bench.ready(queue) == 5 }
            #expect(try await bench.drain(queue) == numbers(5))
        }
    }
}

extension Bench {
    /// A quorum queue whose messages may be returned twice, with five of them.
    func declareLimited(
        _ name: String, returned times: Int, to exchange: ExchangeName? = nil, key: String? = nil
    ) async throws -> QueueName {
        var arguments: FieldTable = [
            "x-queue-type": .string("quorum"), "x-delivery-limit": .int64(2),
        ]
        arguments["x-dead-letter-exchange"] = exchange.map { .string($0.text) }
        arguments["x-dead-letter-routing-key"] = key.map { .string($0) }
        let queue = try await self.declare(name, arguments)
        try await self.publish(numbers(5), to: queue)
        try await self.returnAll(queue, times: times)
        return queue
    }

    /// Takes all five messages and puts them back, so often; not all need to come back.
    func returnAll(_ queue: QueueName, times: Int, leaving count: Int = 5) async throws {
        for _ in 0..<times {
            var tags: [DeliveryTag] = []
            while tags.count < 5, let message = try await self.channel.get(queue) {
                tags.append(message.tag)
            }
            for tag in tags { self.channel.reject(tag, requeue: true) }
            try await eventually("\(count) are back") { try await self.ready(queue) == count }
        }
    }

    func look(
        _ queue: QueueName, _ intrusionMax: Intrusion = .mayDestroy
    ) async throws -> BrowsePage {
        try await self.link.browse(BrowseRequest(queue: queue, intrusionMax: intrusionMax))
    }
}
