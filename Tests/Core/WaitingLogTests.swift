import Core
import Messaging
import Testing

/// Where messages wait: durable, evictable, limited and hidden.
@Suite struct WaitingLogTests {
    private static let name = "amq.queuetop.delayed"

    /// A broker with a durable queue `q` with retries, and a delayed exchange `e` that leads there.
    private func broker() -> TestBroker {
        let broker = TestBroker()
        broker.declare(
            "q", durable: true,
            arguments: ["x-retry-max": .int32(9), "x-retry-jitter": .int32(0)])
        broker.declareExchange(
            "e", "x-delayed-message", durable: true, arguments: ["x-delayed-type": .string("fanout")])
        broker.bind("q", to: "e")
        _ = broker.takeEffects()
        broker.storeEffects = []
        return broker
    }

    private func delay(
        _ broker: TestBroker, _ body: String, milliseconds: Int32, persistent: Bool = true
    ) {
        var properties = MessageProperties.headers(["x-delay": .int32(milliseconds)])
        if persistent { properties.deliveryMode = 2 }
        broker.publish(body, to: "", exchange: "e", properties: properties)
    }

    private func reject(_ broker: TestBroker) {
        broker.reject(broker.get("q", autoAck: false)?.tag ?? 0, requeue: false)
    }

    /// Has the store take over all chunks of the log that it may.
    private func evict(_ broker: TestBroker) throws -> Int {
        try broker.evict(#require(broker.waitingLog))
    }

    // MARK: Durability

    @Test("What is rejected enters the log and leaves its queue in one commit, and back again")
    func retriesAreAtomic() throws {
        let broker = self.broker()
        broker.publish("a", to: "q", properties: .persistent)
        let queue = try #require(broker.id(of: "q"))
        let from = try #require(broker.browse("q").first?.position)
        broker.storeEffects = []
        self.reject(broker)
        let log = try #require(broker.waitingLog)
        let waiting = Position(0)
        let declaration = QueueDeclaration(name: QueueName(Self.name), isDurable: true)
        #expect(
            broker.storeEffects.dropLast() == [
                .define(.queueDeclared(log, declaration, in: .default)), .append(log, waiting),
                .settle(queue, from),
            ])
        guard case .commit = broker.storeEffects.last else {
            Issue.record("no commit")
            return
        }
        broker.storeEffects = []
        broker.advance(milliseconds: 1_000)
        let back = try #require(broker.browse("q").first?.position)
        #expect(
            broker.storeEffects.prefix(2) == [.append(queue, back), .settle(log, waiting)])
        guard case .commit = broker.storeEffects.dropFirst(2).first else {
            Issue.record("no commit")
            return
        }
    }

    @Test("A delayed publish is durable where it waits, and moves on in one commit")
    func delaysAreAtomic() throws {
        let broker = self.broker()
        self.delay(broker, "a", milliseconds: 10)
        let log = try #require(broker.waitingLog)
        #expect(broker.storeEffects.contains(.append(log, Position(0))))
        broker.storeEffects = []
        broker.advance(milliseconds: 10)
        let queue = try #require(broker.id(of: "q"))
        #expect(
            broker.storeEffects.prefix(2) == [
                .append(queue, Position(0)), .settle(log, Position(0)),
            ])
    }

    @Test("What would not outlive the process where it goes is not durable here either")
    func transient() throws {
        let broker = self.broker()
        self.delay(broker, "a", milliseconds: 10, persistent: false)
        broker.declare("t", arguments: ["x-retry-max": .int32(1)])
        broker.publish("b", to: "t", properties: .persistent)
        broker.reject(broker.get("t", autoAck: false)?.tag ?? 0, requeue: false)
        #expect(broker.figures("t")?.waiting == 1)
        let log = try #require(broker.waitingLog)
        for effect in broker.storeEffects {
            if case .append(log, _) = effect { Issue.record("\(effect)") }
        }
        broker.storeEffects = []
        broker.advance(milliseconds: 2_000)
        #expect(broker.depth("t") == [1, 0] && broker.depth("q") == [1, 0])
        #expect(broker.storeEffects == [])
    }

    @Test("A queue that is deleted takes along what waits for it")
    func deletedQueue() throws {
        let broker = self.broker()
        broker.publish("a", to: "q", properties: .persistent)
        self.reject(broker)
        let log = try #require(broker.waitingLog)
        broker.storeEffects = []
        broker.deleteQueue("q")
        #expect(broker.storeEffects.contains(.settle(log, Position(0))))
        broker.declare("q", durable: true)
        broker.advance(milliseconds: 1_000)
        #expect(broker.depth("q") == [0, 0], "it is another queue of that name")
    }

    // MARK: Hidden

    @Test("No client and no list finds the log")
    func hidden() {
        let broker = self.broker()
        self.delay(broker, "a", milliseconds: 10)
        #expect(broker.broker.sample(now: broker.now).queues.map(\.name) == ["q"])
        let name = QueueName(Self.name)
        let attempts: [(Command, ReplyCode)] = [
            (.declareQueue(QueueDeclaration(name: name, isDurable: true)), .accessRefused),
            (.declareQueue(QueueDeclaration(name: name, isPassive: true)), .notFound),
            (.consume(ConsumeRequest(queue: name)), .notFound),
            (.get(name, isAutoAck: true), .notFound),
            (.purgeQueue(name, isNoWait: false), .notFound),
            (.bind(BindingRequest(.queue(name), to: "amq.fanout", routingKey: "")), .notFound),
        ]
        for (command, code) in attempts {
            broker.send(command)
            #expect(broker.refusal()?.code == code, "\(command)")
            broker.send(.openChannel)
        }
        broker.deleteQueue(Self.name)
        #expect(broker.replies().last == .queueDeleted(messages: 0))
        #expect(broker.purge(name) == nil)
        #expect(broker.detail(name) == nil)
        broker.publish("b", to: Self.name)
        #expect(broker.unroutableTotal == 1)
        var definitions = Definitions()
        definitions.queues = [
            .init(host: .default, queue: QueueDeclaration(name: name, isDurable: true))
        ]
        #expect(broker.apply(definitions).count == 1)
        broker.advance(milliseconds: 10)
        #expect(broker.drain("q") == ["a"])
    }

    @Test("No policy holds for the log")
    func policies() {
        let broker = self.broker()
        var definitions = Definitions()
        definitions.policies = [
            .init(
                host: .default,
                policy: Policy(
                    name: "p", pattern: "amq", definition: ["max-length": .int32(0)]),
                isOperator: false)
        ]
        _ = broker.apply(definitions)
        self.delay(broker, "a", milliseconds: 10)
        _ = broker.apply(definitions)
        self.delay(broker, "b", milliseconds: 10)
        broker.advance(milliseconds: 10)
        #expect(broker.drain("q") == ["a", "b"])
    }

    @Test("Each virtual host has its own")
    func hosts() {
        let broker = self.broker()
        var definitions = Definitions()
        definitions.virtualHosts = ["other"]
        _ = broker.apply(definitions)
        self.delay(broker, "a", milliseconds: 10)
        #expect(broker.broker.waitingLog(in: "other") == nil)
        #expect(broker.broker.sample(in: "other", now: broker.now).delayed == 0)
        #expect(broker.delayed == 1)
    }

    // MARK: Limits

    @Test("At the limit a delayed message is taken; one past it is refused, with a nack or a close")
    func limitOfDelays() {
        let broker = self.broker()
        broker.broker.setWaitingMax(2)
        self.delay(broker, "a", milliseconds: 10)
        self.delay(broker, "b", milliseconds: 10)
        #expect(broker.refusal() == nil)
        self.delay(broker, "c", milliseconds: 10)
        #expect(
            broker.refusal()?.text
                == "PRECONDITION_FAILED - cannot delay message: 2 messages wait already, which is "
                + "the limit")
        broker.send(.openChannel)
        broker.send(.selectConfirms(isNoWait: true))
        _ = broker.takeEffects()
        self.delay(broker, "d", milliseconds: 10)
        #expect(broker.answers() == ["!1"])
        broker.advance(milliseconds: 10)
        #expect(broker.drain("q") == ["a", "b"])
        _ = broker.takeEffects()
        self.delay(broker, "e", milliseconds: 10)
        #expect(broker.answers() == ["2"], "there is room again")
    }

    @Test("Past the limit a rejected message comes back at once, and uses up its retries")
    func limitOfRetries() {
        let broker = self.broker()
        broker.broker.setWaitingMax(1)
        broker.publish("a", "b", to: "q")
        self.reject(broker)
        #expect(broker.figures("q")?.waiting == 1)
        self.reject(broker)
        #expect(broker.figures("q")?.waiting == 1)
        #expect(
            broker.browse("q").first?.message.properties.headers?["x-retry-count"] == .int64(1))
        for _ in 0..<9 { self.reject(broker) }
        #expect(broker.depth("q") == [0, 0])
    }

    @Test("Past the limit a dead letter goes on at once")
    func limitOfDeadLetters() {
        let broker = self.broker()
        broker.declare("work", arguments: ["x-dead-letter-exchange": .string("e")])
        broker.broker.setWaitingMax(0)
        broker.publish("a", to: "work", properties: .headers(["x-delay": .int32(100)]))
        broker.reject(broker.get("work", autoAck: false)?.tag ?? 0, requeue: false)
        #expect(broker.browse("q").map(\.text) == ["a"])
    }

    @Test("So many are released in one batch, and the rest soon after")
    func shares() {
        let broker = self.broker()
        for _ in 0..<5_000 {
            broker.add(
                "a", to: "", exchange: "e", properties: .headers(["x-delay": .int32(10)]))
        }
        broker.finish()
        broker.advance(milliseconds: 10)
        #expect(broker.depth("q") == [4_096, 0])
        #expect(broker.nextTimer.map { $0.microseconds(since: broker.now) } == 1)
        broker.advance(milliseconds: 1)
        #expect(broker.depth("q") == [5_000, 0])
    }

    @Test("However many come and go before it, one that is due late comes when it is due")
    func manyTimers() {
        let broker = self.broker()
        self.delay(broker, "late", milliseconds: 10_000)
        for number in 0..<5 {
            self.delay(broker, "b\(number)", milliseconds: 900 - Int32(number) * 100)
            self.delay(broker, "a\(number)", milliseconds: 100)
            broker.advance(milliseconds: 100)
            #expect(broker.drain("q").contains("a\(number)"))
        }
        broker.advance(milliseconds: 400)
        #expect(broker.drain("q").count == 5)
        #expect(broker.nextTimer.map { $0.microseconds(since: broker.now) } == 9_100_000)
        broker.advance(milliseconds: 9_100)
        #expect(broker.drain("q") == ["late"])
        #expect(broker.nextTimer == nil)
    }

    // MARK: Memory

    @Test("One that waits for long holds back no others' memory")
    func memory() {
        let broker = self.broker()
        self.delay(broker, "late", milliseconds: 1_000_000)
        let before = broker.memory
        let body = String(repeating: "x", count: 20_000)
        for _ in 0..<200 {
            self.delay(broker, body, milliseconds: 10)
            broker.advance(milliseconds: 10)
            _ = broker.drain("q")
        }
        #expect(broker.memory < before + 2_000_000, "of 4,000,000 that went through")
        broker.advance(milliseconds: 1_000_000)
        #expect(broker.drain("q") == ["late"])
    }

    @Test("What is due in an evicted chunk comes once it is loaded, in its order")
    func evicted() throws {
        let broker = self.broker()
        let body = String(repeating: "x", count: 100_000)
        for number in 0..<6 { self.delay(broker, "\(number) \(body)", milliseconds: 10) }
        broker.publish("6 \(body)", to: "q")
        self.reject(broker)
        broker.loadsAtOnce = false
        #expect(try self.evict(broker) > 0)
        broker.advance(milliseconds: 10)
        #expect(broker.depth("q") == [0, 0])
        #expect(broker.loading.count == 1)
        for _ in 0..<6 {
            broker.answerLoads()
            broker.finish()
            broker.advance(milliseconds: 0)
        }
        #expect(broker.browse("q").map { $0.text.prefix(1) } == ["0", "1", "2", "3", "4", "5"])
        broker.advance(milliseconds: 1_000)
        #expect(broker.depth("q") == [7, 0])
    }

    // MARK: After a restart

    @Test("Due times, goals and counts are read from the records again, evicted ones too")
    func restored() throws {
        let before = self.broker()
        let body = String(repeating: "x", count: 100_000)
        for number in 0..<4 {
            self.delay(before, "\(number) \(body)", milliseconds: 500 - Int32(number) * 100)
        }
        before.publish("4 \(body)", to: "q", properties: .persistent)
        self.reject(before)
        let log = try #require(before.waitingLog)
        let after = before.restarted(chunkBytes: 250_000, loadsAtOnce: false)
        #expect(after.waitingLog == log)
        after.finish()
        #expect(after.loading.count == 1, "one chunk after the other")
        while !after.loading.isEmpty {
            after.answerLoads()
            after.finish()
        }
        #expect(after.delayed == 4)
        #expect(after.figures("q")?.waiting == 1)
        #expect(after.detail("q")?.nextRetryMicroseconds == 1_000_000)
        after.loadsAtOnce = true
        after.advance(milliseconds: 199)
        #expect(after.depth("q") == [0, 0])
        after.advance(milliseconds: 801)
        #expect(after.browse("q").map { $0.text.prefix(1) } == ["3", "2", "1", "0", "4"])
    }

    @Test(
        "What was due meanwhile comes at once, and what waited for a queue that is gone is settled")
    func restoredLate() throws {
        let before = self.broker()
        before.declare(
            "second", durable: true,
            arguments: ["x-retry-max": .int32(1), "x-retry-jitter": .int32(0)])
        self.delay(before, "late", milliseconds: 100)
        before.publish("lost", to: "second", properties: .persistent)
        before.reject(before.get("second", autoAck: false)?.tag ?? 0, requeue: false)
        let log = try #require(before.waitingLog)
        before.deleteQueue("second")
        let after = before.restarted()
        after.now = before.now.adding(microseconds: 3_600_000_000)
        after.finish()
        #expect(after.waitingLog == log)
        #expect(after.durable.records[log]?.count == 1, "only what is late waits")
        after.advance(milliseconds: 0)
        #expect(after.browse("q").map(\.text) == ["late"])
    }
}
