import AMQP
import Glibc
import Messaging
import NIOCore

/// What a test client heard, with bytes of its own.
enum Heard: Equatable {
    case channelOpened(ChannelNumber)
    case method(ChannelNumber, Method)
    case delivered(ChannelNumber, consumer: String, tag: UInt64, isRedelivered: Bool, body: String)
    case got(ChannelNumber, tag: UInt64, left: UInt32, body: String)
    case returned(ChannelNumber, code: UInt16, text: String, body: String)
    case channelClosed(ChannelNumber, code: UInt16, text: String, method: MethodID)
    case connectionClosed(code: UInt16, text: String, method: MethodID)
    /// The socket ended.
    case ended
}

/// A small AMQP client over a blocking socket, which reads only when the test asks it to.
///
/// One thread at a time uses it.
final class TestClient: @unchecked Sendable {
    enum Failure: Error { case notConnected, silent(after: [Heard]) }

    /// Only so that a broken server fails a test instead of hanging it.
    private static let patienceMilliseconds: CInt = 60_000

    let socketDescriptor: CInt
    private var machine: ConnectionMachine
    /// As settled with the server.
    var channelsMax: UInt16 { self.machine.tuning.channelsMax }
    private var output = ByteBuffer()
    /// Whether what there is no room for is sent while the client hears, for a server that reads no
    /// more may have something to say of that. Else it waits for room.
    var sendsWhileHearing = false
    private var unread: [UInt8] = []
    private var heard: [Heard] = []
    /// The headers of the messages that came, in order.
    private(set) var headers: [FieldTable?] = []
    private var isReady = false
    private var hasEnded = false

    convenience init(
        port: UInt16, user: String = "guest", password: String = "guest", virtualHost: String = "/",
        heartbeatSeconds: UInt16 = 0, receiveBytes: CInt? = nil
    ) throws {
        var settings = Self.settings(user: user, password: password, virtualHost: virtualHost)
        settings.tuning.heartbeatSeconds = heartbeatSeconds
        try self.init(port: port, settings: settings, receiveBytes: receiveBytes)
    }

    static func settings(
        user: String = "guest", password: String = "guest", virtualHost: String = "/"
    ) -> ConnectionSettings {
        ConnectionSettings.client(
            user: user, password: password, virtualHost: virtualHost, product: "tests",
            version: "1")
    }

    init(port: UInt16, settings: ConnectionSettings, receiveBytes: CInt? = nil) throws {
        self.socketDescriptor = try Self.connect(port: port, receiveBytes: receiveBytes)
        self.machine = ConnectionMachine(role: .client, settings: settings)
        self.machine.start(into: &self.output)
        self.flush()
    }

    deinit { close(self.socketDescriptor) }

    /// A client whose virtual host is open, with that many open channels from 1.
    static func open(
        port: UInt16, settings: ConnectionSettings = TestClient.settings(), channels: UInt16 = 1,
        receiveBytes: CInt? = nil
    ) throws -> TestClient {
        let client = try TestClient(port: port, settings: settings, receiveBytes: receiveBytes)
        while !client.isReady { try client.read() }
        for number in 1...max(1, channels) where number <= channels {
            client.machine.openChannel(ChannelNumber(number), into: &client.output)
            client.flush()
            let opened = try client.next()
            precondition(opened == .channelOpened(ChannelNumber(number)))
        }
        return client
    }

    private static func connect(port: UInt16, receiveBytes: CInt?) throws -> CInt {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        if var receiveBytes {
            setsockopt(
                descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes, socklen_t(MemoryLayout<CInt>.size)
            )
        }
        var patience = timeval(tv_sec: time_t(Self.patienceMilliseconds) / 1_000, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure.notConnected }
        return descriptor
    }

