import Canvas
import Testing

@Suite("Text width and truncation")
struct TextWidthTests {
    @Test(
        "Columns are those of the terminal",
        arguments: [
            ("", 0), ("orders", 6), ("漢字", 4), ("한국", 4), ("ｆｕｌｌ", 8), ("é", 1), ("e\u{301}", 1),
            ("─█⣿", 3), ("👩", 2), ("👨‍👩‍👧", 2), ("🇩🇪", 2), ("✓ ▲", 3), ("⌚", 2), ("\u{1B}[m", 3),
            ("\u{202E}", 8), ("\n", 1),
        ])
    func columns(text: String, columns: Int) {
        #expect(TextWidth.columns(of: text) == columns)
    }

    @Test("What fits stays, what does not ends in an ellipsis")
    func truncation() {
        #expect(TextWidth.truncated("orders", toColumns: 6) == "orders")
        #expect(TextWidth.truncated("orders", toColumns: 5) == "orde…")
        #expect(TextWidth.truncated("orders", toColumns: 1) == "…")
        #expect(TextWidth.truncated("orders", toColumns: 0) == "")
        #expect(TextWidth.truncated("orders", toColumns: -4) == "")
    }

    @Test("A wide character that does not fit whole is left out")
    func truncatingWideText() {
        #expect(TextWidth.truncated("漢字漢", toColumns: 5) == "漢字…")
        #expect(TextWidth.truncated("漢字漢", toColumns: 4) == "漢…")
        #expect(TextWidth.padded("漢字漢", toColumns: 4) == "漢… ")
    }

    @Test("The middle goes where the end matters")
    func truncationInTheMiddle() {
        #expect(
            TextWidth.truncatedInTheMiddle("orders.payment.dead", toColumns: 11) == "order….dead")
        #expect(TextWidth.truncatedInTheMiddle("orders", toColumns: 6) == "orders")
        #expect(TextWidth.truncatedInTheMiddle("orders", toColumns: 2) == "o…")
        #expect(TextWidth.truncatedInTheMiddle("漢字漢字", toColumns: 5) == "漢…字")
        #expect(TextWidth.truncatedInTheMiddle("orders", toColumns: 0) == "")
    }

    @Test("Padding makes exactly so many columns", arguments: 0...9)
    func padding(columns: Int) {
        for text in ["", "q", "漢字", "e\u{301}x", "\u{1B}", "orders.payment"] {
            let left = TextWidth.padded(text, toColumns: columns)
            let right = TextWidth.paddedLeft(text, toColumns: columns)
            #expect(TextWidth.columns(of: left) == columns)
            #expect(TextWidth.columns(of: right) == columns)
        }
        #expect(TextWidth.padded("q", toColumns: 3) == "q  ")
        #expect(TextWidth.paddedLeft("q", toColumns: 3) == "  q")
    }

    @Test("Truncating does not make hidden characters visible twice")
    func truncationKeepsHiddenCharacters() {
        #expect(TextWidth.truncated("a\u{1B}bcdef", toColumns: 4) == "a\u{1B}b…")
    }
}
