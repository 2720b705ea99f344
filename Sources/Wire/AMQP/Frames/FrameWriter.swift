import Messaging
import NIOCore

/// Appends frames to a connection's output.
///
/// ```
/// +------+---------+-------------+---------+------+
/// | type | channel | payload size| payload | 0xCE |   AMQP 0-9-1, 4.2.3
/// |  1   |    2    |      4      |   size  |  1   |
/// +------+---------+-------------+---------+------+
/// ```
/// Messages take one reservation and are written through a raw pointer: the checked, growing
/// writes of a buffer cost ten times as much a message.
package enum FrameWriter {
    /// Writes a method without content.
    package static func writeMethod(
        _ method: Method, channel: ChannelNumber, into output: inout ByteBuffer
    ) {
        var writer = ByteWriter()
        method.encode(into: &writer)
        let payload = writer.bytes
        write(payload.count + Frame.overheadBytes, into: &output) { cursor in
            cursor.put(Frame.methodType)
            cursor.put(channel.number)
            cursor.put(UInt32(payload.count))
            payload.withUnsafeBytes { cursor.put($0) }
            cursor.put(Frame.end)
        }
    }

    /// Writes `basic.ack`: a publisher confirm from a server, or a consumer's settlement.
    package static func writeAck(
        _ deliveryTag: DeliveryTag, multiple: Bool, channel: ChannelNumber,
        into output: inout ByteBuffer
    ) {
        write(13 + Frame.overheadBytes, into: &output) { cursor in
            cursor.putMethodHead(.basicAck, payloadBytes: 13, channel: channel)
            cursor.put(deliveryTag.number)
            cursor.put(multiple ? 1 : 0 as UInt8)
            cursor.put(Frame.end)
        }
    }

    /// Writes `basic.deliver` and its content; `consumerTag` has at most 255 bytes.
    package static func writeDelivery(
        channel: ChannelNumber, consumerTag: UnsafeRawBufferPointer, deliveryTag: DeliveryTag,
        isRedelivered: Bool, message: MessageBytes, frameBytesMax: Int,
        into output: inout ByteBuffer
    ) {
        let payloadBytes =
            4 + 1 + consumerTag.count + 8 + 1 + 1 + message.exchange.count + 1
            + message.routingKey.count
        writeContent(
            of: message, methodBytes: payloadBytes, channel: channel, frameBytesMax: frameBytesMax,
            into: &output
        ) { cursor in
            cursor.putMethodHead(.basicDeliver, payloadBytes: payloadBytes, channel: channel)
            cursor.putShort(consumerTag)
            cursor.put(deliveryTag.number)
            cursor.put(isRedelivered ? 1 : 0 as UInt8)
            cursor.putShort(message.exchange)
            cursor.putShort(message.routingKey)
        }
    }

    /// Writes `basic.get-ok` and its content.
    package static func writeGetOK(
        channel: ChannelNumber, deliveryTag: DeliveryTag, isRedelivered: Bool,
        messageCount: UInt32, message: MessageBytes, frameBytesMax: Int,
        into output: inout ByteBuffer
    ) {
        let payloadBytes =
            4 + 8 + 1 + 1 + message.exchange.count + 1 + message.routingKey.count + 4
        writeContent(
            of: message, methodBytes: payloadBytes, channel: channel, frameBytesMax: frameBytesMax,
            into: &output
        ) { cursor in
            cursor.putMethodHead(.basicGetOK, payloadBytes: payloadBytes, channel: channel)
            cursor.put(deliveryTag.number)
            cursor.put(isRedelivered ? 1 : 0 as UInt8)
            cursor.putShort(message.exchange)
            cursor.putShort(message.routingKey)
            cursor.put(messageCount)
        }
    }

    /// Writes `basic.return` and its content, with the code's name as text as RabbitMQ does.
    package static func writeReturn(
        channel: ChannelNumber, code: ReplyCode, message: MessageBytes, frameBytesMax: Int,
        into output: inout ByteBuffer
    ) {
        var text = code.name
        text.withUTF8 { text in
            let payloadBytes =
                4 + 2 + 1 + text.count + 1 + message.exchange.count + 1 + message.routingKey.count
            writeContent(
                of: message, methodBytes: payloadBytes, channel: channel,
                frameBytesMax: frameBytesMax, into: &output
            ) { cursor in
                cursor.putMethodHead(.basicReturn, payloadBytes: payloadBytes, channel: channel)
                cursor.put(code.rawValue)
                cursor.putShort(UnsafeRawBufferPointer(text))
                cursor.putShort(message.exchange)
                cursor.putShort(message.routingKey)
            }
        }
    }

    /// Writes `basic.publish` and its content.
    package static func writePublish(
        channel: ChannelNumber, isMandatory: Bool = false, message: MessageBytes,
        frameBytesMax: Int, into output: inout ByteBuffer
    ) {
        let payloadBytes = 4 + 2 + 1 + message.exchange.count + 1 + message.routingKey.count + 1
        writeContent(
            of: message, methodBytes: payloadBytes, channel: channel, frameBytesMax: frameBytesMax,
            into: &output
        ) { cursor in
            cursor.putMethodHead(.basicPublish, payloadBytes: payloadBytes, channel: channel)
            cursor.put(0 as UInt16)
            cursor.putShort(message.exchange)
            cursor.putShort(message.routingKey)
            cursor.put(isMandatory ? 1 : 0 as UInt8)
        }
    }

    /// Writes a heartbeat frame.
    package static func writeHeartbeat(into output: inout ByteBuffer) {
        write(Frame.overheadBytes, into: &output) { cursor in
            cursor.put(Frame.heartbeatType)
            cursor.put(0 as UInt16)
            cursor.put(0 as UInt32)
            cursor.put(Frame.end)
        }
    }

    /// Writes a method's frame, its content header and its body frames in one reservation.
    @inline(__always)
    private static func writeContent(
        of message: MessageBytes, methodBytes: Int, channel: ChannelNumber, frameBytesMax: Int,
        into output: inout ByteBuffer, method: (inout Cursor) -> Void
    ) {
        let bodyPartBytes = frameBytesMax - Frame.overheadBytes
        precondition(bodyPartBytes > 0, "frame-max is at least 4,096 once tuned")
        let bodyFrames = (message.body.count + bodyPartBytes - 1) / bodyPartBytes
        let totalBytes =
            methodBytes + Frame.contentHeaderBytes + message.properties.count + message.body.count
            + (2 + bodyFrames) * Frame.overheadBytes
        write(totalBytes, into: &output) { cursor in
            method(&cursor)
            cursor.put(Frame.end)
            cursor.putFrameHead(
                Frame.headerType, payloadBytes: Frame.contentHeaderBytes + message.properties.count,
                channel: channel)
            cursor.put(ClassID.basic.rawValue)
            cursor.put(0 as UInt16)  // weight
            cursor.put(UInt64(message.body.count))
            cursor.put(message.properties)
            cursor.put(Frame.end)
            var offset = 0
            while offset < message.body.count {
                let partBytes = min(bodyPartBytes, message.body.count - offset)
                cursor.putFrameHead(Frame.bodyType, payloadBytes: partBytes, channel: channel)
                cursor.put(
                    UnsafeRawBufferPointer(rebasing: message.body[offset..<offset + partBytes]))
                cursor.put(Frame.end)
                offset += partBytes
            }
        }
    }

    @inline(__always)
    private static func write(
        _ totalBytes: Int, into output: inout ByteBuffer, _ fill: (inout Cursor) -> Void
    ) {
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: totalBytes) { space in
            var cursor = Cursor(space)
            fill(&cursor)
            precondition(cursor.offset == totalBytes, "a frame's parts add up to its size")
            return totalBytes
        }
    }
}
