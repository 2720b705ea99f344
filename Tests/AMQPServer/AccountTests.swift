import AMQP
import Core
import Engine
import Messaging
import Testing

/// Clients as users of their own.
@Suite("Accounts")
struct AccountTests {
    @Test("what a user may not do is refused in that user's name", arguments: [1, 2])
    func permissions(loops: Int) async throws {
        try await TestServer.run(loops: loops) { server in
            let permission = Permission(
                "orders", in: .default, configure: "^mine", write: "", read: "")
            #expect(await server.engine.putUser("orders", password: "p", tags: []) == nil)
            #expect(await server.engine.setPermission(permission) == nil)
            try await blocking {
                let settings = TestClient.settings(user: "orders", password: "p")
                let client = try TestClient.open(port: server.port, settings: settings)
                client.send(.queue(.declare(.init(queue: "other"))))
                #expect(
                    try client.next()
                        == .channelClosed(
                            1, code: 403,
                            text: "ACCESS_REFUSED - access to queue 'other' in vhost '/' refused "
                                + "for user 'orders'", method: MethodID(50, 10)))
            }
        }
    }

    @Test("a user without any permission in a virtual host is not let in")
    func noAccess() async throws {
        try await TestServer.run { server in
            #expect(await server.engine.putUser("orders", password: "p", tags: []) == nil)
            try await blocking {
                let client = try TestClient(port: server.port, user: "orders", password: "p")
                #expect(
                    try client.next()
                        == .connectionClosed(
                            code: 530,
                            text: "NOT_ALLOWED - access to vhost '/' refused for user 'orders'",
                            method: MethodID(10, 40)))
            }
        }
    }

    @Test("who is deleted is told so and closed", arguments: [1, 2])
    func deletion(loops: Int) async throws {
        try await TestServer.run(loops: loops) { server in
            let client = try await blocking { try TestClient.open(port: server.port) }
            #expect(await server.engine.deleteUser(.guest))
            try await blocking {
                guard case .connectionClosed(let code, let text, _) = try client.next() else {
                    Issue.record("the connection stayed open")
                    return
                }
                #expect(code == 320)
                #expect(text == "CONNECTION_FORCED - user 'guest' is deleted")
                #expect(try client.next() == .ended)
            }
            #expect(await server.engine.connectionCount == 0)
        }
    }
}
