import AMQP
import Messaging
import NIOCore

/// One AMQP connection as its event loop sees it.
///
/// Confined to its event loop, like everything that hangs on it; ``AMQPClient`` is the way in
/// from elsewhere. What is published or settled collects in one buffer that leaves with
/// ``flush()``, or by itself at the end of a read.
package final class ClientConnection {
    private enum State {
        /// The handshake goes on; tells how it ended.
        case opening((Result<ClientConnection, AMQPClientError>) -> Void)
        case open
        /// No call succeeds any more; the socket may still be closing.
        case ended(AMQPClientError)
    }

    let endpoint: AMQPEndpoint
    var machine: ConnectionMachine
    /// Channels by number, also those that are opening or closing.
    var channels: [ChannelNumber: LoopChannel] = [:]
    /// What is to be sent with the next flush.
    var output = ByteBuffer()
    private(set) var frameBytesMax = Limits.frameBytesMin
    /// Why the broker asked publishers to wait (`connection.blocked`); nil while it does not.
    package internal(set) var blockedReason: String?

    private var state: State
    private weak var socket: SocketHandler?
    private var batch = EventBatch()
    private var endHandlers: [(AMQPClientError) -> Void] = []

    /// A connection whose socket is about to be added.
    init(
        to endpoint: AMQPEndpoint, product: String, version: String,
        opened: @escaping (Result<ClientConnection, AMQPClientError>) -> Void
    ) {
        self.endpoint = endpoint
        var settings = ConnectionSettings.client(
            user: endpoint.user, password: endpoint.password, virtualHost: endpoint.virtualHost,
            product: product, version: version)
        settings.tuning.heartbeatSeconds = endpoint.heartbeatSeconds
        settings.properties["instance"] = endpoint.instance.map { .string($0) }
        self.machine = ConnectionMachine(role: .client, settings: settings)
        self.state = .opening(opened)
    }

    // MARK: What it offers on the loop

    /// Whether the socket takes more at once; publishing on regardless only fills memory.
    package var isWritable: Bool { self.socket?.isWritable ?? false }

    /// Bytes that the next flush writes.
    package var unflushedBytes: Int { self.output.readableBytes }

    /// Writes everything collected so far; within a read it leaves at the read's end.
    package func flush() {
        if let socket, !socket.isReading { self.write(to: socket) }
    }

    /// Opens a channel under the lowest free number.
    package func openChannel(
        then opened: @escaping (Result<LoopChannel, AMQPClientError>) -> Void
    ) {
        if case .ended(let error) = self.state { return opened(.failure(error)) }
        let settled = Int(self.machine.tuning.channelsMax)
        let channelsMax = settled == 0 ? Int(UInt16.max) : settled
        guard self.channels.count < channelsMax else {
            return opened(.failure(.noChannelLeft(channelsMax: channelsMax)))
        }
        var number: UInt16 = 1
        while self.channels[ChannelNumber(number)] != nil { number += 1 }
        let channel = LoopChannel(ChannelNumber(number), on: self, opened: opened)
        self.channels[channel.number] = channel
        self.machine.openChannel(channel.number, into: &self.output)
        self.flush()
    }

    /// Closes in order: what was flushed before still arrives.
    package func close() {
        guard case .open = self.state else { return }
        self.machine.close(.normal, into: &self.output)
        self.flush()
        self.tick()  // The machine now waits for the confirmation.
        self.end(.closedByClient)
    }

    /// Calls `handler` once the connection has ended, at once if it has.
    package func whenEnded(_ handler: @escaping (AMQPClientError) -> Void) {
        if case .ended(let error) = self.state { return handler(error) }
        self.endHandlers.append(handler)
    }

    // MARK: Beginning and ending

    /// The handshake is done.
    func opened() {
        guard case .opening(let opened) = self.state else { return }
        let settled = Int(self.machine.tuning.frameBytesMax)
        self.frameBytesMax = settled == 0 ? Limits.frameBytesMax : settled
        self.state = .open
        self.tick()  // Heartbeats begin.
        opened(.success(self))
    }

    /// Fails everything that waits; later calls get the same error.
    func end(_ error: AMQPClientError) {
        switch exchange(&self.state, with: .ended(error)) {
        case .opening(let opened): opened(.failure(self.openingError(error)))
        case .open: break
        case .ended(let first):
            self.state = .ended(first)
            return
        }
        for channel in exchange(&self.channels, with: [:]).values { channel.end(error) }
        for handler in exchange(&self.endHandlers, with: []) { handler(error) }
    }

    /// What the end of a connection means while it is not open yet.
    private func openingError(_ error: AMQPClientError) -> AMQPClientError {
        let address = self.endpoint.address
        if case .connectionLost(_, let reason) = error {
            return .handshakeFailed(address: address, reason: reason)
        }
        if case .protocolViolation(let text) = error {
            return .handshakeFailed(address: address, reason: text)
        }
        guard case .connectionClosed(let reason) = error else { return error }
        if reason.code == ReplyCode.accessRefused.rawValue {
            return .loginRefused(address: address, user: self.endpoint.user)
        }
        if reason.code == ReplyCode.notAllowed.rawValue {
            return .virtualHostRefused(
                virtualHost: self.endpoint.virtualHost, text: reason.text)
        }
        return error
    }
}

// MARK: What the socket tells it

extension ClientConnection {
    func start(over socket: SocketHandler) {
        self.socket = socket
        self.machine.start(into: &self.output)
        self.write(to: socket)
        self.tick()
    }

    /// Gives the machine all it can take of the input, and everybody what it made of that.
    ///
    /// - Returns: Bytes consumed; the rest comes again with more behind it.
    func received(_ bytes: UnsafeRawBufferPointer) -> Int {
        var batch = exchange(&self.batch, with: EventBatch())
        let consumed = self.machine.receive(bytes, batch: &batch, output: &self.output)
        self.dispatch(batch, input: bytes)
        batch.removeAll()
        self.batch = batch
        return consumed
    }

    func readEnded() {
        guard let socket else { return }
        self.write(to: socket)
        if self.machine.isClosed { socket.close() }
    }

    func becameWritable() {
        for channel in self.channels.values { channel.writableHandler?() }
    }

    func socketClosed(because reason: String) {
        self.end(.connectionLost(address: self.endpoint.address, reason: reason))
    }

    /// Tells the machine the time, now and whenever it asks for.
    func tick() {
        guard let socket else { return }
        let now = Int64(clamping: NIODeadline.now().uptimeNanoseconds)
        switch self.machine.tick(nowNanoseconds: now, output: &self.output) {
        case .wait(let nanoseconds):
            socket.setTick(afterNanoseconds: nanoseconds)
            self.flush()
        case .close(let timeout): socket.close(because: timeout.reason)
        }
    }

    private func write(to socket: SocketHandler) {
        let bytes = self.output.readableBytes
        guard bytes > 0 else { return }
        let next = socket.makeOutput(capacity: bytes)
        socket.write(exchange(&self.output, with: next))
    }
}

extension TimeoutKind {
    fileprivate var reason: String {
        switch self {
        case .handshake: "it took too long over its answer"
        case .heartbeat: "it was silent for two heartbeat intervals"
        case .close: "it did not confirm the close"
        }
    }
}
