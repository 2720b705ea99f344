/// Raw memory of a fixed size, freed with its last reference.
///
/// The only objects in this room: one a chunk of some thousand messages, one a consumer's tag.
final class ChunkMemory {
    let base: UnsafeMutableRawPointer
    let capacity: Int

    init(capacity: Int) {
        self.base = .allocate(byteCount: capacity, alignment: 8)
        self.capacity = capacity
    }

    convenience init(copying bytes: UnsafeRawBufferPointer) {
        self.init(capacity: bytes.count)
        UnsafeMutableRawBufferPointer(start: self.base, count: bytes.count).copyMemory(from: bytes)
    }

    deinit { self.base.deallocate() }

    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self.base, count: self.capacity)
    }
}
