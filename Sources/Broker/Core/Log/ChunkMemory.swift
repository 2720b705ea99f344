/// Raw memory of a fixed size, freed with its last reference.
///
/// The only objects in this room: one a chunk of some thousand messages, one a consumer's tag, and
/// one a message that waits outside of any queue.
final class ChunkMemory {
    let base: UnsafeMutableRawPointer
    let capacity: Int
    private let gauge: MemoryGauge

    init(capacity: Int, gauge: MemoryGauge) {
        self.base = .allocate(byteCount: capacity, alignment: 8)
        self.capacity = capacity
        self.gauge = gauge
        gauge.bytes += capacity
    }

    convenience init(copying bytes: UnsafeRawBufferPointer, gauge: MemoryGauge) {
        self.init(capacity: bytes.count, gauge: gauge)
        UnsafeMutableRawBufferPointer(start: self.base, count: bytes.count).copyMemory(from: bytes)
    }

    deinit {
        self.gauge.bytes -= self.capacity
        self.base.deallocate()
    }

    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self.base, count: self.capacity)
    }
}

/// How many bytes all ``ChunkMemory`` of one broker holds; confined to it, as they are.
final class MemoryGauge {
    fileprivate(set) var bytes = 0
}
