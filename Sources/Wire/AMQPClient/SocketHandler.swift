import AMQP
import NIOCore

/// The socket of a connection: carries bytes between NIO and a ``ClientConnection``.
///
/// It decides nothing. What it keeps is the input that its connection wants to see more of, and
/// the timer of the connection's next tick.
final class SocketHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: ClientConnection
    private var context: ChannelHandlerContext?
    private var unread = ByteBuffer()
    /// Whether a read goes on: then its end flushes what is written meanwhile.
    private(set) var isReading = false
    private var tickTimer: Scheduled<Void>?
    /// Why the socket was or will be closed, where that is known.
    private var reason: String?

    init(of connection: ClientConnection) { self.connection = connection }

    var isWritable: Bool { self.context?.channel.isWritable ?? false }

    func write(_ output: ByteBuffer) {
        self.context?.writeAndFlush(Self.wrapOutboundOut(output), promise: nil)
    }

    /// An empty buffer with room for about as much as was needed last.
    func makeOutput(capacity: Int) -> ByteBuffer {
        self.context?.channel.allocator.buffer(capacity: capacity) ?? ByteBuffer()
    }

    func close(because reason: String? = nil) {
        self.reason = self.reason ?? reason
        self.context?.close(promise: nil)
    }

    /// Calls the connection's `tick` after so long, instead of when it was set before.
    func setTick(afterNanoseconds nanoseconds: Int64) {
        self.tickTimer?.cancel()
        self.tickTimer = self.context?.eventLoop.assumeIsolated().scheduleTask(
            in: .nanoseconds(nanoseconds)
        ) { [weak self] in self?.connection.tick() }
    }

    // MARK: What NIO tells it

    /// The handler is added as soon as the socket is connected: that is where AMQP starts.
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.connection.start(over: self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.isReading = true
        var input = Self.unwrapInboundIn(data)
        if self.unread.readableBytes > 0 {
            self.unread.writeBuffer(&input)
            input = exchange(&self.unread, with: ByteBuffer())
        }
        let consumed = input.withUnsafeReadableBytes { self.connection.received($0) }
        input.moveReaderIndex(forwardBy: consumed)
        if input.readableBytes > 0 { self.unread = input }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.isReading = false
        self.connection.readEnded()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { self.connection.becameWritable() }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.tickTimer?.cancel()
        self.connection.socketClosed(because: self.reason ?? "the broker closed the socket")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.close(because: SocketFault.reason(error))
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }
}
