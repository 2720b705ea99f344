import Core
import Messaging
import Testing

/// The limits of the broker itself, at the limit and one past it.
///
/// Of those in `Limits.swift`, the rest is tested where it is kept: frames, channels, heartbeats
/// and bodies among the tests of AMQP, nested tables and names that are too long among those of
/// Messaging, connections among those of the engine and the server, unacked deliveries and queues
/// in `ConsumeTests` and `DeclareTests`, memory in `AlarmTests` and the consumer timeout in
/// `TimeoutTests`.
@Suite struct LimitsTests {
    private func handle(_ broker: TestBroker, _ command: Command) {
        broker.broker.handle(command, from: broker.first, on: broker.channel, now: broker.now)
    }

    private func fanout(_ name: String) -> Command {
        .declareExchange(
            ExchangeDeclaration(name: ExchangeName(name), type: "fanout", isNoWait: true))
    }

    private func binding(
        _ destination: BindingRequest.Destination, _ source: ExchangeName, _ number: Int
    ) -> BindingRequest {
        BindingRequest(
            destination, to: source, routingKey: String(number), isNoWait: true)
    }

    @Test("Names and routing keys of 255 bytes are whole everywhere")
    func names() {
        let longest = String(repeating: "n", count: Limits.nameBytesMax)
        let broker = TestBroker()
        broker.declare(longest)
        broker.declareExchange(longest, "direct")
        broker.bind(longest, to: longest, key: longest)
        broker.publish("m", to: longest, exchange: longest)
        #expect(broker.browse(longest).map(\.message.routingKey) == [longest])
        #expect(broker.browse(longest).map(\.message.exchange.text) == [longest])
    }

    @Test("One exchange more than the limit is refused, and there is room again when one goes")
    func exchanges() {
        let broker = TestBroker()
        for number in broker.exchangeCount..<Limits.exchangesMax {
            self.handle(broker, self.fanout("e\(number)"))
        }
        broker.finish()
        #expect(broker.refusal() == nil)
        #expect(broker.exchangeCount == Limits.exchangesMax)
        broker.declareExchange("e99999")
        #expect(broker.refusal() == nil, "it is there already")
        broker.declareExchange("more")
        #expect(
            broker.refusal()?.text == "PRECONDITION_FAILED - cannot declare exchange 'more': "
                + "exchange limit (100000) is reached")
        broker.send(.openChannel)
        broker.deleteExchange("e50000")
        _ = broker.takeEffects()
        broker.declareExchange("more")
        #expect(broker.replies() == [.exchangeDeclared])
    }

    @Test("One binding more than the limit is refused; each that goes makes room")
    func bindings() {
        let broker = TestBroker()
        for name in ["q", "gone"] { broker.declare(name) }
        for name in ["e", "f", "g"] { broker.declareExchange(name) }
        let few = 1_000
        let ends: [(BindingRequest.Destination, ExchangeName, Int)] = [
            (.queue("q"), "e", Limits.bindingsMax - 3 * few), (.queue("gone"), "e", few),
            (.exchange("f"), "e", few), (.exchange("g"), "f", few),
        ]
        for (destination, source, count) in ends {
            for number in 0..<count {
                self.handle(broker, .bind(self.binding(destination, source, number)))
            }
        }
        broker.finish()
        #expect(broker.refusal() == nil)
        self.expectRoom(0, broker)

        broker.unbind("q", from: "e", key: "7")
        broker.unbind("q", from: "e", key: "none such")
        self.expectRoom(1, broker)
        broker.deleteQueue("gone")
        self.expectRoom(1 + few, broker)
        // As a destination of e and as a source of g.
        broker.deleteExchange("f")
        self.expectRoom(1 + 3 * few, broker)
    }

    /// Binds a queue anew until no more fits, and says whether that many did.
    private func expectRoom(_ count: Int, _ broker: TestBroker) {
        _ = broker.takeEffects()
        let destination = BindingRequest.Destination.queue("q")
        for number in 0..<count {
            self.handle(broker, .bind(self.binding(destination, "amq.direct", number)))
        }
        broker.finish()
        #expect(broker.refusal() == nil, "there is room for \(count)")
        broker.bind("q", to: "amq.direct", key: "one more")
        #expect(
            broker.refusal()?.text
                == "PRECONDITION_FAILED - binding limit (1000000) is reached")
        broker.send(.openChannel)
        for number in 0..<count {
            self.handle(broker, .unbind(self.binding(destination, "amq.direct", number)))
        }
        broker.finish()
    }

    @Test("A transaction holds as many bytes as it may; one more ends its channel and frees them")
    func transaction() {
        let broker = TestBroker()
        broker.declare("q")
        broker.send(.selectTransactions)
        let before = broker.memory
        // Beside its body, a message has its key, two bytes of flags, and what keeping it takes.
        let rest = 3 + Limits.transactionMessageBytes
        let half = String(repeating: "x", count: Limits.transactionBytesMax / 2 - rest)
        broker.publish(half, half, to: "q")
        #expect(broker.refusal() == nil)
        #expect(broker.memory == before + Limits.transactionBytesMax)
        broker.publish("", to: "q")
        #expect(
            broker.refusal()?.text == "PRECONDITION_FAILED - transaction holds more than 134217728 "
                + "bytes; commit more often")
        #expect(broker.refusal()?.cause == .publish)
        #expect(broker.memory == before)
        #expect(broker.depth("q") == [0, 0])
    }

    @Test("A commit empties the transaction, so that the next may be as large")
    func transactionAgain() {
        let broker = TestBroker()
        broker.declare("q", arguments: ["x-max-length": .int32(1)])
        broker.send(.selectTransactions)
        let rest = 3 + Limits.transactionMessageBytes
        let body = String(repeating: "x", count: Limits.transactionBytesMax - rest)
        for _ in 0..<2 {
            broker.publish(body, to: "q")
            broker.send(.commitTransaction)
        }
        #expect(broker.refusal() == nil)
        #expect(broker.depth("q") == [1, 0])
        broker.publish(body + "x", to: "q")
        #expect(broker.refusal()?.code == .preconditionFailed)
    }

    @Test(
        "Durations are ten years at most",
        arguments: ["x-message-ttl", "x-expires"], [Int64(315_360_000_000), 315_360_000_001])
    func durations(argument: String, milliseconds: Int64) {
        let broker = TestBroker()
        broker.declare("q", arguments: FieldTable([.init(argument, .int64(milliseconds))]))
        let isTaken = milliseconds == 315_360_000_000
        #expect((broker.refusal() == nil) == isTaken)
        broker.publish("m", to: "q")
        #expect(broker.depth("q") == (isTaken ? [1, 0] : []))
    }
}
