import Core
import Messaging
import Testing

/// Rejected messages that come back a few times before they are dead-lettered.
@Suite struct RetryTests {
    /// A broker with a queue `q` that lets messages come back, and a queue `dead` for those that
    /// do not.
    private func broker(
        _ retries: Int32 = 3, jitter: Double = 0, _ further: FieldTable = [:],
        durable: Bool = false
    ) -> TestBroker {
        let broker = TestBroker()
        broker.declare("dead")
        let arguments: FieldTable = [
            "x-retry-max": .int32(retries), "x-retry-jitter": .double(jitter),
        ]
        broker.declare(
            "q", durable: durable,
            arguments: .dying(into: "dead", FieldTable(arguments.fields + further.fields)))
        return broker
    }

    private func rejectFirst(_ broker: TestBroker) {
        let tag = broker.get("q", autoAck: false)?.tag ?? 0
        broker.reject(tag, requeue: false)
    }

    /// Milliseconds until the next timer.
    private func wait(_ broker: TestBroker) -> Int64? {
        broker.nextTimer.map { $0.microseconds(since: broker.now) / 1_000 }
    }

    @Test("It waits longer each time, counts its retries, and then dies of rejection")
    func course() {
        let broker = self.broker()
        broker.publish("a", to: "q", properties: .headers(["b": .int32(1), "z": .int32(2)]))
        for (number, milliseconds) in [1_000, 2_000, 4_000].enumerated() {
            self.rejectFirst(broker)
            #expect(broker.depth("q") == [0, 0])
            #expect(broker.figures("q")?.waiting == 1)
            #expect(self.wait(broker) == Int64(milliseconds))
            #expect(
                broker.detail("q")?.nextRetryMicroseconds == Int64(milliseconds) * 1_000)
            broker.advance(milliseconds: Int64(milliseconds) - 1)
            #expect(broker.depth("q") == [0, 0], "not a millisecond too early")
            broker.advance(milliseconds: 1)
            #expect(broker.depth("q") == [1, 0])
            #expect(
                broker.browse("q").first?.message.properties.headers == [
                    "b": .int32(1), "x-retry-count": .int64(Int64(number) + 1), "z": .int32(2),
                ])
        }
        self.rejectFirst(broker)
        #expect(broker.depth("q") == [0, 0])
        #expect(broker.figures("q")?.waiting == 0)
        #expect(broker.browse("dead").first?.deaths.map(\.reason) == [.rejected])
        #expect(broker.figures("q")?.tally.retried == 3)
        #expect(broker.figures("q")?.tally.rejected == 4)
        #expect(broker.figures("q")?.tally.deadLettered == 1)
    }

    @Test("It comes back to the end, with its key, its exchange and its other properties")
    func atTheEnd() throws {
        let broker = self.broker()
        broker.declareExchange("e")
        broker.bind("q", to: "e")
        var properties = MessageProperties.persistent
        properties.messageID = "m-1"
        properties.priority = 4
        let published = broker.now
        broker.publish("a", to: "key", exchange: "e", properties: properties)
        broker.publish("b", to: "q")
        self.rejectFirst(broker)
        broker.publish("c", to: "q")
        broker.advance(milliseconds: 1_000)
        #expect(broker.browse("q").map(\.text) == ["b", "c", "a"])
        let back = try #require(broker.browse("q").last)
        #expect(back.message.exchange == "e" && back.message.routingKey == "key")
        #expect(back.message.properties.messageID == "m-1")
        #expect(back.message.properties.priority == 4)
        #expect(back.message.properties.isPersistent)
        #expect(back.deaths == [] && !back.isRedelivered)
        #expect(back.enqueuedAt == published)
    }

    @Test("It is the same message: not published again, as old as it is, and new to nobody")
    func same() {
        for base: Int32 in [0, 1_000] {
            let broker = self.broker(3, ["x-retry-base": .int32(base)], durable: true)
            broker.publish("a", to: "q", properties: .persistent)
            broker.advance(milliseconds: 60_000)
            self.rejectFirst(broker)
            broker.advance(milliseconds: 20_000)
            let figures = broker.figures("q")
            #expect(figures?.tally.published == 1)
            #expect(figures?.tally.retried == 1 && figures?.tally.rejected == 1)
            #expect(figures?.oldestReadyMicroseconds == 80_000_000)
            #expect(broker.drain("q") == ["a"])
            #expect(broker.detail("q")?.timeInQueue?.count == 1, "its first delivery counted")
        }
    }

    @Test("How old it is outlives a restart, while it waits and when it is back")
    func ageAfterRestart() {
        let broker = self.broker(durable: true)
        broker.publish("a", to: "q", properties: .persistent)
        broker.advance(milliseconds: 60_000)
        self.rejectFirst(broker)
        let next = broker.restarted()
        next.finish()
        next.advance(milliseconds: 1_000)
        #expect(next.figures("q")?.oldestReadyMicroseconds == 61_000_000)
        let last = next.restarted()
        last.finish()
        #expect(last.figures("q")?.oldestReadyMicroseconds == 61_000_000)
        _ = last.drain("q")
        #expect(last.detail("q")?.timeInQueue == nil)
    }

    @Test("Its time to live begins anew when it comes back, because it did not lie there")
    func timeToLive() {
        let broker = self.broker(3, ["x-message-ttl": .int32(5_000)])
        broker.publish("a", to: "q")
        broker.advance(milliseconds: 4_999)
        self.rejectFirst(broker)
        broker.advance(milliseconds: 1_000)
        broker.advance(milliseconds: 4_999)
        #expect(broker.depth("q") == [1, 0])
        broker.advance(milliseconds: 1)
        #expect(broker.depth("q") == [0, 0])
        #expect(broker.figures("q")?.tally.expired == 1)
    }

    @Test("A return is no rejection: it comes back at once and to its place")
    func requeue() {
        let broker = self.broker()
        broker.publish("a", "b", to: "q")
        broker.reject(broker.get("q", autoAck: false)?.tag ?? 0, requeue: true)
        #expect(broker.browse("q").map(\.text) == ["a", "b"])
        #expect(broker.figures("q")?.tally.retried == 0)
    }

    @Test("Waits are capped by the greatest delay, and a factor of one keeps them alike")
    func waits() {
        let capped = self.broker(
            4,
            [
                "x-retry-base": .int32(100), "x-retry-factor": .double(10),
                "x-retry-max-delay": .int32(5_000),
            ])
        capped.publish("a", to: "q")
        var waits: [Int64] = []
        for _ in 0..<4 {
            self.rejectFirst(capped)
            waits.append(self.wait(capped) ?? -1)
            capped.advance(milliseconds: waits.last ?? 0)
        }
        #expect(waits == [100, 1_000, 5_000, 5_000])
        #expect(
            capped.detail("q")?.retries?.waitsMicroseconds
                == [100_000, 1_000_000, 5_000_000, 5_000_000])
        let even = self.broker(1_000, ["x-retry-factor": .int32(1)])
        even.publish("a", to: "q", properties: .headers(["x-retry-count": .int32(900)]))
        self.rejectFirst(even)
        #expect(self.wait(even) == 1_000)
        #expect(even.detail("q")?.retries?.waitsMicroseconds.count == 10, "not all of a thousand")
    }

    @Test("Without a wait it comes back at once, and not for ever")
    func atOnce() {
        let broker = self.broker(2, ["x-retry-base": .int32(0)])
        broker.publish("a", "b", to: "q")
        self.rejectFirst(broker)
        #expect(broker.browse("q").map(\.text) == ["b", "a"])
        for _ in 0..<5 { self.rejectFirst(broker) }
        #expect(Set(broker.browse("dead").map(\.text)) == ["a", "b"])
        #expect(broker.depth("q") == [0, 0])
    }

    @Test("Chance makes a wait shorter, by its share at most, and differently each time")
    func jitter() {
        let broker = self.broker(1, jitter: 0.5)
        var waits: Set<Int64> = []
        for _ in 0..<50 {
            broker.publish("a", to: "q")
            self.rejectFirst(broker)
            let wait = broker.detail("q")?.nextRetryMicroseconds ?? 0
            #expect((500_000...1_000_000) ~= wait)
            waits.insert(wait)
            broker.advance(milliseconds: 1_000)
            _ = broker.purge("q")
        }
        #expect(waits.count > 40)
    }

    @Test("Several come back in the order of their due times, of equals in that of their deaths")
    func order() {
        let broker = self.broker()
        for number in 0..<6 {
            let headers: FieldTable = number % 2 == 0 ? [:] : ["x-retry-count": .int32(1)]
            broker.publish("m\(number)", to: "q", properties: .headers(headers))
        }
        for _ in 0..<6 { _ = broker.get("q", autoAck: false) }
        broker.send(.nack(DeliveryTag(6), isMultiple: true, isRequeue: false))
        #expect(broker.figures("q")?.waiting == 6)
        broker.advance(milliseconds: 1_000)
        #expect(broker.browse("q").map(\.text) == ["m0", "m2", "m4"])
        broker.advance(milliseconds: 1_000)
        #expect(broker.browse("q").map(\.text) == ["m0", "m2", "m4", "m1", "m3", "m5"])
    }

    @Test("Consumers get what comes back without being asked for")
    func consumer() {
        let broker = self.broker()
        broker.consume("q", tag: "t")
        broker.publish("a", to: "q")
        broker.reject(1, requeue: false)
        #expect(broker.deliveries() == ["a"])
        broker.advance(milliseconds: 1_000)
        #expect(broker.deliveries() == ["a"])
        #expect(broker.properties.last?.headers?["x-retry-count"] == .int64(1))
    }

    @Test("A policy sets retries, an argument beats it, and what is wrong is refused")
    func policy() {
        let broker = TestBroker()
        broker.declare("q")
        broker.declare("own", arguments: ["x-retry-max": .int32(1)])
        var definitions = Definitions()
        func set(_ definition: FieldTable) -> [String] {
            definitions.policies = [
                .init(
                    host: .default, policy: Policy(name: "p", pattern: "", definition: definition),
                    isOperator: false)
            ]
            return broker.apply(definitions)
        }
        #expect(
            set([
                "retry-max": .int32(2), "retry-base": .int32(10), "retry-factor": .double(3),
                "retry-max-delay": .int32(20), "retry-jitter": .int32(0),
            ]) == [])
        #expect(broker.detail("q")?.retries?.waitsMicroseconds == [10_000, 20_000])
        #expect(broker.detail("own")?.retries?.count == 1)
        #expect(broker.figures("q")?.traits.contains(.retries) == true)
        for (key, value) in [
            ("retry-max", FieldValue.int32(1_001)), ("retry-max", .string("3")),
            ("retry-base", .int32(-1)), ("retry-factor", .double(0.5)),
            ("retry-factor", .int32(1_001)), ("retry-jitter", .double(1.1)),
            ("retry-max-delay", .string("long")),
        ] {
            #expect(set([key: value]).count == 1, "\(key) takes \(value)")
        }
    }

    @Test(
        "Arguments are checked",
        arguments: [
            ("x-retry-max", FieldValue.int32(1_001), "{value_too_large,1001}"),
            ("x-retry-max", .int32(-1), "{value_negative,-1}"),
            ("x-retry-base", .string("1"), "\"expected integer, got longstr\""),
            ("x-retry-factor", .double(0.5), "{value_out_of_range,0.5}"),
            ("x-retry-factor", .int32(1_001), "{value_out_of_range,1001}"),
            ("x-retry-jitter", .bool(true), "\"expected number, got bool\""),
            ("x-retry-jitter", .int32(2), "{value_out_of_range,2}"),
        ])
    func invalid(key: String, value: FieldValue, reason: String) {
        let broker = TestBroker()
        broker.declare("q", arguments: FieldTable([.init(key, value)]))
        #expect(
            broker.refusal()?.text
                == "PRECONDITION_FAILED - invalid arg '\(key)' for queue 'q' in vhost '/': "
                + reason)
    }

    @Test("A thousand retries and a factor of a thousand are taken")
    func greatest() {
        let broker = self.broker(1_000, jitter: 1, ["x-retry-factor": .int32(1_000)])
        #expect(broker.refusal() == nil)
        #expect(broker.detail("q")?.retries?.count == 1_000)
    }

    @Test("A dead letter that waits counts for the queue it died in once it is back")
    func deadLetters() {
        let broker = TestBroker()
        broker.declare("dead", arguments: ["x-retry-max": .int32(1), "x-retry-jitter": .int32(0)])
        broker.declare("q", arguments: .dying(into: "dead"))
        broker.publish("a", to: "q")
        self.rejectFirst(broker)
        #expect(broker.figures("q")?.dead == 1)
        broker.reject(broker.get("dead", autoAck: false)?.tag ?? 0, requeue: false)
        broker.advance(milliseconds: 1_000)
        #expect(broker.depth("dead") == [1, 0])
        #expect(broker.figures("q")?.dead == 1)
        _ = broker.drain("dead")
        #expect(broker.figures("q")?.dead == 0)
    }

    @Test("A redrive gives a message its retries anew")
    func redrive() throws {
        let broker = self.broker(1)
        broker.publish("a", to: "q")
        self.rejectFirst(broker)
        broker.advance(milliseconds: 1_000)
        self.rejectFirst(broker)
        let letter = try #require(broker.browse("dead").first)
        #expect(letter.message.properties.headers?["x-retry-count"] == .int64(1))
        broker.redrive("dead", .positions([letter.position]), to: .queueItDiedIn)
        self.rejectFirst(broker)
        #expect(broker.figures("q")?.waiting == 1)
    }

    @Test("A commit has a transaction's rejections wait")
    func transaction() {
        let broker = self.broker()
        broker.publish("a", to: "q")
        broker.send(.selectTransactions)
        broker.reject(broker.get("q", autoAck: false)?.tag ?? 0, requeue: false)
        #expect(broker.figures("q")?.waiting == 0)
        broker.send(.commitTransaction)
        #expect(broker.figures("q")?.waiting == 1)
    }

    @Test("A quorum queue has retries as well, and then counts returns from none")
    func quorum() {
        let broker = TestBroker()
        broker.declare(
            "q", durable: true,
            arguments: FieldTable(
                QuorumTests.quorum.fields + [
                    .init("x-retry-max", .int32(1)), .init("x-retry-jitter", .int32(0)),
                ]))
        broker.publish("a", to: "q")
        broker.reject(broker.get("q", autoAck: false)?.tag ?? 0, requeue: true)
        self.rejectFirst(broker)
        broker.advance(milliseconds: 1_000)
        #expect(broker.get("q") != nil)
        #expect(broker.properties.last?.headers?["x-delivery-count"] == .int64(0))
        #expect(broker.properties.last?.headers?["x-retry-count"] == .int64(1))
    }
}
