import Store
import Testing

@Suite("Headers of log files and segments")
struct FileHeaderTests {
    private static let log = LogWriter.header(number: 3, firstSequence: 70, bytesBefore: 4_096)

    private static func read(
        _ bytes: [UInt8], _ magic: UInt64 = LogFormat.logMagic
    ) throws -> FileHeader? {
        try FileHeader.decoded(bytes, magic: magic, path: "log")
    }

    @Test("a log file's header says its number, its first batch and what counts before it")
    func logHeader() throws {
        #expect(Self.log.count == LogFormat.headerBytes)
        let header = try #require(try Self.read(Self.log + [1, 2, 3]))
        #expect(header.number == 3)
        #expect(header.firstSequence == 70)
        #expect(header.bytesBefore == 4_096)
    }

    @Test("a segment is no log file")
    func segmentHeader() throws {
        let bytes = LogWriter.segmentHeader(number: 12)
        #expect(try Self.read(bytes) == nil)
        #expect(try Self.read(bytes, LogFormat.segmentMagic)?.number == 12)
    }

    @Test("a version that is not known is refused by name")
    func unknownVersion() {
        var bytes = Self.log
        bytes[8] = 2
        #expect(throws: StoreError.unknownVersion(path: "log", found: 2, known: 1)) {
            try Self.read(bytes)
        }
    }

    @Test("a torn or damaged header is none")
    func damaged() throws {
        for count in 0..<Self.log.count {
            #expect(try Self.read(Array(Self.log.prefix(count))) == nil)
        }
        // All but the version, which is named instead of being taken for damage.
        for place in Self.log.indices where !(8..<12).contains(place) {
            var bytes = Self.log
            bytes[place] ^= 0x10
            #expect(try Self.read(bytes) == nil, "byte \(place)")
        }
    }
}
