import ManagementAPI
import Messaging
import PlainJSON
import Testing

/// Writing and reading JSON.
@Suite struct JSONTests {
    @Test(
        "What was written is read again",
        arguments: [
            #"{"a":[1,-2,0.5,true,false,null,"x"],"b":{},"c":[]}"#,
            #""quote \" backslash \\ newline \n tab \t return \r bell \u0007 é 😀""#,
            "-9223372036854775808", "9223372036854775807", "0.0",
        ])
    func roundTrip(text: String) throws {
        let value = try #require(JSON(request: Array(text.utf8)))
        #expect(String(decoding: value.bytes, as: UTF8.self) == text)
    }

    @Test(
        "What is no JSON is refused",
        arguments: [
            "", " ", "{", "[1,]", "{\"a\"}", "{a:1}", "[1 2]", "01x", "+1", ".5", "5.", "nul",
            "\"open", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\u{1}\"", "1 2", "{\"a\":1,}",
            "1e999", "--1", "[\"a\"",
        ])
    func malformed(text: String) {
        #expect(JSON(request: Array(text.utf8)) == nil)
    }

    @Test("Bytes that are no UTF-8 are no JSON")
    func notUTF8() {
        #expect(JSON(request: [0x22, 0xFF, 0x22]) == nil)
    }

    @Test("Values may lie within one another as deeply as the limit says, and no deeper")
    func depth() {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(JSON(request: nested(JSON.requestDepthMax + 1)) != nil)
        #expect(JSON(request: nested(JSON.requestDepthMax + 2)) == nil)
        #expect(JSON(request: nested(1_000_000)) == nil)
    }

    @Test("A field's name may be as long as in a field table, and no longer")
    func nameLength() {
        func object(_ bytes: Int) -> [UInt8] {
            Array("{\"\(String(repeating: "n", count: bytes))\":1}".utf8)
        }
        #expect(JSON(request: object(JSON.requestNameBytesMax)) != nil)
        #expect(JSON(request: object(JSON.requestNameBytesMax + 1)) == nil)
    }

    @Test("Escapes of JSON become the characters that they stand for")
    func escapes() {
        let text = #""\u00e9\ud83d\ude00\/\b\f""#
        #expect(JSON(request: Array(text.utf8)) == .text("é😀/\u{8}\u{C}"))
    }

    @Test("Whatever bytes come, the reader ends with a value or with none")
    func anyBytes() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("{}[]\",:0123456789.eE+-truefalsn\\u \u{0}".utf8) + [0xC3, 0xA9, 0xFF]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...24, using: &random)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            guard let value = JSON(request: bytes) else { continue }
            #expect(JSON(request: value.bytes) == value, "\(bytes)")
        }
    }

    @Test("Base64 of any length comes back; what is none does not")
    func base64() {
        for count in 0..<20 {
            let bytes = (0..<count).map { UInt8($0 * 37 % 256) }
            #expect(Base64.bytes(of: Base64.text(of: bytes)) == bytes)
        }
        for text in ["a", "ab", "abc", "ab=c", "=abc", "a===", "!!!!", "ab==cd=="] {
            #expect(Base64.bytes(of: text) == nil, "\(text)")
        }
    }

    @Test("AMQP's values appear as RabbitMQ shows them")
    func amqpValues() {
        var json = JSONWriter()
        json.table([
            "text": .string("x"), "bytes": .longString([0xFF, 0]), "time": .timestamp(seconds: 5),
            "void": .void, "tenth": .decimal(scale: 1, value: 15), "list": .array([.int8(-1)]),
            "table": .table(["a": .bool(true)]),
        ])
        let expected =
            #"{"text":"x","bytes":"/wA=","time":5,"void":null,"tenth":1.5,"list":[-1],"#
            + #""table":{"a":true}}"#
        #expect(String(decoding: json.bytes, as: UTF8.self) == expected)
    }
}
