import Messaging

// A redrive that goes on from request to request keeps nothing here: its caller holds where it
// began and how far it is, as text.

extension RedriveCursor {
    /// Everything selected at or below that position has had its turn.
    package init(behind position: Position) { self.after = position }
}

extension QueueEnd {
    /// The end as text: `5-17`, or `6-17-4503599627370499` of a queue with priorities, the first
    /// being the messages that had come into it.
    package var text: String {
        ([self.published] + self.ends.map(\.offset)).map { "\($0)" }.joined(separator: "-")
    }

    /// - Parameter text: Of an end; nil for any other.
    package init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { UInt64($0) }
        guard numbers.count == parts.count, let published = numbers.first, numbers.count <= 257
        else { return nil }
        self.init(ends: numbers.dropFirst().map { Position($0) }, published: published)
    }
}
