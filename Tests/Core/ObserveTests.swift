import Core
import Messaging
import Testing

@Suite struct ObserveTests {
    @Test("Processing time leaves out what waited in the prefetch")
    func processingTime() throws {
        let broker = TestBroker()
        broker.declare("q")
        broker.consume("q", tag: "t")
        broker.publish("a", "b", "c", to: "q")
        for tag in UInt64(1)...3 {
            broker.now = broker.now.adding(microseconds: 20_000)
            broker.ack(tag)
        }
        let processing = try #require(broker.figures("q")?.processing)
        #expect(processing.count == 3)
        #expect(processing.max == 20_000, "each took 20 ms, not 20, 40 and 60")
        let detail = try #require(broker.detail("q"))
        #expect(detail.deliverToAck?.max == 60_000)
        #expect(detail.processingTotal?.count == 3)
    }

    @Test("Acks that come together share the time evenly")
    func multipleAck() throws {
        let broker = TestBroker()
        broker.declare("q")
        broker.consume("q", tag: "t")
        for number in 0..<100 { broker.add("\(number)", to: "q") }
        broker.finish()
        broker.now = broker.now.adding(microseconds: 100_000)
        broker.ack(100, multiple: true)
        let processing = try #require(broker.figures("q")?.processing)
        #expect(processing.count == 100 && processing.max == 1_000)
    }

    @Test("Time in the queue runs from publish to first delivery")
    func timeInQueue() throws {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", to: "q")
        broker.now = broker.now.adding(microseconds: 5_000)
        let message = broker.get("q", autoAck: false)
        broker.now = broker.now.adding(microseconds: 5_000)
        broker.reject(message?.tag ?? 0, requeue: true)
        _ = broker.get("q")
        let detail = try #require(broker.detail("q"))
        #expect(detail.timeInQueue?.count == 1, "redeliveries do not count")
        #expect(detail.timeInQueue?.max == 5_000)
    }

    @Test("Ages: of the first ready one since its publish, of a held one since its delivery")
    func ages() {
        let broker = TestBroker()
        broker.declare("q")
        for body in ["a", "b", "c"] {
            broker.publish(body, to: "q")
            broker.now = broker.now.adding(microseconds: 1_000)
        }
        #expect(broker.figures("q")?.oldestReadyMicroseconds == 3_000)
        #expect(broker.figures("q")?.oldestUnackedMicroseconds == nil)
        _ = broker.get("q", autoAck: false)
        broker.now = broker.now.adding(microseconds: 500)
        _ = broker.get("q", autoAck: false)
        #expect(broker.figures("q")?.oldestReadyMicroseconds == 1_500)
        #expect(broker.figures("q")?.oldestUnackedMicroseconds == 500)
        broker.now = broker.now.adding(microseconds: 500)
        broker.ack(1)
        #expect(broker.figures("q")?.oldestUnackedMicroseconds == 500)
        broker.reject(2, requeue: true)
        #expect(broker.figures("q")?.oldestUnackedMicroseconds == nil)
        #expect(broker.figures("q")?.oldestReadyMicroseconds == 3_000)
    }

    @Test("A consumer that works off an old backlog is not stuck; one that holds a message is")
    func stuck() {
        let broker = TestBroker()
        broker.declare("q")
        for number in 0..<50 { broker.publish("\(number)", to: "q") }
        broker.advance(milliseconds: 600_000)
        broker.send(.setPrefetch(count: 10, bytes: 0, isGlobal: false))
        broker.consume("q", tag: "t")
        for tag in UInt64(1)...20 {
            broker.advance(milliseconds: 500)
            broker.ack(tag)
            let held = broker.figures("q")?.oldestUnackedMicroseconds ?? 0
            #expect(held <= 5_000_000, "ten of them, half a second each")
        }
        // The one that is never acked, whatever is acked around it, transactions too.
        broker.ack(22)
        broker.send(.selectTransactions)
        broker.ack(21)
        let before = broker.figures("q")?.oldestUnackedMicroseconds ?? 0
        broker.advance(milliseconds: 300_000)
        #expect(broker.figures("q")?.oldestUnackedMicroseconds == before + 300_000_000)
        broker.send(.commitTransaction)
        #expect((broker.figures("q")?.oldestUnackedMicroseconds ?? 0) < before + 300_000_000)
    }

    @Test("What is delivered again has been with its consumer since then")
    func deliveredAgain() {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", "b", to: "q")
        broker.consume("q", tag: "t")
        broker.advance(milliseconds: 7_000)
        #expect(broker.figures("q")?.oldestUnackedMicroseconds == 7_000_000)
        broker.reject(1, requeue: true)
        #expect(broker.figures("q")?.oldestUnackedMicroseconds == 7_000_000, "that is b")
        broker.ack(2)
        #expect(broker.figures("q")?.oldestUnackedMicroseconds == 0)
    }

    @Test("A consumer's arguments are known as its client wrote them")
    func consumerArguments() {
        let broker = TestBroker()
        broker.declare("q")
        let arguments: FieldTable = [
            "x-priority": .int32(4), "x-delivery-rate": .double(2.5), "x-mine": .string("g"),
        ]
        broker.consume("q", tag: "own", arguments: arguments)
        broker.consume("q", tag: "plain")
        let consumers = broker.broker.clients(now: broker.now).consumers
        #expect(consumers.map(\.arguments) == [arguments, [:]])
        #expect(consumers.map(\.deliveriesPerSecondMax) == [2.5, nil])
        #expect(broker.detail("q")?.consumers.map(\.priority) == [4, 0])
    }

