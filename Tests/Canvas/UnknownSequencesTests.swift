import Canvas
import Testing

/// Sequences that no key here has are swallowed whole; everything else goes through.
struct UnknownSequencesTests {
    @Test(
        "Whole unknown sequences leave nothing behind",
        arguments: ["\u{1B}[57441u", "\u{1B}[1;5:3P", "\u{1B}[?62;c", "\u{1B}[Z", "\u{1B}Oj"])
    func wholeSequences(sequence: String) {
        #expect(Self.passed("a\(sequence)b\(sequence)") == "ab")
    }

    @Test(
        "What is no whole sequence is typed as it came",
        arguments: [
            "\u{1B}", "\u{1B}\u{1B}", "\u{1B}[", "\u{1B}O", "\u{1B}[12", "\u{1B}x", "\u{1B}[1é",
            "[A", "OP",
        ])
    func otherText(text: String) {
        #expect(Self.passed(text) == text)
    }

    @Test("An escape that breaks a sequence off begins the next one")
    func brokenOff() {
        #expect(Self.passed("\u{1B}[1\u{1B}[Z") == "\u{1B}[1")
    }

    @Test("A sequence may have as many characters as a key's, and not one more")
    func lengthLimit() {
        let longest = "\u{1B}[" + String(repeating: "1", count: UnknownSequences.lengthMax - 2)
        #expect(Self.passed(longest + "~") == "")
        #expect(Self.passed(longest + "1~") == longest + "1~")
    }

    private static func passed(_ text: String) -> String {
        var sequences = UnknownSequences()
        let passed =
            text.unicodeScalars.flatMap { sequences.take($0.value) } + sequences.end()
        var result = String.UnicodeScalarView()
        for value in passed { result.append(Unicode.Scalar(value)!) }
        return String(result)
    }
}
