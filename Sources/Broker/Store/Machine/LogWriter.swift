/// The log file that batches are written to.
package struct LogWriter {
    let number: UInt64
    /// In the index's table of files.
    let slot: Int
    let firstSequence: UInt64
    /// Where the next batch goes.
    var written: UInt64
    /// Up to where it is synced.
    var synced: UInt64

    /// The header of a log file.
    ///
    /// - Parameter bytesBefore: Bytes of the file before it that count.
    package static func header(
        number: UInt64, firstSequence: UInt64, bytesBefore: UInt64
    ) -> [UInt8] {
        Self.header(LogFormat.logMagic, number, firstSequence, bytesBefore)
    }

    /// The header of a segment.
    package static func segmentHeader(number: UInt64) -> [UInt8] {
        Self.header(LogFormat.segmentMagic, number, 0, 0)
    }

    private static func header(
        _ magic: UInt64, _ number: UInt64, _ sequence: UInt64, _ bytes: UInt64
    ) -> [UInt8] {
        var writer = NumberWriter()
        writer.add(magic)
        writer.add(LogFormat.version)
        writer.add(UInt32(0))
        writer.add(number)
        writer.add(sequence)
        writer.add(bytes)
        writer.add(UInt64(0))
        return writer.summed(at: 12, from: 16)
    }
}

/// The header of a log file or segment as it was read.
package struct FileHeader {
    package let number: UInt64
    package let firstSequence: UInt64
    package let bytesBefore: UInt64

    /// - Returns: nil when it is torn or damaged.
    /// - Throws: ``StoreError/unknownVersion(path:found:known:)``.
    init?(_ bytes: UnsafeRawBufferPointer, magic: UInt64, path: String) throws(StoreError) {
        guard bytes.count >= LogFormat.headerBytes, bytes.number(0, as: UInt64.self) == magic
        else { return nil }
        // The sum begins behind it, so that one of another version is recognised as such.
        let version = bytes.number(8, as: UInt32.self)
        guard version == LogFormat.version else {
            throw .unknownVersion(path: path, found: version, known: LogFormat.version)
        }
        guard
            checksum(bytes.part(16, LogFormat.headerBytes - 16))
                == bytes.number(12, as: UInt32.self)
        else { return nil }
        self.number = bytes.number(16, as: UInt64.self)
        self.firstSequence = bytes.number(24, as: UInt64.self)
        self.bytesBefore = bytes.number(32, as: UInt64.self)
    }
}
