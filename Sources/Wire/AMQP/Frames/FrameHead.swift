/// What stands before a frame's payload (AMQP 0-9-1, 4.2.3).
struct FrameHead {
    let type: UInt8
    /// The bare number: types of another module cost a call each in the hot path.
    let channel: UInt16
    let payloadBytes: Int

    /// Reads the seven bytes at `offset`, which have to be there.
    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        self.type = bytes[offset]
        self.channel = bytes.bigEndian(at: offset + 1, as: UInt16.self)
        self.payloadBytes = Int(bytes.bigEndian(at: offset + 3, as: UInt32.self))
    }
}

extension UnsafeRawBufferPointer {
    /// The big-endian integer at `offset`, which has to be there.
    @inline(__always)
    func bigEndian<Value: FixedWidthInteger>(at offset: Int, as: Value.Type) -> Value {
        Value(bigEndian: self.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}
