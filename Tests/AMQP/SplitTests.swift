import AMQP
import Messaging
import Testing

/// A stream means the same however the network cuts it.
@Suite("Split streams")
struct SplitTests {
    /// A client's life: handshake, every kind of method, messages of all shapes, the end.
    static let clientStream: [UInt8] =
        WireBytes.clientHandshake + WireBytes.method(2, .channel(.open))
        + MethodSamples.all.filter { Self.isForServer($0.id) }.flatMap {
            WireBytes.method(1, $0.method)
        }
        + WireBytes.message(exchange: "e", key: "k", body: [1, 2, 3])
        + WireBytes.message(body: []) + WireBytes.frame(8, 0, [])
        + WireBytes.message(2, body: [UInt8](repeating: 5, count: 300), partBytes: 100)
        + WireBytes.publish(1) + WireBytes.message(2, body: [4])
        + WireBytes.header(1, size: 2, properties: [0x80, 0, 1, 0x41]) + WireBytes.body(1, [8, 9])
        + WireBytes.method(2, .channel(.close(.normal)))
        + WireBytes.method(0, .connection(.close(.normal)))

    /// What a server says to a client with channels 1 and 2.
    static let serverStream: [UInt8] =
        WireBytes.method(2, .channel(.openOK))
        + MethodSamples.all.filter { Self.isForClient($0.id) }.flatMap {
            WireBytes.method(1, $0.method)
        }
        + ServerBytes.delivery(tag: "tag", number: 1, body: [1, 2, 3])
        + ServerBytes.delivery(2, number: 2, body: []) + WireBytes.frame(8, 0, [])
        + ServerBytes.gotten(body: [4]) + ServerBytes.returned(2, body: [5, 6])
        + ServerBytes.delivery(
            2, number: 3, redelivered: 1, body: [UInt8](repeating: 5, count: 300), partBytes: 100)
        + WireBytes.method(0, .connection(.blocked(reason: "disk")))
        + WireBytes.method(1, .channel(.close(.normal)))
        + WireBytes.method(0, .connection(.close(.normal)))

    private static func isForServer(_ id: MethodID) -> Bool {
        [40, 50, 85, 90].contains(id.classID) && [10, 20, 30, 40, 50].contains(id.methodID)
            || id.classID == 60 && [10, 20, 30, 70, 80, 90, 100, 110, 120].contains(id.methodID)
    }

    private static func isForClient(_ id: MethodID) -> Bool {
        [40, 50, 85, 90].contains(id.classID) && [11, 21, 31, 41, 51].contains(id.methodID)
            || id.classID == 60 && [11, 21, 30, 31, 72, 80, 111, 120].contains(id.methodID)
    }

    struct Outcome: Equatable {
        var heard: [Heard]
        var sent: [UInt8]
        var isClosed: Bool
    }

    static func outcome(_ role: Role, piecesOf size: () -> Int) -> Outcome {
        let conversation: Conversation
        let stream: [UInt8]
        switch role {
        case .server: (conversation, stream) = (Conversation(.server), Self.clientStream)
        case .client:
            (conversation, stream) = (Conversation.client(), Self.serverStream)
            conversation.change { machine, output in machine.openChannel(2, into: &output) }
        }
        conversation.receive(stream, inPiecesOf: size)
        return Outcome(
            heard: conversation.takeHeard(), sent: conversation.takeOutput(),
            isClosed: conversation.isClosed)
    }

    @Test("At once, the whole stream is understood", arguments: [Role.server, .client])
    func atOnce(role: Role) {
        let outcome = Self.outcome(role) { .max / 2 }
        #expect(
            !outcome.heard.contains { if case .event(.protocolError) = $0 { true } else { false } })
        #expect(outcome.heard.last == .event(.closeRequested(.normal)))
        #expect(outcome.heard.count > 25)
    }

    @Test("Byte by byte it means the same", arguments: [Role.server, .client])
    func dripFeeding(role: Role) {
        #expect(Self.outcome(role) { 1 } == Self.outcome(role) { .max / 2 })
    }

    @Test("In random pieces it means the same", arguments: [Role.server, .client])
    func randomPieces(role: Role) throws {
        let whole = Self.outcome(role) { .max / 2 }
        for seed in UInt64(1)...200 {
            var random = SeededGenerator(seed: seed)
            let most = Int.random(in: 1...400, using: &random)
            let outcome = Self.outcome(role) { Int.random(in: 1...most, using: &random) }
            try #require(outcome == whole, "seed \(seed)")
        }
    }

    @Test("Cut once, anywhere, it means the same", arguments: [Role.server, .client])
    func everyCut(role: Role) throws {
        let whole = Self.outcome(role) { .max / 2 }
        let count = role == .server ? Self.clientStream.count : Self.serverStream.count
        for cut in 1..<count {
            var sizes = [cut, count].makeIterator()
            let outcome = Self.outcome(role) { sizes.next() ?? count }
            try #require(outcome == whole, "cut at \(cut)")
        }
    }

    /// What lies in one piece is read by other code than what comes byte by byte; both have to find
    /// the same fault, whichever octet is wrong.
    @Test("A message with a wrong octet is judged the same at once and byte by byte")
    func everyOctet() throws {
        let published = WireBytes.message(
            exchange: "e", key: "k", body: [1, 2], properties: [0x90, 0, 1, 0x41, 2])
        let delivered = ServerBytes.delivery(tag: "t", body: [1, 2])
        for (stream, make) in [
            (published, { Conversation.server() }), (delivered, { Conversation.client() }),
        ] {
            for index in stream.indices {
                for change: UInt8 in [1, 2, 0x80, 0xFF] {
                    var damaged = stream
                    damaged[index] ^= change
                    let (atOnce, byByte) = (make(), make())
                    atOnce.receive(damaged + stream)
                    byByte.receive(damaged + stream) { 1 }
                    let name: Comment = "octet \(index) changed by \(change)"
                    try #require(atOnce.takeHeard() == byByte.takeHeard(), name)
                    try #require(atOnce.takeOutput() == byByte.takeOutput(), name)
                }
            }
        }
    }
}
