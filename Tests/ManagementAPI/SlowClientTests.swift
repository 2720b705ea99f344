import HTTPTypes
import ManagementAPI
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

/// How long a client may take for each part of a conversation.
@Suite struct SlowClientTests {
    private static let request = TimeAmount.seconds(60)
    private static let answer = TimeAmount.seconds(120)

    private func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        // Added as the server does it: when the connection is there.
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.pipeline.syncOperations.addHandler(
            SlowClientHandler(Self.request, Self.answer))
        return channel
    }

    private func pass(_ channel: EmbeddedChannel, _ time: TimeAmount) {
        channel.embeddedEventLoop.advanceTime(by: time)
    }

    private func begin(_ channel: EmbeddedChannel) throws {
        let head = HTTPRequest(method: .put, scheme: "http", authority: "x", path: "/")
        try channel.writeInbound(HTTPRequestPart.head(head))
    }

    private func answer(_ channel: EmbeddedChannel, _ type: String = "application/json") throws {
        let head = HTTPResponse(status: .ok, headerFields: [.contentType: type])
        try channel.writeOutbound(HTTPResponsePart.head(head))
    }

    @Test("Drops of a body do not put the end off")
    func drippingBody() throws {
        let channel = try self.channel()
        try self.begin(channel)
        for _ in 0..<59 {
            self.pass(channel, .seconds(1))
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
        }
        #expect(channel.isActive)
        self.pass(channel, .seconds(1))
        #expect(!channel.isActive)
    }

    @Test("The broker may take its time for an answer")
    func slowAnswer() throws {
        let channel = try self.channel()
        try self.begin(channel)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        self.pass(channel, .hours(1))
        #expect(channel.isActive)
        _ = try channel.finish()
    }

    @Test("An answer that is not read is given up")
    func unreadAnswer() throws {
        let channel = try self.channel()
        try self.begin(channel)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try self.answer(channel)
        self.pass(channel, .seconds(119))
        #expect(channel.isActive)
        self.pass(channel, .seconds(1))
        #expect(!channel.isActive)
    }

    @Test("A stream of events goes on as long as somebody listens")
    func events() throws {
        let channel = try self.channel()
        try self.begin(channel)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try self.answer(channel, "text/event-stream")
        self.pass(channel, .hours(1))
        #expect(channel.isActive)
        _ = try channel.finish()
    }

    @Test("Between requests a connection may be idle so long, and no longer")
    func idle() throws {
        let channel = try self.channel()
        for _ in 0..<3 {
            self.pass(channel, .seconds(59))
            try self.begin(channel)
            try channel.writeInbound(HTTPRequestPart.end(nil))
            try self.answer(channel)
            try channel.writeOutbound(HTTPResponsePart.end(nil))
        }
        self.pass(channel, .seconds(59))
        #expect(channel.isActive)
        self.pass(channel, .seconds(1))
        #expect(!channel.isActive)
    }
}
