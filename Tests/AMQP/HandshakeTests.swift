import AMQP
import Messaging
import NIOCore
import Testing

@Suite("The handshake")
struct HandshakeTests {
    @Test("A server asks its driver twice and opens the connection")
    func serverAsks() {
        let server = Conversation(.server)
        server.acceptsEverything = false
        // A client may send everything at once; nothing is read past a question.
        server.receive(WireBytes.clientHandshake)
        let login = ConnectionEvent.authenticate(
            mechanism: "PLAIN", response: Array("\0guest\0guest".utf8))
        #expect(server.takeHeard() == [.event(login)])
        #expect(server.isWaitingForDriver)
        #expect(server.peerSupports("authentication_failure_close"))
        #expect(!server.peerSupports("basic.nack"))

        server.change { machine, output in machine.authenticationAccepted(into: &output) }
        server.receive([])
        #expect(server.takeHeard() == [.event(.openRequested(virtualHost: "/"))])
        server.change { machine, output in machine.openAccepted(into: &output) }
        server.receive([])
        #expect(server.takeHeard() == [.event(.channelOpened(1))])
        #expect(server.isOpen(1))
        #expect(!server.isOpen(2))

        let start = ConnectionMethod.Start(
            serverProperties: ConnectionSettings.example(.server).properties,
            mechanisms: Array("PLAIN AMQPLAIN".utf8), locales: Array("en_US".utf8))
        let tune = Tuning(channelsMax: 2_047, frameBytesMax: 131_072, heartbeatSeconds: 60)
        let sent =
            WireBytes.method(0, .connection(.start(start)))
            + WireBytes.method(0, .connection(.tune(tune)))
            + WireBytes.method(0, .connection(.openOK)) + WireBytes.method(1, .channel(.openOK))
        #expect(server.takeOutput() == sent)
    }

    @Test("A server's properties name what it can do")
    func serverProperties() {
        let properties = ConnectionSettings.example(.server).properties
        #expect(properties["product"]?.text == "queuetop")
        #expect(properties["version"]?.text == "0.1.0")
        guard case .table(let capabilities) = properties["capabilities"] else {
            Issue.record("no capabilities")
            return
        }
        let names = [
            "publisher_confirms", "exchange_exchange_bindings", "basic.nack",
            "consumer_cancel_notify", "connection.blocked", "consumer_priorities",
            "authentication_failure_close", "per_consumer_qos", "direct_reply_to",
        ]
        #expect(capabilities.fields.map(\.name) == names)
        #expect(capabilities.fields.allSatisfy { $0.value == .bool(true) })
    }

    @Test(
        "Anything but the protocol header is answered with it",
        arguments: [
            [0x41, 0x4D, 0x51, 0x50, 0, 1, 0, 0], [0x41, 0x4D, 0x51, 0x50, 3, 1, 0, 0],
            Array("GET / HTTP/1.1\r\n".utf8), [UInt8](repeating: 0, count: 8),
        ] as [[UInt8]])
    func wrongHeader(bytes: [UInt8]) {
        let server = Conversation(.server)
        server.receive(bytes)
        #expect(server.takeOutput() == WireBytes.protocolHeader)
        #expect(server.isClosed)
        #expect(server.takeHeard().isEmpty)
    }

