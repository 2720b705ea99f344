import Core
import Messaging
import Testing

/// Arguments of rates, circuit breakers and deduplication: at each limit, and one past it.
@Suite struct FlowArgumentTests {
    private static let right: [(String, FieldValue)] = [
        ("x-delivery-rate", .double(Limits.deliveryRateMin)),
        ("x-delivery-rate", .int32(1_000_000)), ("x-delivery-rate", .float(2.5)),
        ("x-delivery-burst", .int32(1)), ("x-delivery-burst", .int64(Limits.deliveryBurstMax)),
        ("x-breaker-threshold", .int32(0)), ("x-breaker-threshold", .double(1)),
        ("x-breaker-window", .int32(1)),
        ("x-breaker-window", .int64(Limits.breakerMillisecondsMax)),
        ("x-breaker-cooldown", .int32(1)),
        ("x-breaker-cooldown", .int64(Limits.breakerMillisecondsMax)),
        ("x-breaker-min", .int32(1)), ("x-breaker-min", .int64(Limits.breakerOutcomesMax)),
        ("x-breaker-probes", .int32(1)), ("x-breaker-probes", .int64(Limits.breakerProbesMax)),
        ("x-deduplication-window", .int32(1)),
        ("x-deduplication-window", .int64(315_360_000_000)),
        ("x-deduplication-max", .int32(1)),
        ("x-deduplication-max", .int64(Limits.deduplicationIDsMax)),
        ("x-deduplication-header", .string("k")),
        ("x-deduplication-header", .string(String(repeating: "k", count: 255))),
    ]

    private static let wrong: [(String, FieldValue, String)] = [
        ("x-delivery-rate", .int32(0), "{value_zero,0}"),
        ("x-delivery-rate", .int32(-1), "{value_negative,-1}"),
        ("x-delivery-rate", .double(-0.5), "{value_negative,-0.5}"),
        ("x-delivery-rate", .double(0.0009), "{value_too_small,0.0009}"),
        ("x-delivery-rate", .int32(1_000_001), "{value_too_large,1000001}"),
        ("x-delivery-rate", .double(.infinity), "{value_too_large,inf}"),
        ("x-delivery-rate", .double(.nan), "\"expected number, got double\""),
        ("x-delivery-rate", .string("5"), "\"expected number, got longstr\""),
        ("x-delivery-burst", .int32(0), "{value_zero,0}"),
        ("x-delivery-burst", .int32(1_000_001), "{value_too_large,1000001}"),
        ("x-delivery-burst", .double(1), "\"expected integer, got double\""),
        ("x-breaker-threshold", .double(1.01), "{value_too_large,1.01}"),
        ("x-breaker-threshold", .double(-0.01), "{value_negative,-0.01}"),
        ("x-breaker-threshold", .bool(true), "\"expected number, got bool\""),
        ("x-breaker-window", .int32(0), "{value_zero,0}"),
        ("x-breaker-window", .int32(86_400_001), "{value_too_large,86400001}"),
        ("x-breaker-cooldown", .int32(-1), "{value_negative,-1}"),
        ("x-breaker-cooldown", .int32(86_400_001), "{value_too_large,86400001}"),
        ("x-breaker-min", .int32(0), "{value_zero,0}"),
        ("x-breaker-min", .int32(1_000_001), "{value_too_large,1000001}"),
        ("x-breaker-probes", .int32(0), "{value_zero,0}"),
        ("x-breaker-probes", .int32(10_001), "{value_too_large,10001}"),
        ("x-deduplication-window", .int32(0), "{value_zero,0}"),
        ("x-deduplication-window", .int64(315_360_000_001), "{value_too_large,315360000001}"),
        ("x-deduplication-max", .int32(0), "{value_zero,0}"),
        ("x-deduplication-max", .int32(1_000_001), "{value_too_large,1000001}"),
        ("x-deduplication-header", .int32(1), "{unacceptable_type,signedint}"),
        ("x-deduplication-header", .string(""), "{value_empty,header}"),
        (
            "x-deduplication-header", .string(String(repeating: "k", count: 256)),
            "{value_too_long,256}"
        ),
    ]

    @Test("What is right is taken, in a declaration and in a policy", arguments: Self.right)
    func taken(name: String, value: FieldValue) {
        let broker = TestBroker()
        // What goes with each of the others, so that none is alone.
        var arguments: FieldTable = [
            "x-delivery-rate": .int32(1), "x-breaker-threshold": .int32(1),
            "x-deduplication-window": .int32(1),
        ]
        arguments[name] = value
        broker.declare("q", arguments: arguments)
        #expect(broker.refusal() == nil)
        #expect(broker.setPolicy(FieldTable([.init(String(name.dropFirst(2)), value)])) == [])
    }

    @Test("What is wrong is refused as RabbitMQ refuses its own", arguments: Self.wrong)
    func refused(name: String, value: FieldValue, reason: String) {
        let broker = TestBroker()
        broker.declare("q", arguments: FieldTable([.init(name, value)]))
        let text =
            "PRECONDITION_FAILED - invalid arg '\(name)' for queue 'q' in vhost '/': \(reason)"
        #expect(broker.refusal()?.text == text)
        #expect(broker.refusal()?.code == .preconditionFailed)
        #expect(broker.figures("q") == nil)
        #expect(broker.setPolicy(FieldTable([.init(String(name.dropFirst(2)), value)])).count == 1)
    }

    @Test("A consumer's rate is checked the same")
    func consumer() {
        let broker = TestBroker()
        broker.declare("q")
        broker.consume("q", tag: "t", arguments: ["x-delivery-rate": .int32(0)])
        let text =
            "PRECONDITION_FAILED - invalid arg 'x-delivery-rate' for queue 'q' in vhost '/': "
            + "{value_zero,0}"
        #expect(broker.refusal()?.text == text)
        broker.send(.openChannel)
        broker.consume(
            "q", tag: "t",
            arguments: ["x-delivery-rate": .int32(1), "x-delivery-burst": .string("x")])
        #expect(broker.refusal()?.text.contains("x-delivery-burst") == true)
        #expect(broker.figures("q")?.consumers == 0)
    }

    @Test("A second declaration has to mean the same")
    func equivalence() {
        let broker = TestBroker()
        broker.declare("q", arguments: ["x-delivery-rate": .int32(5)])
        broker.declare("q", arguments: ["x-delivery-rate": .int64(5)])
        #expect(broker.refusal() == nil)
        broker.declare("q", arguments: ["x-delivery-rate": .int32(6)])
        #expect(broker.refusal()?.text.contains("inequivalent arg 'x-delivery-rate'") == true)
        broker.send(.openChannel)
        broker.declare("q")
        #expect(broker.refusal()?.code == .preconditionFailed)
    }

    @Test("Where nobody says: 20 outcomes in 30 s, ten seconds of cool-down, one probe")
    func usual() {
        let broker = TestBroker()
        broker.declare("q", arguments: ["x-breaker-threshold": .double(0.1)])
        broker.consume("q", tag: "t")
        for number in 0..<40 { broker.add("\(number)", to: "q") }
        broker.finish()
        for tag in UInt64(1)...19 { broker.reject(tag, requeue: false) }
        #expect(broker.breaker("q")?.state == .closed)
        broker.advance(milliseconds: 26_000)
        broker.reject(20, requeue: false)
        #expect(broker.breaker("q")?.state == .open(probesInMicroseconds: 10_000_000))
        broker.advance(milliseconds: 10_000)
        #expect(broker.breaker("q")?.state == .halfOpen(unsent: 1, unsettled: 0))
    }
}
