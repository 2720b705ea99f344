import Glibc
import Logging
import Supervision
import Testing

/// Lines of the log.
struct LogTests {
    private static let line = LogLine(
        time: "2026-11-26T08:00:00.123Z", level: .info, message: "connection opened",
        fields: [.init("client", "127.0.0.1:5"), .init("vhost", "/ shop"), .init("user", "")])

    @Test("A line for people has its fields behind it, in quotes where they need them")
    func text() {
        #expect(
            Self.line.text
                == #"2026-11-26T08:00:00.123Z info    connection opened client=127.0.0.1:5 "#
                + #"vhost="/ shop" user="""#)
    }

    @Test("A line for programs is one object")
    func json() {
        #expect(
            Self.line.json
                == #"{"time":"2026-11-26T08:00:00.123Z","level":"info","#
                + #""message":"connection opened","client":"127.0.0.1:5","vhost":"/ shop","#
                + #""user":""}"#)
    }

    @Test("What a client calls itself acts on no terminal and begins no line")
    func hostile() {
        let line = LogLine(
            time: "t", level: .warning, message: "a\nb\u{1B}[2J",
            fields: [.init("user", "x\"\\\r\n\u{1B}]0;\u{202E}")])
        for written in [line.text, line.json] {
            #expect(written.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
        }
        #expect(line.text.hasPrefix(#"t warning a\u000ab\u001b[2J user="x\"\\"#))
    }

    @Test("What is logged comes to the descriptor in order, at its level and in its form")
    func writes() throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        let log = ProgramLog(form: .text, level: .info, descriptor: ends[1])
        let logger = log.logger
        logger.info("first", metadata: ["b": "2", "a": "1"])
        logger.debug("not this")
        log.change(form: .json, level: .debug)
        logger.debug("second")
        log.flush()
        close(ends[1])
        let lines = Self.lines(of: ends[0])
        try #require(lines.count == 2)
        #expect(lines[0].hasSuffix(" info    first a=1 b=2"))
        #expect(lines[0].prefix(24).wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        #expect(lines[1].hasSuffix(#""level":"debug","message":"second"}"#))
    }

    @Test("Whoever logs does not wait for a slow reader; what is left out is counted")
    func slowReader() throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        let writer = LogWriter(descriptor: ends[1]) { "left out \($0)" }
        // More than a pipe holds and may wait: the first ones block the queue, not us.
        let line = String(repeating: "x", count: 99)
        let count = LogWriter.waitingMax + 5_000
        for _ in 0..<count { writer.write(line) }
        let reader = Reader(ends[0])
        writer.flush()
        writer.write("last")
        writer.flush()
        close(ends[1])
        let lines = reader.finish()
        let told = try #require(lines.first { $0.hasPrefix("left out ") })
        let leftOut = try #require(Int(told.dropFirst("left out ".count)))
        #expect(lines.filter { $0 == line }.count + leftOut == count)
        #expect(leftOut > 0)
        #expect(lines.last == "last")
    }

    static func lines(of descriptor: CInt) -> [String] {
        defer { close(descriptor) }
        var text: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let got = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard got > 0 else { break }
            text += bytes.prefix(got)
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
