/// What `AMQP` uses of swift-nio's buffer, so that the fuzzer builds in seconds and every
/// instrumented branch is one of ours.
package struct ByteBuffer {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func writeBytes(_ bytes: [UInt8]) {
        self.bytes.append(contentsOf: bytes)
    }

    package mutating func writeWithUnsafeMutableBytes(
        minimumWritableBytes: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int
    ) {
        // Memory of exactly that size: the sanitizer sees a write one byte past it.
        let space = UnsafeMutableRawBufferPointer.allocate(
            byteCount: minimumWritableBytes, alignment: 1)
        defer { space.deallocate() }
        let count = body(space)
        self.bytes.append(contentsOf: space[..<count])
    }
}
