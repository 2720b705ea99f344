import Core
import Messaging
import Testing

/// Queues that take a message once.
@Suite struct DeduplicationTests {
    private func broker(_ further: FieldTable = [:], durable: Bool = true) -> TestBroker {
        let broker = TestBroker()
        broker.declare(
            "q", durable: durable,
            arguments: FieldTable(
                [.init("x-deduplication-window", .int32(16_000))] + further.fields))
        broker.storeEffects = []
        return broker
    }

    private func publish(_ ids: String..., on broker: TestBroker, persistent: Bool = true) {
        for id in ids {
            broker.add(id, to: "q", properties: .id(id, persistent: persistent))
        }
        broker.finish()
    }

    @Test("A repeated id is confirmed and not stored, and counted")
    func once() {
        let broker = self.broker()
        broker.send(.selectConfirms(isNoWait: true))
        self.publish("a", "b", "a", on: broker)
        self.publish("a", on: broker)
        #expect(broker.answers() == ["≤3", "4"])
        #expect(broker.browse("q").map(\.text) == ["a", "b"])
        #expect(broker.figures("q")?.tally.deduplicated == 2)
        #expect(broker.figures("q")?.tally.published == 2)
        #expect(broker.flow("q")?.deduplicationIDs == 2)
    }

    @Test("To the microsecond: within the window it is a duplicate, at its end it is not")
    func window() {
        let broker = self.broker()
        self.publish("a", on: broker)
        broker.now = broker.now.adding(microseconds: 15_999_999)
        self.publish("a", on: broker)
        #expect(broker.depth("q") == [1, 0], "a duplicate does not make the window longer")
        broker.now = broker.now.adding(microseconds: 1)
        self.publish("a", on: broker)
        #expect(broker.depth("q") == [2, 0])
        self.publish("a", on: broker)
        #expect(broker.depth("q") == [2, 0])
    }

    @Test("A message that is gone is still known, one that was refused is not")
    func goneAndRefused() {
        let broker = self.broker([
            "x-max-length": .int32(1), "x-overflow": .string("reject-publish"),
        ])
        self.publish("a", "b", on: broker)
        #expect(broker.drain("q") == ["a"])
        self.publish("a", on: broker)
        #expect(broker.depth("q") == [0, 0])
        self.publish("b", on: broker)
        #expect(broker.drain("q") == ["b"])
    }

    @Test("A duplicate's confirm waits as long as its original's")
    func confirms() {
        let broker = self.broker()
        broker.send(.selectConfirms(isNoWait: true))
        broker.commitsAtOnce = false
        self.publish("a", on: broker)
        self.publish("a", on: broker)
        #expect(broker.answers() == [])
        let commits = broker.storeEffects.compactMap { effect -> CommitNumber? in
            guard case .commit(let number, true) = effect else { return nil }
            return number
        }
        #expect(commits.count == 2)
        broker.broker.durable(upTo: commits[0])
        broker.finish()
        #expect(broker.answers() == ["1"])
        broker.broker.durable(upTo: commits[1])
        broker.finish()
        #expect(broker.answers() == ["2"])
        self.publish("a", on: broker)
        #expect(broker.answers() == ["3"], "the original is safe, so nothing is waited for")
    }

    @Test("The id is noted in the commit of its message, with its time")
    func noted() throws {
        let broker = self.broker()
        self.publish("a", on: broker)
        let kinds = broker.storeEffects.map { effect in
            switch effect {
            case .append: "append"
            case .note(_, let key, let value):
                "note \(String(decoding: key.bytes, as: UTF8.self)) \(value?.count ?? 0)"
            case .commit: "commit"
            case .settle, .settleReady, .define, .loadChunk, .keepChunk, .releaseChunk: "other"
            }
        }
        #expect(kinds == ["append", "note a 8", "commit"])
    }

    @Test("What does not survive a restart is not noted: transient messages and queues")
    func notNoted() {
        let broker = self.broker()
        self.publish("a", on: broker, persistent: false)
        self.publish("a", on: broker, persistent: false)
        #expect(broker.depth("q") == [1, 0])
        let transient = self.broker(durable: false)
        self.publish("a", "a", on: transient)
        #expect(transient.depth("q") == [1, 0])
        transient.advance(milliseconds: 20_000)
        #expect(broker.takeNotes() + transient.takeNotes() == [])
        #expect(transient.flow("q")?.deduplicationIDs == 0)
    }

