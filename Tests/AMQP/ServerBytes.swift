import AMQP
import Messaging

/// What a server sends, made by hand.
enum ServerBytes {
    static let handshake =
        WireBytes.method(
            0,
            .connection(
                .start(
                    ConnectionMethod.Start(
                        serverProperties: ["product": .string("RabbitMQ")],
                        mechanisms: Array("AMQPLAIN PLAIN".utf8), locales: Array("en_US".utf8)))))
        + tune(channelsMax: 2_047, frameBytesMax: 131_072, heartbeatSeconds: 60)
        + WireBytes.method(0, .connection(.openOK))

    static func tune(
        channelsMax: UInt16, frameBytesMax: UInt32, heartbeatSeconds: UInt16
    ) -> [UInt8] {
        let tuning = Tuning(
            channelsMax: channelsMax, frameBytesMax: frameBytesMax,
            heartbeatSeconds: heartbeatSeconds)
        return WireBytes.method(0, .connection(.tune(tuning)))
    }

    static func delivery(
        _ channel: UInt16 = 1, tag: String = "c", number: UInt64 = 1, redelivered: UInt8 = 0,
        body: [UInt8], partBytes: Int = 131_064
    ) -> [UInt8] {
        let arguments =
            WireBytes.short(tag) + WireBytes.integer(number) + [redelivered]
            + WireBytes.short("ex") + WireBytes.short("q")
        return WireBytes.method(channel, 60, 60, arguments)
            + WireBytes.header(channel, size: UInt64(body.count))
            + WireBytes.parts(channel, body, partBytes)
    }

    static func gotten(_ channel: UInt16 = 1, body: [UInt8]) -> [UInt8] {
        let arguments =
            WireBytes.integer(UInt64(9)) + [1] + WireBytes.short("ex") + WireBytes.short("q")
            + WireBytes.integer(UInt32(3))
        return WireBytes.method(channel, 60, 71, arguments)
            + WireBytes.header(channel, size: UInt64(body.count)) + WireBytes.body(channel, body)
    }

    static func returned(_ channel: UInt16 = 1, body: [UInt8]) -> [UInt8] {
        let arguments =
            WireBytes.integer(UInt16(312)) + WireBytes.short("NO_ROUTE") + WireBytes.short("ex")
            + WireBytes.short("q")
        return WireBytes.method(channel, 60, 50, arguments)
            + WireBytes.header(channel, size: UInt64(body.count)) + WireBytes.body(channel, body)
    }
}
