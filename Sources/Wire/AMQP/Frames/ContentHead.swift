import Messaging

/// A method that content follows, with its texts left where they lie.
///
/// The same parse serves both ways in: frames that lie in one piece in the input, and frames that
/// are put together in an ``ContentAssembly``.
struct ContentHead {
    enum Kind {
        case publish
        case deliver(DeliveryHead)
        case got(GetHead)
        case returned(ReturnHead)
    }

    let kind: Kind
    /// Exchange and routing key are known, properties and body are still to come.
    var slice: MessageSlice

    /// Reads the method frame's payload that lies at `offset`; nil when the arguments do not fit.
    ///
    /// Inlined where `id` is a constant, it leaves only that method's reads.
    @inline(__always)
    init?(_ id: MethodID, in bytes: UnsafeRawBufferPointer, at offset: Int, count: Int) {
        var scan = ShortStringScan(bytes, from: offset + 4, to: offset + count)
        var flags: UInt8 = 0
        switch id {
        case .basicPublish:
            scan.skip(2)  // ticket, reserved
            self.kind = .publish
        case .basicDeliver:
            let tag = scan.shortString()
            let deliveryTag = DeliveryTag(scan.integer(UInt64.self))
            self.kind = .deliver(
                DeliveryHead(
                    deliveryTag: deliveryTag, consumerTagOffset: tag.offset,
                    consumerTagBytes: tag.count, isRedelivered: scan.integer(UInt8.self) & 1 != 0))
        case .basicGetOK:
            let deliveryTag = DeliveryTag(scan.integer(UInt64.self))
            let isRedelivered = scan.integer(UInt8.self) & 1 != 0
            // The count stands behind the names, in the last four bytes of the payload.
            let countOffset = offset + count - 4
            guard count >= 8 else { return nil }
            self.kind = .got(
                GetHead(
                    deliveryTag: deliveryTag, isRedelivered: isRedelivered,
                    messageCount: bytes.bigEndian(at: countOffset, as: UInt32.self)))
        case .basicReturn:
            let code = scan.integer(UInt16.self)
            let text = scan.shortString()
            self.kind = .returned(
                ReturnHead(code: code, textOffset: text.offset, textBytes: text.count))
        default: return nil
        }
        let exchange = scan.shortString()
        let key = scan.shortString()
        switch self.kind {
        case .publish: flags = scan.integer(UInt8.self)
        case .got: scan.skip(4)
        case .deliver, .returned: break
        }
        guard scan.isComplete else { return nil }
        self.slice = MessageSlice(
            exchangeOffset: exchange.offset, exchangeBytes: exchange.count,
            keyOffset: key.offset, keyBytes: key.count, propertiesOffset: 0, propertiesBytes: 0,
            bodyOffset: 0, bodyBytes: 0, isMandatory: flags & 1 != 0, isImmediate: flags & 2 != 0)
    }

    /// The event for the whole message.
    @inline(__always)
    func event(_ channel: ChannelNumber, source: ContentSource) -> ConnectionEvent {
        switch self.kind {
        case .publish: .publish(channel, self.slice, source: source)
        case .deliver(let head): .deliver(channel, head, self.slice, source: source)
        case .got(let head): .got(channel, head, self.slice, source: source)
        case .returned(let head): .returned(channel, head, self.slice, source: source)
        }
    }
}

/// Reads arguments in place and remembers when one did not fit, so that the hot path branches
/// once at the end instead of throwing at each step.
private struct ShortStringScan {
    private let bytes: UnsafeRawBufferPointer
    private let end: Int
    private var offset: Int
    private var hasFailed = false

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, from offset: Int, to end: Int) {
        self.bytes = bytes
        self.offset = offset
        self.end = end
    }

    /// Whether everything fitted and nothing is left over.
    @inline(__always)
    var isComplete: Bool { !self.hasFailed && self.offset == self.end }

    @inline(__always)
    mutating func skip(_ count: Int) {
        self.offset += count
        if self.offset > self.end { self.fail() }
    }

    @inline(__always)
    mutating func integer<Value: FixedWidthInteger>(_: Value.Type) -> Value {
        guard self.offset + MemoryLayout<Value>.size <= self.end else {
            self.fail()
            return 0
        }
        defer { self.offset += MemoryLayout<Value>.size }
        return self.bytes.bigEndian(at: self.offset, as: Value.self)
    }

    @inline(__always)
    mutating func shortString() -> (offset: Int, count: UInt8) {
        let count = self.integer(UInt8.self)
        let start = self.offset
        self.skip(Int(count))
        return (start, count)
    }

    @inline(__always)
    private mutating func fail() {
        self.hasFailed = true
        self.offset = self.end
    }
}
