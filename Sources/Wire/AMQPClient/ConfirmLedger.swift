import Messaging

/// The messages of one channel that the broker has neither confirmed nor refused yet.
///
/// Each has a note: a number that its publisher wants back with the answer. Tags are dense, so
/// the ledger is a ring; answers may come in any order.
/// ```
///   settled │ oldest ……… answered out of turn ……… newest │ not published
///                                                         └ nextTag
/// ```
package struct ConfirmLedger: Sendable {
    private var notes: [Int64]
    private var isAnswered: [Bool]
    /// The oldest tag without an answer, or ``nextTag``.
    private var oldestTag: UInt64 = 1
    private var nextTag: UInt64 = 1
    /// How many wait for their answer.
    package private(set) var count = 0

    package init() {
        self.notes = Array(repeating: 0, count: 16)
        self.isAnswered = Array(repeating: false, count: 16)
    }

    /// Enters the next message.
    package mutating func publish(note: Int64) -> DeliveryTag {
        if self.nextTag - self.oldestTag == UInt64(self.notes.count) { self.grow() }
        let tag = self.nextTag
        self.notes[self.slot(tag)] = note
        self.isAnswered[self.slot(tag)] = false
        self.nextTag += 1
        self.count += 1
        return DeliveryTag(tag)
    }

    /// Appends the notes that the broker's answer settles; a tag settled before adds none.
    ///
    /// - Returns: Whether such a message was ever published.
    package mutating func answer(
        _ tag: DeliveryTag, multiple: Bool, appendingNotesTo settled: inout [Int64]
    ) -> Bool {
        // Tag 0 with multiple means all that are outstanding (AMQP 0-9-1, basic.ack).
        let last = multiple && tag.number == 0 ? self.nextTag - 1 : tag.number
        guard last < self.nextTag, last > 0 || multiple else { return false }
        var number = multiple ? self.oldestTag : last
        while number <= last {
            if number >= self.oldestTag, !self.isAnswered[self.slot(number)] {
                self.isAnswered[self.slot(number)] = true
                self.count -= 1
                settled.append(self.notes[self.slot(number)])
            }
            number += 1
        }
        while self.oldestTag < self.nextTag, self.isAnswered[self.slot(self.oldestTag)] {
            self.oldestTag += 1
        }
        return true
    }

    private func slot(_ tag: UInt64) -> Int { Int(tag & UInt64(self.notes.count - 1)) }

    private mutating func grow() {
        var notes = [Int64](repeating: 0, count: self.notes.count * 2)
        var isAnswered = [Bool](repeating: false, count: self.notes.count * 2)
        for tag in self.oldestTag..<self.nextTag {
            let slot = Int(tag & UInt64(notes.count - 1))
            notes[slot] = self.notes[self.slot(tag)]
            isAnswered[slot] = self.isAnswered[self.slot(tag)]
        }
        self.notes = notes
        self.isAnswered = isAnswered
    }
}

/// Messages that the broker took over, or refused, in one read.
package struct ConfirmBatch: Sendable {
    /// Notes of the messages that are confirmed, in the order of the answers.
    package internal(set) var acked: [Int64] = []
    /// Notes of the messages that the broker refused.
    package internal(set) var nacked: [Int64] = []

    package var isEmpty: Bool { self.acked.isEmpty && self.nacked.isEmpty }

    mutating func removeAll() {
        self.acked.removeAll(keepingCapacity: true)
        self.nacked.removeAll(keepingCapacity: true)
    }
}
