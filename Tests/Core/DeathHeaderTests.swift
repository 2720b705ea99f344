import Core
import Messaging
import Testing

/// Headers `x-death` that clients wrote as they liked, on the way of a message that dies.
@Suite struct DeathHeaderTests {
    /// What a message with that header carries after it was rejected in `work`, beside the death
    /// that this adds.
    private func header(_ value: FieldValue) throws -> [FieldValue] {
        let broker = TestBroker()
        broker.declare("work", arguments: .dying(into: "dead"))
        broker.declare("dead")
        broker.publish(
            "m", to: "work", properties: .headers(["x-death": value, "mine": .bool(true)]))
        let held = try #require(broker.get("work", autoAck: false))
        broker.reject(held.tag, requeue: false)
        let record = try #require(broker.browse("dead").first)
        #expect(record.text == "m")
        let headers = record.message.properties.headers
        #expect(headers?["mine"] == .bool(true))
        #expect(record.deaths.first?.queue == "work" && record.deaths.first?.reason == .rejected)
        guard case .array(let entries) = headers?["x-death"] else { return [] }
        #expect(record.deaths.first.map { entries.first?.isDeath(like: $0) } == true)
        return Array(entries.dropFirst())
    }

    @Test(
        "Entries that are no deaths stay, in their order, behind the new one",
        arguments: [
            [FieldValue.string("one"), .string("two")], [.int32(5), .void, .array([.bool(true)])],
            [.table([:])], [.table(["queue": .string("work")])],
            [.table(["queue": .string("work"), "reason": .int32(1)])],
            [.table(["queue": .string("other"), "reason": .string("rejected")])],
            [.table(["queue": .longString([0xFF]), "reason": .string("rejected")])], [],
        ])
    func entriesStay(entries: [FieldValue]) throws {
        #expect(try self.header(.array(entries)) == entries)
    }

    @Test("A count that is a text or missing begins at one; what else stands beside it stays")
    func oddCount() throws {
        for count in [FieldValue.string("many"), .void, .double(3)] {
            let odd: FieldTable = [
                "count": count, "queue": .string("work"), "reason": .string("rejected"),
                "mine": .string("kept"),
            ]
            let rest = try self.header(.array([.string("first"), .table(odd)]))
            #expect(rest == [.string("first")], "the odd one is the counted one now")
        }
    }

    @Test(
        "A count grows in any width and does not run over",
        arguments: [
            (FieldValue.int8(4), Int64(5)), (.uint32(7), 8), (.int64(.max), Int64.max),
            (.int64(-3), -2),
        ])
    func counts(before: FieldValue, after: Int64) throws {
        let broker = TestBroker()
        broker.declare("work", arguments: .dying(into: "dead"))
        broker.declare("dead")
        let death: FieldTable = [
            "count": before, "queue": .string("work"), "reason": .string("rejected"),
            "mine": .string("kept"),
        ]
        broker.publish("m", to: "work", properties: .headers(["x-death": .array([.table(death)])]))
        let held = try #require(broker.get("work", autoAck: false))
        broker.reject(held.tag, requeue: false)
        var expected = death
        expected["count"] = .int64(after)
        let headers = broker.browse("dead").first?.message.properties.headers
        #expect(headers?["x-death"] == .array([.table(expected)]))
    }

    @Test(
        "What is no array gives way to the new death, and the message goes on",
        arguments: [
            FieldValue.string("odd"), .bool(true), .table(["queue": .string("work")]), .void,
        ])
    func noArray(value: FieldValue) throws {
        #expect(try self.header(value) == [])
    }

    @Test("A message that dies of age, with odd entries, is not taken for a cycle")
    func cycles() {
        let broker = TestBroker()
        broker.declare("work", arguments: .dying(into: "back", ["x-message-ttl": .int32(1)]))
        broker.declare("back")
        let odd: FieldValue = .array([.string("back"), .table(["queue": .string("back")])])
        broker.publish("m", to: "work", properties: .headers(["x-death": odd]))
        broker.advance(milliseconds: 1)
        #expect(broker.depth("back") == [1, 0], "an entry that is no death proves no cycle")
    }
}

extension FieldValue {
    fileprivate func isDeath(like record: DeathRecord) -> Bool {
        guard case .table(let table) = self else { return false }
        return table["queue"]?.text == record.queue.text
            && table["reason"]?.text == record.reason.rawValue
    }
}
