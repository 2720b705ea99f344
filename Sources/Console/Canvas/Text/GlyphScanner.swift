/// What fills one place on the grid: a character with all that belongs to it.
enum Glyph: Equatable {
    case single(Unicode.Scalar, columns: Int)
    /// A base with marks, or an emoji of several scalars.
    case cluster(String, columns: Int)
    /// Must be shown as its visible form.
    case hidden(Unicode.Scalar)
}

/// Cuts text into glyphs, the way a grid of cells sees it.
///
/// Not Swift's `Character`: that one joins without bound (a thousand accents on one letter, line
/// feed with carriage return, invisible characters with their neighbours), which is just what a
/// cell must not hold.
struct GlyphScanner {
    /// Marks on one base; further ones are shown as hidden characters.
    static let marksMax = 4
    /// Scalars of one emoji; the longest families in use have seven.
    static let emojiScalarsMax = 10

    private var scalars: String.UnicodeScalarView.Iterator
    private var upcoming: Unicode.Scalar?

    init(_ text: String) {
        self.scalars = text.unicodeScalars.makeIterator()
        self.upcoming = self.scalars.next()
    }

    mutating func next() -> Glyph? {
        guard let base = self.upcoming else { return nil }
        self.upcoming = self.scalars.next()
        let columns: Int
        switch ScalarKind(base) {
        case .spacing(let width): columns = width
        case .emojiModifier: columns = 2
        case .mark, .presentationSelector, .joiner, .hidden: return .hidden(base)
        }
        guard let next = self.upcoming, next.mayJoin else {
            return .single(base, columns: columns)
        }
        return self.cluster(startingWith: base, columns: columns)
    }

    /// Takes what belongs to a base.
    private mutating func cluster(startingWith base: Unicode.Scalar, columns: Int) -> Glyph {
        var text = String.UnicodeScalarView()
        text.append(base)
        var last = base
        var marks = 0
        var hasSelector = false
        taking: while let next = self.upcoming {
            switch ScalarKind(next) {
            case .mark where marks < Self.marksMax && next.joins(base):
                marks += 1
                text.append(next)
            case .presentationSelector where last.properties.isEmoji && !hasSelector:
                // Dropped, not stored: which presentation a terminal picks decides the width, so
                // only the default one can be laid out.
                hasSelector = true
            case .emojiModifier where last.properties.isEmojiModifierBase:
                last = next
                text.append(next)
            case .joiner where base.isPictograph && text.count + 2 <= Self.emojiScalarsMax:
                var ahead = self.scalars
                guard let second = ahead.next(), second.isPictograph else { break taking }
                text.append(next)
                text.append(second)
                last = second
                hasSelector = false
                self.scalars = ahead
            case .spacing, .mark, .presentationSelector, .emojiModifier, .joiner, .hidden:
                break taking
            }
            self.upcoming = self.scalars.next()
        }
        return text.count == 1
            ? .single(base, columns: columns) : .cluster(String(text), columns: columns)
    }
}

extension Unicode.Scalar {
    /// Whether it could belong to the character before it; quick, and nearly always false.
    fileprivate var mayJoin: Bool {
        guard self.value >= 0x300 else { return false }
        switch ScalarKind(self) {
        case .spacing, .hidden: return false
        case .mark, .presentationSelector, .emojiModifier, .joiner: return true
        }
    }

    /// An emoji that others may be joined to; digits, flag letters and skin tones are emoji only to
    /// the standard's tables.
    fileprivate var isPictograph: Bool {
        let isFlagLetter = (0x1F1E6...0x1F1FF).contains(self.value)
        return self.value > 0xFF && !isFlagLetter && !self.properties.isEmojiModifier
            && self.properties.isEmoji
    }

    /// Whether this mark may stand on that base: accents on any, vowels and finals of Hangul on
    /// Hangul alone.
    fileprivate func joins(_ base: Unicode.Scalar) -> Bool {
        switch self.value {
        case 0x1160...0x11FF, 0xD7B0...0xD7FB:
            switch base.value {
            case 0x1100...0x115F, 0xA960...0xA97C, 0xAC00...0xD7A3: true
            default: false
            }
        default: true
        }
    }
}
