import AMQP
import Messaging
import Testing

/// A client that does not read costs a bounded amount, and nobody else anything.
@Suite("Back-pressure")
struct BackPressureTests {
    private static let bodyBytes = 100_000
    private static let count = 600

    @Test("a consumer that does not read leaves its messages in the queue", arguments: [1, 3])
    func consumerThatDoesNotRead(loops: Int) async throws {
        try await TestServer.talk(loops: loops) { server in
            let slow = try TestClient.open(port: server.port, receiveBytes: 65_536)
            let producer = try TestClient.open(port: server.port)
            try producer.declare("slow")
            try producer.declare("fast")
            try slow.consume("slow", tag: "s", noAck: true)
            let body = [UInt8](repeating: 0x78, count: Self.bodyBytes)
            for _ in 0..<Self.count / 10 {
                producer.publish(bodies: Array(repeating: body, count: 10), key: "slow")
            }

            // Socket buffers and one batch hold a few megabytes; the other tens stay where they
            // are, and can be counted because the reply comes after all publishes.
            #expect(try producer.depth("slow") > Self.count / 2)

            let fast = try TestClient.open(port: server.port)
            try fast.consume("fast", tag: "f", noAck: true)
            producer.publish("through", key: "fast")
            #expect(
                try fast.next()
                    == .delivered(1, consumer: "f", tag: 1, isRedelivered: false, body: "through"))

            let text = String(decoding: body, as: UTF8.self)
            for tag in 1...UInt64(Self.count) {
                try #require(
                    try slow.next()
                        == .delivered(1, consumer: "s", tag: tag, isRedelivered: false, body: text))
            }
        }
    }

    @Test("a client that asks and does not read is not listened to for ever", arguments: [1, 3])
    func clientThatDoesNotReadReplies(loops: Int) async throws {
        try await TestServer.talk(loops: loops) { server in
            let client = try TestClient.open(port: server.port, receiveBytes: 65_536)
            try client.declare("q")
            let body = [UInt8](repeating: 0x78, count: Self.bodyBytes)
            client.publish(bodies: Array(repeating: body, count: Self.count), key: "q")
            for _ in 0..<Self.count { client.send(.basic(.get(queue: "q", noAck: true))) }
            for tag in 1...UInt64(Self.count) {
                guard case .got(_, tag, _, _) = try client.next() else {
                    Issue.record("reply \(tag) is missing")
                    return
                }
            }
        }
    }
}
