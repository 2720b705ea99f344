extension UnsafeRawBufferPointer {
    /// Whether both hold the same bytes, compared eight at a time.
    @inline(__always)
    func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        guard self.count == other.count else { return false }
        var offset = 0
        while offset + 8 <= self.count {
            let left = self.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let right = other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if left != right { return false }
            offset += 8
        }
        while offset < self.count {
            if self[offset] != other[offset] { return false }
            offset += 1
        }
        return true
    }

    /// The bytes as text, with U+FFFD where they are not UTF-8.
    var text: String { String(decoding: self, as: UTF8.self) }
}
