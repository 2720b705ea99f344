import CChecksum
import TestSupport
import Testing

@Suite("CRC-32C")
struct ChecksumTests {
    /// RFC 3720, appendix B.4. The texts there show a sum's bytes as they are sent, the lowest
    /// first.
    @Test("the examples of RFC 3720 come out")
    func examples() {
        let zeros = [UInt8](repeating: 0, count: 32)
        let ones = [UInt8](repeating: 0xFF, count: 32)
        let ascending = (0..<32).map { UInt8($0) }
        let read: [UInt8] = [
            0x01, 0xC0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
            0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x14,
            0x00, 0x00, 0x00, 0x18, 0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00,
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        ]
        for (bytes, sum) in [
            (zeros, 0x8A91_36AA), (ones, 0x62A8_AB43), (ascending, 0x46DD_794E),
            (ascending.reversed(), 0x113F_DB5C), (read, 0xD996_3A56),
        ] as [([UInt8], UInt32)] {
            #expect(queuetop_crc32c(0, bytes, bytes.count) == sum)
            #expect(queuetop_crc32c_portable(0, bytes, bytes.count) == sum)
        }
    }

    @Test("the processor's instruction and the tables agree, for each length and offset")
    func bothAgree() {
        var random = TestGenerator(seed: 1)
        let bytes = (0..<700).map { _ in UInt8.random(in: 0...255, using: &random) }
        bytes.withUnsafeBytes { all in
            for offset in 0..<16 {
                for count in Array(0...130) + [255, 256, 257, 511, 600] {
                    let start = all.baseAddress! + offset
                    let seed = UInt32(truncatingIfNeeded: random.next())
                    let native = queuetop_crc32c(seed, start, count)
                    let portable = queuetop_crc32c_portable(seed, start, count)
                    guard native == portable else {
                        Issue.record("\(count) bytes from \(offset): \(native), \(portable)")
                        return
                    }
                }
            }
        }
    }

    @Test("a sum goes on where another ended")
    func goesOn() {
        let bytes = (0..<100).map { UInt8($0) }
        let whole = queuetop_crc32c(0, bytes, 100)
        bytes.withUnsafeBytes { all in
            for cut in 0...100 {
                let first = queuetop_crc32c(0, all.baseAddress!, cut)
                #expect(queuetop_crc32c(first, all.baseAddress! + cut, 100 - cut) == whole)
            }
        }
    }
}
