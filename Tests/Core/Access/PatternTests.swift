import Core
import Testing

/// Regular expressions: what matches, what is none, and that none takes for ever.
@Suite struct PatternTests {
    private func isFound(_ pattern: String, _ text: String) throws -> Bool {
        try #require(SearchPattern(pattern, ignoresCase: false)).isFound(in: text)
    }

    @Test(
        "what is found and what is not, as in PCRE",
        arguments: [
            ("", ["", "a"], []), ("a|b", ["a", "xb"], ["", "c"]),
            ("^ab?c$", ["ac", "abc"], ["abbc"]),
            ("a{2}", ["aa"], ["a"]), ("^a{1,2}$", ["a", "aa"], ["", "aaa"]),
            ("^a{,2}$", ["a{,2}"], ["a"]), ("x{2,}", ["xx", "xxx"], ["x"]),
            ("^(a|ab)(c|bcd)$", ["abcd", "ac"], ["abc d"]), ("^a*?b$", ["aab", "b"], ["a"]),
            ("^a*+a$", [], ["aaa"]), ("^(?>a|ab)c$", ["ac"], ["abc"]),
            ("[[:digit:]]", ["7"], ["x"]), ("[^[:alpha:]]", ["-"], ["a"]), ("[]a]", ["]"], ["b"]),
            ("[a-]", ["-"], ["b"]), (#"[\d.]"#, ["1", "."], ["a"]), (#"\bq\b"#, ["a q"], ["aqa"]),
            ("(?i)Q$", ["q", "Q"], ["qa"]), ("a(?i:B)c", ["abc", "aBc"], ["aBC"]),
            ("a(?=b)", ["ab"], ["ac"]), ("(?!a)b$", ["b", "ab"], ["a"]), ("(?<=a)b", ["ab"], ["b"]),
            ("(?<!a)b", ["b"], ["ab"]), (#"^\x{e9}$"#, ["é"], ["e"]),
            (#"\Qa.b\E"#, ["a.b"], ["axb"]),
            ("(?x) a b # c", ["ab"], ["a b"]), ("a$", ["a", "a\n"], ["a\n\n"]),
            ("(?m)^b", ["a\nb"], []),
            ("a.b", ["axb"], ["a\nb"]), ("(?s)a.b", ["a\nb"], []), ("(?<n>a)(?#x)b", ["ab"], []),
        ] as [(String, [String], [String])])
    func found(pattern: String, matching: [String], others: [String]) throws {
        for text in matching { #expect(try self.isFound(pattern, text), "\(text)") }
        for text in others { #expect(try !self.isFound(pattern, text), "\(text)") }
    }

    @Test(
        "what is none is refused",
        arguments: [
            "(", ")", "[", "[a", "*", "a**", "(?", "(?P<", "(?<>a)", "[z-a]", #"\"#, #"(a)\1"#,
            "a{3,2}", "[[:nothing:]]", #"\p{L}"#, "(?R)", "(*FAIL)", #"\x{110000}"#, "(?#", "(?z)",
        ])
    func malformed(pattern: String) {
        #expect(SearchPattern(pattern, ignoresCase: false) == nil)
    }

    @Test("groups may lie within one another so deep, and no deeper")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth)
        }
        #expect(try self.isFound(nested(SearchPattern.depthMax - 1), "a"))
        #expect(SearchPattern(nested(SearchPattern.depthMax), ignoresCase: false) == nil)
    }

    @Test("a program has so many steps, and no more")
    func size() throws {
        let most = SearchPattern.stepsMax - 1
        #expect(try !self.isFound("a{\(most)}", "a"))
        #expect(SearchPattern("a{\(most + 1)}", ignoresCase: false) == nil)
        #expect(SearchPattern("(a{1000}){1000}", ignoresCase: false) == nil)
    }

    /// Each doubles its work with every letter where every way is tried.
    @Test(
        "what would take for ever does not",
        arguments: [
            "^(a+)+$", "^(a|aa)+$", "^(a*)*$", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)x$",
            "(a?){250}a{250}$",
            "((?=.*)a?){2000}c", "((?<=.*.*)a?){900}c", "^((a+)+)+c", "^(?>(a+)+)+c",
        ])
    func patience(pattern: String) throws {
        #expect(try !self.isFound(pattern, String(repeating: "a", count: 240) + "b"))
        let filter = try #require(SearchPattern(pattern, ignoresCase: true))
        #expect(!filter.isFound(in: String(repeating: "A", count: 240) + "b"))
    }
}
