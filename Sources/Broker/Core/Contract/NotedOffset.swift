/// An offset as it is noted under ``NoteKey/Kind/offset`` and ``NoteKey/Kind/retained``.
///
///     offset  0
///            ┌───────────────────────────┐
///            │ next offset, big-endian 8 │
///            └───────────────────────────┘
package enum NotedOffset {
    /// What is noted of an offset.
    package static func bytes(_ offset: UInt64) -> [UInt8] {
        withUnsafeBytes(of: offset.bigEndian) { Array($0) }
    }

    /// - Returns: nil when the bytes are no offset.
    package static func offset(_ bytes: [UInt8]) -> UInt64? {
        guard bytes.count == 8 else { return nil }
        return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