    /// Sends bytes that need not be AMQP and returns all that comes back.
    static func exchange(_ bytes: [UInt8], port: UInt16) throws -> [UInt8] {
        let descriptor = try Self.connect(port: port, receiveBytes: nil)
        defer { close(descriptor) }
        _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
        var answer: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = part.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress, $0.count, 0)
            }
            guard count > 0 else { return answer }
            answer += part.prefix(count)
        }
    }

    // MARK: Saying

    func send(_ method: Method, on channel: UInt16 = 1) {
        FrameWriter.writeMethod(method, channel: ChannelNumber(channel), into: &self.output)
        self.flush()
    }

    /// Publishes through the default exchange, unless another is named.
    func publish(
        _ body: String, exchange: String = "", key: String, isMandatory: Bool = false,
        properties: MessageProperties = MessageProperties(), on channel: UInt16 = 1
    ) {
        self.encodePublish(
            Array(body.utf8), exchange: exchange, key: key, isMandatory: isMandatory,
            properties: properties, on: channel)
        self.flush()
    }

    /// Publishes, and sends methods on their channels, all in one write.
    func publish(_ body: String, key: String, then methods: [(Method, channel: UInt16)]) {
        self.encodePublish(Array(body.utf8), key: key, on: 1)
        for (method, channel) in methods {
            FrameWriter.writeMethod(method, channel: ChannelNumber(channel), into: &self.output)
        }
        self.flush()
    }

    /// Publishes many bodies in one write.
    func publish(bodies: some Sequence<[UInt8]>, key: String, on channel: UInt16 = 1) {
        for body in bodies { self.encodePublish(body, key: key, on: channel) }
        self.flush()
    }

    private func encodePublish(
        _ body: [UInt8], exchange: String = "", key: String, isMandatory: Bool = false,
        properties: MessageProperties = MessageProperties(), on channel: UInt16
    ) {
        let (exchange, key, properties) = (
            Array(exchange.utf8), Array(key.utf8), properties.encoded()
        )
        exchange.withUnsafeBytes { exchange in
            key.withUnsafeBytes { key in
                properties.withUnsafeBytes { properties in
                    body.withUnsafeBytes { body in
                        FrameWriter.writePublish(
                            channel: ChannelNumber(channel), isMandatory: isMandatory,
                            message: MessageBytes(
                                exchange: exchange, routingKey: key, properties: properties,
                                body: body),
                            frameBytesMax: Int(self.machine.tuning.frameBytesMax),
                            into: &self.output)
                    }
                }
            }
        }
    }

    /// Sends bytes that need not be AMQP.
    func send(bytes: [UInt8]) {
        self.output.writeBytes(bytes)
        self.flush()
    }

    func flush() {
        let flags = CInt(MSG_NOSIGNAL) | (self.sendsWhileHearing ? CInt(MSG_DONTWAIT) : 0)
        while self.output.readableBytes > 0 {
            let count = self.output.withUnsafeReadableBytes {
                Glibc.send(self.socketDescriptor, $0.baseAddress, min($0.count, 65_536), flags)
            }
            if count < 0, errno == EAGAIN { return }
            // The server has closed the socket; what it said before can still be read.
            guard count > 0 else { break }
            self.output.moveReaderIndex(forwardBy: count)
        }
        self.output.clear()
    }

    /// Waits until there is something to read, and sends meanwhile what is to be sent.
    private func waitForInput() throws {
        while true {
            let isSending = self.output.readableBytes > 0
            let events = CInt(POLLIN) | (isSending ? CInt(POLLOUT) : 0)
            var descriptor = pollfd(
                fd: self.socketDescriptor, events: CShort(events), revents: 0)
            guard poll(&descriptor, 1, Self.patienceMilliseconds) > 0 else {
                throw Failure.silent(after: self.heard)
            }
            if CInt(descriptor.revents) & ~CInt(POLLOUT) != 0 { return }
            self.flush()
        }
    }

    // MARK: Hearing

    /// The next thing the server says.
    func next() throws -> Heard {
        while self.heard.isEmpty { try self.read() }
        return self.heard.removeFirst()
    }

    /// The next so many things.
    func next(_ count: Int) throws -> [Heard] { try (0..<count).map { _ in try self.next() } }

    /// The next so many bytes, which the client's machine does not see.
    func nextBytes(_ count: Int) throws -> [UInt8] {
        while self.unread.count < count {
            try self.waitForInput()
            var bytes = [UInt8](repeating: 0, count: count - self.unread.count)
            let read = bytes.withUnsafeMutableBytes {
                recv(self.socketDescriptor, $0.baseAddress, $0.count, 0)
            }
            guard read > 0 else { throw Failure.silent(after: self.heard) }
            self.unread += bytes.prefix(read)
        }
        defer { self.unread.removeFirst(count) }
        return Array(self.unread.prefix(count))
    }

    /// A method as it goes over the wire.
    static func bytes(of method: Method, on channel: UInt16 = 1) -> [UInt8] {
        var output = ByteBuffer()
        FrameWriter.writeMethod(method, channel: ChannelNumber(channel), into: &output)
        return Array(output.readableBytesView)
    }

    private func read() throws {
        guard !self.hasEnded else { throw Failure.silent(after: self.heard) }
        try self.waitForInput()
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = bytes.withUnsafeMutableBytes {
            recv(self.socketDescriptor, $0.baseAddress, $0.count, 0)
        }
        guard count > 0 else {
            self.hasEnded = true
            return self.heard.append(.ended)
        }
        self.unread += bytes.prefix(count)
        var batch = EventBatch()
        let consumed = self.unread.withUnsafeBytes { bytes in
            let consumed = self.machine.receive(bytes, batch: &batch, output: &self.output)
            for event in batch.events { self.hear(event, batch, bytes) }
            return consumed
        }
        self.unread.removeFirst(consumed)
        self.flush()
        // As a client does that has nothing more to say.
        if self.machine.isClosed { shutdown(self.socketDescriptor, CInt(SHUT_WR)) }
    }

    private func hear(
        _ event: ConnectionEvent, _ batch: EventBatch, _ bytes: UnsafeRawBufferPointer
    ) {
        func text(_ source: ContentSource, _ offset: Int, _ count: Int) -> String {
            switch source {
            case .input: String(decoding: bytes[offset..<offset + count], as: UTF8.self)
            case .assembled(let index):
                String(decoding: batch.assembled[index][offset..<offset + count], as: UTF8.self)
            }
        }
        switch event {
        case .ready: self.isReady = true
        case .channelOpened(let channel): self.heard.append(.channelOpened(channel))
        case .method(let channel, let method): self.heard.append(.method(channel, method))
        case .deliver(let channel, let head, let slice, let source):
            self.headers.append(Self.headers(of: slice, source, batch, bytes))
            self.heard.append(
                .delivered(
                    channel,
                    consumer: text(source, head.consumerTagOffset, Int(head.consumerTagBytes)),
                    tag: head.deliveryTag.number, isRedelivered: head.isRedelivered,
                    body: text(source, slice.bodyOffset, slice.bodyBytes)))
        case .got(let channel, let head, let slice, let source):
            self.headers.append(Self.headers(of: slice, source, batch, bytes))
            self.heard.append(
                .got(
                    channel, tag: head.deliveryTag.number, left: head.messageCount,
                    body: text(source, slice.bodyOffset, slice.bodyBytes)))
        case .returned(let channel, let head, let slice, let source):
            self.heard.append(
                .returned(
                    channel, code: head.code,
                    text: text(source, head.textOffset, Int(head.textBytes)),
                    body: text(source, slice.bodyOffset, slice.bodyBytes)))
        case .channelCloseRequested(let channel, let reason):
            self.heard.append(
                .channelClosed(channel, code: reason.code, text: reason.text, method: reason.method)
            )
        case .closeRequested(let reason), .protocolError(let reason):
            self.heard.append(
                .connectionClosed(code: reason.code, text: reason.text, method: reason.method))
        case .channelClosed, .channelFailed: break
        case .authenticate, .openRequested, .publish:
            preconditionFailure("a client's machine never says this")
        }
    }
}

