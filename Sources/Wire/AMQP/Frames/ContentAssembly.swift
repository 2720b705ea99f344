import Messaging

/// How large a frame's payload and a message's body may be.
struct ContentLimits {
    var payloadBytesMax: Int
    var bodyBytesMax: Int
    /// Bytes of a message's properties, its headers included.
    var propertiesBytesMax: Int
}

/// Puts together one message whose frames did not lie in one piece.
///
/// Its bytes are the method's payload, then the properties, then the body, so that the offsets of
/// a ``MessageSlice`` can point into them.
struct ContentAssembly {
    enum Action {
        case wait
        /// The message is whole: its event's offsets count in these bytes.
        case complete(ContentHead, [UInt8])
        case fail(CloseReason)
        /// The message is announced larger than this end takes: only the channel is closed.
        case closeChannel(CloseReason)
    }

    private enum State {
        case awaitingHeader
        case awaitingBody(remainingBytes: Int)
    }

    let id: MethodID
    private var head: ContentHead
    private var bytes: [UInt8]
    private var state = State.awaitingHeader

    /// Bytes held so far.
    var count: Int { self.bytes.count }

    /// Begins with a method's payload; nil when its arguments do not fit the method.
    init?(_ id: MethodID, payload: UnsafeRawBufferPointer) {
        guard let head = ContentHead(id, in: payload, at: 0, count: payload.count) else {
            return nil
        }
        self.id = id
        self.head = head
        self.bytes = Array(payload)
    }

    var isImmediate: Bool { self.head.slice.isImmediate }

    mutating func received(
        _ type: UInt8, payload: UnsafeRawBufferPointer, limits: ContentLimits
    ) -> Action {
        switch self.state {
        case .awaitingHeader:
            guard type == Frame.headerType else { return .fail(.headerExpected(self.id)) }
            return self.headerReceived(payload, limits)
        case .awaitingBody(let remainingBytes):
            guard type == Frame.bodyType else { return .fail(.bodyExpected(self.id)) }
            guard payload.count <= remainingBytes else { return .fail(.bodyTooLong(self.id)) }
            self.bytes.append(contentsOf: payload)
            return self.advance(remainingBytes: remainingBytes - payload.count)
        }
    }

    private mutating func headerReceived(
        _ payload: UnsafeRawBufferPointer, _ limits: ContentLimits
    ) -> Action {
        let classID = payload.bigEndian(at: 0, as: UInt16.self)
        let weight = payload.bigEndian(at: 2, as: UInt16.self)
        let size = payload.bigEndian(at: 4, as: UInt64.self)
        let properties = UnsafeRawBufferPointer(rebasing: payload[Frame.contentHeaderBytes...])
        guard weight == 0 else { return .fail(.headerExpected(self.id)) }
        guard classID == self.id.classID else {
            return .fail(.headerOfOtherClass(classID, self.id))
        }
        guard MessageProperties.isWellFormed(properties) else {
            return .fail(.propertiesMalformed(self.id))
        }
        guard size <= UInt64(limits.bodyBytesMax) else {
            return .closeChannel(
                .bodyTooLarge(size, bodyBytesMax: limits.bodyBytesMax, self.id))
        }
        guard properties.count <= limits.propertiesBytesMax else {
            return .closeChannel(
                .propertiesTooLarge(
                    properties.count, bytesMax: limits.propertiesBytesMax, self.id))
        }
        self.head.slice.propertiesOffset = self.bytes.count
        self.head.slice.propertiesBytes = properties.count
        self.head.slice.bodyOffset = self.bytes.count + properties.count
        self.head.slice.bodyBytes = Int(size)
        // No more in advance than a frame or so: an announcement alone must not cost memory.
        self.bytes.reserveCapacity(
            self.bytes.count + properties.count + min(Int(size), Limits.frameBytesMax))
        self.bytes.append(contentsOf: properties)
        return self.advance(remainingBytes: Int(size))
    }

    private mutating func advance(remainingBytes: Int) -> Action {
        guard remainingBytes == 0 else {
            self.state = .awaitingBody(remainingBytes: remainingBytes)
            return .wait
        }
        return .complete(self.head, self.bytes)
    }
}
