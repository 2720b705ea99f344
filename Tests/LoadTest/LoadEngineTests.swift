import AMQPClient
import LoadTest
import Messaging
import NIOCore
import Testing

@Suite("LoadEngine on a real broker")
struct LoadEngineTests {
    @Test("When a run has stopped, the broker has confirmed and keeps all it sent")
    func everythingConfirmed() async throws {
        try await TestServer.run { server in
            let engine = server.loadEngine()
            let scenario = LoadScenario.plain(consumers: [])
            await engine.start(scenario)
            try await server.takeFirst(200, from: "work")
            #expect(await engine.snapshot().state == .running)
            await engine.stop()

            let snapshot = await engine.snapshot()
            #expect(snapshot.state == .idle)
            #expect(snapshot.scenarioName == "plain")
            #expect(snapshot.sentTotal >= 200)
            #expect(snapshot.confirmedTotal == snapshot.sentTotal)
            #expect(snapshot.confirmLatency?.count == snapshot.sentTotal)
            #expect(snapshot.nackedTotal == 0 && snapshot.returnedTotal == 0)
            #expect(snapshot.plannedTotal >= snapshot.sentTotal)
            #expect(await server.ready(in: "work") == Int(snapshot.sentTotal) - 200)
        }
    }

    @Test("A consumer that fails on every message sends all of them to the dead letters")
    func failures() async throws {
        try await TestServer.run { server in
            let engine = server.loadEngine()
            await engine.start(
                .plain(consumers: [LoadConsumer(queue: "work", failureShare: 1)]))
            try await server.takeFirst(100, from: "work.dead")
            await engine.stop()

            let snapshot = await engine.snapshot()
            #expect(snapshot.failedTotal >= 100)
            #expect(snapshot.ackedTotal == 0)
            #expect(snapshot.consumedTotal >= snapshot.failedTotal)
            #expect(snapshot.endToEndLatency?.count == snapshot.consumedTotal)
            #expect(snapshot.endToEndBuckets.counts.reduce(0, +) == snapshot.consumedTotal)
        }
    }

    @Test("Mandatory messages that no queue takes are counted as returned, and confirmed")
    func returns() async throws {
        try await TestServer.run { server in
            var scenario = LoadScenario.plain(consumers: [])
            // Every second message misses; the others show that the first ones were sent.
            scenario.streams[0].variants.append(LoadVariant(routingKey: "nowhere"))
            scenario.streams[0].isMandatory = true
            let engine = server.loadEngine()
            await engine.start(scenario)
            try await server.takeFirst(50, from: "work")
            await engine.stop()
            let snapshot = await engine.snapshot()
            #expect(snapshot.returnedTotal > 0)
            #expect(snapshot.confirmedTotal == snapshot.sentTotal)
            let left = try #require(await server.ready(in: "work"))
            #expect(left + 50 + Int(snapshot.returnedTotal) == Int(snapshot.sentTotal))
        }
    }

