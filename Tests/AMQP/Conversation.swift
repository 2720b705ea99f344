import AMQP
import Messaging
import NIOCore

/// A machine with the driver's part done for it: bytes in, what was heard and what was sent out.
final class Conversation {
    private var machine: ConnectionMachine
    /// What the machine's events said, contents with their bytes.
    private(set) var heard: [Heard] = []
    /// What the machine sent since it was last taken.
    private var output = ByteBuffer()
    private var unconsumed: [UInt8] = []
    private var batch = EventBatch()
    /// Whether questions about logins and virtual hosts are answered at once, with yes.
    var acceptsEverything = true

    init(_ role: Role, _ settings: ConnectionSettings? = nil) {
        self.machine = ConnectionMachine(role: role, settings: settings ?? .example(role))
        self.machine.start(into: &self.output)
    }

    /// A server that has taken an ordinary client as far as channel 1.
    static func server(_ settings: ConnectionSettings? = nil) -> Conversation {
        let conversation = Conversation(.server, settings)
        conversation.receive(WireBytes.clientHandshake)
        _ = conversation.takeHeard()
        _ = conversation.takeOutput()
        return conversation
    }

    /// A client whose server has opened the virtual host and channel 1.
    static func client(_ settings: ConnectionSettings? = nil) -> Conversation {
        let conversation = Conversation(.client, settings)
        conversation.receive(ServerBytes.handshake)
        conversation.change { machine, output in machine.openChannel(1, into: &output) }
        conversation.receive(WireBytes.method(1, .channel(.openOK)))
        _ = conversation.takeHeard()
        _ = conversation.takeOutput()
        return conversation
    }

    /// The machine's events as they are, for bytes that it consumes at once.
    func batch(of bytes: [UInt8]) -> EventBatch {
        var batch = EventBatch()
        let consumed = bytes.withUnsafeBytes {
            self.machine.receive($0, batch: &batch, output: &self.output)
        }
        precondition(consumed == bytes.count, "bytes are left over")
        return batch
    }

    /// Gives the bytes to the machine behind those it has not consumed.
    func receive(_ bytes: some Sequence<UInt8>) {
        self.unconsumed.append(contentsOf: bytes)
        while true {
            let consumed = self.unconsumed.withUnsafeBytes { bytes in
                let consumed = self.machine.receive(
                    bytes, batch: &self.batch, output: &self.output)
                self.heard += self.batch.events.map { Heard($0, bytes, self.batch.assembled) }
                return consumed
            }
            precondition(consumed <= self.unconsumed.count, "consumed more than there was")
            self.unconsumed.removeFirst(consumed)
            self.batch.removeAll()
            guard self.machine.isWaitingForDriver, self.acceptsEverything else { return }
            self.machine.acceptWhateverIsAsked(after: self.heard.last, into: &self.output)
        }
    }

    /// Gives the bytes in pieces of those sizes, again and again.
    func receive(_ bytes: [UInt8], inPiecesOf size: () -> Int) {
        var offset = 0
        while offset < bytes.count {
            let end = min(offset + size(), bytes.count)
            self.receive(bytes[offset..<end])
            offset = end
        }
    }

    func change(_ body: (inout ConnectionMachine, inout ByteBuffer) -> Void) {
        body(&self.machine, &self.output)
    }

    func takeHeard() -> [Heard] {
        defer { self.heard = [] }
        return self.heard
    }

    func takeOutput() -> [UInt8] {
        defer { self.output.clear() }
        return Array(self.output.readableBytesView)
    }

    var isRunning: Bool { self.machine.isRunning }
    var isClosed: Bool { self.machine.isClosed }
    var isWaitingForDriver: Bool { self.machine.isWaitingForDriver }
    var tuning: Tuning { self.machine.tuning }
    var peerProperties: FieldTable { self.machine.peerProperties }
    var heldBytes: Int { self.machine.heldBytes }
    func isOpen(_ channel: ChannelNumber) -> Bool { self.machine.isOpen(channel) }
    func peerSupports(_ capability: String) -> Bool { self.machine.peerSupports(capability) }

