import AMQP
import Messaging
import NIOCore

/// Frames made by hand, byte by byte, so that tests do not trust the writer under test.
enum WireBytes {
    static let protocolHeader: [UInt8] = Array("AMQP".utf8) + [0, 0, 9, 1]

    static func frame(
        _ type: UInt8, _ channel: UInt16, _ payload: [UInt8], end: UInt8 = 0xCE
    ) -> [UInt8] {
        [type] + integer(channel) + integer(UInt32(payload.count)) + payload + [end]
    }

    static func method(
        _ channel: UInt16, _ classID: UInt16, _ methodID: UInt16, _ arguments: [UInt8] = []
    ) -> [UInt8] {
        frame(1, channel, integer(classID) + integer(methodID) + arguments)
    }

    static func method(_ channel: UInt16, _ method: Method) -> [UInt8] {
        var writer = ByteWriter()
        method.encode(into: &writer)
        return frame(1, channel, writer.bytes)
    }

    static func publish(
        _ channel: UInt16 = 1, exchange: String = "", key: String = "q", bits: UInt8 = 0
    ) -> [UInt8] {
        method(channel, 60, 40, [0, 0] + short(exchange) + short(key) + [bits])
    }

    static func header(
        _ channel: UInt16 = 1, size: UInt64, classID: UInt16 = 60, weight: UInt16 = 0,
        properties: [UInt8] = [0, 0]
    ) -> [UInt8] {
        frame(2, channel, integer(classID) + integer(weight) + integer(size) + properties)
    }

    static func body(_ channel: UInt16 = 1, _ bytes: [UInt8]) -> [UInt8] {
        frame(3, channel, bytes)
    }

    /// `basic.publish` with its whole content, in frames whose payloads have at most that size.
    static func message(
        _ channel: UInt16 = 1, exchange: String = "", key: String = "q", body: [UInt8],
        properties: [UInt8] = [0, 0], partBytes: Int = 131_064
    ) -> [UInt8] {
        publish(channel, exchange: exchange, key: key)
            + header(channel, size: UInt64(body.count), properties: properties)
            + parts(channel, body, partBytes)
    }

    static func parts(_ channel: UInt16, _ bytes: [UInt8], _ partBytes: Int) -> [UInt8] {
        stride(from: 0, to: bytes.count, by: partBytes).flatMap {
            body(channel, Array(bytes[$0..<min($0 + partBytes, bytes.count)]))
        }
    }

    static func short(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
    static func long(_ bytes: [UInt8]) -> [UInt8] { integer(UInt32(bytes.count)) + bytes }

    static func integer(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian, Array.init)
    }

    // MARK: The handshake of an ordinary client

    static let startOK = method(
        0,
        .connection(
            .startOK(
                ConnectionMethod.StartOK(
                    clientProperties: [
                        "capabilities": .table(["authentication_failure_close": .bool(true)])
                    ],
                    mechanism: "PLAIN", response: Array("\0guest\0guest".utf8), locale: "en_US"))))

    static func tuneOK(
        channelsMax: UInt16 = 2_047, frameBytesMax: UInt32 = 131_072, heartbeatSeconds: UInt16 = 0
    ) -> [UInt8] {
        let tuning = Tuning(
            channelsMax: channelsMax, frameBytesMax: frameBytesMax,
            heartbeatSeconds: heartbeatSeconds)
        return method(0, .connection(.tuneOK(tuning)))
    }

    static let open = method(0, .connection(.open(virtualHost: "/")))
    static let channelOpen = method(1, .channel(.open))

    /// All that a client sends until channel 1 is open.
    static let clientHandshake = protocolHeader + startOK + tuneOK() + open + channelOpen
}
