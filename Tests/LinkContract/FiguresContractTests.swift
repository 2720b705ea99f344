import AMQP
import AMQPClient
import BrokerLink
import Messaging
import Testing

/// What every link tells of a broker, whichever it is.
@Suite("Link contract: figures", .serialized)
struct FiguresContractTests {
    @Test("It says who answers and what it can do", arguments: BrokerUnderTest.all)
    func probe(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let identity = try await bench.link.probe()
            #expect(identity.product == (kind == .rabbitMQ ? "RabbitMQ" : "queuetop"))
            #expect(identity.user == "guest")
            #expect(identity.virtualHost == "/")
            for capability in [Capability.browse, .publish, .purge, .redrive, .deleteMessages] {
                #expect(identity.capabilities[capability] == .available)
            }
            #expect(Set(identity.capabilities.keys) == Set(Capability.allCases))
        }
    }

    @Test("Depth counts ready and unacked messages, and consumers", arguments: BrokerUnderTest.all)
    func depth(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare("depth")
            try await bench.publish(numbers(7), to: queue)
            try await eventually("7 are ready") { try await bench.sample(queue)?.ready == 7 }
            try await bench.channel.call(
                .basic(.qos(prefetchBytes: 0, prefetchCount: 3, isGlobal: false)))
            _ = try await bench.channel.consume(BasicMethod.Consume(queue: queue)) { _ in
                ConsumerHandler { _ in }
            }
            try await eventually("3 are unacked") {
                let sample = try await bench.sample(queue)
                return sample?.ready == 4 && sample?.unacked == 3 && sample?.consumers == 1
            }
            let detail = try await bench.link.detail(of: queue)
            #expect(detail.consumers.map(\.prefetch) == [3])
        }
    }

    @Test("The count of the moment knows what has just happened", arguments: BrokerUnderTest.all)
    func readyCount(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare("moment")
            for count in 1...3 {
                try await bench.publish(numbers(1), to: queue)
                #expect(try await bench.link.readyCount(of: queue) == count)
            }
            #expect(try await bench.link.purge(queue) == 3)
            #expect(try await bench.link.readyCount(of: queue) == 0)
            let gone = QueueName("\(queue).gone")
            await #expect(throws: LinkError.queueNotFound(gone)) {
                try await bench.link.readyCount(of: gone)
            }
        }
    }

    @Test("Totals make rates, as soon as messages flow", arguments: BrokerUnderTest.all)
    func rates(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare("rates")
            var history = SampleHistory()
            try await eventually("publishing and getting show as rates") {
                try await bench.publish(numbers(20), to: queue)
                _ = try await bench.drain(queue)
                history.append(try await bench.link.sample())
                let rates = history.queue(queue)?.rates
                return (rates?.publishedPerSecond ?? 0) > 0 && (rates?.consumedPerSecond ?? 0) > 0
            }
        }
    }

    @Test(
        "A queuetop tells processing times and exact totals over any link",
        arguments: [BrokerUnderTest.embedded, .queuetop])
    func exactFigures(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let shop = try await bench.declareShop()
            try await bench.kill(numbers(3), in: shop)
            try await bench.publish(["slow"], to: shop.work)
            let message = try #require(try await bench.channel.get(shop.work))
            bench.channel.ack(message.tag)
            try await eventually("the ack is counted") {
                try await bench.sample(shop.work)?.totals.acked == 1
            }
            let sample = try #require(try await bench.sample(shop.work))
            #expect(sample.totals.rejected == 3)
            #expect(sample.totals.deadLettered == 3)
            #expect(sample.dead == .exact(3))
            guard case .exact(let processing) = sample.processing, let processing else {
                Issue.record("no processing times: \(sample.processing)")
                return
            }
            #expect(processing.count > 0)
            let detail = try await bench.link.detail(of: shop.work)
            #expect((detail.timeInQueue?.count ?? 0) > 0)
            #expect((detail.deliverToAck?.count ?? 0) > 0)
        }
    }

    @Test("A queue that others dead-letter into is known as such", arguments: BrokerUnderTest.all)
    func deadLetterQueue(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let shop = try await bench.declareShop()
            try await eventually("the dead-letter queue is seen") {
                try await bench.sample(shop.dead)?.receivesDeadLetters == true
            }
            #expect(try await bench.sample(shop.work)?.receivesDeadLetters == false)
            let features = try #require(try await bench.sample(shop.work)?.features)
            #expect(features.isSuperset(of: [.durable, .deadLettering]))
        }
    }

    @Test("A queue's details name its bindings and arguments", arguments: BrokerUnderTest.all)
    func detail(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare("detail", ["x-max-length": .int32(5_000)])
            try await bench.channel.call(
                .queue(
                    .bind(
                        QueueMethod.Binding(
                            queue: queue, exchange: "amq.topic", routingKey: "a.#"))))
            let detail = try await bench.link.detail(of: queue)
            #expect(detail.type == "classic")
            #expect(detail.isDurable)
            #expect(detail.arguments["x-max-length"]?.integer == 5_000)
            let bindings = detail.bindings.map {
                "\($0.exchangeType) \($0.exchange) \($0.routingKey)"
            }
            #expect(bindings == ["topic amq.topic a.#"])
        }
    }

    @Test("A client is listed, and gone once it was closed", arguments: BrokerUnderTest.all)
    func closeConnection(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let product = bench.name("victim").text
            let other = try await AMQPClient.connect(
                to: bench.client.endpoint, on: bench.client.eventLoop, product: product)
            try await eventually("the client is listed") {
                try await bench.link.clients().connection(of: product) != nil
            }
            let victim = try #require(try await bench.link.clients().connection(of: product))
            #expect(victim.user == "guest")
            _ = try await bench.link.closeConnection(victim.id, reason: "enough")
            guard case .connectionClosed(let reason) = await other.ended() else {
                Issue.record("the client was not told")
                return
            }
            #expect(reason.text.contains("enough"))
            try await eventually("the client is gone") {
                try await bench.link.clients().connection(of: product) == nil
            }
            await #expect(throws: LinkError.connectionNotFound) {
                try await bench.link.closeConnection(victim.id, reason: "again")
            }
        }
    }

    @Test("What is not there is said to be not there", arguments: BrokerUnderTest.all)
    func notThere(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let nobody = bench.name("nobody")
            let missing = LinkError.queueNotFound(nobody)
            await #expect(throws: missing) { try await bench.link.detail(of: nobody) }
            await #expect(throws: missing) { try await bench.browse(nobody) }
            await #expect(throws: missing) { try await bench.link.purge(nobody) }
            await #expect(throws: missing) { try await bench.link.delete([], from: nobody) }
            await #expect(throws: missing) {
                try await bench.link.deleteQueue(nobody, ifUnused: false, ifEmpty: false)
            }
            let redriven = await bench.redrive(nobody, .all, to: .queueItDiedIn)
            #expect(redriven == .failed(RedriveReport(), missing))
            await #expect(throws: LinkError.exchangeNotFound(ExchangeName(nobody.text))) {
                try await bench.link.publish(
                    Message(exchange: ExchangeName(nobody.text), routingKey: "", body: []))
            }
        }
    }
}
