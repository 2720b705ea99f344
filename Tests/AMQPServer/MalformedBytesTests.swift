import AMQP
import Messaging
import Testing

/// Bytes that are not AMQP end their own connection and nothing else.
@Suite("Malformed bytes")
struct MalformedBytesTests {
    @Test("a client that speaks another protocol is told which one this is")
    func otherProtocol() async throws {
        try await TestServer.talk { server in
            let bytes = try TestClient.exchange(
                Array("GET / HTTP/1.1\r\n\r\n".utf8), port: server.port)
            #expect(bytes == [0x41, 0x4D, 0x51, 0x50, 0, 0, 9, 1])
        }
    }

    @Test("no seed of noise stops the server", arguments: [1, 3])
    func noise(loops: Int) async throws {
        try await TestServer.talk(loops: loops) { server in
            for seed in UInt64(1)...100 {
                var random = Noise(seed: seed)
                let client = try TestClient.open(port: server.port)
                client.send(bytes: random.frames())
                client.send(.basic(.recover(requeue: true)), on: 77)
                // Whatever the noise meant, the end is an error or this last one is.
                var heard = try client.next()
                while heard != .ended { heard = try client.next() }
            }
            let client = try TestClient.open(port: server.port)
            try client.declare("alive")
        }
    }
}

/// Bytes that look like frames more or less, the same for the same seed.
private struct Noise {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed &* 0x9E37_79B9_7F4A_7C15 }

    private mutating func next() -> UInt8 {
        self.state ^= self.state << 13
        self.state ^= self.state >> 7
        self.state ^= self.state << 17
        return UInt8(truncatingIfNeeded: self.state >> 24)
    }

    mutating func frames() -> [UInt8] {
        (0..<5).flatMap { _ in self.frame() }
    }

    private mutating func frame() -> [UInt8] {
        let payload = (0..<Int(self.next() % 40)).map { _ in self.next() % 100 }
        let type = [1, 1, 1, 2, 3, 8, self.next()][Int(self.next() % 7)]
        let end: UInt8 = self.next() < 250 ? 0xCE : self.next()
        return [type, 0, self.next() % 3, 0, 0, 0, UInt8(payload.count)] + payload + [end]
    }
}
