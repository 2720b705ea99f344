import AMQP
import Engine
import Messaging
import NIOCore

/// The socket's half of one client connection: carries bytes to the connection machine, what they
/// mean to the engine, and the answers back.
///
/// Confined to the channel's event loop. It decides nothing about AMQP: the machine does, the
/// broker does, and this translates. See ``ClientSession`` for the other half.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    let server: ServerContext
    let connection: ConnectionID
    var machine: ConnectionMachine
    /// Nil before the channel is active and after it was.
    var context: ChannelHandlerContext?
    /// Nil until the client has logged in.
    var account: Account?
    /// Nil until the client has opened the virtual host.
    var session: ClientSession?
    private var batch = EventBatch()
    /// The start of a frame whose end has not come yet.
    private var unread = ByteBuffer()
    private var isParsing = false
    /// What the machine itself has to say.
    var output = ByteBuffer()
    var isFlushing = false
    /// Whether the socket takes more, as the engine was told last.
    var isWritable = true
    /// Reads that the engine has not answered for.
    var batchesUnderWay = 0
    private(set) var isReadHeldBack = false
    /// Nothing more is taken from the client, because the broker is short of memory.
    var isBlocked = false
    var isHangingUp = false
    /// Counts what goes over the socket, once the client has opened a virtual host; before that
    /// ``earlyTraffic`` does.
    var meter: SocketMeter?
    var earlyTraffic = SocketTraffic()
    /// How the client logged in.
    var mechanism = ""
    /// Whether the timer waits for what a running connection waits for.
    var isTimedAsRunning = false
    var timer: Scheduled<Void>?

    init(_ connection: ConnectionID, of server: ServerContext) {
        self.connection = connection
        self.server = server
        self.machine = ConnectionMachine(role: .server, settings: server.settings)
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var input = Self.unwrapInboundIn(data)
        self.countReceived(input.readableBytes)
        if self.unread.readableBytes > 0 {
            // Joined in the buffer that is kept, whose memory is there already.
            swap(&self.unread, &input)
            input.writeBuffer(&self.unread)
        }
        self.parse(&input)
        self.keep(&input)
    }

    private func keep(_ input: inout ByteBuffer) {
        guard input.readableBytes > 0 else { return self.unread = ByteBuffer() }
        input.discardReadBytes()
        self.unread = input
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.writeMachineOutput()
    }

    /// Parses what there is; what is left of `input` is the start of a frame.
    private func parse(_ input: inout ByteBuffer) {
        self.isParsing = true
        defer { self.isParsing = false }
        var consumed = 1
        while consumed > 0, input.readableBytes > 0, !self.machine.isWaitingForDriver {
            consumed = input.withUnsafeReadableBytes { bytes in
                // Moved out: what follows may come back here, and must not find it in use.
                var batch = exchange(&self.batch, with: EventBatch())
                let consumed = self.machine.receive(
                    bytes, batch: &batch, output: &self.output)
                self.handOver(&batch, bytes, consumed)
                batch.removeAll()
                self.batch = batch
                return consumed
            }
            input.moveReaderIndex(forwardBy: consumed)
        }
    }

    private func handOver(
        _ batch: inout EventBatch, _ bytes: UnsafeRawBufferPointer, _ consumed: Int
    ) {
        guard !batch.events.isEmpty else { return }
        guard let session = self.session else {
            for event in batch.events { self.handshake(event) }
            return
        }
        self.batchesUnderWay += 1
        let engine = self.server.engine
        if engine.loop.inEventLoop {
            let events = batch
            // Lent for a call that returns before the bytes change: nothing is sent anywhere.
            nonisolated(unsafe) let bytes = bytes
            engine.assumeIsolated { engine in
                engine.batch(for: session) { broker, now in
                    session.take(events, in: bytes, broker: &broker, now: now)
                }
            }
        } else {
            let events = exchange(&batch, with: EventBatch())
            let copy = Array(bytes.prefix(consumed))
            engine.loop.execute {
                engine.assumeIsolated { engine in
                    engine.batch(for: session) { broker, now in
                        copy.withUnsafeBytes {
                            session.take(events, in: $0, broker: &broker, now: now)
                        }
                    }
                }
            }
        }
    }

    /// Asks for more bytes, unless too much is under way already.
    func read(context: ChannelHandlerContext) {
        guard !self.isTooBusyToRead else { return self.isReadHeldBack = true }
        context.read()
    }

    private var isTooBusyToRead: Bool {
        self.batchesUnderWay >= ServerContext.batchesUnderWayMax || self.machine.isWaitingForDriver
            || self.isOutputBackedUp || self.isBlocked
    }

    /// Whether the client does not read what it asked for.
    private var isOutputBackedUp: Bool {
        guard !self.isWritable, let channel = self.context?.channel else { return false }
        let pending = try? channel.syncOptions?.getOption(.bufferedWritableBytes)
        return (pending ?? 0) > ServerContext.outputBytesMax
    }

    /// Goes on with what was held back, once the reason for it may be gone.
    func goOnReading() {
        if !self.isParsing, !self.machine.isWaitingForDriver, self.unread.readableBytes > 0 {
            var input = exchange(&self.unread, with: ByteBuffer())
            self.parse(&input)
            self.keep(&input)
        }
        guard self.isReadHeldBack, !self.isTooBusyToRead else { return }
        self.isReadHeldBack = false
        self.context?.read()
    }
}