    @Test("The rate changes while a run goes on, and is gone when it has ended")
    func rate() async throws {
        try await TestServer.run { server in
            let engine = server.loadEngine()
            await engine.start(.plain(consumers: []))
            #expect(await engine.snapshot().currentRatePerSecond == 2_000)
            await engine.setRate(500)
            #expect(await engine.snapshot().currentRatePerSecond == 500)
            await engine.setRate(-1)
            #expect(await engine.snapshot().currentRatePerSecond == 0)
            await engine.setRate(LoadScenario.ratePerSecondMax)
            #expect(
                await engine.snapshot().currentRatePerSecond == LoadScenario.ratePerSecondMax)
            await engine.setRate(LoadScenario.ratePerSecondMax + 1)
            #expect(
                await engine.snapshot().currentRatePerSecond == LoadScenario.ratePerSecondMax)
            await engine.setRate(4_000)
            try await server.takeFirst(10, from: "work")
            await engine.stop()
            #expect(await engine.snapshot().currentRatePerSecond == 0)
        }
    }

    @Test("A stream of several connections publishes over all of them")
    func severalConnections() async throws {
        try await TestServer.run { server in
            var scenario = LoadScenario.plain(consumers: [LoadConsumer(queue: "work", count: 2)])
            scenario.streams[0].connections = 3
            let engine = server.loadEngine()
            await engine.start(scenario)
            let consumers = await server.engine.detail(of: "work")?.consumers ?? []
            #expect(consumers.count == 2)
            #expect(Set(consumers.map(\.origin)).count == 1, "they share a connection")
            #expect(await server.engine.sample().connections >= 4, "three publish, one consumes")
            try await server.takeFirst(20, from: "work")
            await engine.stop()
            let snapshot = await engine.snapshot()
            #expect(snapshot.confirmedTotal == snapshot.sentTotal)
        }
    }

    @Test("A second start ends the first run")
    func restart() async throws {
        try await TestServer.run { server in
            let engine = server.loadEngine()
            await engine.start(.plain(consumers: []))
            await engine.start(.plain(consumers: []))
            let snapshot = await engine.snapshot()
            #expect(snapshot.state == .running)
            #expect(snapshot.run == 2)
            await engine.stop()
        }
    }

    @Test("A broker that refuses the topology fails the run with its words; the next one runs")
    func refusedTopology() async throws {
        try await TestServer.run { server in
            let engine = server.loadEngine()
            var clashing = LoadScenario.plain(consumers: [])
            clashing.topology.queues.append(.init("work", arguments: ["x-max-length": .int32(1)]))
            await engine.start(clashing)
            guard case .failed(let text) = await engine.snapshot().state else {
                Issue.record("it did not fail")
                return
            }
            #expect(text.hasPrefix("The broker refused it: 406 PRECONDITION_FAILED"))
            let count = clashing.topology.queues.count + clashing.topology.bindings.count
            #expect(text.contains("stays: 2 of \(count) exchanges, queues and bindings."))
            await engine.start(.plain(consumers: []))
            #expect(await engine.snapshot().state == .running)
            await engine.stop()
        }
    }

    @Test("A broker that goes away fails the run, with the reason")
    func brokerGoesAway() async throws {
        try await TestServer.run { server in
            let engine = server.loadEngine()
            await engine.start(.plain(consumers: [LoadConsumer(queue: "work")]))
            await server.stop()
            guard case .failed(let text) = await engine.ended().state else {
                Issue.record("it did not fail")
                return
            }
            #expect(text.hasPrefix("The broker closed the connection: 320 CONNECTION_FORCED"))
            #expect(await engine.snapshot().currentRatePerSecond == 0)
            await engine.stop()
        }
    }

    @Test("Where no broker is, the run fails with what to check")
    func noBroker() async throws {
        try await TestServer.run { server in
            await server.stop()
            let engine = server.loadEngine()
            await engine.start(.plain(consumers: []))
            let address = server.endpoint.address
            let text =
                "Cannot connect to \(address): Connection refused. "
                + "Check the address, and that the broker is running."
            #expect(await engine.snapshot().state == .failed(text))
        }
    }

    @Test("A run can be stopped while the broker is silent; it stays stopped")
    func stopWhileConnecting() async throws {
        try await SilentServer.run { server, loop in
            let engine = LoadEngine(endpoint: AMQPEndpoint(port: server.port), on: loop)
            async let started: Void = engine.start(.plain(consumers: []))
            let socket = try #require(await server.connections.first { _ in true })
            #expect(await engine.snapshot().state == .connecting)
            await engine.stop()
            #expect(await engine.snapshot().state == .idle)
            try await socket.close()
            await started
            #expect(await engine.snapshot().state == .idle, "the late failure changes nothing")
        }
    }

    @Test("The engine as a service stops its run when it is cancelled")
    func service() async throws {
        try await TestServer.run { server in
            let engine = server.loadEngine()
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await engine.run() }
                await engine.start(.plain(consumers: []))
                tasks.cancelAll()
            }
            #expect(await engine.snapshot().state == .idle)
        }
    }
}

extension LoadScenario {
    /// One queue with dead letters, and 2,000 confirmed messages a second for it.
    fileprivate static func plain(consumers: [LoadConsumer]) -> LoadScenario {
        LoadScenario(
            name: "plain",
            topology: LoadTopology(
                queues: [
                    .init(
                        "work",
                        arguments: [
                            "x-dead-letter-exchange": .string(""),
                            "x-dead-letter-routing-key": .string("work.dead"),
                        ]),
                    .init("work.dead"),
                ]),
            streams: [
                LoadStream(
                    name: "work", exchange: .default,
                    variants: [LoadVariant(routingKey: "work")], body: .filler(bytes: 16),
                    profile: .constant(perSecond: 2_000), confirmWindow: 1_000)
            ],
            consumers: consumers)
    }
}
