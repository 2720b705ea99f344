import AMQP
import Core
import Messaging
import Testing

/// Rarer answers as they go over the wire.
@Suite("Answers")
struct AnswerTests {
    /// A client that publishes with confirms, a queue `q`, and one named `full` that takes
    /// nothing.
    private static func publisher(_ server: TestServer) throws -> TestClient {
        let client = try TestClient.open(port: server.port, channels: 2)
        try client.declare("q")
        try client.declare(
            "full",
            arguments: ["x-overflow": .string("reject-publish"), "x-max-length": .int32(0)])
        client.send(.confirm(.select(noWait: false)))
        #expect(try client.next() == .method(1, .confirm(.selectOK)))
        return client
    }

    private static func ack(_ tag: UInt64, multiple: Bool = false) -> Method {
        .basic(.ack(deliveryTag: DeliveryTag(tag), multiple: multiple))
    }

    private static func nack(_ tag: UInt64) -> Method {
        .basic(.nack(deliveryTag: DeliveryTag(tag), multiple: false, requeue: true))
    }

    @Test("what a full queue refuses is nacked, in the order of publishing", arguments: [1, 3])
    func nacks(loops: Int) async throws {
        try await TestServer.talk(loops: loops) { server in
            let client = try Self.publisher(server)
            for (number, key) in ["q", "full", "q"].enumerated() {
                client.publish("m", key: key)
                let tag = UInt64(number) + 1
                #expect(
                    try client.next()
                        == .method(1, key == "q" ? Self.ack(tag) : Self.nack(tag)))
            }
        }
    }

    @Test(
        "a publish and the close of its channel are answered in that order, each once",
        arguments: [1, 3], ["q", "full"])
    func publishThenClose(loops: Int, key: String) async throws {
        try await TestServer.talk(loops: loops) { server in
            let client = try Self.publisher(server)
            client.publish(
                "m", key: key,
                then: [(.channel(.close(.normal)), 1), (.basic(.recover(requeue: true)), 2)])
            let answers =
                TestClient.bytes(of: key == "q" ? Self.ack(1) : Self.nack(1))
                + TestClient.bytes(of: .channel(.closeOK))
                + TestClient.bytes(of: .basic(.recoverOK), on: 2)
            let heard = try client.nextBytes(answers.count)
            // The second channel's answer may come before the first one's close.
            #expect(heard.sorted() == answers.sorted())
            let first = Array(answers.prefix(answers.count - 12))
            #expect(Self.frames(heard, of: 1) == first)
        }
    }

    /// The bytes of the frames of one channel.
    private static func frames(_ bytes: [UInt8], of channel: UInt8) -> [UInt8] {
        var rest = bytes[...]
        var found: [UInt8] = []
        while rest.count >= 8 {
            let head = Array(rest.prefix(7))
            let count = head[3...6].reduce(0) { $0 << 8 | Int($1) } + 8
            if head[2] == channel { found += rest.prefix(count) }
            rest = rest.dropFirst(count)
        }
        return found
    }

    @Test("a new secret is taken, and changes nothing")
    func updateSecret() async throws {
        try await TestServer.talk { server in
            let client = try TestClient.open(port: server.port)
            client.send(
                .connection(.updateSecret(newSecret: Array("new".utf8), reason: "rotation")), on: 0)
            #expect(try client.next() == .method(0, .connection(.updateSecretOK)))
            try client.declare("q")
        }
    }

    @Test("who logs in by AMQPLAIN is let in or refused like everybody")
    func amqplain() async throws {
        try await TestServer.talk { server in
            func settings(password: FieldValue) -> ConnectionSettings {
                var settings = TestClient.settings()
                settings.mechanisms = ["AMQPLAIN"]
                var writer = ByteWriter()
                writer.writeTable(["LOGIN": .string("guest"), "PASSWORD": password])
                settings.response = Array(writer.bytes.dropFirst(4))
                return settings
            }
            let client = try TestClient.open(
                port: server.port, settings: settings(password: .string("guest")))
            try client.declare("q")
            let text =
                "ACCESS_REFUSED - Login was refused using authentication mechanism AMQPLAIN. "
                + "For details see the broker logfile."
            for password in [FieldValue.string("secret"), .string("")] {
                let refused = try TestClient(
                    port: server.port, settings: settings(password: password))
                #expect(
                    try refused.next() == .connectionClosed(code: 403, text: text, method: .none))
            }
        }
    }

    @Test("a client comes into the virtual host that it asks for, and sees nothing of others")
    func virtualHosts() async throws {
        try await TestServer.run { server in
            var definitions = Definitions()
            definitions.virtualHosts = ["other"]
            #expect(await server.engine.apply(definitions) == [])
            let port = server.port
            try await blocking {
                let here = try TestClient.open(port: port)
                let there = try TestClient.open(
                    port: port, settings: TestClient.settings(virtualHost: "other"))
                try here.declare("q")
                try there.declare("q", arguments: ["x-max-length": .int32(1)])
                for body in ["1", "2"] {
                    here.publish(body, key: "q")
                    there.publish(body, key: "q")
                }
                #expect(try here.depth("q") == 2)
                #expect(try there.depth("q") == 1)
                var declare = QueueMethod.Declare(queue: "none")
                declare.isPassive = true
                there.send(.queue(.declare(declare)))
                #expect(
                    try there.next()
                        == .channelClosed(
                            1, code: 404, text: "NOT_FOUND - no queue 'none' in vhost 'other'",
                            method: MethodID(50, 10)))
            }
        }
    }
}
