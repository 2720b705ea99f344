import Messaging

/// The frames that come by the million, read where they lie: whole messages and acks.
///
/// Only what is complete and correct is taken. Whatever else comes is left to be judged frame by
/// frame, so nothing here decides what is an error.
enum HotFrames {
    /// Takes `basic.publish` or `basic.deliver` at `offset` with its header and its one body frame,
    /// if they lie whole and in order.
    ///
    /// - Returns: Where the next frame begins; nil when nothing was taken.
    @inline(__always)
    static func takeContent(
        _ id: MethodID, _ frame: FrameHead, in bytes: UnsafeRawBufferPointer, at offset: Int,
        _ limits: ContentLimits, into batch: inout EventBatch
    ) -> Int? {
        let payload = offset + Frame.headBytes
        let methodEnd = payload + frame.payloadBytes
        guard
            let content = ContentPlace(
                in: bytes, at: methodEnd + 1, channel: frame.channel, limits: limits),
            bytes[methodEnd] == Frame.end,
            var head = ContentHead(id, in: bytes, at: payload, count: frame.payloadBytes),
            !head.slice.isImmediate
        else { return nil }
        head.slice.propertiesOffset = content.propertiesOffset
        head.slice.propertiesBytes = content.propertiesBytes
        head.slice.bodyOffset = content.bodyOffset
        head.slice.bodyBytes = content.bodyBytes
        batch.events.append(head.event(ChannelNumber(frame.channel), source: .input))
        return content.endOffset
    }

    /// Takes `basic.ack` at `offset`: a settlement, or a publisher's confirm.
    @inline(__always)
    static func takeAck(
        _ frame: FrameHead, in bytes: UnsafeRawBufferPointer, at offset: Int,
        into batch: inout EventBatch
    ) -> Int? {
        let arguments = offset + Frame.headBytes + 4
        let end = arguments + 9
        guard frame.payloadBytes == 13, end < bytes.count, bytes[end] == Frame.end else {
            return nil
        }
        let deliveryTag = DeliveryTag(bytes.bigEndian(at: arguments, as: UInt64.self))
        let ack = BasicMethod.ack(deliveryTag: deliveryTag, multiple: bytes[arguments + 8] & 1 != 0)
        batch.events.append(.method(ChannelNumber(frame.channel), .basic(ack)))
        return end + 1
    }
}

/// Where a content header's properties and the one frame of its body lie.
private struct ContentPlace {
    let propertiesOffset: Int
    let propertiesBytes: Int
    let bodyOffset: Int
    let bodyBytes: Int
    /// Where the next frame begins.
    let endOffset: Int

    private static let classAndWeight = UInt32(ClassID.basic.rawValue) << 16

    @inline(__always)
    init?(
        in bytes: UnsafeRawBufferPointer, at offset: Int, channel: UInt16,
        limits: ContentLimits
    ) {
        let payload = offset + Frame.headBytes
        guard payload + Frame.contentHeaderBytes + 3 <= bytes.count else { return nil }
        let header = FrameHead(bytes, at: offset)
        let headerEnd = payload + header.payloadBytes
        guard header.type == Frame.headerType, header.channel == channel,
            header.payloadBytes >= Frame.contentHeaderBytes + 2,
            header.payloadBytes <= limits.payloadBytesMax, headerEnd < bytes.count,
            header.payloadBytes - Frame.contentHeaderBytes <= limits.propertiesBytesMax,
            bytes[headerEnd] == Frame.end,
            bytes.bigEndian(at: payload, as: UInt32.self) == Self.classAndWeight
        else { return nil }
        let size = bytes.bigEndian(at: payload + 4, as: UInt64.self)
        guard size <= UInt64(limits.payloadBytesMax), size <= UInt64(limits.bodyBytesMax) else {
            return nil
        }
        self.bodyBytes = Int(size)
        self.propertiesOffset = payload + Frame.contentHeaderBytes
        self.propertiesBytes = headerEnd - self.propertiesOffset
        self.bodyOffset = headerEnd + 1 + (size == 0 ? 0 : Frame.headBytes)
        self.endOffset = size == 0 ? self.bodyOffset : self.bodyOffset + self.bodyBytes + 1
        if size > 0 {
            guard self.endOffset <= bytes.count else { return nil }
            let body = FrameHead(bytes, at: headerEnd + 1)
            guard body.type == Frame.bodyType, body.channel == channel,
                body.payloadBytes == self.bodyBytes, bytes[self.endOffset - 1] == Frame.end
            else { return nil }
        }
        let properties = UnsafeRawBufferPointer(
            start: bytes.baseAddress! + self.propertiesOffset, count: self.propertiesBytes)
        guard MessageProperties.isWellFormed(properties) else { return nil }
    }
}
