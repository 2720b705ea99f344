import Canvas
import Testing

@Suite("Canvas: untrusted text is harmless")
struct HarmlessTextTests {
    /// What may stand in a cell, stated without the canvas's own tables.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.properties.isDefaultIgnorableCodePoint else { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            return false
        case .spaceSeparator: return scalar == " "
        default: return true
        }
    }

    /// Whether every cell of the row is printable and every wide character has both its halves.
    private static func isHarmless(_ canvas: Canvas) -> Bool {
        var columns = 0
        var isFine = true
        canvas.visitGlyphs(inRow: 0, columns: 0..<canvas.columns) { column, base, text, width, _ in
            isFine = isFine && column == columns
            columns += width
            if base == " ", text == nil { return }
            isFine = isFine && Self.isPrintable(base)
            let category = base.properties.generalCategory
            isFine = isFine && category != .nonspacingMark && category != .enclosingMark
            for scalar in (text ?? "").unicodeScalars.dropFirst() {
                // The joiner is kept between two emoji, where it makes one of them.
                let isJoiner = scalar == "\u{200D}" && base.properties.isEmoji
                isFine = isFine && (isJoiner || Self.isPrintable(scalar))
            }
        }
        return isFine && columns == canvas.columns
    }

    @Test("No cell ever holds a scalar that does not print")
    func everyScalar() {
        #expect(Self.offenders(in: 0...0x10FFFF, before: "", after: "").isEmpty)
    }

    @Test(
        "Nor does it together with others",
        arguments: [("a", ""), ("👩", "👩"), ("e\u{301}", "x"), ("가", "漢")])
    func everyScalarInCompany(before: String, after: String) {
        // Where something joins its neighbours: what lies between these planes is wide or
        // unassigned.
        for planes: ClosedRange<UInt32> in [0...0x33FF, 0xA000...0x1FFFF, 0xE0000...0xE0FFF] {
            #expect(Self.offenders(in: planes, before: before, after: after).isEmpty)
        }
    }

    /// The scalars that are not harmless, or not as wide as ``TextWidth`` says, between two texts.
    private static func offenders(
        in values: ClosedRange<UInt32>, before: String, after: String
    ) -> [String] {
        var offenders: [String] = []
        var canvas = Canvas(columns: 16, rows: 1)
        for value in values {
            guard let scalar = Unicode.Scalar(value) else { continue }
            var text = before
            text.unicodeScalars.append(scalar)
            text += after
            canvas.fill(canvas.area)
            let columns = canvas.put(text, row: 0, column: 0)
            if !Self.isHarmless(canvas) || columns != TextWidth.columns(of: text) {
                offenders.append(String(value, radix: 16))
            }
        }
        return offenders
    }

    @Test("Random mixtures at random places stay harmless", arguments: UInt64(1)...200)
    func mixtures(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces: [Unicode.Scalar] = [
            "a", "漢", "\u{301}", "\u{200D}", "👩", "\u{1F3FD}", "\u{FE0F}", "\u{1B}", "\n",
            "\u{202E}", "\u{1160}", "\u{1100}", "\u{E000}", "❤", "🇩", "1", "\u{20E3}", "\u{200B}",
        ]
        var canvas = Canvas(columns: 24, rows: 1)
        for _ in 0..<50 {
            var text = ""
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                text.unicodeScalars.append(pieces.randomElement(using: &random) ?? "a")
            }
            canvas.put(
                text, row: 0, column: .random(in: -4...25, using: &random),
                columnsMax: .random(in: 0...20, using: &random))
            #expect(Self.isHarmless(canvas), "seed \(seed), text \(text.debugDescription)")
            var roomy = Canvas(columns: 400, rows: 1)
            #expect(roomy.put(text, row: 0, column: 0) == TextWidth.columns(of: text))
        }
    }

    @Test("Hidden characters are shown as pictures or by number")
    func visibleForms() {
        let attack = "a\u{1B}[2J\u{7}\u{7F}\u{9B}\u{202E}b\u{A0}\u{200B}\u{E000}\u{FEFF}\r\n\u{0}"
        var canvas = Canvas(columns: 80, rows: 1)
        canvas.put(attack, row: 0, column: 0)
        let shown = "a␛[2J␇␡\\u{9B}\\u{202E}b␣\\u{200B}\\u{E000}\\u{FEFF}␍␊␀"
        #expect(canvas.text == shown)
        #expect(VisibleText.of(attack) == shown)
    }

    @Test("With ASCII symbols hidden characters are numbers and our own marks are letters")
    func asciiForms() {
        var canvas = Canvas(columns: 60, rows: 1, symbols: .ascii)
        let text = "\u{1B}[31m → ▸ ✓ 1–2 … · é 漢\u{A0}"
        let columns = canvas.put(text, row: 0, column: 0)
        #expect(canvas.text == "\\u{1B}[31m > > * 1-2 ~ . é 漢\\u{A0}")
        #expect(columns == TextWidth.columns(of: text, symbols: .ascii))
    }

    @Test("Marks need a base, and one base takes four of them")
    func marks() {
        var canvas = Canvas(columns: 40, rows: 1)
        canvas.put("\u{301}e" + String(repeating: "\u{301}", count: 5), row: 0, column: 0)
        #expect(canvas.text == "\\u{301}e\u{301}\u{301}\u{301}\u{301}\\u{301}")
        #expect(canvas[0, 7].width == 1)
    }

    @Test("Hangul made of parts is one wide character; a part alone is shown by number")
    func hangul() {
        var canvas = Canvas(columns: 20, rows: 1)
        #expect(canvas.put("\u{1112}\u{1161}\u{11AB}a", row: 0, column: 0) == 3)
        #expect(canvas.put("a\u{1161}", row: 0, column: 0) == 9)
        #expect(canvas.text == "a\\u{1161}")
    }

    @Test("Emoji sequences are one wide character; what they are not made of is shown")
    func emoji() {
        var canvas = Canvas(columns: 40, rows: 1)
        #expect(canvas.put("👨‍👩‍👧", row: 0, column: 0) == 2)
        #expect(canvas.put("👍🏽", row: 0, column: 2) == 2)
        // The selector is not stored: the heart keeps the width it has by default.
        #expect(canvas.put("❤\u{FE0F}", row: 0, column: 4) == 1)
        #expect(canvas.text == "👨‍👩‍👧👍🏽❤")
        canvas = Canvas(columns: 40, rows: 1)
        canvas.put("a\u{FE0F}👩\u{200D}x", row: 0, column: 0)
        #expect(canvas.text == "a\\u{FE0F}👩\\u{200D}x")
    }
}

/// Random numbers that are the same in every run (SplitMix64 by S. Vigna).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
