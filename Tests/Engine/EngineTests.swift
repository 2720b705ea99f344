import Core
import Engine
import Messaging
import Testing

/// What the engine does around the broker, seen by connections that are scripts.
@Suite("Engine")
struct EngineTests {
    @Test("a batch reaches each connection as one flush")
    func oneFlushABatch() async {
        let engine = Engine.testing()
        let (producer, consumer) = (ScriptedOutlet(1), ScriptedOutlet(2))
        await engine.run { engine in
            _ = engine.open(producer)
            _ = engine.open(consumer)
            engine.send([.declareQueue(.init(name: "q"))], from: consumer)
            engine.send([.consume(.init(queue: "q", isAutoAck: true))], from: consumer)
            let flushesBefore = consumer.flushCount
            engine.publish(["a", "b", "c"], key: "q", from: producer)
            #expect(consumer.bodies == ["a", "b", "c"])
            #expect(consumer.flushCount == flushesBefore + 1)
        }
    }

    @Test("deliveries go on until a long backlog is drained")
    func longBacklog() async {
        let engine = Engine.testing()
        let (producer, consumer) = (ScriptedOutlet(1), ScriptedOutlet(2))
        let bodies = (0..<50_000).map(String.init)
        await engine.run { engine in
            _ = engine.open(producer)
            _ = engine.open(consumer)
            engine.send([.declareQueue(.init(name: "q"))], from: consumer)
            engine.publish(bodies, key: "q", from: producer)
            engine.send([.consume(.init(queue: "q", isAutoAck: true))], from: consumer)
            #expect(await consumer.bodies(bodies.count, isolation: engine) == bodies)
        }
    }

    @Test("a connection that cannot take more gets nothing until it can")
    func unwritable() async {
        let engine = Engine.testing()
        let outlet = ScriptedOutlet(1)
        await engine.run { engine in
            _ = engine.open(outlet)
            engine.send([.declareQueue(.init(name: "q"))], from: outlet)
            engine.send([.consume(.init(queue: "q", isAutoAck: true))], from: outlet)
            engine.setWritable(outlet.connection, false)
            engine.publish(["a"], key: "q", from: outlet)
            #expect(outlet.bodies.isEmpty)
            engine.setWritable(outlet.connection, true)
            #expect(outlet.bodies == ["a"])
        }
    }

    @Test("what a lost connection held goes to another")
    func disconnect() async {
        let engine = Engine.testing()
        let (first, second) = (ScriptedOutlet(1), ScriptedOutlet(2))
        await engine.run { engine in
            _ = engine.open(first)
            _ = engine.open(second)
            engine.send([.declareQueue(.init(name: "q"))], from: first)
            engine.send([.consume(.init(queue: "q"))], from: first)
            engine.publish(["m"], key: "q", from: second)
            engine.send([.consume(.init(queue: "q"))], from: second)
            #expect(second.bodies.isEmpty)
            engine.disconnect(first.connection)
            engine.disconnect(first.connection)  // Twice, as when socket and session both end.
            #expect(second.bodies == ["m"])
            #expect(engine.connectionCount == 1)
        }
    }

    @Test("the connection at the limit is let in, the one past it is not")
    func connectionLimit() async {
        let engine = Engine.testing(limits: EngineLimits(connectionsMax: 2))
        await engine.run { engine in
            var isLetIn = (1...3).map { engine.open(ScriptedOutlet($0)) }
            #expect(isLetIn == [true, true, false])
            engine.disconnect(ConnectionID(1))
            isLetIn = [engine.open(ScriptedOutlet(4))]
            #expect(isLetIn == [true])
        }
    }

    @Test("the engine comes back by itself when a message expires")
    func timer() async {
        let engine = Engine.testing()
        let outlet = ScriptedOutlet(1)
        await engine.run { engine in
            _ = engine.open(outlet)
            let arguments: FieldTable = [
                "x-message-ttl": .int32(1), "x-dead-letter-exchange": .string(""),
                "x-dead-letter-routing-key": .string("dead"),
            ]
            engine.send(
                [
                    .declareQueue(.init(name: "dead")),
                    .declareQueue(.init(name: "q", arguments: arguments)),
                    .consume(.init(queue: "dead", isAutoAck: true)),
                ], from: outlet)
            engine.publish(["late"], key: "q", from: outlet)
            #expect(await outlet.bodies(1, isolation: engine) == ["late"])
        }
    }
}

extension Engine {
    /// Runs a test's steps on the engine itself, so that it can look at what is confined there.
    func run(_ steps: @Sendable (isolated Engine) async -> Void) async { await steps(self) }
}
