import Core
import Messaging
import Testing

/// What the arguments that only queues of ours have mean for a stream.
@Suite struct StreamOwnArgumentTests {
    private func refusal(_ further: FieldTable) -> String? {
        let broker = TestBroker()
        broker.declareStream("s", further)
        return broker.refusal()?.text
    }

    @Test(
        "Nobody rejects from a stream, and each reader has a rate of its own",
        arguments: [
            ("x-retry-max", FieldValue.int32(3)), ("x-retry-base", .int32(3)),
            ("x-retry-factor", .int32(3)), ("x-retry-max-delay", .int32(3)),
            ("x-retry-jitter", .double(0.5)), ("x-delivery-rate", .int32(3)),
            ("x-delivery-rate", .int32(0)), ("x-delivery-burst", .int32(3)),
            ("x-breaker-threshold", .double(0.5)), ("x-breaker-window", .int64(1 << 62)),
            ("x-breaker-min", .int32(-1)), ("x-breaker-cooldown", .int32(3)),
            ("x-breaker-probes", .int32(3)),
        ])
    func foreign(name: String, value: FieldValue) {
        #expect(
            self.refusal([name: value])
                == "PRECONDITION_FAILED - invalid arg '\(name)' for queue 's' in vhost '/' of "
                + "queue type rabbit_stream_queue")
    }

    @Test("What it can do is checked")
    func checked() {
        let prefix = "PRECONDITION_FAILED - invalid arg"
        let resource = "for queue 's' in vhost '/':"
        #expect(
            self.refusal(["x-deduplication-window": .string("z")])
                == "\(prefix) 'x-deduplication-window' \(resource) \"expected integer, got "
                + "longstr\"")
        #expect(
            self.refusal(["x-deduplication-window": .int64(1 << 62)])
                == "\(prefix) 'x-deduplication-window' \(resource) "
                + "{value_too_large,4611686018427387904}")
        #expect(
            self.refusal(["x-deduplication-max": .int32(5)])
                == "\(prefix) 'x-deduplication-max' \(resource) it means nothing without "
                + "x-deduplication-window")
        #expect(
            self.refusal(["x-durability": .string("bogus")])
                == "\(prefix) 'x-durability' \(resource) invalid_durability")
        #expect(
            self.refusal(["x-durability": .string("memory")])
                == "\(prefix) 'x-durability' \(resource) a stream queue keeps every message: it "
                + "can only be 'sync'")
        #expect(
            self.refusal([
                "x-durability": .string("sync"), "x-deduplication-window": .int32(1_000),
                "x-deduplication-header": .string("id"), "x-deduplication-max": .int32(5),
            ]) == nil)
    }

    @Test("A second declaration agrees with the first in what is ours, too")
    func equivalence() {
        let broker = TestBroker()
        broker.declareStream("s", ["x-deduplication-window": .int32(5)])
        broker.declareStream("s", ["x-deduplication-window": .int64(5)])
        #expect(broker.refusal() == nil)
        for further: FieldTable in [
            [:], ["x-deduplication-window": .int32(6)],
            ["x-deduplication-window": .int32(5), "x-durability": .string("memory")],
            ["x-deduplication-window": .int32(5), "x-retry-max": .int32(1)],
        ] {
            broker.declareStream("s", further)
            #expect(broker.refusal()?.text.contains("inequivalent arg 'x-") == true, "\(further)")
            _ = broker.takeEffects()
            broker.send(.openChannel)
        }
    }

    @Test("Published again within its window, a message is not stored again, after a restart too")
    func deduplicates() {
        let broker = TestBroker()
        broker.declareStream("s", ["x-deduplication-window": .int32(10_000)])
        broker.publish("a", to: "s", properties: .id("1"))
        broker.publish("b", to: "s", properties: .id("1"))
        broker.publish("c", to: "s", properties: .id("2"))
        #expect(broker.depth("s") == [2, 0])
        let next = broker.restarted()
        next.publish("d", to: "s", properties: .id("2"))
        next.publish("e", to: "s", properties: .id("3"))
        #expect(next.depth("s") == [3, 0])
        #expect(next.figures("s")?.tally.deduplicated == 1)
    }

    @Test("Of a policy it passes over what means nothing for it")
    func policy() {
        let broker = TestBroker()
        broker.declareStream("s")
        let definition: FieldTable = [
            "durability": .string("memory"), "retry-max": .int32(3), "delivery-rate": .int32(1),
            "breaker-threshold": .int32(0), "deduplication-window": .int32(1_000),
        ]
        #expect(broker.setPolicy(definition) == [])
        broker.send(.selectConfirms(isNoWait: true))
        broker.commitsAtOnce = false
        broker.publish("a", to: "s")
        #expect(broker.answers().isEmpty, "it waits for the sync")
        let traits = broker.figures("s")?.traits
        #expect(
            traits?.isDisjoint(with: [.retries, .rateLimited, .circuitBreaker]) == true)
        #expect(traits?.contains(.deduplicating) == true)
        #expect(broker.reasons("s")?.contains(.notDurable) == false)
        #expect(
            broker.detail("s")?.effectivePolicy == ["deduplication-window": .int32(1_000)],
            "nobody is told what does not hold")
    }

    @Test("A reader's own rate is checked, and holds")
    func readers() {
        let broker = TestBroker()
        broker.declareStream("s")
        broker.publish("a", "b", "c", to: "s")
        func consume(_ arguments: FieldTable) {
            broker.send(.setPrefetch(count: 10, bytes: 0, isGlobal: false))
            broker.consume(
                "s", tag: "t",
                arguments: FieldTable(
                    [.init("x-stream-offset", .string("first"))] + arguments.fields))
        }
        for (arguments, reason) in [
            (["x-delivery-rate": .int32(0)] as FieldTable, "{value_zero,0}"),
            (["x-delivery-rate": .double(1e300)], "{value_too_large,1e+300}"),
            (["x-delivery-burst": .int32(5)], "it means nothing without x-delivery-rate"),
        ] {
            consume(arguments)
            #expect(broker.refusal()?.text.hasSuffix(reason) == true, "\(arguments)")
            _ = broker.takeEffects()
            broker.send(.openChannel)
        }
        consume(["x-delivery-rate": .int32(1)])
        #expect(broker.deliveries() == ["a"])
        broker.advance(milliseconds: 1_000)
        #expect(broker.deliveries() == ["b"])
    }
}