    @Test("Browsing goes in order over ready and unacked, page by page, and disturbs nothing")
    func browse() throws {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", "b", "c", "d", "e", to: "q")
        _ = broker.get("q", autoAck: false)
        _ = broker.get("q", autoAck: false)
        _ = broker.get("q", autoAck: false)
        broker.reject(2, requeue: true)
        let all = broker.browse("q")
        #expect(all.map(\.text) == ["a", "b", "c", "d", "e"])
        #expect(all.map(\.isUnacked) == [true, false, true, false, false])
        #expect(all.map(\.isRedelivered) == [false, true, false, false, false])
        var pages: [[String]] = []
        var after: Position?
        for _ in 0..<3 {
            let page = broker.browse("q", after: after, countMax: 2)
            pages.append(page.map(\.text))
            after = page.last?.position
        }
        #expect(pages == [["a", "b"], ["c", "d"], ["e"]])
        #expect(broker.depth("q") == [3, 2])
        #expect(broker.drain("q") == ["b", "d", "e"])
    }

    @Test("Behind the last position that can be written there is nothing")
    func pageBehindEverything() throws {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", "b", to: "q")
        broker.reject(try #require(broker.get("q", autoAck: false)?.tag), requeue: true)
        let answer = broker.broker.browse(
            "q", after: Position(.max), countMax: 9, bodyBytesMax: 9)
        guard case .value(let page) = answer else {
            Issue.record("no page")
            return
        }
        #expect(page.records.isEmpty)
        #expect(!page.hasMore)
    }

    @Test("A page says whether there is more, and cuts long bodies")
    func page() throws {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("0123456789", "b", to: "q")
        let answer = broker.broker.browse("q", after: nil, countMax: 1, bodyBytesMax: 4)
        guard case .value(let page) = answer else {
            Issue.record("no page")
            return
        }
        #expect(page.hasMore)
        #expect(page.records.first?.text == "0123")
        #expect(page.records.first?.bodyBytes == 10)
    }

    @Test("Detail lists consumers and bindings")
    func detail() throws {
        let broker = TestBroker()
        broker.declare("q")
        broker.send(
            .bind(BindingRequest(.queue("q"), to: "amq.topic", routingKey: "a.*")))
        broker.send(.setPrefetch(count: 3, bytes: 0, isGlobal: false))
        broker.consume("q", tag: "t")
        broker.publish("a", "b", to: "q")
        broker.now = broker.now.adding(microseconds: 7_000)
        let detail = try #require(broker.detail("q"))
        #expect(detail.consumers.map(\.tag) == ["t"])
        #expect(detail.consumers.map(\.origin) == ["127.0.0.1:1"])
        #expect(detail.consumers.map(\.unacked) == [2])
        #expect(detail.consumers.map(\.prefetch) == [3])
        #expect(detail.consumers.map(\.oldestUnackedMicroseconds) == [7_000])
        #expect(detail.bindings.map(\.exchangeType) == ["topic"])
        #expect(detail.bindings.map(\.routingKey) == ["a.*"])
        #expect(broker.detail("none") == nil)
    }

    @Test("Chosen messages are removed as far as they are ready, and positions are not trusted")
    func deleteMessages() {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", "b", "c", "d", to: "q")
        _ = broker.get("q", autoAck: false)
        var positions = broker.browse("q").filter { $0.text != "c" }.map(\.position)
        positions += [Position(1), Position(13), Position(1_000_000), positions[1]]
        #expect(broker.delete(positions, from: "q") == 2)
        #expect(broker.depth("q") == [1, 1])
        #expect(broker.drain("q") == ["c"])
    }

    @Test("An operator's deletion keeps to its conditions")
    func deleteQueue() {
        let broker = TestBroker()
        broker.declare("q")
        broker.publish("a", to: "q")
        #expect(
            broker.deleteQueue("q", ifUnused: true, ifEmpty: true)
                == .notEmpty(messages: 1))
        broker.consume("q", tag: "t")
        #expect(
            broker.deleteQueue("q", ifUnused: true, ifEmpty: false)
                == .inUse(consumers: 1))
        #expect(
            broker.deleteQueue("q", ifUnused: false, ifEmpty: false)
                == .deleted(messages: 0))
        #expect(
            broker.deleteQueue("q", ifUnused: false, ifEmpty: false)
                == .notFound)
    }

    @Test("A million ready messages of 16 bytes cost at most 64 MiB, an empty queue 2 KiB")
    func memory() {
        let broker = TestBroker()
        broker.declare("bench-q")
        let body = String(repeating: "x", count: 16)
        for _ in 0..<1_000 {
            for _ in 0..<1_000 { broker.add(body, to: "bench-q") }
            broker.finish()
        }
        let full = broker.broker.sample(now: broker.now)
        #expect(full.queues.first?.ready == 1_000_000)
        #expect(full.messageMemoryBytes <= 64 << 20)
        _ = broker.purge("bench-q")
        broker.finish()
        #expect(broker.broker.sample(now: broker.now).messageMemoryBytes <= 2_048)
    }

    @Test("A backlog that is consumed is freed as it goes")
    func release() {
        let broker = TestBroker()
        broker.declare("q")
        let body = String(repeating: "x", count: 1_000)
        for _ in 0..<5_000 { broker.add(body, to: "q") }
        broker.finish()
        let full = broker.broker.sample(now: broker.now).messageMemoryBytes
        for _ in 0..<2_500 { _ = broker.get("q") }
        let half = broker.broker.sample(now: broker.now).messageMemoryBytes
        #expect(half <= full / 2 + 524_288)
        _ = broker.drain("q")
        #expect(broker.broker.sample(now: broker.now).messageMemoryBytes <= 2_048)
    }
}
