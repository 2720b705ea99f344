/// What a regular expression is made of.
indirect enum PatternNode: Equatable {
    enum Anchor: Hashable {
        case textStart, lineStart
        /// The end, or before a line break that ends the text, as PCRE's `$` has it.
        case textEndOrBreak
        case textEnd, lineEnd
        case wordBorder, noWordBorder
    }

    enum Greed: Hashable {
        case greedy, lazy
        /// Gives nothing back.
        case possessive
    }

    /// One scalar out of a set.
    case one(ScalarSet)
    case anchor(Anchor)
    case sequence([PatternNode])
    case choice([PatternNode])
    case repetition(PatternNode, min: Int, max: Int?, Greed)
    /// What stands behind or before this point, or does not, which is looked at and not taken.
    case look(PatternNode, isAhead: Bool, isNegated: Bool)
    /// Matched once, the first way that there is.
    case atomic(PatternNode)
}

/// Scalars that a place in a pattern takes.
struct ScalarSet: Equatable {
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false
    /// Letters of ASCII in either case, as PCRE compares where nobody asks for Unicode.
    var ignoresCase = false

    static let newline = ScalarSet(ranges: [10...10])
    static let digits = ScalarSet(ranges: [48...57])
    static let word = ScalarSet(ranges: [48...57, 65...90, 95...95, 97...122])
    static let blanks = ScalarSet(ranges: [9...13, 32...32])
    static let everything = ScalarSet(ranges: [0...0x10FFFF])

    var negated: ScalarSet {
        var set = self
        set.isNegated.toggle()
        return set
    }

    /// The same as ranges alone, so that it can be a part of another set.
    var flat: [ClosedRange<UInt32>] {
        guard self.isNegated else { return self.ranges }
        var rest: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in self.ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { rest.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { rest.append(next...0x10FFFF) }
        return rest
    }

    func contains(_ scalar: UInt32) -> Bool {
        var isIn = self.ranges.contains { $0.contains(scalar) }
        if !isIn, self.ignoresCase, let other = Self.otherCase(scalar) {
            isIn = self.ranges.contains { $0.contains(other) }
        }
        return isIn != self.isNegated
    }

    private static func otherCase(_ scalar: UInt32) -> UInt32? {
        switch scalar {
        case 65...90: scalar + 32
        case 97...122: scalar - 32
        default: nil
        }
    }
}