    @Test("A challenge is a second question")
    func challenge() {
        let server = Conversation(.server)
        server.acceptsEverything = false
        server.receive(WireBytes.protocolHeader + WireBytes.startOK)
        _ = (server.takeHeard(), server.takeOutput())
        server.change { machine, output in
            machine.authenticationChallenged([1, 2], into: &output)
        }
        #expect(
            server.takeOutput() == WireBytes.method(0, .connection(.secure(challenge: [1, 2]))))
        #expect(!server.isWaitingForDriver)
        server.receive(WireBytes.method(0, .connection(.secureOK(response: [3]))))
        #expect(
            server.takeHeard()
                == [.event(.authenticate(mechanism: "PLAIN", response: [3]))])
    }

    @Test("A refused login is explained to clients that understand it")
    func refusedLogin() {
        let server = Conversation(.server)
        server.acceptsEverything = false
        server.receive(WireBytes.protocolHeader + WireBytes.startOK)
        _ = server.takeOutput()
        server.change { machine, output in machine.authenticationRefused(into: &output) }
        let reason = CloseReason(
            code: 403,
            text: "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. "
                + "For details see the broker logfile.")
        #expect(server.takeOutput() == WireBytes.method(0, .connection(.close(reason))))
        #expect(!server.isClosed)
        server.receive(WireBytes.method(0, .connection(.closeOK)))
        #expect(server.isClosed)
    }

    @Test("A refused login of an older client ends without a word")
    func refusedLoginOfOlderClient() {
        let server = Conversation(.server)
        server.acceptsEverything = false
        let startOK = ConnectionMethod.StartOK(
            clientProperties: [:], mechanism: "PLAIN", response: [], locale: "en_US")
        server.receive(WireBytes.protocolHeader)
        server.receive(WireBytes.method(0, .connection(.startOK(startOK))))
        _ = server.takeOutput()
        server.change { machine, output in machine.authenticationRefused(into: &output) }
        #expect(server.takeOutput().isEmpty)
        #expect(server.isClosed)
    }

    @Test("A refused virtual host is explained")
    func refusedVirtualHost() {
        let server = Conversation(.server)
        server.receive(WireBytes.protocolHeader + WireBytes.startOK + WireBytes.tuneOK())
        server.acceptsEverything = false
        server.receive(WireBytes.open)
        _ = server.takeOutput()
        let reason = CloseReason(.notAllowed, "vhost / not found", method: MethodID(10, 40))
        server.change { machine, output in machine.close(reason, into: &output) }
        #expect(reason.text == "NOT_ALLOWED - vhost / not found")
        #expect(server.takeOutput() == WireBytes.method(0, .connection(.close(reason))))
    }

    struct BadTuning: Sendable {
        let bytes: [UInt8]
        let text: String
    }

    @Test(
        "Values outside the offer are refused",
        arguments: [
            BadTuning(
                bytes: WireBytes.tuneOK(frameBytesMax: 131_073),
                text: "frame_max = 131073 is higher than the maximum allowed value (131072)"),
            BadTuning(
                bytes: WireBytes.tuneOK(frameBytesMax: 0),
                text: "frame_max = 0 is higher than the maximum allowed value (131072)"),
            BadTuning(
                bytes: WireBytes.tuneOK(frameBytesMax: 4_095),
                text: "frame_max = 4095 is lower than the minimum allowed value (4096)"),
            BadTuning(
                bytes: WireBytes.tuneOK(channelsMax: 2_048),
                text: "channel_max = 2048 is higher than the maximum allowed value (2047)"),
            BadTuning(
                bytes: WireBytes.tuneOK(channelsMax: 0),
                text: "channel_max = 0 is higher than the maximum allowed value (2047)"),
        ])
    func badTuning(_ bad: BadTuning) {
        let server = Conversation(.server)
        server.receive(WireBytes.protocolHeader + WireBytes.startOK)
        _ = (server.takeHeard(), server.takeOutput())
        server.receive(bad.bytes)
        let reason = CloseReason(
            code: 530, text: "NOT_ALLOWED - negotiated \(bad.text)", method: MethodID(10, 30))
        #expect(server.takeHeard() == [.event(.protocolError(reason))])
        #expect(server.takeOutput() == WireBytes.method(0, .connection(.close(reason))))
    }

    @Test("The smallest and largest values of the offer are taken")
    func goodTuning() {
        for bytes in [
            WireBytes.tuneOK(channelsMax: 1, frameBytesMax: 4_096),
            WireBytes.tuneOK(channelsMax: 2_047, frameBytesMax: 131_072, heartbeatSeconds: 65_535),
        ] {
            let server = Conversation(.server)
            server.receive(WireBytes.protocolHeader + WireBytes.startOK + bytes + WireBytes.open)
            #expect(server.isRunning)
        }
    }

    struct Untimely: Sendable {
        let before: [UInt8]
        let bytes: [UInt8]
        let text: String
    }

    @Test(
        "Before tuning, RabbitMQ drops who breaks the order without a word",
        arguments: [
            Untimely(
                before: [], bytes: WireBytes.open,
                text: "CHANNEL_ERROR - unexpected method in connection state starting"),
            Untimely(
                before: [], bytes: WireBytes.channelOpen,
                text: "UNEXPECTED_FRAME - type 1, all octets = <<0,20,0,10,0>>"),
            Untimely(
                before: [], bytes: WireBytes.frame(4, 0, Array("abc".utf8)),
                text: "FRAME_ERROR - type 4, all octets = <<\"abc\">>: unknown_frame"),
            Untimely(
                before: [], bytes: [1, 0, 0] + WireBytes.integer(UInt32(4_097)),
                text: "FRAME_ERROR - type 1, all octets = <<>>: {frame_too_large,4097,4088}"),
            Untimely(
                before: WireBytes.startOK, bytes: WireBytes.open,
                text: "CHANNEL_ERROR - unexpected method in connection state tuning"),
        ])
    func untimelyAndSilent(_ untimely: Untimely) {
        let server = Conversation(.server)
        server.receive(WireBytes.protocolHeader + untimely.before)
        _ = (server.takeHeard(), server.takeOutput())
        server.receive(untimely.bytes)
        guard case .event(.protocolError(let reason)) = server.takeHeard().last else {
            Issue.record("no protocol error")
            return
        }
        #expect(reason.text == untimely.text)
        #expect(server.takeOutput().isEmpty)
        #expect(server.isClosed)
    }

    @Test("After tuning, it says why")
    func untimelyAndTold() {
        let server = Conversation(.server)
        server.receive(WireBytes.protocolHeader + WireBytes.startOK + WireBytes.tuneOK())
        _ = server.takeOutput()
        server.receive(WireBytes.channelOpen)
        let reason = CloseReason(
            code: 505, text: "UNEXPECTED_FRAME - type 1, all octets = <<0,20,0,10,0>>")
        #expect(server.takeOutput() == WireBytes.method(0, .connection(.close(reason))))
    }

    @Test("An unknown mechanism ends it without a word")
    func unknownMechanism() {
        let server = Conversation(.server)
        let startOK = ConnectionMethod.StartOK(
            clientProperties: [:], mechanism: "NOPE", response: [], locale: "en_US")
        server.receive(WireBytes.protocolHeader)
        _ = server.takeOutput()
        server.receive(WireBytes.method(0, .connection(.startOK(startOK))))
        let reason = CloseReason(
            code: 503, text: "COMMAND_INVALID - unknown authentication mechanism 'NOPE'",
            method: MethodID(10, 11))
        #expect(server.takeHeard() == [.event(.protocolError(reason))])
        #expect(server.takeOutput().isEmpty)
        #expect(server.isClosed)
    }
}
