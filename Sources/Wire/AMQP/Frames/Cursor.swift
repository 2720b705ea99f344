import Messaging

/// A place in raw memory that moves on with every value written.
///
/// Unchecked in release builds: whoever makes one has reserved what it writes and checks the
/// final offset.
struct Cursor {
    private let base: UnsafeMutableRawPointer
    private(set) var offset = 0

    @inline(__always)
    init(_ space: UnsafeMutableRawBufferPointer) {
        self.base = space.baseAddress!
    }

    @inline(__always)
    mutating func put<Value: FixedWidthInteger>(_ value: Value) {
        self.base.storeBytes(of: value.bigEndian, toByteOffset: self.offset, as: Value.self)
        self.offset += MemoryLayout<Value>.size
    }

    @inline(__always)
    mutating func put(_ bytes: UnsafeRawBufferPointer) {
        if let source = bytes.baseAddress {
            (self.base + self.offset).copyMemory(from: source, byteCount: bytes.count)
        }
        self.offset += bytes.count
    }

    /// Writes a length octet and the bytes.
    @inline(__always)
    mutating func putShort(_ bytes: UnsafeRawBufferPointer) {
        self.put(UInt8(bytes.count))
        self.put(bytes)
    }

    @inline(__always)
    mutating func putFrameHead(_ type: UInt8, payloadBytes: Int, channel: ChannelNumber) {
        self.put(type)
        self.put(channel.number)
        self.put(UInt32(payloadBytes))
    }

    @inline(__always)
    mutating func putMethodHead(_ id: MethodID, payloadBytes: Int, channel: ChannelNumber) {
        self.putFrameHead(Frame.methodType, payloadBytes: payloadBytes, channel: channel)
        self.put(id.classID)
        self.put(id.methodID)
    }
}
