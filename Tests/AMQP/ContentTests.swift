import AMQP
import Messaging
import Testing

@Suite("Messages with content")
struct ContentTests {
    private static func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    }

    @Test("A whole message in one read is a slice of that read")
    func wholeMessage() {
        let server = Conversation.server()
        let input =
            WireBytes.message(exchange: "shop", key: "new", body: [7, 8, 9])
            + WireBytes.message(body: [])
        let batch = server.batch(of: input)
        #expect(batch.assembled.isEmpty)
        let first = MessageSlice(
            exchangeOffset: 14, exchangeBytes: 4, keyOffset: 19, keyBytes: 3, propertiesOffset: 43,
            propertiesBytes: 2, bodyOffset: 53, bodyBytes: 3, isMandatory: false,
            isImmediate: false)
        #expect(batch.events.count == 2)
        #expect(batch.events.first == .publish(1, first, source: .input))
    }

    @Test("Bodies of several frames are put together", arguments: [0, 1, 99, 100, 101, 200, 1_000])
    func parts(count: Int) {
        let server = Conversation.server()
        let body = Self.bytes(count)
        server.receive(WireBytes.message(body: body, partBytes: 100))
        #expect(server.takeHeard() == [.message(HeardMessage(what: "publish", body: body))])
        #expect(server.heldBytes == 0)
    }

    @Test("Messages of two channels may come interleaved, with empty parts and heartbeats")
    func interleaved() {
        let server = Conversation.server()
        server.receive(WireBytes.method(2, .channel(.open)))
        _ = server.takeHeard()
        server.receive(
            WireBytes.publish(1, key: "a", bits: 1) + WireBytes.publish(2, key: "b")
                + WireBytes.header(2, size: 2) + WireBytes.frame(8, 0, [])
                + WireBytes.header(1, size: 1, properties: [0x10, 0, 2]) + WireBytes.body(2, [1])
                + WireBytes.body(1, []) + WireBytes.body(1, [3]) + WireBytes.body(2, [2]))
        #expect(
            server.takeHeard() == [
                .message(
                    HeardMessage(
                        what: "publish", key: "a", properties: [0x10, 0, 2], body: [3],
                        isMandatory: true)),
                .message(HeardMessage(2, what: "publish", key: "b", body: [1, 2])),
            ])
    }

    @Test("A client hears deliveries, gets and returns")
    func client() {
        let client = Conversation.client()
        client.receive(
            ServerBytes.delivery(tag: "ctag", number: 5, redelivered: 1, body: [1])
                + ServerBytes.gotten(body: [2]) + ServerBytes.returned(body: [3])
                + ServerBytes.delivery(body: Self.bytes(10), partBytes: 4))
        #expect(
            client.takeHeard() == [
                .message(
                    HeardMessage(what: "deliver 5 to ctag again", exchange: "ex", body: [1])),
                .message(HeardMessage(what: "got 9, 3 left, again", exchange: "ex", body: [2])),
                .message(HeardMessage(what: "returned 312 NO_ROUTE", exchange: "ex", body: [3])),
                .message(
                    HeardMessage(what: "deliver 1 to c", exchange: "ex", body: Self.bytes(10))),
            ])
    }

    @Test("A body as large as the limit is taken; one byte more closes the channel only")
    func bodyBytesMax() {
        var settings = ConnectionSettings.example(.server)
        settings.bodyBytesMax = 1_000
        let server = Conversation.server(settings)
        server.receive(WireBytes.message(body: Self.bytes(1_000)))
        #expect(server.takeHeard().count == 1)
        server.receive(WireBytes.message(body: Self.bytes(1_001)))
        let reason = CloseReason(
            code: 406,
            text: "PRECONDITION_FAILED - message size 1001 is larger than configured max size 1000",
            method: MethodID(60, 40))
        #expect(server.takeHeard() == [.event(.channelFailed(1, reason))])
        #expect(server.takeOutput() == WireBytes.method(1, .channel(.close(reason))))
        #expect(server.isRunning)
        server.receive(WireBytes.method(1, .channel(.closeOK)))
        #expect(server.takeHeard() == [.event(.channelClosed(1))])
    }

    @Test("Properties as large as the limit are taken; one byte more closes the channel only")
    func propertiesBytesMax() {
        var settings = ConnectionSettings.example(.server)
        settings.propertiesBytesMax = 2
        let server = Conversation.server(settings)
        server.receive(WireBytes.message(body: Self.bytes(10)))
        #expect(server.takeHeard().count == 1, "they have the two bytes of their flags")
        settings.propertiesBytesMax = 1
        let strict = Conversation.server(settings)
        strict.receive(WireBytes.message(body: Self.bytes(10)))
        let reason = CloseReason(
            code: 406,
            text: "PRECONDITION_FAILED - size 2 of the message's properties is larger than "
                + "configured max size 1",
            method: MethodID(60, 40))
        #expect(strict.takeHeard() == [.event(.channelFailed(1, reason))])
        #expect(strict.isRunning)
    }

    @Test("A payload as large as a frame is taken; one byte more is not")
    func frameBytesMax() {
        let server = Conversation.server()
        server.receive(WireBytes.message(body: Self.bytes(131_072), partBytes: 131_072))
        #expect(server.takeHeard().count == 1)
        server.receive(WireBytes.message(body: Self.bytes(131_073), partBytes: 131_073))
        #expect(!server.isRunning)
    }

    @Test("Messages that are not whole hold no more than the limit")
    func heldBytesMax() {
        var settings = ConnectionSettings.example(.server)
        // Each holds its method's 10 and its properties' 2 bytes beside its body.
        settings.heldBytesMax = 2 * (10 + 2 + 500)
        let server = Conversation.server(settings)
        server.receive(
            WireBytes.method(2, .channel(.open)) + WireBytes.publish(1)
                + WireBytes.header(1, size: 900) + WireBytes.body(1, Self.bytes(500))
                + WireBytes.publish(2) + WireBytes.header(2, size: 900)
                + WireBytes.body(2, Self.bytes(500)))
        #expect(server.isRunning)
        #expect(server.heldBytes == settings.heldBytesMax)
        server.receive(WireBytes.body(2, [1]))
        let reason = CloseReason(
            code: 506, text: "RESOURCE_ERROR - unfinished messages exceed 1024 bytes",
            method: MethodID(60, 40))
        #expect(server.takeHeard().last == .event(.protocolError(reason)))
        #expect(server.heldBytes == 0)
    }
}
