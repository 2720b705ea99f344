import AMQP
import Messaging
import Testing

@Suite("Time")
struct TimerTests {
    private let heartbeat = WireBytes.frame(8, 0, [])

    private func server(heartbeatSeconds: UInt16) -> Conversation {
        let server = Conversation(.server)
        server.receive(
            WireBytes.protocolHeader + WireBytes.startOK
                + WireBytes.tuneOK(heartbeatSeconds: heartbeatSeconds) + WireBytes.open)
        _ = server.takeOutput()
        return server
    }

    @Test("Heartbeats leave twice an interval")
    func sends() {
        let server = self.server(heartbeatSeconds: 10)
        #expect(server.tick(seconds: 100) == .wait(nanoseconds: 5_000_000_000))
        #expect(server.takeOutput().isEmpty)
        #expect(server.tick(seconds: 104) == .wait(nanoseconds: 1_000_000_000))
        #expect(server.takeOutput().isEmpty)
        #expect(server.tick(seconds: 105) == .wait(nanoseconds: 5_000_000_000))
        #expect(server.takeOutput() == self.heartbeat)
    }

    @Test("A peer that is silent for two intervals is gone; any byte counts as life")
    func silence() {
        let server = self.server(heartbeatSeconds: 10)
        _ = server.tick(seconds: 100)
        server.receive([8])
        #expect(server.tick(seconds: 110) == .wait(nanoseconds: 5_000_000_000))
        #expect(server.tick(seconds: 129.9) == .wait(nanoseconds: 5_000_000_000))
        #expect(server.tick(seconds: 130) == .close(.heartbeat))
        #expect(server.isClosed)
    }

    @Test("Without heartbeats nothing leaves and nobody is missed")
    func withoutHeartbeats() {
        let server = self.server(heartbeatSeconds: 0)
        _ = server.tick(seconds: 0)
        #expect(server.tick(seconds: 1e6) == .wait(nanoseconds: 30_000_000_000))
        #expect(server.takeOutput().isEmpty)
    }

    @Test("A handshake has ten seconds", arguments: [Role.server, .client])
    func handshake(role: Role) {
        let conversation = Conversation(role)
        #expect(conversation.tick(seconds: 50) == .wait(nanoseconds: 10_000_000_000))
        #expect(conversation.tick(seconds: 59) == .wait(nanoseconds: 1_000_000_000))
        #expect(conversation.tick(seconds: 60) == .close(.handshake))
    }

    @Test("A close is confirmed within the heartbeat interval, thirty seconds at most")
    func close() {
        for (heartbeatSeconds, wait) in [(10, 10), (60, 30), (0, 30)] as [(UInt16, Double)] {
            let server = self.server(heartbeatSeconds: heartbeatSeconds)
            _ = server.tick(seconds: 100)
            server.change { machine, output in machine.close(.normal, into: &output) }
            #expect(server.tick(seconds: 200) == .wait(nanoseconds: Int64(wait * 1e9)))
            #expect(server.tick(seconds: 200 + wait) == .close(.close))
        }
    }
}
