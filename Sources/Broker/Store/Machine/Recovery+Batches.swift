/// Finding batches among bytes that need not all be some.
extension Recovery {
    static func firstBatch(
        in bytes: UnsafeRawBufferPointer, notBefore sequence: UInt64
    ) -> (offset: Int, header: BatchHeader)? {
        Self.nextBatch(in: bytes, behind: LogFormat.headerBytes - 8, notBefore: sequence)
    }

    /// Whether some batch from an offset on was written after the one of that number was synced.
    ///
    /// Not only the next one is asked: of those that one sync has covered none knows of it.
    static func isKnownSynced(
        _ sequence: UInt64, in bytes: UnsafeRawBufferPointer, from start: Int?
    ) -> Bool {
        var place = start
        while let offset = place {
            guard let header = BatchHeader(bytes, at: offset) else {
                place = Self.nextBatch(in: bytes, behind: offset, notBefore: sequence)?.offset
                continue
            }
            if header.syncedUpTo >= sequence { return true }
            place = offset + header.bytes < bytes.count ? offset + header.bytes : nil
        }
        return false
    }

    static func nextBatch(
        in bytes: UnsafeRawBufferPointer, behind start: Int, notBefore sequence: UInt64
    ) -> (offset: Int, header: BatchHeader)? {
        var offset = start + 8
        while offset + LogFormat.batchHeaderBytes <= bytes.count {
            if let header = BatchHeader(bytes, at: offset), header.sequence >= sequence {
                return (offset, header)
            }
            offset += 8
        }
        return nil
    }
}

/// Where the log ends that was read.
struct LogEnd {
    /// The number of its last file.
    var number: UInt64
    /// Bytes of it that count.
    var bytes: UInt64 = 0
    /// Its slot; -1 when there is no such file.
    var slot = -1
}