    @Test("Ids leave by a timer in groups, and the store forgets them")
    func leaving() {
        let broker = self.broker()
        self.publish("a", on: broker)
        broker.advance(milliseconds: 900)
        self.publish("b", on: broker)
        broker.advance(milliseconds: 200)
        self.publish("c", on: broker)
        #expect(broker.takeNotes() == ["+a", "+b", "+c"])
        broker.advance(milliseconds: 15_899)
        #expect(broker.takeNotes() == [])
        broker.advance(milliseconds: 1)
        #expect(broker.takeNotes() == ["-a", "-b"], "a sixteenth of the window after the first")
        #expect(broker.nextTimer != nil)
        broker.advance(milliseconds: 20_000)
        #expect(broker.takeNotes() == ["-c"])
        #expect(broker.nextTimer == nil)
    }

    @Test("An id that comes again before it left is noted anew and not forgotten with the old one")
    func again() {
        let broker = self.broker()
        self.publish("a", on: broker)
        broker.now = broker.now.adding(microseconds: 16_000_000)
        self.publish("a", on: broker)
        broker.advance(milliseconds: 1_000)
        #expect(broker.takeNotes() == ["+a", "-a", "+a"])
        self.publish("a", on: broker)
        #expect(broker.depth("q") == [2, 0])
    }

    @Test("As many ids as may be are kept; one more pushes the oldest out")
    func idsMax() {
        let broker = self.broker(["x-deduplication-max": .int32(3)])
        self.publish("a", "b", "c", on: broker)
        self.publish("a", on: broker)
        #expect(broker.depth("q") == [3, 0])
        self.publish("d", on: broker)
        #expect(broker.flow("q")?.deduplicationIDs == 3)
        #expect(broker.takeNotes() == ["+a", "+b", "+c", "+d", "-a"])
        self.publish("a", "d", on: broker)
        #expect(broker.depth("q") == [5, 0])
    }

    @Test("An id of the greatest length counts, a longer one does not, nor an empty one")
    func idLength() {
        let broker = self.broker(["x-deduplication-header": .string("key")])
        for (length, stored) in [(255, 1), (256, 2), (0, 2)] {
            let key = FieldValue.string(String(repeating: "k", count: length))
            for _ in 0..<2 { broker.publish("m", to: "q", properties: .headers(["key": key])) }
            #expect(broker.drain("q").count == stored, "\(length) bytes")
        }
    }

    @Test("By a header's text or integer; other values, and the message-id, are none")
    func header() {
        let broker = self.broker(["x-deduplication-header": .string("key")])
        for value in [.string("5"), .int32(5), .int64(5)] as [FieldValue] {
            broker.publish("\(value)", to: "q", properties: .headers(["key": value]))
        }
        #expect(broker.depth("q") == [1, 0])
        for value in [FieldValue.bool(true), .void] {
            for _ in 0..<2 { broker.publish("x", to: "q", properties: .headers(["key": value])) }
        }
        self.publish("a", "a", on: broker)
        #expect(broker.depth("q") == [7, 0])
    }

    @Test("Each queue knows its own ids; a fan-out is stored where it is new")
    func fanOut() {
        let broker = self.broker()
        broker.declare("other", arguments: ["x-deduplication-window": .int32(1_000)])
        broker.declareExchange("x")
        broker.bind("q", to: "x")
        broker.bind("other", to: "x")
        self.publish("a", on: broker)
        broker.publish("a", to: "", exchange: "x", properties: .id("a"))
        #expect(broker.depth("q") == [1, 0])
        #expect(broker.depth("other") == [1, 0])
    }

    @Test("Dead letters and redrives come in whatever was published before")
    func bypassed() {
        let broker = self.broker()
        broker.declare("source", arguments: .dying(into: "q"))
        self.publish("a", on: broker)
        broker.publish("a", to: "source", properties: .id("a"))
        if let message = broker.get("source", autoAck: false) {
            broker.reject(message.tag, requeue: false)
        }
        #expect(broker.depth("q") == [2, 0])
        broker.publish("a", to: "source", properties: .id("a"))
        let end = broker.broker.end(of: "source")
        let step = broker.redrive("source", .readyBelow(end ?? .nowhere), to: .queue("q"))
        #expect(step.moved == 1)
        #expect(broker.depth("q") == [3, 0])
    }

