import Messaging

// A redrive that goes on from request to request keeps nothing here: its caller holds where it
// began and how far it is, as text.

extension RedriveCursor {
    /// Everything selected at or below that position has had its turn.
    package init(behind position: Position) { self.after = position }
}

extension QueueEnd {
    /// The end as text, such as `17` or `17-4503599627370499` of a queue with priorities.
    package var text: String {
        self.ends.map { "\($0.offset)" }.joined(separator: "-")
    }

    /// - Parameter text: Of an end; nil for any other.
    package init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let offsets = parts.compactMap { UInt64($0) }
        guard text.isEmpty || offsets.count == parts.count, offsets.count <= 256 else { return nil }
        self.init(ends: offsets.map { Position($0) })
    }
}
