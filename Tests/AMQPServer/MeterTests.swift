import Engine
import Messaging
import Testing

/// What went over a client's socket.
@Suite("Meters")
struct MeterTests {
    @Test("octets in and out, and what was settled, are seen", arguments: [1, 3])
    func traffic(loops: Int) async throws {
        try await TestServer.run(loops: loops) { server in
            let port = server.port
            let client = try await blocking { () -> TestClient in
                let client = try TestClient.open(port: port)
                try client.declare("q")
                return client
            }
            let before = try #require(await server.engine.sockets.values.first)
            #expect(before.terms.mechanism == "PLAIN")
            #expect(before.terms.channelsMax == Limits.channelsMax)
            #expect(!before.terms.isSecure)
            #expect(before.connectedAt.microseconds > 0)
            // The protocol header and the handshake count as well.
            #expect(before.traffic.receivedBytes > 8)
            #expect(before.traffic.sentBytes > 8)
            let body = String(repeating: "x", count: 10_000)
            try await blocking {
                client.publish(body, key: "q")
                // Its answer comes behind the message.
                _ = try client.depth("q")
            }
            let after = try #require(await server.engine.sockets.values.first)
            #expect(after.traffic.receivedBytes - before.traffic.receivedBytes > 10_000)
            #expect(after.traffic.sentBytes > before.traffic.sentBytes)
            #expect(after.traffic.reads > before.traffic.reads)
            #expect(after.connectedAt == before.connectedAt)
            let counters = await server.engine.counters().connections.first
            #expect(counters?.receivedBytes == after.traffic.receivedBytes)
        }
    }
}