    @Test("In a transaction it counts with the commit")
    func transaction() {
        let broker = self.broker()
        broker.send(.selectTransactions)
        self.publish("a", on: broker)
        broker.send(.rollBackTransaction)
        self.publish("a", "a", on: broker)
        broker.send(.commitTransaction)
        #expect(broker.depth("q") == [1, 0])
    }

    @Test("When a policy ends it, all ids leave, a bounded number at a time")
    func policyEnds() {
        let broker = TestBroker()
        broker.declare("q", durable: true)
        #expect(broker.setPolicy(["deduplication-window": .int32(3_600_000)]) == [])
        let count = Limits.deduplicationLeavingMax + 1
        for number in 0..<count {
            broker.add("", to: "q", properties: .id("\(number)", persistent: true))
        }
        broker.finish()
        broker.storeEffects = []
        #expect(broker.setPolicy(nil) == [])
        #expect(broker.flow("q")?.deduplicationIDs == nil)
        broker.advance(milliseconds: 1)
        #expect(broker.takeNotes().count == Limits.deduplicationLeavingMax)
        broker.advance(milliseconds: 1)
        #expect(broker.takeNotes().count == 1)
        broker.advance(milliseconds: 4_000_000)
        #expect(broker.takeNotes() == [], "the timer of the window that was is void")
        #expect(broker.nextTimer == nil)
        broker.publish("m", to: "q", properties: .id("0"))
        #expect(broker.depth("q") == [count + 1, 0])
    }

    // MARK: Restart

    /// A broker after a restart with the notes that another one left.
    private func restarted(
        after former: TestBroker, milliseconds: Int64, _ further: FieldTable = [:]
    ) -> TestBroker {
        var notes: [NoteKey: [UInt8]] = [:]
        for effect in former.storeEffects {
            if case .note(_, let key, let value) = effect { notes[key] = value }
        }
        let broker = self.broker(further)
        broker.now = former.now.adding(microseconds: milliseconds * 1_000)
        let slot = Int(broker.broker.id(of: "q")?.slot ?? 0)
        for (key, value) in notes {
            broker.broker.restorePublished(key, value, of: slot, now: broker.now)
        }
        broker.finish()
        return broker
    }

    @Test("The window survives a restart, in whatever order its notes come")
    func restart() {
        let former = self.broker()
        for number in 0..<50 {
            self.publish("\(number)", on: former)
            former.advance(milliseconds: 100)
        }
        // 5 s have passed: the first ids are 16 s old 11 s later.
        let broker = self.restarted(after: former, milliseconds: 12_000)
        #expect(broker.flow("q")?.deduplicationIDs == 50)
        broker.advance(milliseconds: 0)
        #expect(broker.flow("q")?.deduplicationIDs == 39)
        #expect(broker.takeNotes() == (0..<11).map { "-\($0)" })
        for number in 0..<50 { self.publish("\(number)", on: broker) }
        #expect(broker.browse("q").map(\.text) == (0..<11).map { "\($0)" })
    }

    @Test("A clock that was set back makes no window longer")
    func clockSetBack() {
        let former = self.broker()
        self.publish("a", on: former)
        let broker = self.restarted(after: former, milliseconds: -3_600_000)
        broker.advance(milliseconds: 15_999)
        self.publish("a", on: broker)
        #expect(broker.depth("q") == [0, 0])
        broker.advance(milliseconds: 1)
        self.publish("a", on: broker)
        #expect(broker.depth("q") == [1, 0])
    }

    @Test("What is restored to a queue that does not deduplicate is forgotten")
    func restoredInVain() {
        let broker = TestBroker()
        broker.declare("plain", durable: true)
        let slot = Int(broker.broker.id(of: "plain")?.slot ?? 0)
        broker.broker.restorePublished(
            NoteKey(.published, Array("a".utf8)), [UInt8](repeating: 0, count: 8), of: slot,
            now: broker.now)
        broker.advance(milliseconds: 0)
        #expect(broker.takeNotes() == ["-a"])
        #expect(broker.nextTimer == nil)
    }
}
