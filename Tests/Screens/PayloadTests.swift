import Messaging
import Screens
import Testing

@Suite("Payloads")
struct PayloadTests {
    @Test("Without a wish a payload is JSON, else text, else hex")
    func choosesTheFormat() {
        #expect(payload(#"{"a":1}"#).format == .json)
        #expect(payload("{a:1}").format == .text)
        #expect(payload("42").format == .text)
        #expect(payload([0xFF, 0x00, 0x80]).format == .hex)
    }

    @Test("A wish is followed where it can be")
    func followsWishes() {
        #expect(payload(#"{"a":1}"#, wanted: .text).lines == [#"{"a":1}"#])
        #expect(payload("plain", wanted: .json).format == .text)
        #expect(payload([0x41, 0xFF], wanted: .text).lines == ["A\u{FFFD}"])
        #expect(payload("A", wanted: .hex).lines.first?.hasPrefix("00000000  41 ") == true)
    }

    @Test("A character that was cut in two does not make binary of a text")
    func toleratesACutCharacter() {
        let bytes = Array("Grüße".utf8.prefix(3))
        #expect(payload(bytes, isCut: true).lines == ["Gr"])
        #expect(payload(bytes).format == .hex)
    }

    @Test("Text is broken at line ends and at the edge, and tabs keep their distance")
    func breaksText() {
        #expect(
            payload("ab\r\nc\td\n\nefghijkl", columns: 6).lines == [
                "ab", "c    d", "", "efghij", "kl",
            ])
        #expect(payload("日本語日本", columns: 5).lines == ["日本", "語日", "本"])
        #expect(payload("").lines.isEmpty)
    }

    @Test("A line of hex shows offset, bytes and what can be printed")
    func dumpsHex() {
        let bytes = Array("{\"id\":88213}\u{1b}[2J".utf8) + [0xFF]
        #expect(
            payload(bytes, columns: 80).lines == [
                "00000000  7b 22 69 64 22 3a 38 38  32 31 33 7d 1b 5b 32 4a  {\"id\":88213}.[2J",
                "00000010  ff                                                .",
            ])
        #expect(
            payload([0xFF, 0x41], columns: 45).lines == ["00000000  ff 41                    .A"])
        #expect(payload([0xFF, 0x41], columns: 20).lines == ["00000000  ff 41        .A"])
    }

    @Test("Every byte of a body is in its dump, whatever the width", arguments: [20, 45, 80, 200])
    func dumpsEveryByte(columns: Int) {
        let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let perLine = HexDump.bytesPerLine(columns: columns)
        let lines = HexDump.lines(of: bytes, columns: columns)
        #expect(lines.count == (bytes.count + perLine - 1) / perLine)
        let digits = lines.flatMap { line in
            line.dropFirst(10).prefix(perLine * 3 + perLine / 8).split(separator: " ")
                .prefix(perLine).compactMap { UInt8($0, radix: 16) }
        }
        #expect(digits.prefix(992).elementsEqual(bytes.prefix(992)))
    }

    @Test("A preview is one line, and binary data shows as hexadecimal")
    func previews() {
        func preview(_ bytes: [UInt8]) -> String {
            Payload.preview(bytes, isCut: false, lengthMax: 20)
        }
        #expect(preview(Array("  a\n\n b\tc ".utf8)) == "a b c")
        #expect(preview([0x00, 0xFF, 0x10]) == "00 ff 10")
        #expect(preview([]) == "")
        let long = preview(Array(repeating: 0x61, count: 1_000_000))
        #expect(long.utf8.count == 80, "no more is decoded than can be shown")
    }

    private func payload(
        _ text: String, wanted: PayloadFormat? = nil, columns: Int = 80
    ) -> Payload {
        self.payload(Array(text.utf8), wanted: wanted, columns: columns)
    }

    private func payload(
        _ bytes: [UInt8], isCut: Bool = false, wanted: PayloadFormat? = nil, columns: Int = 80
    ) -> Payload {
        Payload(bytes, isCut: isCut, wanted: wanted, columns: columns)
    }
}

