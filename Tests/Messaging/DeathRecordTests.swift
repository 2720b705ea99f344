import Messaging
import Testing

@Suite("The x-death header")
struct DeathRecordTests {
    private let record = DeathRecord(
        count: 3, reason: .maxLength, queue: "orders", timeSeconds: 1_700_000_000,
        exchange: "shop", routingKeys: ["new", "copy"], originalExpiration: "60000")

    @Test("An entry has RabbitMQ's fields")
    func fields() {
        #expect(
            self.record.fieldValue
                == .table([
                    "count": .int64(3), "reason": .string("maxlen"), "queue": .string("orders"),
                    "time": .timestamp(seconds: 1_700_000_000), "exchange": .string("shop"),
                    "routing-keys": .array([.string("new"), .string("copy")]),
                    "original-expiration": .string("60000"),
                ]))
    }

    @Test("Records come back in order, with every reason", arguments: DeathReason.allCases)
    func roundTrip(reason: DeathReason) {
        var newer = self.record
        newer.reason = reason
        newer.originalExpiration = nil
        let headers: FieldTable = [
            "x-death": .array([newer.fieldValue, self.record.fieldValue])
        ]
        #expect(DeathRecord.records(in: headers) == [newer, self.record])
    }

    @Test("What a client made of it is tolerated")
    func malformed() {
        #expect(DeathRecord.records(in: nil).isEmpty)
        #expect(DeathRecord.records(in: ["x-death": .string("me")]).isEmpty)
        let headers: FieldTable = [
            "x-death": .array([
                .void,
                .table(["queue": .string("a"), "reason": .string("boredom")]),
                .table(["reason": .string("expired")]),
                .table([
                    "queue": .string("a"), "reason": .string("expired"), "count": .int32(-4),
                    "time": .string("now"), "routing-keys": .array([.void, .string("k")]),
                ]),
            ])
        ]
        let expected = DeathRecord(
            count: 1, reason: .expired, queue: "a", timeSeconds: 0, exchange: "",
            routingKeys: ["k"])
        #expect(DeathRecord.records(in: headers) == [expected])
    }
}
