import AMQP
import Messaging
import Testing

@Suite("A client's handshake")
struct ClientHandshakeTests {
    @Test("It logs in, takes the lower of each value, and opens the virtual host")
    func opens() {
        var settings = ConnectionSettings.example(.client)
        settings.tuning = Tuning(channelsMax: 0, frameBytesMax: 65_536, heartbeatSeconds: 10)
        let client = Conversation(.client, settings)
        #expect(client.takeOutput() == WireBytes.protocolHeader)
        client.receive(ServerBytes.handshake)
        #expect(client.takeHeard() == [.event(.ready)])
        let tuning = Tuning(channelsMax: 2_047, frameBytesMax: 65_536, heartbeatSeconds: 10)
        #expect(client.tuning == tuning)
        #expect(client.peerProperties["product"]?.text == "RabbitMQ")
        let startOK = ConnectionMethod.StartOK(
            clientProperties: settings.properties, mechanism: "PLAIN",
            response: Array("\0guest\0guest".utf8), locale: "en_US")
        #expect(
            client.takeOutput()
                == WireBytes.method(0, .connection(.startOK(startOK)))
                + WireBytes.method(0, .connection(.tuneOK(tuning))) + WireBytes.open)
    }

    @Test("A server's refusal is heard, and confirmed")
    func refused() {
        let whole = ServerBytes.handshake
        let openOKStart = whole.count - WireBytes.method(0, .connection(.openOK)).count
        let refusing = Conversation(.client)
        refusing.receive(whole[..<openOKStart])
        _ = (refusing.takeHeard(), refusing.takeOutput())
        let reason = CloseReason(.notAllowed, "vhost nope not found", method: MethodID(10, 40))
        refusing.receive(WireBytes.method(0, .connection(.close(reason))))
        #expect(refusing.takeHeard() == [.event(.closeRequested(reason))])
        #expect(refusing.takeOutput() == WireBytes.method(0, .connection(.closeOK)))
        #expect(refusing.isClosed)
    }

    @Test("A server of another version answers with its own header")
    func otherVersion() {
        let client = Conversation(.client)
        _ = client.takeOutput()
        client.receive([0x41, 0x4D, 0x51, 0x50, 0, 1, 0, 0])
        let reason = CloseReason(.notImplemented, "the server does not speak AMQP 0-9-1")
        #expect(client.takeHeard() == [.event(.protocolError(reason))])
        #expect(client.takeOutput().isEmpty)
        #expect(client.isClosed)
    }

    @Test("A server without the client's mechanism is given up")
    func noMechanism() {
        let client = Conversation(.client)
        _ = client.takeOutput()
        let start = ConnectionMethod.Start(
            serverProperties: [:], mechanisms: Array("EXTERNAL".utf8), locales: [])
        client.receive(WireBytes.method(0, .connection(.start(start))))
        #expect(client.takeOutput().isEmpty)
        #expect(client.isClosed)
    }

    @Test("Client and server machines understand each other")
    func eachOther() {
        let client = Conversation(.client)
        let server = Conversation(.server)
        for _ in 0..<6 {
            server.receive(client.takeOutput())
            client.receive(server.takeOutput())
        }
        #expect(client.isRunning)
        #expect(server.isRunning)
        #expect(client.takeHeard() == [.event(.ready)])
        #expect(client.tuning == server.tuning)

        client.change { machine, output in machine.openChannel(7, into: &output) }
        server.receive(client.takeOutput())
        client.receive(server.takeOutput())
        #expect(client.takeHeard() == [.event(.channelOpened(7))])
        #expect(client.isOpen(7))
        #expect(server.isOpen(7))

        client.change { machine, output in machine.close(.normal, into: &output) }
        server.receive(client.takeOutput())
        #expect(server.takeHeard().last == .event(.closeRequested(.normal)))
        #expect(!server.isClosed)
        server.change { machine, output in machine.confirmClose(into: &output) }
        #expect(server.isClosed)
        client.receive(server.takeOutput())
        #expect(client.isClosed)
    }
}
