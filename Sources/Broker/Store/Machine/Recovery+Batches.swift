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

extension Recovery {
    /// The numbers of the log's files that a root wants to be read, in their order.
    ///
    /// - Throws: ``StoreError/damaged(path:what:)`` when one is missing: they are numbered one by
    ///   one, and the first was there before the root named it.
    static func logs(
        among names: [String], of root: RootFile
    ) throws(StoreError) -> [UInt64] {
        let numbers = names.compactMap { name -> UInt64? in
            guard case .log(let number) = StoredFile.kind(name), number >= root.firstLog
            else { return nil }
            return number
        }.sorted()
        let gap = zip(numbers, numbers.dropFirst()).first { $0 + 1 != $1 }.map { $0.0 + 1 }
        guard let missing = numbers.first == root.firstLog ? gap : root.firstLog else {
            return numbers
        }
        throw .damaged(
            path: StoredFile.name(.log(missing)), what: "it is missing, and what it told with it")
    }
}