@Suite("Headers and deaths in words")
struct MessageWordsTests {
    @Test(
        "Every type of value has a text",
        arguments: [
            (FieldValue.bool(true), "true"), (.int8(-5), "-5"), (.uint32(7), "7"),
            (.int64(.min), "-9223372036854775808"), (.double(0.1), "0.1"), (.float(1.5), "1.5"),
            (.decimal(scale: 2, value: -1290), "-12.90"), (.decimal(scale: 3, value: 5), "0.005"),
            (.decimal(scale: 0, value: 7), "7"), (.decimal(scale: 200, value: 7), "7e-200"),
            (.string("Zoë"), "Zoë"), (.string(""), ""),
            (.longString([0xFF, 0x0A]), "ff 0a  (2 bytes)"), (.byteArray([]), "(empty)"),
            (.byteArray([1]), "01  (1 byte)"),
            (.timestamp(seconds: 1_795_285_900), "2026-11-21 18:31:40"),
            (.timestamp(seconds: .max), "18446744073709551615 s"), (.void, "(void)"),
            (.array([]), "[0 values]"), (.table([:]), "{0 fields}"),
        ])
    func writesValues(value: FieldValue, text: String) {
        #expect(FieldLines.text(value, utcOffsetSeconds: 0) == text)
    }

    @Test("Tables and arrays within one another are indented")
    func indentsTables() {
        let table: FieldTable = [
            "a": .table(["b": .array([.int32(1), .table(["c": .bool(false)])])]), "d": .void,
        ]
        let lines = FieldLines.lines(of: table, utcOffsetSeconds: 0).map {
            String(repeating: " ", count: $0.depth) + "\($0.name)=\($0.value)"
        }
        #expect(lines == ["a=", " b=", "  [0]=1", "  [1]=", "   c=false", "d=(void)"])
    }

    @Test("A table of very many fields is cut")
    func limitsLines() {
        let fields = (0..<5_000).map { FieldTable.Field("f\($0)", .bool(true)) }
        let lines = FieldLines.lines(of: FieldTable(fields), utcOffsetSeconds: 0)
        #expect(lines.count == FieldLines.linesMax)
    }

    @Test(
        "Deaths are told in sentences",
        arguments: [
            (
                DeathReason.rejected, Int64(1), nil,
                "rejected in q 2h 00m ago; came through (default) → k"
            ),
            (
                .rejected, 3, nil,
                "rejected in q 3 times, first 2h 00m ago; came through (default) → k"
            ),
            (
                .expired, 1, "60000",
                "expired in q (ttl 60000 ms) 2h 00m ago; came through (default) → k"
            ),
            (
                .maxLength, 1, nil,
                "dropped from q, which was full, 2h 00m ago; came through (default) → k"
            ),
            (
                .deliveryLimit, 2, nil,
                "delivered too often in q 2 times, first 2h 00m ago; came through (default) → k"
            ),
        ] as [(DeathReason, Int64, String?, String)])
    func tellsDeaths(reason: DeathReason, count: Int64, expiration: String?, sentence: String) {
        let record = DeathRecord(
            count: count, reason: reason, queue: "q", timeSeconds: 1_000_000, exchange: .default,
            routingKeys: ["k"], originalExpiration: expiration)
        #expect(DeathWords.sentence(record, now: Timestamp(seconds: 1_007_200)) == sentence)
    }

    @Test("A time that a client made up does not overflow", arguments: [UInt64.max, 0])
    func survivesAbsurdTimes(seconds: UInt64) {
        let record = DeathRecord(
            count: .max, reason: .rejected, queue: "q", timeSeconds: seconds, exchange: "x",
            routingKeys: [])
        let sentence = DeathWords.sentence(record, now: Timestamp(seconds: 1_795_285_900))
        #expect(sentence.hasPrefix("rejected in q "))
    }
}
