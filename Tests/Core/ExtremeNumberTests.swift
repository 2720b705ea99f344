import Core
import Messaging
import Testing

/// Whatever number a client, a policy or an earlier version brings: an answer, never a trap.
@Suite struct ExtremeNumberTests {
    private func base(_ type: String) -> FieldTable { ["x-queue-type": .string(type)] }

    /// Declares a queue; says whether the broker took it, and fails when it did not answer.
    private func declares(_ broker: TestBroker, _ arguments: FieldTable) throws -> Bool {
        broker.declare("q", durable: true, arguments: arguments)
        let isThere = broker.figures("q") != nil
        try #require(isThere == (broker.refusal() == nil), "\(arguments)")
        return isThere
    }

    @Test("A declaration", arguments: ExtremeNumbers.types)
    func declaration(type: String) throws {
        let mains = ExtremeNumbers.asArguments(ExtremeNumbers.mains)
        var taken = 0
        for name in ExtremeNumbers.keys.map({ "x-\($0)" }) + ExtremeNumbers.arguments {
            for value in ExtremeNumbers.all {
                for further in [FieldTable(), mains] {
                    var arguments = FieldTable(self.base(type).fields + further.fields)
                    arguments[name] = value
                    let broker = TestBroker()
                    guard try self.declares(broker, arguments) else { continue }
                    taken += 1
                    broker.exercise("q")
                }
            }
        }
        #expect(taken > 0)
    }

    @Test("A policy", arguments: ExtremeNumbers.types)
    func policy(type: String) throws {
        var taken = 0
        for key in ExtremeNumbers.keys {
            for value in ExtremeNumbers.all {
                var definition = ExtremeNumbers.mains
                definition[key] = value
                let broker = TestBroker()
                broker.declare("q", durable: true, arguments: self.base(type))
                broker.publish("before", to: "q")
                guard broker.setPolicy(definition).isEmpty else { continue }
                taken += 1
                broker.exercise("q")
            }
        }
        #expect(taken > 0)
    }

    @Test("What an earlier version left", arguments: ExtremeNumbers.types)
    func recovery(type: String) throws {
        let earlier = TestBroker()
        earlier.declare("q", durable: true, arguments: self.base(type))
        earlier.publish("kept", to: "q", properties: .persistent)
        let contents = earlier.durable.contents(chunkBytes: 4_096)
        for key in ExtremeNumbers.keys.map({ "x-\($0)" }) + ExtremeNumbers.arguments {
            for value in ExtremeNumbers.all {
                var definitions = earlier.durable.definitions
                var arguments = FieldTable(
                    self.base(type).fields
                        + ExtremeNumbers.asArguments(ExtremeNumbers.mains).fields)
                arguments[key] = value
                definitions.queues[0].declaration.arguments = arguments
                let broker = TestBroker(connects: false)
                broker.now = earlier.now
                broker.durable = earlier.durable
                let problems = broker.broker.restore(definitions, contents, now: broker.now)
                try #require(problems.isEmpty, "\(arguments): \(problems)")
                try #require(broker.depth("q") == [1, 0], "its messages stay: \(arguments)")
                broker.connect(1)
                broker.exercise("q")
            }
        }
    }

    @Test("A consumer", arguments: ExtremeNumbers.types)
    func consumer(type: String) throws {
        let names = [
            "x-priority", "x-delivery-rate", "x-delivery-burst", "x-stream-offset",
            "x-stream-group", "x-cancel-on-ha-failover", "x-credit",
        ]
        var taken = 0
        for name in names {
            for value in ExtremeNumbers.all {
                for further: FieldTable in [[:], ["x-delivery-rate": .int32(2)]] {
                    var arguments = further
                    arguments[name] = value
                    let broker = TestBroker()
                    broker.declare("q", durable: true, arguments: self.base(type))
                    broker.publish("a", "b", "c", to: "q", properties: .persistent)
                    broker.send(.setPrefetch(count: 2, bytes: 0, isGlobal: false))
                    broker.consume("q", tag: "own", arguments: arguments)
                    let isThere = broker.figures("q")?.consumers == 1
                    try #require(isThere == (broker.refusal() == nil), "\(arguments)")
                    taken += isThere ? 1 : 0
                    broker.ack(1)
                    broker.exercise("q")
                }
            }
        }
        #expect(taken > 0)
    }

    @Test("A message's headers", arguments: ExtremeNumbers.types)
    func headers(type: String) throws {
        let names = [
            "x-delay", "x-retry-count", "x-delivery-count", "x-stream-offset", "x-death", "CC",
            "BCC", "id", "x-first-death-reason",
        ]
        for name in names {
            for value in ExtremeNumbers.all + [.array([.table(["count": .int64(.max)])])] {
                let broker = TestBroker()
                broker.declareExchange(
                    "e", "x-delayed-message", arguments: ["x-delayed-type": .string("fanout")])
                var arguments = self.base(type)
                if type != "stream" {
                    arguments["x-retry-max"] = .int32(2)
                    arguments["x-dead-letter-exchange"] = .string("e")
                }
                arguments["x-deduplication-window"] = .int32(1_000)
                arguments["x-deduplication-header"] = .string("id")
                broker.declare("q", durable: true, arguments: arguments)
                broker.bind("q", to: "e")
                broker.publish("a", to: "", exchange: "e", properties: .headers([name: value]))
                broker.publish("b", to: "q", properties: .headers([name: value]))
                broker.exercise("q")
                let code = broker.refusal()?.code
                try #require(broker.figures("q") != nil)
                try #require(code == nil || code == .preconditionFailed, "\(name): \(value)")
            }
        }
    }
}
