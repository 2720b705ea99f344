import DeadLetters
import Messaging
import Testing

@Suite("Death histories")
struct DeathHistoryTests {
    /// One history, newest death first, and the queue that its message belongs to.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var records: [DeathRecord]
        var source: QueueName = "dead"
        var deadLetterQueues: Set<QueueName> = ["dead"]
        var expected: QueueName?
    }

    @Test(
        "A message belongs to the queue that worked on it last",
        arguments: [
            Case(
                testDescription: "died once", records: [death(.rejected, in: "orders")],
                expected: "orders"),
            Case(
                testDescription: "died in two queues: the newest counts",
                records: [death(.rejected, in: "shipping"), death(.rejected, in: "orders")],
                expected: "shipping"),
            Case(
                testDescription: "the dead-letter queue itself let it expire later",
                records: [death(.expired, in: "dead"), death(.rejected, in: "orders")],
                expected: "orders"),
            Case(
                testDescription: "came through a delay queue",
                records: [death(.expired, in: "retry.5s"), death(.rejected, in: "orders")],
                deadLetterQueues: ["dead", "retry.5s"], expected: "orders"),
            Case(
                testDescription: "a queue fed by a delay queue still rejects for itself",
                records: [death(.rejected, in: "orders"), death(.expired, in: "retry.5s")],
                deadLetterQueues: ["dead", "retry.5s", "orders"], expected: "orders"),
            Case(
                testDescription: "expired where it waited for a consumer",
                records: [death(.expired, in: "mail", originalExpiration: "60000")],
                expected: "mail"),
            Case(
                testDescription: "pushed out of a dead-letter queue that was full",
                records: [death(.maxLength, in: "dead"), death(.deliveryLimit, in: "orders")],
                source: "parked", deadLetterQueues: ["dead", "parked"], expected: "orders"),
            Case(
                testDescription: "only ever passed through: the newest other queue",
                records: [death(.expired, in: "retry.5s"), death(.expired, in: "retry.1s")],
                deadLetterQueues: ["dead", "retry.5s", "retry.1s"], expected: "retry.5s"),
            Case(
                testDescription: "died nowhere but here", records: [death(.expired, in: "dead")],
                expected: nil),
            Case(testDescription: "never died", records: [], expected: nil),
        ])
    func findsTheQueueItDiedIn(example: Case) {
        let letter = DeadLetter(
            browsed(1, deaths: example.records), in: example.source,
            deadLetterQueues: example.deadLetterQueues)
        #expect(letter.queueItDiedIn == example.expected)
    }

    @Test("Deaths add up over all records, and a client's absurd count does not overflow")
    func addsUpDeaths() {
        let records = [death(.rejected, in: "a", count: 3), death(.expired, in: "b", count: 2)]
        #expect(DeathHistory.deathCount(of: records) == 5)
        let absurd = [
            death(.rejected, in: "a", count: .max), death(.rejected, in: "b", count: 2),
            death(.rejected, in: "c", count: -7),
        ]
        #expect(DeathHistory.deathCount(of: absurd) == .max)
        #expect(DeathHistory.deathCount(of: []) == 0)
    }
}

@Suite("Causes and groups")
struct DeadLetterGroupTests {
    @Test(
        "A cause explains itself",
        arguments: [
            (death(.rejected, in: "q"), nil, "rejected", "order.created, no error header"),
            (death(.rejected, in: "q"), "card 12", "rejected", "card <n>"),
            (death(.expired, in: "q", originalExpiration: "60000"), nil, "expired", "ttl 60 s"),
            (death(.expired, in: "q", originalExpiration: "1500"), nil, "expired", "ttl 1500 ms"),
            (death(.expired, in: "q"), nil, "expired", "time to live of the queue ran out"),
            (death(.maxLength, in: "q"), nil, "maxlen", "the queue was full"),
            (death(.deliveryLimit, in: "q"), nil, "delivery_limit", "delivered too often"),
            (nil, nil, "unknown", "no death record; published here directly"),
        ] as [(DeathRecord?, String?, String, String)])
    func explains(record: DeathRecord?, error: String?, word: String, explanation: String) {
        let cause = DeathCause(record, error: error)
        #expect(cause.reasonWord == word)
        #expect(cause.explanation == explanation)
    }

    @Test("Letters with one cause form a group, the largest first, each newest first")
    func groups() throws {
        let letters = [
            letter(1, error: "card 1 expired", ageSeconds: 300),
            letter(2, error: "timeout after 5 ms", ageSeconds: 200),
            letter(3, error: "card 22 expired", ageSeconds: 100),
            letter(4, rejectedIn: "orders.shipping", error: "card 3 expired", ageSeconds: 50),
        ]
        let groups = DeadLetterGroup.grouping(letters)
        #expect(
            groups.map(\.cause.explanation) == [
                "card <n> expired", "card <n> expired", "timeout after <n> ms",
            ])
        #expect(
            groups.map(\.cause.origin) == [
                "orders.payment", "orders.shipping", "orders.payment",
            ])
        let first = try #require(groups.first)
        #expect(first.letters.map(\.browsed.id.position.offset) == [3, 1])
        #expect(first.firstDiedAt == .testStart.adding(seconds: -300))
        #expect(first.lastDiedAt == .testStart.adding(seconds: -100))
        #expect(first.share(of: letters.count) == 0.5)
        #expect(DeadLetterGroup.grouping([]).isEmpty)
    }

    @Test("The same letters in any order make the same groups in the same order")
    func orderIsStable() {
        let letters = (0..<40).map { number in
            letter(UInt64(number), error: "fault\(["a", "b", "c", "d"][number % 4])")
        }
        let groups = DeadLetterGroup.grouping(letters)
        #expect(groups.count == 4)
        #expect(DeadLetterGroup.grouping(letters.reversed()) == groups)
    }

    @Test("Deaths over time add up to the count, those outside of the span included")
    func countsOverTime() throws {
        let ages: [Int64] = [400, 90, 60, 30, 0, -20]
        let letters = ages.enumerated().map {
            letter(UInt64($0.offset), ageSeconds: $0.element)
        }
        let group = try #require(DeadLetterGroup.grouping(letters).first)
        let counts = group.deaths(
            from: .testStart.adding(seconds: -100), to: .testStart, slices: 4)
        #expect(counts == [2, 1, 1, 2])
        #expect(group.deaths(from: .testStart, to: .testStart, slices: 1) == [6])
    }
}
