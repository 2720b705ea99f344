/// Memory that reads go to, used again and again.
///
/// What was read is there until the next read.
final class ReadBuffer {
    private var room = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    deinit { self.room.deallocate() }

    /// Reads so many bytes, fewer only at the file's end.
    func read(
        _ count: Int, of file: any DiskFile, at offset: UInt64
    ) throws(DiskError) -> UnsafeRawBufferPointer {
        if self.room.count < count {
            self.room.deallocate()
            self.room = .allocate(byteCount: max(count, 2 * self.room.count), alignment: 8)
        }
        let wanted = UnsafeMutableRawBufferPointer(rebasing: self.room[..<count])
        let done = try file.read(at: offset, into: wanted)
        return UnsafeRawBufferPointer(rebasing: wanted[..<done])
    }
}
