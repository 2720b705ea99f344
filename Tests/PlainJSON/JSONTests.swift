import PlainJSON
import Testing

/// JSON is written the same way each time, and read back as it was.
@Suite("JSON")
struct JSONTests {
    @Test("Both layouts, members in their order")
    func layouts() {
        let value: JSON = [
            "name": .text("a\"b\\c\n\u{1B}é"), "none": .null,
            "list": .array([.integer(1), .bool(true)]),
            "empty": .array([]), "rate": .number(0.5), "more": .object([]),
        ]
        #expect(
            value.compactText
                == #"{"name":"a\"b\\c\n\u001bé","none":null,"list":[1,true],"#
                + #""empty":[],"rate":0.5,"more":{}}"#)
        #expect(
            value.indentedText == #"""
                {
                  "name": "a\"b\\c\n\u001bé",
                  "none": null,
                  "list": [
                    1,
                    true
                  ],
                  "empty": [],
                  "rate": 0.5,
                  "more": {}
                }
                """#)
    }

    @Test(
        "What is written is read back",
        arguments: [
            JSON.null, .bool(false), .integer(.min), .integer(.max), .number(1e300),
            .number(-.leastNonzeroMagnitude), .text(""), .text("\u{0}\u{7F}\u{2028}😀\t\r/"),
            .array([.array([]), .object([.init("", .null), .init("", .integer(0))])]),
        ])
    func roundTrip(value: JSON) throws {
        #expect(try JSON(parsing: Array(value.compactText.utf8)) == value)
        #expect(try JSON(parsing: Array(value.indentedText.utf8)) == value)
    }

    @Test("Escapes and blanks of other writers are understood")
    func otherWriters() throws {
        let text = " {\t\"\\u0061\\/\\b\\f\" :\r\n[ 1E2 , -0.5e+1,\"\\ud83d\\ude00\" ] } "
        let value = try JSON(parsing: Array(text.utf8))
        let members: JSON = [
            "a/\u{8}\u{c}": .array([.number(100), .number(-5), .text("😀")])
        ]
        #expect(value == members)
    }

    @Test(
        "What is no JSON is refused with its place",
        arguments: [
            ("", 0), ("{", 1), ("[1,]", 3), ("01", 2), ("1.", 2), ("-", 1), ("nul", 0), ("1 2", 2),
            ("\"a", 2), ("\"\u{1}\"", 2), ("\"\\x\"", 3), ("\"\\ud800\"", 7), ("\"\\udc00\"", 7),
            ("{\"a\" 1}", 5), ("{a:1}", 1), ("\"\\u12g4\"", 3), ("1e999", 5),
        ])
    func refused(text: String, offset: Int) {
        #expect {
            _ = try JSON(parsing: Array(text.utf8))
        } throws: { error in
            (error as? JSONError)?.offset == offset
        }
    }

    @Test("Nesting is limited")
    func nesting() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSON(parsing: nested(JSON.depthMax + 1))
        #expect(throws: JSONError.self) { try JSON(parsing: nested(JSON.depthMax + 2)) }
    }

    @Test("Integers past the range are numbers")
    func largeIntegers() throws {
        #expect(try JSON(parsing: Array("9223372036854775808".utf8)) == .number(0x1p63))
    }
}

/// Bytes as text.
@Suite("Base64")
struct Base64Tests {
    @Test(
        "The examples of RFC 4648, section 10, both ways",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ])
    func examples(bytes: String, text: String) {
        #expect(Base64.text(of: Array(bytes.utf8)) == text)
        #expect(Base64.bytes(of: text) == Array(bytes.utf8))
    }

    @Test("Every byte comes back")
    func everyByte() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(Base64.bytes(of: Base64.text(of: bytes)) == bytes)
    }

    @Test(
        "What is no base64 is refused",
        arguments: ["A", "AA", "A===", "AA=A", "Zg==Zg==", "Zö==", "Z-=="])
    func refused(text: String) {
        #expect(Base64.bytes(of: text) == nil)
    }
}

/// Texts and names, which are read in runs and kept.
@Suite("JSON texts")
struct JSONTextTests {
    @Test("Runs between escapes are put together", arguments: [0, 1, 15, 16, 1_000])
    func runs(length: Int) throws {
        let run = String(repeating: "é", count: length)
        let text = "[\"\(run)\\n\(run)\\u0041\(run)\",\"\(run)\"]"
        let value = try JSON(parsing: Array(text.utf8))
        #expect(value == .array([.text("\(run)\n\(run)A\(run)"), .text(run)]))
    }

    @Test("Names that are alike in all that is compared first are told apart")
    func names() throws {
        let names = ["aXbYc", "aYbXc", "aZbZc", "aXbYc", "", "é", "a\\nc", "long"]
        let long = String(repeating: "n", count: 200)
        let members = (names + [long]).map { "\"\($0)\":1" }.joined(separator: ",")
        let value = try JSON(parsing: Array("[{\(members)},{\(members)}]".utf8))
        let expected = names.map { $0 == "a\\nc" ? "a\nc" : $0 } + [long]
        let read = (value.elements ?? []).map { $0.members?.map(\.name) }
        #expect(read == [expected, expected])
    }

    @Test("A name or text that is no UTF-8 is refused")
    func noUTF8() {
        for bytes in [Array("{\"".utf8) + [0xFF] + Array("\":1}".utf8), [0x22, 0xC3, 0x22]] {
            #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
        }
    }

    @Test(
        "Numbers at the edge of what fits",
        arguments: [
            ("-9223372036854775808", JSON.integer(.min)), ("9223372036854775807", .integer(.max)),
            ("-9223372036854775809", .number(-0x1p63)), ("-0", .integer(0)), ("0", .integer(0)),
            ("18446744073709551616", .number(0x1p64)),
        ])
    func edges(text: String, value: JSON) throws {
        #expect(try JSON(parsing: Array(text.utf8)) == value)
    }
}
