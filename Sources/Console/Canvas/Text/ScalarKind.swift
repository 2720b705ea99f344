/// What a scalar does on a terminal's grid of cells.
enum ScalarKind: Equatable {
    /// Takes a cell of its own, or two.
    case spacing(columns: Int)
    /// Joins the cell before it: accents, enclosing marks, vowels and finals of Hangul.
    case mark
    /// Picks text or emoji presentation of the character before it (U+FE0E, U+FE0F).
    case presentationSelector
    /// Skin tones: part of an emoji before them, else an emoji of their own.
    case emojiModifier
    /// U+200D, which makes one emoji of two.
    case joiner
    /// Must never reach a terminal: controls, format and bidi characters, invisible ones, private
    /// use, and what no version of Unicode known here has assigned.
    case hidden

    init(_ scalar: Unicode.Scalar) {
        self =
            switch scalar.value {
            case 0x20..<0x7F, 0xA1..<0xAD, 0xAE..<0x300: .spacing(columns: 1)
            // Box drawing, blocks and braille: what our own graphs are made of.
            case 0x2500..<0x25FD, 0x2800..<0x2900: .spacing(columns: 1)
            case 0x4E00...0x9FFF, 0xAC00...0xD7A3: .spacing(columns: 2)
            case 0x200D: .joiner
            case 0xFE0E, 0xFE0F: .presentationSelector
            case 0x1F3FB...0x1F3FF: .emojiModifier
            // Vowels and finals, which a terminal draws over the consonant before them.
            case 0x1161...0x11FF, 0xD7B0...0xD7C6, 0xD7CB...0xD7FB: .mark
            default: Self(looking: scalar)
            }
    }

    /// The slow way, for scalars outside the common ranges.
    private init(looking scalar: Unicode.Scalar) {
        let properties = scalar.properties
        guard !properties.isDefaultIgnorableCodePoint else {
            self = .hidden
            return
        }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator, .spaceSeparator:
            self = .hidden
        case .nonspacingMark, .enclosingMark:
            self = .mark
        default:
            self = .spacing(columns: WideScalars.contains(scalar.value) ? 2 : 1)
        }
    }
}

/// Scalars that take two cells: East Asian wide and fullwidth, and emoji (Unicode Standard Annex
/// 11).
enum WideScalars {
    static func contains(_ value: UInt32) -> Bool {
        guard value >= 0x1100 else { return false }
        var low = 0
        var high = self.ranges.count
        while low < high {
            let middle = (low + high) / 2
            if self.ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < self.ranges.count && self.ranges[low].contains(value)
    }

    /// In ascending order. Gaps of unassigned scalars are closed: those never get as far as being
    /// measured.
    private static let ranges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0,
        0x23F3...0x23F3, 0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F,
        0x2693...0x2693, 0x26A1...0x26A1, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5,
        0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA, 0x26F2...0x26F3, 0x26F5...0x26F5,
        0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B, 0x2728...0x2728,
        0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
        0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55,
        0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4C6, 0xA960...0xA97C,
        0xAC00...0xD7A3, 0xF900...0xFAD9, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60,
        0xFFE0...0xFFE6, 0x16FE0...0x1B2FB, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF,
        0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F320, 0x1F32D...0x1F335,
        0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3,
        0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440...0x1F440,
        0x1F442...0x1F4FC, 0x1F4FF...0x1F53D, 0x1F54B...0x1F54E, 0x1F550...0x1F567,
        0x1F57A...0x1F57A, 0x1F595...0x1F596, 0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F,
        0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6DF,
        0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7F0, 0x1F90C...0x1F93A,
        0x1F93C...0x1F945, 0x1F947...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD,
    ]
}
