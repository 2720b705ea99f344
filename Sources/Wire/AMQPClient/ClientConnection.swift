import AMQP
import Messaging
import NIOCore

/// One AMQP connection as its event loop sees it: carries bytes to the machine and back.
///
/// Confined to its event loop, like everything that hangs on it; ``AMQPClient`` is the way in
/// from elsewhere. What is published or settled collects in one buffer that leaves with
/// ``flush()``, or by itself at the end of a read.
package final class ClientConnection: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    enum State {
        /// The socket is connected and the handshake goes on; tells how it ended.
        case opening((Result<Void, AMQPClientError>) -> Void)
        case open
        /// No call succeeds any more; the socket may still be closing.
        case ended(AMQPClientError)
    }

    let endpoint: AMQPEndpoint
    var machine: ConnectionMachine
    var state: State
    /// Channels by number, also those that are opening or closing.
    var channels: [ChannelNumber: LoopChannel] = [:]
    /// What is to be sent with the next flush.
    var output = ByteBuffer()
    private(set) var frameBytesMax = Limits.frameBytesMin
    /// Whether the broker asked publishers to wait (`connection.blocked`), and why.
    package internal(set) var blockedReason: String?

    private var context: ChannelHandlerContext?
    private var batch = EventBatch()
    /// Input of which the machine wants to see more first.
    private var unread = ByteBuffer()
    private var isReading = false
    private var tickTimer: Scheduled<Void>?
    private var socketError: String?
    private var endHandlers: [(AMQPClientError) -> Void] = []

    /// A connection over a socket that is about to be connected.
    init(
        to endpoint: AMQPEndpoint, product: String, version: String,
        opened: @escaping (Result<Void, AMQPClientError>) -> Void
    ) {
        self.endpoint = endpoint
        self.machine = ConnectionMachine(
            role: .client,
            settings: .client(
                user: endpoint.user, password: endpoint.password,
                virtualHost: endpoint.virtualHost, product: product, version: version))
        self.state = .opening(opened)
    }

    // MARK: What it offers on the loop

    /// Whether the socket takes more at once; publishing on regardless only fills memory.
    package var isWritable: Bool { self.context?.channel.isWritable ?? false }

    /// Bytes that the next flush writes.
    package var unflushedBytes: Int { self.output.readableBytes }

    /// Writes everything collected so far; within a read it leaves at the read's end.
    package func flush() {
        if !self.isReading { self.write() }
    }

    private func write() {
        guard self.output.readableBytes > 0, let context else { return }
        let output = exchange(&self.output, with: ByteBuffer())
        self.output = context.channel.allocator.buffer(capacity: output.readableBytes)
        context.writeAndFlush(Self.wrapOutboundOut(output), promise: nil)
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

    // MARK: Ending

    /// Fails everything that waits; later calls get the same error.
    func end(_ error: AMQPClientError) {
        let previous = exchange(&self.state, with: .ended(error))
        switch previous {
        case .opening(let opened): opened(.failure(self.openingError(error)))
        case .open: break
        case .ended(let first):
            self.state = .ended(first)
            return
        }
        for channel in exchange(&self.channels, with: [:]).values { channel.end(error) }
        for handler in exchange(&self.endHandlers, with: []) { handler(error) }
    }

    /// The handshake is done.
    func opened() {
        guard case .opening(let opened) = self.state else { return }
        let settled = Int(self.machine.tuning.frameBytesMax)
        self.frameBytesMax = settled == 0 ? Limits.frameBytesMax : settled
        self.state = .open
        self.tick()  // Heartbeats begin.
        opened(.success(()))
    }

    /// Closes the socket behind what is still to be said.
    func closeSocket() {
        self.write()
        self.context?.close(promise: nil)
    }

    /// What the end of a connection means while it is not open yet.
    private func openingError(_ error: AMQPClientError) -> AMQPClientError {
        if case .connectionLost(let address, let reason) = error {
            return .handshakeFailed(address: address, reason: reason)
        }
        guard case .connectionClosed(let reason) = error else { return error }
        if reason.code == ReplyCode.accessRefused.rawValue {
            return .loginRefused(address: self.endpoint.address, user: self.endpoint.user)
        }
        if reason.code == ReplyCode.notAllowed.rawValue {
            return .virtualHostRefused(
                virtualHost: self.endpoint.virtualHost, text: reason.text)
        }
        return error
    }
}

// MARK: The socket

extension ClientConnection {
    /// The handler is added as soon as the socket is connected: that is where AMQP starts.
    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.machine.start(into: &self.output)
        self.flush()
        self.tick()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.isReading = true
        var input = Self.unwrapInboundIn(data)
        if self.unread.readableBytes > 0 {
            self.unread.writeBuffer(&input)
            input = exchange(&self.unread, with: ByteBuffer())
        }
        self.parse(&input)
        if input.readableBytes > 0 { self.unread = input }
    }

    /// Gives the machine all it can take of the input, and everybody what it made of that.
    private func parse(_ input: inout ByteBuffer) {
        let consumed = input.withUnsafeReadableBytes { bytes in
            var batch = exchange(&self.batch, with: EventBatch())
            let consumed = self.machine.receive(bytes, batch: &batch, output: &self.output)
            self.dispatch(batch, input: bytes)
            batch.removeAll()
            self.batch = batch
            return consumed
        }
        input.moveReaderIndex(forwardBy: consumed)
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        self.isReading = false
        if self.machine.isClosed { self.closeSocket() } else { self.flush() }
        context.fireChannelReadComplete()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        self.tickTimer?.cancel()
        self.end(
            .connectionLost(
                address: self.endpoint.address,
                reason: self.socketError ?? "the broker closed the socket"))
        context.fireChannelInactive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            for channel in self.channels.values { channel.writableHandler?() }
        }
        context.fireChannelWritabilityChanged()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.socketError = SocketFault.reason(error)
        context.close(promise: nil)
    }

    /// Tells the machine the time, now and whenever it asked for.
    private func tick() {
        guard let context else { return }
        self.tickTimer?.cancel()
        let now = Int64(clamping: NIODeadline.now().uptimeNanoseconds)
        switch self.machine.tick(nowNanoseconds: now, output: &self.output) {
        case .wait(let nanoseconds):
            self.tickTimer = context.eventLoop.assumeIsolated().scheduleTask(
                in: .nanoseconds(nanoseconds)
            ) { [weak self] in self?.tick() }
            self.flush()
        case .close(let timeout):
            self.socketError = timeout.reason
            self.closeSocket()
        }
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