    func tick(seconds: Double) -> TickAction {
        self.machine.tick(nowNanoseconds: Int64(seconds * 1e9), output: &self.output)
    }

    /// Bytes that wait for the rest of their frame.
    var unconsumedCount: Int { self.unconsumed.count }
}

extension ConnectionMachine {
    mutating func acceptWhateverIsAsked(after event: Heard?, into output: inout ByteBuffer) {
        switch event {
        case .event(.authenticate): self.authenticationAccepted(into: &output)
        case .event(.openRequested): self.openAccepted(into: &output)
        default: preconditionFailure("paused without a question")
        }
    }
}

extension ConnectionSettings {
    static func example(_ role: Role) -> ConnectionSettings {
        switch role {
        case .server: .server(product: "queuetop", version: "0.1.0")
        case .client:
            .client(
                user: "guest", password: "guest", virtualHost: "/", product: "test", version: "1")
        }
    }
}

extension ChannelNumber: ExpressibleByIntegerLiteral {
    package init(integerLiteral number: UInt16) { self.init(number) }
}

/// An event with its content's bytes in place of offsets, so that streams can be compared however
/// they were cut.
enum Heard: Equatable {
    case event(ConnectionEvent)
    case message(HeardMessage)

    init(
        _ event: ConnectionEvent, _ input: UnsafeRawBufferPointer, _ assembled: [[UInt8]]
    ) {
        func message(
            _ channel: ChannelNumber, _ slice: MessageSlice, _ source: ContentSource,
            _ describe: (UnsafeRawBufferPointer) -> String
        ) -> Heard {
            switch source {
            case .input:
                return .message(HeardMessage(channel, slice, input, describe(input)))
            case .assembled(let index):
                return assembled[index].withUnsafeBytes { bytes in
                    .message(HeardMessage(channel, slice, bytes, describe(bytes)))
                }
            }
        }
        switch event {
        case .publish(let channel, let slice, let source):
            self = message(channel, slice, source) { _ in "publish" }
        case .deliver(let channel, let head, let slice, let source):
            self = message(channel, slice, source) { bytes in
                let tag = bytes[head.consumerTagOffset...].prefix(Int(head.consumerTagBytes))
                return "deliver \(head.deliveryTag.number) to "
                    + "\(String(decoding: tag, as: UTF8.self))"
                    + (head.isRedelivered ? " again" : "")
            }
        case .got(let channel, let head, let slice, let source):
            self = message(channel, slice, source) { _ in
                "got \(head.deliveryTag.number), \(head.messageCount) left"
                    + (head.isRedelivered ? ", again" : "")
            }
        case .returned(let channel, let head, let slice, let source):
            self = message(channel, slice, source) { bytes in
                let text = bytes[head.textOffset...].prefix(Int(head.textBytes))
                return "returned \(head.code) \(String(decoding: text, as: UTF8.self))"
            }
        default: self = .event(event)
        }
    }
}

struct HeardMessage: Equatable {
    var channel: ChannelNumber
    var what: String
    var exchange: [UInt8]
    var key: [UInt8]
    var properties: [UInt8]
    var body: [UInt8]
    var isMandatory: Bool

    init(
        _ channel: ChannelNumber, _ slice: MessageSlice, _ bytes: UnsafeRawBufferPointer,
        _ what: String
    ) {
        let parts = MessageBytes(slice, in: bytes)
        self.channel = channel
        self.what = what
        self.exchange = Array(parts.exchange)
        self.key = Array(parts.routingKey)
        self.properties = Array(parts.properties)
        self.body = Array(parts.body)
        self.isMandatory = slice.isMandatory
    }

    init(
        _ channel: ChannelNumber = 1, what: String, exchange: String = "", key: String = "q",
        properties: [UInt8] = [0, 0], body: [UInt8], isMandatory: Bool = false
    ) {
        self.channel = channel
        self.what = what
        self.exchange = Array(exchange.utf8)
        self.key = Array(key.utf8)
        self.properties = properties
        self.body = body
        self.isMandatory = isMandatory
    }
}
