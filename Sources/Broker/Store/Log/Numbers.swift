/// Puts numbers one behind the other.
struct NumberWriter {
    var bytes: [UInt8] = []

    mutating func add<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.littleEndian) { self.bytes.append(contentsOf: $0) }
    }

    /// The bytes with the sum of all from an offset on written to another.
    consuming func summed(at place: Int, from start: Int) -> [UInt8] {
        self.bytes.withUnsafeMutableBytes { all in
            let sum = checksum(UnsafeRawBufferPointer(all).part(start, all.count - start))
            all.set(sum, at: place)
        }
        return self.bytes
    }
}

/// Takes numbers one behind the other; past the end they are 0, and it says so.
struct NumberReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private(set) var isShort = false

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func take<Value: FixedWidthInteger>(_: Value.Type = Value.self) -> Value {
        let count = MemoryLayout<Value>.size
        guard self.offset + count <= self.bytes.count else {
            self.isShort = true
            return 0
        }
        defer { self.offset += count }
        return self.bytes.number(self.offset, as: Value.self)
    }

    mutating func takeBytes(_ count: Int) -> [UInt8] {
        guard count >= 0, self.offset + count <= self.bytes.count else {
            self.isShort = true
            return []
        }
        defer { self.offset += count }
        return Array(self.bytes.part(self.offset, count))
    }
}
