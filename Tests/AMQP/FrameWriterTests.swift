import AMQP
import Messaging
import NIOCore
import Testing

@Suite("Writing frames")
struct FrameWriterTests {
    private static func message(
        _ bytes: [UInt8], _ body: (MessageBytes) -> Void
    ) {
        var parts = Array("exkey".utf8) + [0x10, 0, 2]
        let bodyOffset = parts.count
        parts += bytes
        parts.withUnsafeBytes { parts in
            let slice = MessageSlice(
                exchangeOffset: 0, exchangeBytes: 2, keyOffset: 2, keyBytes: 3, propertiesOffset: 5,
                propertiesBytes: 3, bodyOffset: bodyOffset, bodyBytes: bytes.count,
                isMandatory: false, isImmediate: false)
            body(MessageBytes(slice, in: parts))
        }
    }

    private static let frameBytesMax = 4_096
    /// Sizes around the borders of one, two and three body frames.
    static let sizes = [0, 1, 4_087, 4_088, 4_089, 8_176, 8_177, 12_264]

    private static func body(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    }

    @Test("A delivery, byte by byte")
    func delivery() {
        var output = ByteBuffer()
        Self.message([1, 2]) { message in
            Array("tag".utf8).withUnsafeBytes { tag in
                FrameWriter.writeDelivery(
                    channel: 3, consumerTag: tag, deliveryTag: DeliveryTag(258),
                    isRedelivered: true, message: message, frameBytesMax: 131_072, into: &output)
            }
        }
        let arguments =
            WireBytes.short("tag") + WireBytes.integer(UInt64(258)) + [1] + WireBytes.short("ex")
            + WireBytes.short("key")
        let frames =
            WireBytes.method(3, 60, 60, arguments)
            + WireBytes.header(3, size: 2, properties: [0x10, 0, 2]) + WireBytes.body(3, [1, 2])
        #expect(Array(output.readableBytesView) == frames)
    }

    @Test("Publishes of all sizes reach a server whole, in frames as tuned", arguments: sizes)
    func publish(size: Int) {
        var output = ByteBuffer()
        Self.message(Self.body(size)) { message in
            FrameWriter.writePublish(
                channel: 1, isMandatory: true, message: message,
                frameBytesMax: Self.frameBytesMax, into: &output)
        }
        let server = Conversation.server()
        server.receive(output.readableBytesView)
        let expected = HeardMessage(
            what: "publish", exchange: "ex", key: "key", properties: [0x10, 0, 2],
            body: Self.body(size), isMandatory: true)
        #expect(server.takeHeard() == [.message(expected)])
        let bodyFrames = (size + 4_087) / 4_088
        let fixedBytes = (4 + 2 + 1 + 2 + 1 + 3 + 1) + (12 + 3)
        #expect(output.readableBytes == fixedBytes + size + 8 * (2 + bodyFrames))
    }

    @Test("Deliveries, gets and returns of all sizes reach a client whole", arguments: sizes)
    func toClient(size: Int) {
        var output = ByteBuffer()
        Self.message(Self.body(size)) { message in
            Array("c".utf8).withUnsafeBytes { tag in
                FrameWriter.writeDelivery(
                    channel: 1, consumerTag: tag, deliveryTag: DeliveryTag(4),
                    isRedelivered: false, message: message, frameBytesMax: Self.frameBytesMax,
                    into: &output)
            }
            FrameWriter.writeGetOK(
                channel: 1, deliveryTag: DeliveryTag(5), isRedelivered: true, messageCount: 6,
                message: message, frameBytesMax: Self.frameBytesMax, into: &output)
            FrameWriter.writeReturn(
                channel: 1, code: .noRoute, message: message, frameBytesMax: Self.frameBytesMax,
                into: &output)
        }
        let client = Conversation.client()
        client.receive(output.readableBytesView)
        let expected = ["deliver 4 to c", "got 5, 6 left, again", "returned 312 NO_ROUTE"].map {
            Heard.message(
                HeardMessage(
                    what: $0, exchange: "ex", key: "key", properties: [0x10, 0, 2],
                    body: Self.body(size)))
        }
        #expect(client.takeHeard() == expected)
    }

    @Test("Acks, heartbeats and any other method")
    func methods() {
        var output = ByteBuffer()
        FrameWriter.writeAck(DeliveryTag(9), multiple: true, channel: 2, into: &output)
        FrameWriter.writeHeartbeat(into: &output)
        FrameWriter.writeMethod(.tx(.commitOK), channel: 1, into: &output)
        let ack = BasicMethod.ack(deliveryTag: DeliveryTag(9), multiple: true)
        #expect(
            Array(output.readableBytesView)
                == WireBytes.method(2, .basic(ack)) + [8, 0, 0, 0, 0, 0, 0, 0xCE]
                + WireBytes.method(1, 90, 21))
    }
}
