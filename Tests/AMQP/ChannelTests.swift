import AMQP
import Messaging
import Testing

@Suite("Channels")
struct ChannelTests {
    private let reason = CloseReason(.notFound, "no queue 'q' in vhost '/'")
    private var close: [UInt8] { WireBytes.method(1, .channel(.close(self.reason))) }
    private let closeOK = WireBytes.method(1, .channel(.closeOK))

    @Test("A client's close waits for the driver, who may still send on the channel")
    func clientCloses() {
        let server = Conversation.server()
        server.receive(self.close + WireBytes.message(body: [1]))
        #expect(server.takeHeard() == [.event(.channelCloseRequested(1, self.reason))])
        #expect(server.takeOutput().isEmpty)
        #expect(server.isOpen(1))
        server.change { machine, output in machine.confirmChannelClose(1, into: &output) }
        #expect(server.takeOutput() == self.closeOK)
        #expect(!server.isOpen(1))
        server.receive(WireBytes.channelOpen)
        #expect(server.takeHeard() == [.event(.channelOpened(1))])
    }

    @Test("A server's close drops what still comes, until the client confirms")
    func serverCloses() {
        let server = Conversation.server()
        server.receive(WireBytes.publish())
        server.change { machine, output in machine.closeChannel(1, self.reason, into: &output) }
        #expect(server.takeOutput() == self.close)
        #expect(!server.isOpen(1))
        #expect(server.heldBytes == 0)
        server.receive(
            WireBytes.header(size: 3) + WireBytes.body(1, [1, 2, 3])
                + WireBytes.method(1, .tx(.select)) + WireBytes.body(1, [4]))
        #expect(server.takeHeard().isEmpty)
        server.receive(self.closeOK)
        #expect(server.takeHeard() == [.event(.channelClosed(1))])
        #expect(server.takeOutput().isEmpty)
        server.receive(WireBytes.channelOpen)
        #expect(server.takeHeard() == [.event(.channelOpened(1))])
    }

    @Test("Both ends close at once, and each confirms the other")
    func bothClose() {
        let server = Conversation.server()
        server.change { machine, output in machine.closeChannel(1, self.reason, into: &output) }
        server.receive(self.close)
        #expect(server.takeHeard().isEmpty)
        #expect(server.takeOutput() == self.close + self.closeOK)
        server.receive(self.closeOK)
        #expect(server.takeHeard() == [.event(.channelClosed(1))])
    }

    @Test("Closing what is closed, or what the peer closes, says nothing")
    func lateCloses() {
        let server = Conversation.server()
        server.change { machine, output in
            machine.closeChannel(2, self.reason, into: &output)
            machine.confirmChannelClose(1, into: &output)
            machine.confirmClose(into: &output)
        }
        server.receive(self.close)
        server.change { machine, output in machine.closeChannel(1, self.reason, into: &output) }
        #expect(server.takeOutput().isEmpty)
    }

    @Test("A client's machine confirms by itself")
    func clientConfirms() {
        let client = Conversation.client()
        client.receive(self.close)
        #expect(client.takeHeard() == [.event(.channelCloseRequested(1, self.reason))])
        #expect(client.takeOutput() == self.closeOK)
        #expect(!client.isOpen(1))
    }

    @Test("As many channels as tuned, by any number, and not one more")
    func channelsMax() {
        let server = Conversation(.server)
        server.receive(
            WireBytes.protocolHeader + WireBytes.startOK + WireBytes.tuneOK(channelsMax: 2)
                + WireBytes.open)
        for channel: UInt16 in [65_535, 1] {
            server.receive(WireBytes.method(channel, .channel(.open)))
        }
        #expect(server.isOpen(65_535))
        #expect(server.isOpen(1))
        _ = (server.takeHeard(), server.takeOutput())
        server.receive(WireBytes.method(2, .channel(.open)))
        let reason = CloseReason(
            code: 530,
            text: "NOT_ALLOWED - number of channels opened (2) has reached the negotiated "
                + "channel_max (2)")
        #expect(server.takeHeard() == [.event(.protocolError(reason))])
        #expect(server.takeOutput() == WireBytes.method(0, .connection(.close(reason))))
    }

    @Test("A channel that was closed makes room for another")
    func channelsMaxAfterClose() {
        let server = Conversation(.server)
        server.receive(
            WireBytes.protocolHeader + WireBytes.startOK + WireBytes.tuneOK(channelsMax: 1)
                + WireBytes.open + WireBytes.channelOpen + self.close)
        server.change { machine, output in machine.confirmChannelClose(1, into: &output) }
        server.receive(WireBytes.method(2, .channel(.open)))
        #expect(server.isOpen(2))
    }

    @Test("A server answers channel.flow that asks for more")
    func flow() {
        let server = Conversation.server()
        server.receive(WireBytes.method(1, .channel(.flow(isActive: true))))
        #expect(server.takeHeard().isEmpty)
        #expect(server.takeOutput() == WireBytes.method(1, .channel(.flowOK(isActive: true))))
    }

    @Test(
        "Methods reach the end that they are for, and only that one",
        arguments: MethodSamples.all.filter { ![10, 20].contains($0.id.classID) })
    func methods(id: MethodID, method: Method) {
        guard ![40, 50, 60, 71].contains(id.methodID) || id.classID != 60 else { return }
        let bytes = WireBytes.method(1, method)
        let heard = [Heard.event(.method(1, method))]
        let (server, client) = (Conversation.server(), Conversation.client())
        server.receive(bytes)
        client.receive(bytes)
        let (atServer, atClient) = (server.takeHeard() == heard, client.takeHeard() == heard)
        let either: Set<MethodID> = [MethodID(60, 30), MethodID(60, 80), MethodID(60, 120)]
        let fromServer: Set<UInt16> = [11, 21, 31, 41, 51, 72, 111]
        #expect(atServer == (either.contains(id) || !fromServer.contains(id.methodID)))
        #expect(atClient == (either.contains(id) || fromServer.contains(id.methodID)))
        #expect(server.isRunning == atServer)
        #expect(client.isRunning == atClient)
    }

    @Test("Blocked and updated secrets come as methods of channel 0")
    func connectionMethods() {
        let client = Conversation.client()
        let blocked = Method.connection(.blocked(reason: "low on disk"))
        client.receive(WireBytes.method(0, blocked))
        #expect(client.takeHeard() == [.event(.method(0, blocked))])
        let server = Conversation.server()
        let secret = Method.connection(.updateSecret(newSecret: [1], reason: "r"))
        server.receive(WireBytes.method(0, secret))
        #expect(server.takeHeard() == [.event(.method(0, secret))])
    }
}
