import AMQP
import Engine
import Messaging
import Testing

/// How the server ends channels and connections, and with which words.
@Suite("Closing")
struct CloseTests {
    @Test("a refused method closes its channel only")
    func channelError() async throws {
        try await TestServer.talk { server in
            let client = try TestClient.open(port: server.port, channels: 2)
            var declare = QueueMethod.Declare(queue: "missing")
            declare.isPassive = true
            client.send(.queue(.declare(declare)), on: 1)
            #expect(
                try client.next()
                    == .channelClosed(
                        1, code: 404, text: "NOT_FOUND - no queue 'missing' in vhost '/'",
                        method: MethodID(50, 10)))
            var create = QueueMethod.Declare(queue: "q")
            create.isDurable = true
            client.send(.queue(.declare(create)), on: 2)
            #expect(
                try client.next()
                    == .method(
                        2, .queue(.declareOK(queue: "q", messageCount: 0, consumerCount: 0))))
        }
    }

    @Test("an unknown delivery tag is 406")
    func unknownDeliveryTag() async throws {
        try await TestServer.talk { server in
            let client = try TestClient.open(port: server.port)
            client.send(.basic(.ack(deliveryTag: DeliveryTag(7), multiple: false)))
            #expect(
                try client.next()
                    == .channelClosed(
                        1, code: 406, text: "PRECONDITION_FAILED - unknown delivery tag 7",
                        method: MethodID(60, 80)))
        }
    }

    @Test("a method on a channel that is not open closes the connection")
    func channelNotOpen() async throws {
        try await TestServer.talk { server in
            let client = try TestClient.open(port: server.port)
            client.send(.basic(.recover(requeue: true)), on: 9)
            guard case .connectionClosed(let code, _, let method) = try client.next() else {
                Issue.record("the connection stayed open")
                return
            }
            #expect(code == 504)
            #expect(method == MethodID(60, 110))
            #expect(try client.next() == .ended)
        }
    }

    @Test("a wrong password is refused as RabbitMQ refuses it")
    func wrongPassword() async throws {
        try await TestServer.talk { server in
            let client = try TestClient(port: server.port, password: "secret")
            let text =
                "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. "
                + "For details see the broker logfile."
            #expect(
                try client.next() == .connectionClosed(code: 403, text: text, method: .none))
        }
    }

    @Test("there is one virtual host")
    func otherVirtualHost() async throws {
        try await TestServer.talk { server in
            let client = try TestClient(port: server.port, virtualHost: "other")
            #expect(
                try client.next()
                    == .connectionClosed(
                        code: 530, text: "NOT_ALLOWED - vhost other not found",
                        method: MethodID(10, 40)))
        }
    }

    @Test("the connection past the limit is refused, the one at it is not", arguments: [1, 3])
    func connectionLimit(loops: Int) async throws {
        let limits = EngineLimits(connectionsMax: 2)
        try await TestServer.talk(loops: loops, limits: limits) { server in
            let first = try TestClient.open(port: server.port)
            let second = try TestClient.open(port: server.port)
            let third = try TestClient(port: server.port)
            guard case .connectionClosed(let code, let text, _) = try third.next() else {
                Issue.record("the third connection was let in")
                return
            }
            #expect(code == 530)
            #expect(text.contains("connection limit"))
            try first.declare("q")
            #expect(try second.depth("q") == 0)
        }
    }

    @Test("a client that asked for heartbeats and falls silent is dropped", arguments: [1, 3])
    func silentClient(loops: Int) async throws {
        try await TestServer.talk(loops: loops) { server in
            // It answers the handshake, then sends nothing, not even heartbeats.
            let client = try TestClient(port: server.port, heartbeatSeconds: 1)
            #expect(try client.next() == .ended)
        }
    }

    @Test("clients are told when the server stops", arguments: [1, 3])
    func serverStops(loops: Int) async throws {
        try await TestServer.run(loops: loops) { server in
            let port = server.port
            let client = try await blocking { try TestClient.open(port: port) }
            async let stopped: Void = server.server.stop(within: .seconds(20))
            let heard = try await blocking { try client.next(2) }
            let text =
                "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'"
            #expect(
                heard == [.connectionClosed(code: 320, text: text, method: .none), .ended])
            await stopped
            await #expect(throws: TestClient.Failure.self) {
                try await blocking { try TestClient(port: port) }
            }
        }
    }
}
