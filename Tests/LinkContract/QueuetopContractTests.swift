import AMQP
import AMQPClient
import BrokerLink
import Messaging
import Testing

/// What a queuetop knows beside RabbitMQ shows on one that is attached as on the embedded one, and
/// a broker that does not know it says so.
@Suite("Link contract: what a queuetop knows", .serialized)
struct QueuetopContractTests {
    static let ours = [BrokerUnderTest.embedded, .queuetop]

    @Test("A stream tells offsets, its consumer groups and their lag", arguments: ours)
    func streamGroups(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let stream = try await bench.declare("log", ["x-queue-type": .string("stream")])
            try await bench.publish(numbers(10), to: stream)
            try await bench.consume(
                stream, prefetch: 3,
                ["x-stream-offset": .string("next"), "x-stream-group": .string("billing")])
            try await eventually("the group is known") {
                try await bench.sample(stream)?.stream?.groups == .exact(1)
            }
            try await bench.publish(numbers(5), to: stream)
            try await eventually("the lag is known") {
                let sample = try await bench.sample(stream)?.stream
                return sample?.lagMax == .exact(5)
            }
            let sample = try #require(try await bench.sample(stream)?.stream)
            #expect(sample.firstOffset == 0)
            #expect(sample.nextOffset == 15)
            #expect(sample.lost == .exact(0))
            let detail = try await bench.link.detail(of: stream)
            let group = try #require(detail.groups.value?.first)
            #expect(group.name == "billing")
            #expect(group.nextOffset == 10)
            #expect(group.lag == 5)
            #expect(group.lagMicroseconds != nil)
            #expect(group.consumers == 1)
            #expect(detail.consumers.first?.reader?.group == "billing")
        }
    }

    @Test("An operator opens and closes a circuit breaker, and sees it", arguments: ours)
    func breaker(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            #expect(
                try await bench.link.probe().capabilities[.circuitBreaker] == .available)
            let queue = try await bench.declare("fragile", ["x-breaker-threshold": .double(0.25)])
            let plain = try await bench.declare("plain")
            func state() async throws -> BreakerStatus.State? {
                try await bench.sample(queue)?.flow.breaker?.state
            }
            #expect(try await state() == .closed)
            try await bench.link.setBreaker(queue, isOpen: true)
            #expect(try await state() == .open(probesInMicroseconds: nil))
            let breaker = try #require(try await bench.sample(queue)?.flow.breaker)
            #expect(breaker.cause == .byOperator)
            #expect(breaker.openings == 1)
            #expect(breaker.threshold == 0.25)
            var history = SampleHistory()
            history.append(try await bench.link.sample())
            guard case .circuitOpen = history.queue(queue)?.alarm else {
                Issue.record("no alarm: \(String(describing: history.queue(queue)?.alarm))")
                return
            }
            try await bench.link.setBreaker(queue, isOpen: false)
            #expect(try await state() == .closed)
            #expect(try await bench.sample(plain)?.flow.breaker == nil)
            await #expect(throws: LinkError.noCircuitBreaker(plain)) {
                try await bench.link.setBreaker(plain, isOpen: true)
            }
            let nobody = bench.name("nobody")
            await #expect(throws: LinkError.queueNotFound(nobody)) {
                try await bench.link.setBreaker(nobody, isOpen: true)
            }
        }
    }

    @Test("Guarantee, rate, known ids and durability are told with their reasons", arguments: ours)
    func promises(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare(
                "paced",
                [
                    "x-delivery-rate": .double(2.5), "x-deduplication-window": .int32(60_000),
                    "x-durability": .string("written"),
                ])
            try await bench.publish(numbers(2), to: queue)
            let flow = try #require(try await bench.sample(queue)?.flow)
            #expect(flow.deliveriesPerSecondMax == 2.5)
            #expect(flow.deduplicationIDs == 2)
            #expect(flow.promise?.level == .atMostOnce)
            #expect(flow.promise?.reasons.contains(.notDurable) == true)
            let features = try #require(try await bench.sample(queue)?.features)
            #expect(features.isSuperset(of: [.rateLimited, .deduplicating]))
            #expect(try await bench.link.detail(of: queue).durability == .written)
            let plain = try await bench.declare("plain")
            #expect(try await bench.link.detail(of: plain).durability == .sync)
            #expect(
                try await bench.sample(plain)?.flow.promise?.reasons.contains(.noDeduplication)
                    == true)
        }
    }

    @Test("What waits for a retry is counted, and when the next one comes back", arguments: ours)
    func waiting(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare(
                "retried",
                [
                    "x-retry-max": .int32(3), "x-retry-base": .int32(600_000),
                    "x-retry-max-delay": .int32(900_000), "x-max-priority": .int32(2),
                ])
            try await bench.publish(numbers(2), to: queue)
            let message = try #require(try await bench.channel.get(queue))
            bench.channel.reject(message.tag, requeue: false)
            try await eventually("one waits") { try await bench.sample(queue)?.waiting == 1 }
            let sample = try #require(try await bench.sample(queue))
            #expect(sample.ready == 1)
            #expect(sample.features.contains(.retries))
            #expect(sample.totals.retried == 1)
            let detail = try await bench.link.detail(of: queue)
            #expect(detail.retries?.count == 3)
            #expect(detail.retries?.waitsMicroseconds.count == 3)
            #expect((detail.nextRetryMicroseconds ?? 0) > 0)
            #expect(detail.readyByLevel.map(\.priority) == [2, 1, 0])
        }
    }

    @Test("Each consumer's unacked messages and how long it holds them are told", arguments: ours)
    func held(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare("held")
            try await bench.publish(numbers(7), to: queue)
            // Two on one channel: what each of them holds is not what the channel does.
            for _ in 0..<2 { try await bench.consume(queue, prefetch: 2) }
            try await eventually("4 are unacked") { try await bench.sample(queue)?.unacked == 4 }
            let consumers = try await bench.link.detail(of: queue).consumers
            #expect(consumers.map(\.unacked) == [2, 2])
            #expect(consumers.allSatisfy { ($0.oldestUnackedMicroseconds ?? -1) >= 0 })
            let roster = try await bench.link.clients()
            let rows = roster.consumers.filter { $0.queue == queue }
            #expect(Set(rows.map(\.id)) == Set(consumers.map(\.id)))
            #expect(rows.map(\.unacked) == [2, 2])
            #expect(rows.allSatisfy { ($0.oldestUnackedMicroseconds ?? -1) >= 0 })
            let connection = try #require(
                roster.connections.first { $0.id == rows.first?.id.connection })
            #expect(connection.unacked == 4)
            #expect((connection.oldestUnackedMicroseconds ?? -1) >= 0)
            let age = try #require(try await bench.sample(queue)?.oldestUnackedMicroseconds.value)
            #expect((age ?? -1) >= 0)
        }
    }

    @Test("A consumer is ended by an operator, once", arguments: ours)
    func cancel(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            #expect(
                try await bench.link.probe().capabilities[.cancelConsumer] == .available)
            let queue = try await bench.declare("ended")
            try await bench.publish(numbers(3), to: queue)
            try await bench.consume(queue, prefetch: 2)
            try await eventually("2 are held") { try await bench.sample(queue)?.unacked == 2 }
            let id = try #require(
                try await bench.link.clients().consumers.first { $0.queue == queue }?.id)
            #expect(try await bench.link.cancelConsumer(id) == 2)
            #expect(try await bench.sample(queue)?.consumers == 0)
            await #expect(throws: LinkError.consumerNotFound(id.tag)) {
                try await bench.link.cancelConsumer(id)
            }
        }
    }

    @Test("Memory and what is delayed are told of the broker", arguments: ours)
    func memory(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare("bulk")
            let before = try #require(try await bench.link.sample().messageMemoryBytes)
            try await bench.publish([String(repeating: "x", count: 50_000)], to: queue)
            let after = try #require(try await bench.link.sample().messageMemoryBytes)
            #expect(after >= before + 50_000)
            #expect(try await bench.link.sample().delayed == 0)
            #expect(try await bench.sample(queue)?.readyBytes == 50_000)
        }
    }

    @Test(
        "A broker that knows none of it says so, and nothing is zero for unknown",
        arguments: BrokerUnderTest.all.filter { $0 == .rabbitMQ })
    func foreign(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let stream = try await bench.declare("log", ["x-queue-type": .string("stream")])
            let queue = try await bench.declare("plain")
            try await eventually("both are listed") {
                let queues = try await bench.link.sample().queues.map(\.name)
                return queues.contains(stream) && queues.contains(queue)
            }
            let sample = try #require(try await bench.sample(stream)?.stream)
            #expect(sample.firstOffset == nil)
            for value in [sample.groups.value.map { UInt64($0) }, sample.lost.value] {
                #expect(value == nil)
            }
            guard case .unavailable(let reason) = sample.lagMax else {
                Issue.record("\(sample.lagMax)")
                return
            }
            #expect(reason.contains("RabbitMQ"))
            #expect(try await bench.link.detail(of: stream).groups.value == nil)
            #expect(try await bench.link.detail(of: queue).durability == nil)
            #expect(try await bench.sample(queue)?.flow.promise == nil)
            guard case .unavailable = try await bench.link.probe().capabilities[.circuitBreaker]
            else {
                Issue.record("RabbitMQ has no circuit breakers")
                return
            }
        }
    }

    @Test(
        "A single active consumer that has just come is seen before a look",
        arguments: BrokerUnderTest.all.filter { $0 == .rabbitMQ })
    func singleActive(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare(
                "single", ["x-single-active-consumer": .bool(true)])
            try await bench.publish(numbers(3), to: queue)
            try await eventually("it may be looked into") {
                (try? await bench.browse(queue)) != nil
            }
            for _ in 0..<3 {
                let tag = try await bench.consume(queue, prefetch: 1)
                guard
                    case .declined(let reason) = await bench.refusal({ () throws(LinkError) in
                        _ = try await bench.link.browse(
                            BrowseRequest(queue: queue, intrusionMax: .mayDeadLetter))
                    })
                else {
                    Issue.record("it was looked past its consumer")
                    return
                }
                #expect(reason.contains("single active consumer"))
                try await bench.channel.cancel(tag)
            }
        }
    }
}

extension Bench {
    /// Begins to consume, and holds what comes.
    @discardableResult
    func consume(
        _ queue: QueueName, prefetch: UInt16, _ arguments: FieldTable = [:]
    ) async throws -> ConsumerTag {
        try await self.channel.call(
            .basic(.qos(prefetchBytes: 0, prefetchCount: prefetch, isGlobal: false)))
        var consume = BasicMethod.Consume(queue: queue)
        consume.arguments = arguments
        return try await self.channel.consume(consume) { _ in ConsumerHandler { _ in } }
    }

    /// Why something was not done; nil when it was.
    func refusal(_ body: () async throws(LinkError) -> Void) async -> LinkError? {
        do throws(LinkError) {
            try await body()
            return nil
        } catch {
            return error
        }
    }
}
