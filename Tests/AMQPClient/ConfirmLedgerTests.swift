import AMQPClient
import Messaging
import Testing

@Suite("ConfirmLedger: messages without an answer")
struct ConfirmLedgerTests {
    /// Answers and returns the notes it settled; nil when the tag was never published.
    private func answer(
        _ ledger: inout ConfirmLedger, _ tag: UInt64, multiple: Bool = false
    ) -> [Int64]? {
        var notes: [Int64] = []
        let isKnown = ledger.answer(
            DeliveryTag(tag), multiple: multiple, appendingNotesTo: &notes)
        return isKnown ? notes : nil
    }

    @Test("An answer to several settles everything before it, once")
    func multiple() {
        var ledger = ConfirmLedger()
        for note in Int64(10)...14 { _ = ledger.publish(note: note) }
        #expect(self.answer(&ledger, 2) == [11])
        #expect(self.answer(&ledger, 4, multiple: true) == [10, 12, 13])
        #expect(ledger.count == 1)
        #expect(self.answer(&ledger, 4, multiple: true) == [])
        #expect(self.answer(&ledger, 2) == [], "answered before")
        #expect(self.answer(&ledger, 5) == [14])
        #expect(ledger.count == 0)
    }

    @Test("Tag 0 of several means all; alone it means none")
    func zero() {
        var ledger = ConfirmLedger()
        for note in Int64(1)...3 { _ = ledger.publish(note: note) }
        #expect(self.answer(&ledger, 0) == nil)
        #expect(self.answer(&ledger, 0, multiple: true) == [1, 2, 3])
    }

    @Test("A tag that was never published is unknown")
    func unknown() {
        var ledger = ConfirmLedger()
        #expect(self.answer(&ledger, 1) == nil)
        _ = ledger.publish(note: 0)
        #expect(self.answer(&ledger, 2) == nil)
        #expect(self.answer(&ledger, 2, multiple: true) == nil)
        #expect(ledger.count == 1)
    }

    /// Whatever the order of publishing and answering: every note comes back exactly once.
    @Test(arguments: UInt64(1)...100)
    func everyNoteOnce(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var ledger = ConfirmLedger()
        var outstanding: Set<Int64> = []
        var published: UInt64 = 0
        for _ in 0..<400 {
            if Bool.random(using: &random) || published == 0 {
                for _ in 0..<Int.random(in: 1...20, using: &random) {
                    published += 1
                    try #require(ledger.publish(note: Int64(published)).number == published)
                    outstanding.insert(Int64(published))
                }
            } else {
                let tag = UInt64.random(in: 1...published, using: &random)
                let multiple = Bool.random(using: &random)
                let notes = try #require(self.answer(&ledger, tag, multiple: multiple))
                for note in notes {
                    try #require(multiple ? note <= tag : note == tag)
                    try #require(outstanding.remove(note) != nil, "came back twice")
                }
                try #require(!outstanding.contains(Int64(tag)))
            }
            try #require(ledger.count == outstanding.count)
        }
    }
}

/// A small generator with a seed, so that a failing case can be run again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        // xorshift64*, Vigna 2016; zero is not a valid state.
        if self.state == 0 { self.state = 1 }
        self.state ^= self.state >> 12
        self.state ^= self.state << 25
        self.state ^= self.state >> 27
        return self.state &* 2_685_821_657_736_338_717
    }
}
