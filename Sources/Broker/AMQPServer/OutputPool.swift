import NIOCore

/// Buffers to encode output into, shared by the sessions of one engine.
///
/// A session holds one only while it has something to send, so ten thousand idle connections cost
/// nothing here, and busy ones find a buffer whose memory is already there.
///
/// Confined to the engine's executor.
final class OutputPool: @unchecked Sendable {
    private static let bytesMin = 65_536
    private static let bytesMax = 4_194_304
    private static let countMax = 16
    private var spare: [ByteBuffer] = []

    func take() -> ByteBuffer {
        self.spare.popLast() ?? ByteBufferAllocator().buffer(capacity: Self.bytesMin)
    }

    /// - Parameter buffer: No longer used by anybody else; else clearing it allocates.
    func give(_ buffer: consuming ByteBuffer) {
        guard self.spare.count < Self.countMax, buffer.capacity <= Self.bytesMax else { return }
        buffer.clear()
        self.spare.append(buffer)
    }
}
