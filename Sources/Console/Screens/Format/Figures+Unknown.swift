/// Figures that a broker may not tell: what is not known is shown as such, and never as zero.
extension Figures {
    /// `48,120`.
    package static func count(_ value: Int?) -> String {
        value.map { Self.count($0) } ?? Self.none
    }

    /// The count in at most so many cells.
    package static func count(_ value: Int?, columns: Int) -> String {
        value.map { Self.count($0, columns: columns) } ?? Self.none
    }

    /// A total, written as a count.
    package static func count(_ value: UInt64?) -> String {
        value.map { Self.count($0) } ?? Self.none
    }

    /// `12.3 MB`.
    package static func bytes(_ value: UInt64?) -> String {
        value.map { Self.bytes($0) } ?? Self.none
    }

    /// `1,204/s`.
    package static func rate(_ perSecond: Double?) -> String {
        perSecond.map { Self.rate($0) } ?? Self.none
    }

    /// The rate without its unit, in at most so many cells.
    package static func bareRate(_ perSecond: Double?, columns: Int) -> String {
        perSecond.map { Self.bareRate($0, columns: columns) } ?? Self.none
    }

    /// `7 messages`, or `an unknown number of messages`.
    package static func counted(_ count: Int?, _ noun: String) -> String {
        count.map { Self.counted($0, noun) } ?? "an unknown number of \(noun)s"
    }
}
