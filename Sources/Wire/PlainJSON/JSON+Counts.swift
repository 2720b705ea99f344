/// Counts that may be unknown: those are null.
extension JSON {
    /// A count, or null when it is not known.
    package static func count(_ value: Int?) -> JSON { value.map { .count($0) } ?? .null }

    /// A total, or null when it is not known.
    package static func count(_ value: UInt64?) -> JSON { value.map { .count($0) } ?? .null }
}
