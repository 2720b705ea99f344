import AMQP
import Messaging
import Testing

/// Damaged streams are waited for, understood or refused with a code; they never end the process
/// and never make it hold more than it is allowed to.
@Suite("10,000 damaged streams")
struct MalformedStreamTests {
    /// Codes that a machine may answer damage with; others belong to queues and exchanges.
    private static let codes: Set<UInt16> = [406, 501, 502, 503, 504, 505, 506, 530, 540]

    @Test("Each is refused with a right code, heard, or waited for", arguments: 0..<100)
    func damaged(block: UInt64) throws {
        for seed in block * 100..<(block + 1) * 100 {
            var random = SeededGenerator(seed: seed)
            let role: Role = seed.isMultiple(of: 2) ? .server : .client
            var settings = ConnectionSettings.example(role)
            settings.heldBytesMax = 2_000
            // Half of them begin behind the handshake, so that its errors do not hide the others.
            let isOpen = Bool.random(using: &random)
            let conversation: Conversation
            let stream: [UInt8]
            switch (role, isOpen) {
            case (.server, false):
                (conversation, stream) = (Conversation(role, settings), SplitTests.clientStream)
            case (.server, true):
                conversation = .server(settings)
                stream = Array(
                    SplitTests.clientStream.dropFirst(WireBytes.clientHandshake.count))
            case (.client, false):
                conversation = Conversation(role, settings)
                stream = ServerBytes.handshake + SplitTests.serverStream
            case (.client, true):
                (conversation, stream) = (.client(settings), SplitTests.serverStream)
            }
            let damaged = Self.damage(stream, using: &random)
            let most = Int.random(in: 1...2_000, using: &random)
            conversation.receive(damaged) { Int.random(in: 1...most, using: &random) }
            try Self.judge(conversation, seed)
        }
    }

    private static func judge(_ conversation: Conversation, _ seed: UInt64) throws {
        // One frame at most waits for its rest, and contents keep to their limit.
        try #require(conversation.unconsumedCount <= 131_072 + 8, "seed \(seed)")
        try #require(conversation.heldBytes <= 2_000, "seed \(seed)")
        var errors = 0
        for heard in conversation.takeHeard() {
            switch heard {
            case .event(.protocolError(let reason)), .event(.channelFailed(_, let reason)):
                try #require(Self.codes.contains(reason.code), "seed \(seed): \(reason)")
                try #require(reason.text.utf8.count <= 255, "seed \(seed): \(reason)")
                if case .event(.protocolError) = heard { errors += 1 }
            case .event, .message: break
            }
        }
        // Who breaks the protocol is told once, and nothing runs on.
        try #require(errors <= 1, "seed \(seed)")
        try #require(errors == 0 || !conversation.isRunning, "seed \(seed)")
    }

    /// The stream with bytes changed, put in, left out, cut off, or whole stretches moved.
    private static func damage(
        _ stream: [UInt8], using random: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = stream
        for _ in 0..<Int.random(in: 1...6, using: &random) where bytes.count > 1 {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, index + Int.random(in: 1...40, using: &random))
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes[index] = .random(in: 0...255, using: &random)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.removeSubrange(index..<end)
            case 3: bytes.insert(.random(in: 0...255, using: &random), at: index)
            case 4: bytes.removeLast(bytes.count - index)
            case 5: bytes.insert(contentsOf: bytes[index..<end], at: index)
            default: bytes.removeFirst(index)
            }
        }
        return bytes
    }
}