// MARK: What tests ask most

extension TestClient {
    fileprivate static func headers(
        of slice: MessageSlice, _ source: ContentSource, _ batch: EventBatch,
        _ bytes: UnsafeRawBufferPointer
    ) -> FieldTable? {
        let range = slice.propertiesOffset..<slice.propertiesOffset + slice.propertiesBytes
        let encoded =
            switch source {
            case .input: Array(bytes[range])
            case .assembled(let index): Array(batch.assembled[index][range])
            }
        return (try? MessageProperties(decoding: encoded))?.headers
    }

    func declare(
        _ queue: String, durable: Bool = false, arguments: FieldTable = FieldTable()
    ) throws {
        var declare = QueueMethod.Declare(queue: QueueName(queue))
        declare.isDurable = durable
        declare.arguments = arguments
        self.send(.queue(.declare(declare)))
        guard case .method(_, .queue(.declareOK)) = try self.next() else {
            throw Failure.silent(after: self.heard)
        }
    }

    func consume(_ queue: String, tag: String, noAck: Bool = false, on channel: UInt16 = 1) throws {
        var consume = BasicMethod.Consume(queue: QueueName(queue), consumerTag: ConsumerTag(tag))
        consume.noAck = noAck
        self.send(.basic(.consume(consume)), on: channel)
        guard case .method(_, .basic(.consumeOK)) = try self.next() else {
            throw Failure.silent(after: self.heard)
        }
    }

    /// Messages that are ready in a queue, by a passive declare.
    func depth(_ queue: String, on channel: UInt16 = 1) throws -> UInt32 {
        var declare = QueueMethod.Declare(queue: QueueName(queue))
        declare.isPassive = true
        self.send(.queue(.declare(declare)), on: channel)
        guard case .method(_, .queue(.declareOK(_, let count, _))) = try self.next() else {
            throw Failure.silent(after: self.heard)
        }
        return count
    }
}
