import AMQP
import Messaging
import Testing

@Suite("The end of a connection")
struct ConnectionCloseTests {
    private let close = WireBytes.method(0, .connection(.close(.normal)))
    private let closeOK = WireBytes.method(0, .connection(.closeOK))

    @Test("A client's close waits for the driver")
    func clientCloses() {
        let server = Conversation.server()
        server.receive(self.close + WireBytes.message(body: [1]) + self.close)
        #expect(server.takeHeard() == [.event(.closeRequested(.normal))])
        #expect(server.takeOutput().isEmpty)
        #expect(!server.isRunning)
        #expect(!server.isOpen(1))
        server.change { machine, output in machine.confirmClose(into: &output) }
        #expect(server.takeOutput() == self.closeOK)
        #expect(server.isClosed)
        server.receive([0xFF, 1, 2, 3, 4, 5, 6, 7, 8, 9])
        #expect(server.unconsumedCount == 0)
        #expect(server.takeHeard().isEmpty)
    }

    @Test("A server's close drops all but the closing methods")
    func serverCloses() {
        let server = Conversation.server()
        let reason = CloseReason(.connectionForced, "broker is stopping")
        server.change { machine, output in
            machine.close(reason, into: &output)
            machine.close(reason, into: &output)
        }
        #expect(server.takeOutput() == WireBytes.method(0, .connection(.close(reason))))
        server.receive(
            WireBytes.message(body: [1]) + WireBytes.frame(8, 0, []) + WireBytes.frame(9, 3, [])
                + WireBytes.method(0, 77, 77))
        #expect(!server.isClosed)
        server.receive(self.close)
        #expect(server.takeOutput() == self.closeOK)
        #expect(!server.isClosed)
        server.receive(self.closeOK)
        #expect(server.isClosed)
        #expect(server.takeHeard().isEmpty)
    }

    @Test("A stream out of step is not read any more, and ends by time")
    func outOfStep() {
        let server = Conversation.server()
        server.receive(WireBytes.frame(8, 0, [], end: 0) + self.closeOK)
        #expect(!server.isClosed)
        #expect(server.unconsumedCount == 0)
        #expect(server.tick(seconds: 100) == .wait(nanoseconds: 3_000_000_000))
        #expect(server.tick(seconds: 102.9) == .wait(nanoseconds: 100_000_000))
        #expect(server.tick(seconds: 103) == .close(.close))
        #expect(server.isClosed)
    }
}
