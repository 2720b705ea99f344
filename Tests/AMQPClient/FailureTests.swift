import AMQP
import AMQPClient
import Messaging
import NIOPosix
import Testing

@Suite("AMQPClient when things go wrong")
struct FailureTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    @Test("Where nothing listens, the error names the address and what to check")
    func refused() async {
        // Port 1 is reserved and needs privileges that no broker has.
        let error = await #expect(throws: AMQPClientError.self) {
            _ = try await AMQPClient.connect(to: AMQPEndpoint(port: 1), on: self.loop)
        }
        #expect(
            error?.description
                == "Cannot connect to 127.0.0.1:1: Connection refused. "
                + "Check the address, and that the broker is running.")
    }

    @Test("A wrong password is a refused login")
    func wrongPassword() async throws {
        try await TestServer.run { server in
            var endpoint = server.endpoint
            endpoint.password = "wrong"
            let expected = AMQPClientError.loginRefused(address: endpoint.address, user: "guest")
            await #expect(throws: expected) {
                _ = try await AMQPClient.connect(to: endpoint, on: self.loop)
            }
            #expect(!"\(endpoint) \(String(reflecting: endpoint))".contains("wrong"))
        }
    }

    @Test("A virtual host that does not exist is named")
    func wrongVirtualHost() async throws {
        try await TestServer.run { server in
            var endpoint = server.endpoint
            endpoint.virtualHost = "elsewhere"
            let expected = AMQPClientError.virtualHostRefused(
                virtualHost: "elsewhere", text: "NOT_ALLOWED - vhost elsewhere not found")
            await #expect(throws: expected) {
                _ = try await AMQPClient.connect(to: endpoint, on: self.loop)
            }
        }
    }

    @Test(
        "Something that is no AMQP server fails the handshake",
        arguments: [StrangeServer.Manner.hangsUp, .speaksHTTP])
    func noServer(manner: StrangeServer.Manner) async throws {
        try await StrangeServer.run(manner) { server, loop in
            let endpoint = AMQPEndpoint(port: server.port)
            let error = await #expect(throws: AMQPClientError.self) {
                _ = try await AMQPClient.connect(to: endpoint, on: loop)
            }
            guard case .handshakeFailed(endpoint.address, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("An error of one channel ends that channel with the broker's words, and no other")
    func channelError() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            let channel = try await client.openChannel()
            var declare = QueueMethod.Declare(queue: "missing")
            declare.isPassive = true
            let method = Method.queue(.declare(declare))
            let expected = AMQPClientError.channelClosed(
                CloseReason(.notFound, "no queue 'missing' in vhost '/'", method: method.id))
            await #expect(throws: expected) { try await channel.call(method) }
            await #expect(throws: expected, "later calls fail at once, with the reason") {
                try await channel.declare("other")
            }
            #expect(await channel.ended() == expected)
            try await client.openChannel().declare("other")
        }
    }

    @Test("A broker that stops says so to everybody who waits")
    func serverStops() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            let channel = try await client.openChannel()
            await server.stop()
            guard case .connectionClosed(let reason) = await client.ended() else {
                Issue.record("ended otherwise")
                return
            }
            #expect(reason.code == ReplyCode.connectionForced.rawValue)
            #expect(await channel.ended() == .connectionClosed(reason))
            await #expect(throws: AMQPClientError.connectionClosed(reason)) {
                _ = try await client.openChannel()
            }
        }
    }

    @Test("A call whose answer never comes fails when the connection is lost")
    func connectionLost() async throws {
        try await StrangeServer.run(.hangsUpAtFirstMethod) { server, loop in
            let endpoint = AMQPEndpoint(port: server.port)
            let client = try await AMQPClient.connect(to: endpoint, on: loop)
            let channel = try await client.openChannel()
            let error = await #expect(throws: AMQPClientError.self) {
                try await channel.declare("work")
            }
            guard case .connectionLost(endpoint.address, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("After closing, everything fails with that reason, and closing again does nothing")
    func closed() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            let channel = try await client.openChannel()
            await client.close()
            await client.close()
            await #expect(throws: AMQPClientError.closedByClient) {
                try await channel.declare("work")
            }
        }
    }
}
