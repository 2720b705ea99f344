import Core
import Messaging
import Testing

/// Arguments that mean nothing without another one.
@Suite struct CompanionTests {
    static let pairs: [(String, FieldValue, String)] = [
        ("retry-base", .int32(5), "retry-max"), ("retry-factor", .int32(5), "retry-max"),
        ("retry-max-delay", .int32(5_000), "retry-max"),
        ("retry-jitter", .double(0.5), "retry-max"),
        ("delivery-burst", .int32(5), "delivery-rate"),
        ("breaker-window", .int32(5), "breaker-threshold"),
        ("breaker-min", .int32(5), "breaker-threshold"),
        ("breaker-cooldown", .int32(5), "breaker-threshold"),
        ("breaker-probes", .int32(5), "breaker-threshold"),
        ("deduplication-header", .string("id"), "deduplication-window"),
        ("deduplication-max", .int32(5), "deduplication-window"),
    ]

    @Test("Alone it is refused, with its main one it is taken", arguments: Self.pairs)
    func alone(name: String, value: FieldValue, main: String) {
        let broker = TestBroker()
        broker.declare("q", arguments: FieldTable([.init("x-\(name)", value)]))
        #expect(
            broker.refusal()?.text
                == "PRECONDITION_FAILED - invalid arg 'x-\(name)' for queue 'q' in vhost '/': it "
                + "means nothing without x-\(main)")
        _ = broker.takeEffects()
        broker.send(.openChannel)
        broker.declare(
            "q", arguments: FieldTable([.init("x-\(name)", value), .init("x-\(main)", .int32(1))]))
        #expect(broker.refusal() == nil && broker.figures("q") != nil)
    }

    @Test("A policy may say the main one, or any part", arguments: Self.pairs)
    func policy(name: String, value: FieldValue, main: String) {
        let broker = TestBroker()
        #expect(broker.setPolicy(FieldTable([.init(name, value)])) == [], "part of a policy")
        #expect(broker.setPolicy(FieldTable([.init(main, .int32(1))])) == [])
        broker.declare(
            "q", durable: true, arguments: FieldTable([.init("x-\(name)", value)]))
        #expect(broker.refusal() == nil)
        _ = broker.setPolicy(nil)
        #expect(broker.figures("q") != nil, "it stays when the policy goes")
        #expect(broker.restarted().figures("q") != nil, "after a restart, too")
    }

    @Test("A first wait above the longest one is refused")
    func waits() {
        let resource = "for queue 'q' in vhost '/':"
        func refusal(_ base: Int32?, _ longest: Int32?) -> String? {
            let broker = TestBroker()
            var arguments: FieldTable = ["x-retry-max": .int32(1)]
            arguments["x-retry-base"] = base.map { .int32($0) }
            arguments["x-retry-max-delay"] = longest.map { .int32($0) }
            broker.declare("q", arguments: arguments)
            return broker.refusal()?.text
        }
        #expect(
            refusal(5_001, 5_000)
                == "PRECONDITION_FAILED - invalid arg 'x-retry-base' \(resource) the first wait "
                + "(x-retry-base, 5001) is above the longest (x-retry-max-delay, 5000)")
        #expect(refusal(300_001, nil)?.contains("x-retry-max-delay, 300000") == true)
        #expect(refusal(5_000, 5_000) == nil && refusal(300_000, nil) == nil)
        #expect(refusal(nil, 5) == nil, "the usual first wait gives way")
        let broker = TestBroker()
        #expect(
            broker.setPolicy(["retry-base": .int32(5_001), "retry-max-delay": .int32(5_000)])
                == ["policy 'p': its retry-base of 5001 is above its retry-max-delay of 5000"])
        #expect(broker.setPolicy(["retry-base": .int64(400_000)]) == [])
    }

    @Test("What an earlier version took of waits that are so holds, as far as it can")
    func earlierWaits() {
        let broker = TestBroker()
        broker.declare("q", durable: true)
        let definition: FieldTable = ["retry-max": .int32(2), "retry-base": .int32(1_000)]
        #expect(broker.setPolicy(definition) == [])
        var definitions = broker.durable.definitions
        definitions.policies[0].policy.definition["retry-max-delay"] = .int32(500)
        let next = TestBroker(connects: false)
        let contents = broker.durable.contents(chunkBytes: 4_096)
        #expect(next.broker.restore(definitions, contents, now: next.now) == [])
        #expect(next.detail("q")?.retries?.waitsMicroseconds == [500_000, 500_000])
    }

    @Test("Decimals are numbers: some clients write fractions in no other way")
    func decimals() {
        let broker = TestBroker()
        let half = FieldValue.decimal(scale: 1, value: 5)
        broker.declare(
            "q",
            arguments: [
                "x-delivery-rate": .decimal(scale: 0, value: 3), "x-breaker-threshold": half,
                "x-retry-max": .int32(1), "x-retry-jitter": half,
                "x-retry-factor": .decimal(scale: 2, value: 250),
            ])
        #expect(broker.refusal() == nil)
        #expect(broker.flow("q")?.deliveriesPerSecondMax == 3)
        #expect(broker.breaker("q")?.threshold == 0.5)
        #expect(broker.detail("q")?.retries?.jitter == 0.5)
        broker.declare(
            "q",
            arguments: [
                "x-delivery-rate": .int32(3), "x-breaker-threshold": .double(0.5),
                "x-retry-max": .int32(1), "x-retry-jitter": .float(0.5),
                "x-retry-factor": .double(2.5),
            ])
        #expect(broker.refusal() == nil, "the same numbers are the same queue")
        broker.consume("q", tag: "t", arguments: ["x-delivery-rate": half])
        #expect(broker.detail("q")?.consumers.map(\.deliveriesPerSecondMax) == [0.5])
        broker.declare("r", arguments: ["x-breaker-threshold": .decimal(scale: 1, value: 11)])
        #expect(broker.refusal()?.text.hasSuffix("{value_too_large,{1,11}}") == true)
    }
}
