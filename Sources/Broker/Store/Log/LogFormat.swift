import CChecksum

/// The bytes of the write-ahead log and of segments.
///
/// All numbers are little-endian; everything begins at a multiple of 8.
///
///     log file    ┌────────────────────┬───────┬───────┬───────┬─ ─
///                 │ header, 48         │ batch │ batch │ batch │
///                 └────────────────────┴───────┴───────┴───────┴─ ─
///     header      magic 8 · version 4 · CRC 4 · file number 8 · first sequence 8 ·
///                 bytes of the file before it that count 8 · zero 8
///     batch       magic 4 · bytes of its entries 4 · CRC 4 · zero 4 · sequence 8 ·
///                 time in µs 8 · sequence up to which everything was synced 8 · entries
///     entry       kind 4 · bytes of its body, padded 4 · queue's slot 4 · incarnation 4 ·
///                 number 8 · CRC of the body 4 · count 4 · body
///     segment     header as a log file's, with a magic of its own, then append entries only
///     reserve     noise that is never read; see ``Reserve``
///
/// | kind          | number                    | count     | body                      |
/// |---------------|---------------------------|-----------|---------------------------|
/// | append        | position of the first     | records   | records, one by the other |
/// | settle        |                           | positions | positions, 8 each         |
/// | settleReady   | position from which on    |           | position up to which      |
/// | note          | kind of note, see `note`  | key bytes | key, then value           |
/// | queueDeclared |                           |           |                           |
/// | queueDeleted  |                           |           |                           |
/// | cursor        | first never delivered     |           |                           |
/// | closed        |                           |           |                           |
///
/// The CRC of a batch covers its header behind that field and the headers of its entries, whose
/// CRCs cover the bodies; so each byte is summed up once, and an entry can be read by itself.
///
/// A record has no sum of its own. What goes wrong in one byte therefore costs an entry: what one
/// batch brought into one queue, or in a segment one run of records without a hole, of
/// ``StoreLimits/extentBytes`` at most or a single record. A sum a record would be 4 of the 32
/// bytes that a small message costs, and more to compute; the whole entry is in quarantine, where
/// its other records can be read.
package enum LogFormat {
    package static let version: UInt32 = 1
    package static let logMagic: UInt64 = 0x4C_4F_47_50_4F_54_51_00
    package static let segmentMagic: UInt64 = 0x47_45_53_50_4F_54_51_00
    package static let headerBytes = 48
    package static let batchMagic: UInt32 = 0x42_51_54_31
    package static let batchHeaderBytes = 40
    package static let entryHeaderBytes = 32

    /// What an entry is; the table above says what its fields mean then.
    package enum Kind: UInt32, Sendable {
        case append = 1
        case settle = 2
        case settleReady = 3
        case note = 4
        case queueDeclared = 5
        case queueDeleted = 6
        /// Where delivery had come to when the broker stopped in order.
        case cursor = 7
        /// The broker stopped in order: nothing was delivered that this log does not know of.
        case closed = 8
    }

    static func padded(_ bytes: Int) -> Int { (bytes + 7) & ~7 }
}

/// CRC-32C, going on from what it is so far.
func checksum(_ bytes: UnsafeRawBufferPointer, from sum: UInt32 = 0) -> UInt32 {
    queuetop_crc32c(sum, bytes.baseAddress, bytes.count)
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    func number<Value: FixedWidthInteger>(_ offset: Int, as _: Value.Type) -> Value {
        Value(littleEndian: self.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// A part of it that is known to be there.
    @inline(__always)
    func part(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[offset..<offset + count])
    }
}

extension UnsafeMutableRawBufferPointer {
    @inline(__always)
    func set<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
        self.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
    }
}
