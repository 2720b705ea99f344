extension UnsafeRawBufferPointer {
    /// Whether the same bytes lie there, compared eight at a time.
    @inline(__always)
    func equals(_ other: UnsafeRawPointer) -> Bool {
        guard let start = self.baseAddress else { return true }
        var offset = 0
        while offset + 8 <= self.count {
            let left = start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let right = other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if left != right { return false }
            offset += 8
        }
        while offset < self.count {
            let left = start.load(fromByteOffset: offset, as: UInt8.self)
            if left != other.load(fromByteOffset: offset, as: UInt8.self) { return false }
            offset += 1
        }
        return true
    }

    /// The bytes as text, with U+FFFD where they are not UTF-8.
    var text: String { String(decoding: self, as: UTF8.self) }
}
