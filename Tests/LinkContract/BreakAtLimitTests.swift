import AMQPClient
import BrokerLink
import Messaging
import Testing

/// A connection that breaks while messages at their delivery limit are held: the broker takes that
/// for one return too many, and whoever looked or moved is told of how many messages.
@Suite(
    "Link contract: breaks at the delivery limit", .serialized,
    .enabled(if: RabbitMQServer.isInstalled, "there is no rabbitmq-server"))
struct BreakAtLimitTests {
    private static let get: (UInt8, UInt8) = (60, 70)
    private static let publish: (UInt8, UInt8) = (60, 40)
    private static let recover: (UInt8, UInt8) = (60, 110)

    @Test("A look tells of the message that it could not put at the end any more")
    func look() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            let queue = try await bench.declareLimited("doomed", returned: 2)
            try await eventually("all are counted") { try await bench.counted(queue) == 5 }
            let error = await bench.cost(before: Self.publish) { () throws(LinkError) in
                _ = try await bench.link.browse(
                    BrowseRequest(queue: queue, intrusionMax: .mayDestroy))
            }
            #expect(error == HeldAtLimit(queue, 1))
            try await eventually("the broker has dropped it") {
                try await bench.counted(queue) == 4
            }
        }
    }

    @Test("What was asked for and did not come is told as unknown")
    func underWay() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            let queue = try await bench.declareLimited("doomed", returned: 2)
            let error = await bench.cost(before: Self.get) { () throws(LinkError) in
                _ = try await bench.link.browse(
                    BrowseRequest(queue: queue, intrusionMax: .mayDestroy))
            }
            #expect(error == HeldAtLimit(queue, 0, underWay: 1))
        }
    }

    @Test("A deletion tells of those before the chosen one")
    func deletion() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            let queue = try await bench.declareLimited("doomed", returned: 0)
            let ids = try await bench.look(queue).messages.map(\.id)
            try await eventually("all are back") { try await bench.ready(queue) == 5 }
            try await bench.returnAll(queue, times: 1)
            let error = await bench.cost(before: Self.publish) { () throws(LinkError) in
                _ = try await bench.link.delete([ids[4]], from: queue)
            }
            #expect(error == HeldAtLimit(queue, 4))
        }
    }

    @Test("A move tells of those that are not in their target")
    func move() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            let queue = try await bench.declareLimited("doomed", returned: 2)
            let target = try await bench.declare("target")
            let error = await bench.breakOfMove(queue, to: .queue(target), before: Self.publish)
            #expect(error == HeldAtLimit(queue, 5))
            let other = try await bench.declareLimited("other", returned: 2)
            let saving = await bench.breakOfMove(
                other, to: .queueItDiedIn, before: Self.publish)
            #expect(saving == HeldAtLimit(other, 5))
        }
    }

    @Test("A move whose connection breaks at its end tells of those that were held to the end")
    func endOfMove() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            let dead = try await bench.declare("dead")
            let queue = try await bench.declareLimited(
                "doomed", returned: 2, to: .default, key: dead.text)
            let error = await bench.breakOfMove(
                queue, to: .queueItDiedIn, before: Self.recover)
            #expect(error == HeldAtLimit(queue, 5, isDeadLettering: true))
            try await eventually("they are dead") { try await bench.ready(dead) == 5 }
        }
    }

    @Test("Where messages may be returned without end, a break at the end of a move costs none")
    func unlimited() async throws {
        try await Bench.run(.rabbitMQ) { bench in
            let queue = try await bench.declare("plain")
            try await bench.publish(numbers(5), to: queue)
            _ = try await bench.link.readyCount(of: queue)
            bench.cable?.cut(before: Self.recover)
            let last = await bench.redrive(queue, .all, to: .queueItDiedIn)
            #expect(last == .finished(RedriveReport(unroutable: 5)))
            try await eventually("all are back") { try await bench.ready(queue) == 5 }
        }
    }
}

extension Bench {
    /// Messages of a queue by the broker's statistics, those that somebody holds included.
    fileprivate func counted(_ queue: QueueName) async throws -> Int? {
        try await self.sample(queue).map { $0.ready + $0.unacked }
    }

    /// What work has cost by its error, when the link's connection breaks before it sends a method.
    fileprivate func cost(
        before method: (UInt8, UInt8), _ work: () async throws(LinkError) -> Void
    ) async -> HeldAtLimit? {
        self.cable?.cut(before: method)
        guard case .endedAtLimit(let held, _) = await self.refusal(work) else { return nil }
        return held
    }

    fileprivate func breakOfMove(
        _ queue: QueueName, to target: RedriveRequest.Target, before method: (UInt8, UInt8)
    ) async -> HeldAtLimit? {
        self.cable?.cut(before: method)
        guard
            case .failed(_, .endedAtLimit(let held, _)) = await self.redrive(
                queue, .all, to: target)
        else { return nil }
        return held
    }
}

extension HeldAtLimit {
    fileprivate init(
        _ queue: QueueName, _ count: Int, underWay: Int = 0, isDeadLettering: Bool = false
    ) {
        self.init(
            queue: queue, count: count, underWay: underWay, isDeadLettering: isDeadLettering)
    }
}
