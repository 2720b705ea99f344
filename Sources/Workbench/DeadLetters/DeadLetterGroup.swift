import BrokerLink
import Messaging

/// Dead letters that share a cause.
package struct DeadLetterGroup: Equatable, Sendable {
    package let cause: DeathCause
    /// Newest death first; never empty.
    package let letters: [DeadLetter]

    package var count: Int { self.letters.count }
    package var firstDiedAt: Timestamp { self.letters.last!.diedAt }
    package var lastDiedAt: Timestamp { self.letters.first!.diedAt }

    /// This group's part of `total` dead letters, 0 to 1.
    package func share(of total: Int) -> Double {
        total > 0 ? Double(self.count) / Double(total) : 0
    }

    /// How many died in each of equally long slices of time between two moments, oldest first.
    ///
    /// What lies outside is counted in the slice next to it, so that the sum is ``count``.
    package func deaths(from start: Timestamp, to end: Timestamp, slices: Int) -> [Int] {
        precondition(slices > 0, "callers have at least one column")
        var counts = [Int](repeating: 0, count: slices)
        let span = Double(max(1, end.microseconds(since: start)))
        for letter in self.letters {
            let elapsed = Double(letter.diedAt.microseconds(since: start))
            let slice = Int((elapsed / span * Double(slices)).rounded(.down))
            counts[min(max(slice, 0), slices - 1)] += 1
        }
        return counts
    }

    /// Groups dead letters by cause, the largest group first; equal ones by their latest death.
    ///
    /// - Complexity: O(*n* log *n*).
    package static func grouping(_ letters: [DeadLetter]) -> [DeadLetterGroup] {
        let groups = Dictionary(grouping: letters, by: \.cause).map { cause, letters in
            DeadLetterGroup(
                cause: cause,
                letters: letters.sorted {
                    ($0.diedAt, $0.browsed.id) > ($1.diedAt, $1.browsed.id)
                })
        }
        return groups.sorted { left, right in
            if left.count != right.count { return left.count > right.count }
            if left.lastDiedAt != right.lastDiedAt { return left.lastDiedAt > right.lastDiedAt }
            // A last criterion, so that the order never changes by itself between two looks.
            return left.cause.sortKey < right.cause.sortKey
        }
    }
}

extension DeathCause {
    fileprivate var sortKey: String {
        [
            self.reasonWord, self.origin?.text ?? "", self.exchange?.text ?? "",
            self.routingKey ?? "", self.signature ?? "",
        ].joined(separator: "\u{0}")
    }
}
