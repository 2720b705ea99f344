/// Classes in brackets, and what begins with a backslash.
extension PatternParser {
    private static let posix: [String: ScalarSet] = [
        "alnum": ScalarSet(ranges: [48...57, 65...90, 97...122]),
        "alpha": ScalarSet(ranges: [65...90, 97...122]), "ascii": ScalarSet(ranges: [0...127]),
        "blank": ScalarSet(ranges: [9...9, 32...32]),
        "cntrl": ScalarSet(ranges: [0...31, 127...127]), "digit": .digits,
        "graph": ScalarSet(ranges: [33...126]), "lower": ScalarSet(ranges: [97...122]),
        "print": ScalarSet(ranges: [32...126]),
        "punct": ScalarSet(ranges: [33...47, 58...64, 91...96, 123...126]), "space": .blanks,
        "upper": ScalarSet(ranges: [65...90]), "word": .word,
        "xdigit": ScalarSet(ranges: [48...57, 65...70, 97...102]),
    ]

    /// The rest of a class, behind its opening bracket.
    mutating func scalarClass() throws(Malformed) -> ScalarSet {
        var set = ScalarSet(ignoresCase: self.options.ignoresCase)
        set.isNegated = self.skip("^")
        var isFirst = true
        while isFirst || self.rest.first != "]" {
            isFirst = false
            guard let member = try self.member() else { throw Malformed() }
            guard case .scalar(let low) = member else {
                if case .set(let ranges) = member { set.ranges += ranges }
                continue
            }
            guard self.rest.first == "-", self.rest.dropFirst().first != "]" else {
                set.ranges.append(low...low)
                continue
            }
            self.rest.removeFirst()
            guard case .scalar(let high)? = try self.member(), low <= high else {
                throw Malformed()
            }
            set.ranges.append(low...high)
        }
        self.rest.removeFirst()
        return set
    }

    private enum Member {
        case scalar(UInt32)
        case set([ClosedRange<UInt32>])
    }

    private mutating func member() throws(Malformed) -> Member? {
        if self.skip("[:") {
            let isNegated = self.skip("^")
            for (name, set) in Self.posix where self.skip(name + ":]") {
                return .set(isNegated ? set.negated.flat : set.flat)
            }
            throw Malformed()
        }
        guard let next = self.rest.popFirst() else { return nil }
        guard next == #"\"# else { return .scalar(next.value) }
        guard let letter = self.rest.popFirst() else { throw Malformed() }
        if let set = Self.set(letter) { return .set(set.flat) }
        return .scalar(letter == "b" ? 8 : try self.scalar(escapedAs: letter))
    }

    /// What a backslash makes of what follows.
    mutating func escaped() throws(Malformed) -> PatternNode {
        guard let letter = self.rest.popFirst() else { throw Malformed() }
        if let set = Self.set(letter) { return .one(set) }
        switch letter {
        case "b": return .anchor(.wordBorder)
        case "B": return .anchor(.noWordBorder)
        case "A": return .anchor(.textStart)
        case "Z": return .anchor(.textEndOrBreak)
        case "z": return .anchor(.textEnd)
        case "N": return .one(.newline.negated)
        case "R": return .one(ScalarSet(ranges: [10...13, 0x85...0x85, 0x2028...0x2029]))
        case "1"..."9": throw Malformed()
        default:
            let value = try self.scalar(escapedAs: letter)
            return .one(
                ScalarSet(ranges: [value...value], ignoresCase: self.options.ignoresCase))
        }
    }

    private static func set(_ letter: Unicode.Scalar) -> ScalarSet? {
        switch letter {
        case "d": .digits
        case "D": .digits.negated
        case "w": .word
        case "W": .word.negated
        case "s": .blanks
        case "S": .blanks.negated
        case "h": ScalarSet(ranges: [9...9, 32...32, 0xA0...0xA0])
        case "H": ScalarSet(ranges: [9...9, 32...32, 0xA0...0xA0]).negated
        case "v": ScalarSet(ranges: [10...13, 0x85...0x85, 0x2028...0x2029])
        case "V": ScalarSet(ranges: [10...13, 0x85...0x85, 0x2028...0x2029]).negated
        default: nil
        }
    }

    private mutating func scalar(
        escapedAs letter: Unicode.Scalar
    ) throws(Malformed) -> UInt32 {
        switch letter {
        case "n": return 10
        case "r": return 13
        case "t": return 9
        case "f": return 12
        case "e": return 27
        case "a": return 7
        case "0"..."7": return self.digits(letter, base: 8, countMax: 3)
        case "x":
            guard self.skip("{") else { return self.digits("0", base: 16, countMax: 3) }
            let value = self.digits("0", base: 16, countMax: 8)
            guard self.skip("}"), value <= 0x10FFFF else { throw Malformed() }
            return value
        case "c":
            guard let control = self.rest.popFirst(), control.isASCII else { throw Malformed() }
            let isLower = (97...122).contains(control.value)
            return (isLower ? control.value - 32 : control.value) ^ 64
        case "A"..."Z", "a"..."z", "8", "9": throw Malformed()
        default: return letter.value
        }
    }

    /// A number in digits of which the first is read already.
    private mutating func digits(
        _ first: Unicode.Scalar, base: UInt32, countMax: Int
    ) -> UInt32 {
        var value = first.value - 48
        var count = 1
        while count < countMax, let next = self.rest.first,
            let digit = Character(next).hexDigitValue, next.isASCII, digit < Int(base)
        {
            self.rest.removeFirst()
            value = value &* base &+ UInt32(digit)
            count += 1
        }
        return value
    }
}
