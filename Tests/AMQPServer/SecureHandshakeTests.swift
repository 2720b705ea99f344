import AMQPServer
import NIOCore
import NIOEmbedded
import NIOTLS
import Testing

/// How long somebody may take for a TLS handshake.
@Suite("TLS handshake")
struct SecureHandshakeTests {
    private func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: SecureHandshake(within: .seconds(5)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    @Test("whoever does not finish it in time is hung up on, and not before")
    func late() throws {
        let channel = try self.channel()
        channel.embeddedEventLoop.advanceTime(by: .nanoseconds(4_999_999_999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .nanoseconds(1))
        #expect(!channel.isActive)
    }

    @Test("whoever does is left alone from then on")
    func inTime() throws {
        let channel = try self.channel()
        channel.embeddedEventLoop.advanceTime(by: .seconds(4))
        channel.pipeline.fireUserInboundEventTriggered(
            TLSUserEvent.handshakeCompleted(negotiatedProtocol: nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(channel.isActive)
        #expect(throws: (any Error).self) {
            try channel.pipeline.syncOperations.handler(type: SecureHandshake.self)
        }
        _ = try channel.finish()
    }

    @Test("whoever goes meanwhile leaves nothing behind")
    func gone() throws {
        let channel = try self.channel()
        _ = try channel.finish()
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(!channel.isActive)
    }
}
