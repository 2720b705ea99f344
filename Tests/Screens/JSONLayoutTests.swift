import Messaging
import Screens
import Testing

@Suite("JSON laid out for reading")
struct JSONLayoutTests {
    @Test("Members and elements stand on their own lines, tokens as they were sent")
    func laysOut() {
        let source = #"{ "a":1.50e+3,"b":[true,null,{}],"c":{"d":"x\u001b\"y"},"e":[] }"#
        #expect(
            lines(source) == [
                "{", #"  "a": 1.50e+3,"#, #"  "b": ["#, "    true,", "    null,", "    {}", "  ],",
                #"  "c": {"#, #"    "d": "x\u001b\"y""#, "  },", #"  "e": []"#, "}",
            ])
    }

    @Test(
        "Letters that were escaped are shown as themselves, all other escapes as they were sent",
        arguments: [
            (#"Zo\u00eb \u674e \uD83D\ude00"#, #"Zoë 李 😀"#),
            (#"\\u00eb \\\u00eb"#, #"\\u00eb \\ë"#),
            (#"\u0041\u0022\n\u001b"#, #"\u0041\u0022\n\u001b"#),
            (#"\u202e\u00a0\u200b\ue000\uffff"#, #"\u202e\u00a0\u200b\ue000\uffff"#),
            (#"\ud83d x \ude00 \ud83d\u0041"#, #"\ud83d x \ude00 \ud83d\u0041"#),
            (#"\u00e"#, #"\u00e"#), (#"\u00zz"#, #"\u00zz"#),
        ])
    func readsLetters(sent: String, shown: String) {
        #expect(lines("{\"\(sent)\":\"\(sent)\"}")?[1] == "  \"\(shown)\": \"\(shown)\"")
    }

    @Test("Numbers keep every digit")
    func keepsNumbers() {
        #expect(
            lines("[12345678901234567890.000,-0,1E5]") == [
                "[", "  12345678901234567890.000,", "  -0,", "  1E5", "]",
            ])
    }

    @Test(
        "What is no JSON object or array is refused",
        arguments: [
            "", " ", "42", "\"text\"", "true", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}",
            "[1]]", "[1] 2", "[01]", "[1.]", "[.5]", "[+1]", "[tru]", "[\"\\x\"]", "{\"a\":1,}",
            "[1 2]", "{\"a\" 1}", "[\"a\nb\"]", "]", "{]", "[}", "{\"a\":1]", "[NaN]", "['a']",
        ])
    func refuses(source: String) {
        #expect(lines(source) == nil)
    }

    @Test("The beginning of a document that was cut is laid out as far as it goes")
    func laysOutTheBeginning() {
        #expect(lines(#"{"a":[1,2"#, isCut: true) == ["{", #"  "a": ["#, "    1,", "    2"])
        #expect(lines(#"{"a":"unfinis"#, isCut: true) == ["{", #"  "a": "#])
        #expect(lines(#"[1.5e"#, isCut: true) == ["["])
        #expect(lines(#"[tr"#, isCut: true) == ["["])
        #expect(lines(#"[1} "#, isCut: true) == nil)
    }

    @Test("Every beginning of a document is laid out, and no rest of one is taken for one")
    func takesEveryBeginning() {
        let source = #"{"a":[-1.5e+7,true,false,null,"x\n"],"b":{"c":{}}}"#
        for length in 1..<source.utf8.count {
            let start = String(source.prefix(length))
            #expect(lines(start, isCut: true) != nil, "\(start)")
            #expect(lines(start) == nil, "\(start)")
        }
        #expect(lines(source) != nil)
    }

    @Test("Depth has a limit, at which documents are still laid out")
    func limitsDepth() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(lines(nested(JSONLayout.depthMax))?.count == 2 * JSONLayout.depthMax - 1)
        #expect(lines(nested(JSONLayout.depthMax + 1)) == nil)
        #expect(lines(nested(100_000)) == nil)
    }

    private func lines(_ source: String, isCut: Bool = false) -> [String]? {
        JSONLayout.lines(of: Array(source.utf8), isCut: isCut)
    }
}
