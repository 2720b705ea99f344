import AMQP
import Messaging
import NIOCore

/// A driver that says yes to everything and remembers what it was told.
struct Listener: ~Copyable {
    struct Outcome {
        var output: [UInt8] = []
        /// All contents, one behind the other.
        var contents: [UInt8] = []
        var eventCount = 0
    }

    private var machine: ConnectionMachine
    private var output = ByteBuffer()
    private var batch = EventBatch()
    private var unconsumed: [UInt8] = []
    private var receivedBytes = 0
    private var outcome = Outcome()
    /// The event that the machine waits to be answered, when it does.
    private var question: ConnectionEvent?

    private init(_ role: Role) {
        let settings =
            role == .server
            ? ConnectionSettings.server(product: "queuetop", version: "1")
            : .client(user: "u", password: "p", virtualHost: "/", product: "fuzz", version: "1")
        self.machine = ConnectionMachine(role: role, settings: settings)
        self.machine.start(into: &self.output)
    }

    /// Modes 3 and 4 begin with a server's and a client's first byte, 5 to 7 on an open channel.
    /// The first piece has `firstBytes`, the others have `pieceBytes`.
    static func listen(
        to bytes: UnsafeRawBufferPointer, mode: UInt8, firstBytes: Int, pieceBytes: Int
    ) -> Outcome {
        var listener = Listener(mode == 4 || mode == 7 ? .client : .server)
        switch mode {
        case 3, 4: break
        case 7: listener.receive(Handshake.server[...])
        default: listener.receive(Handshake.client[...])
        }
        if mode == 7 {
            listener.machine.openChannel(ChannelNumber(1), into: &listener.output)
            listener.receive(Handshake.channelOpenOK[...])
        }
        var offset = firstBytes
        if firstBytes > 0 { listener.receive(Array(bytes[..<firstBytes])[...]) }
        while offset < bytes.count {
            let end = min(offset + pieceBytes, bytes.count)
            listener.receive(Array(bytes[offset..<end])[...])
            offset = end
        }
        listener.outcome.output = listener.output.bytes
        return listener.outcome
    }

    private mutating func receive(_ piece: ArraySlice<UInt8>) {
        self.unconsumed += piece
        self.receivedBytes += piece.count
        while true {
            // Memory of exactly that size: the sanitizer sees a read one byte past it.
            let input = UnsafeMutableRawBufferPointer.allocate(
                byteCount: self.unconsumed.count, alignment: 1)
            defer { input.deallocate() }
            input.copyBytes(from: self.unconsumed)
            let consumed = self.machine.receive(
                UnsafeRawBufferPointer(input), batch: &self.batch, output: &self.output)
            precondition(consumed <= self.unconsumed.count, "consumed more than there was")
            precondition(self.unconsumed.count - consumed < 131_072 + 8, "more than a frame waits")
            precondition(self.machine.heldBytes <= self.receivedBytes, "contents hold too much")
            self.note(UnsafeRawBufferPointer(input))
            self.unconsumed.removeFirst(consumed)
            guard self.machine.isWaitingForDriver else { return }
            self.answer()
        }
    }

    private mutating func answer() {
        switch self.question {
        case .authenticate: self.machine.authenticationAccepted(into: &self.output)
        case .openRequested: self.machine.openAccepted(into: &self.output)
        default: preconditionFailure("paused without a question")
        }
    }

    private mutating func note(_ input: UnsafeRawBufferPointer) {
        for event in self.batch.events {
            switch event {
            case .publish(_, let slice, let source), .deliver(_, _, let slice, let source),
                .got(_, _, let slice, let source), .returned(_, _, let slice, let source):
                self.note(slice, source, input)
            default: break
            }
        }
        self.outcome.eventCount += self.batch.events.count
        self.question = self.batch.events.last
        self.batch.removeAll()
    }

    private mutating func note(
        _ slice: MessageSlice, _ source: ContentSource, _ input: UnsafeRawBufferPointer
    ) {
        switch source {
        case .input: self.outcome.note(MessageBytes(slice, in: input))
        case .assembled(let index):
            self.batch.assembled[index].withUnsafeBytes { bytes in
                self.outcome.note(MessageBytes(slice, in: bytes))
            }
        }
    }
}

extension Listener.Outcome {
    fileprivate mutating func note(_ message: MessageBytes) {
        self.contents += message.exchange
        self.contents += message.routingKey
        self.contents += message.properties
        self.contents += message.body
    }
}

/// What brings a machine to an open channel 1.
private enum Handshake {
    static let client: [UInt8] = {
        let startOK = ConnectionMethod.StartOK(
            clientProperties: [:], mechanism: "PLAIN", response: [], locale: "en_US")
        let tuning = Tuning(channelsMax: 9, frameBytesMax: 4_096, heartbeatSeconds: 0)
        return Array("AMQP".utf8) + [0, 0, 9, 1]
            + frames([
                .connection(.startOK(startOK)), .connection(.tuneOK(tuning)),
                .connection(.open(virtualHost: "/")),
            ]) + frames([.channel(.open)], channel: 1)
    }()

    static let server: [UInt8] = {
        let start = ConnectionMethod.Start(
            serverProperties: [:], mechanisms: Array("PLAIN".utf8), locales: [])
        let tuning = Tuning(channelsMax: 9, frameBytesMax: 4_096, heartbeatSeconds: 0)
        return frames([
            .connection(.start(start)), .connection(.tune(tuning)), .connection(.openOK),
        ])
    }()

    static let channelOpenOK = frames([.channel(.openOK)], channel: 1)

    private static func frames(_ methods: [Method], channel: UInt16 = 0) -> [UInt8] {
        var output = ByteBuffer()
        for method in methods {
            FrameWriter.writeMethod(method, channel: ChannelNumber(channel), into: &output)
        }
        return output.bytes
    }
}
