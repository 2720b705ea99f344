import AMQP
import NIOCore

/// What goes out: the session's bytes and orders, the machine's answers, heartbeats.
extension ConnectionHandler {
    /// Does what the session says; see ``SocketLink/send(_:_:batchesDone:)``.
    ///
    /// - Returns: `sessionOutput`, when it is written and free to be used again.
    func carryOut(
        _ sessionOutput: ByteBuffer?, _ orders: [SocketOrder], batchesDone: Int
    ) -> ByteBuffer? {
        self.batchesUnderWay -= batchesDone
        guard let context = self.context else { return nil }
        self.isFlushing = true
        // The machine's answers come first: it opened the channels that the rest is for.
        self.write(exchange(&self.output, with: ByteBuffer()), context)
        if let sessionOutput { self.write(sessionOutput, context) }
        for order in orders { self.obey(order) }
        self.write(exchange(&self.output, with: ByteBuffer()), context)
        context.flush()
        self.isFlushing = false
        self.followMachine()
        self.reportWritability()
        self.goOnReading()
        return self.isWritable ? sessionOutput : nil
    }

    private func obey(_ order: SocketOrder) {
        switch order {
        case .acceptOpen:
            self.machine.openAccepted(into: &self.output)
        case .channelClosed(let channel):
            self.machine.channelCloseConfirmed(channel)
        case .confirmChannelClose(let channel):
            self.machine.confirmChannelClose(channel, into: &self.output)
        case .closeChannel(let channel, let reason):
            self.machine.closeChannel(channel, reason, into: &self.output)
        case .confirmSecret:
            self.machine.confirmSecret(into: &self.output)
        case .stopReading:
            self.isBlocked = true
        case .startReading:
            self.isBlocked = false
        case .confirmClose:
            self.machine.confirmClose(into: &self.output)
        case .close(let reason):
            self.machine.close(reason, into: &self.output)
        }
    }

    /// Writes and flushes what the machine has to say by itself.
    func writeMachineOutput() {
        guard let context = self.context else { return }
        if self.output.readableBytes > 0 {
            self.isFlushing = true
            self.write(exchange(&self.output, with: ByteBuffer()), context)
            context.flush()
            self.isFlushing = false
            self.reportWritability()
        }
        self.followMachine()
    }

    private func write(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        guard buffer.readableBytes > 0 else { return }
        // A few bytes that have to wait for the socket must not hold much memory meanwhile.
        let isMostlyEmpty = buffer.readableBytes < buffer.capacity / 4
        let exact = isMostlyEmpty ? context.channel.allocator.buffer(buffer: buffer) : buffer
        self.countSent(exact.readableBytes)
        context.write(Self.wrapOutboundOut(exact), promise: nil)
    }

    // MARK: Writability

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        // A big write makes the channel unwritable until it is flushed: only the end counts.
        guard !self.isFlushing else { return }
        self.reportWritability()
        self.goOnReading()
    }

    private func reportWritability() {
        guard let channel = self.context?.channel, channel.isWritable != self.isWritable else {
            return
        }
        self.isWritable = channel.isWritable
        let (connection, isWritable) = (self.connection, self.isWritable)
        self.server.enterEngine { $0.setWritable(connection, isWritable) }
    }

    // MARK: Phases

    /// Acts on what has become of the machine: hangs up when nothing more is to come or to be
    /// said, and begins the waits of a new phase, which may be shorter than those of the old.
    private func followMachine() {
        guard !self.machine.isClosed else { return self.hangUp() }
        guard self.machine.isRunning != self.isTimedAsRunning else { return }
        self.isTimedAsRunning = self.machine.isRunning
        self.tick()
    }

    /// Closes the socket once everything is written, or after a while without that.
    private func hangUp() {
        guard !self.isHangingUp, let context = self.context else { return }
        self.isHangingUp = true
        let loop = context.eventLoop.assumeIsolated()
        self.timer?.cancel()
        self.timer = loop.scheduleTask(in: ServerContext.hangUpTimeout) {
            context.close(promise: nil)
        }
        // Written last, so its promise is kept when all the rest is out.
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer()), promise: written)
        written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    // MARK: Time

    /// Lets the machine send heartbeats and notice silence, and comes back when it says.
    func tick() {
        guard let context = self.context, !self.isHangingUp else { return }
        self.timer?.cancel()
        let now = Int64(clamping: context.eventLoop.now.uptimeNanoseconds)
        // Whoever is not listened to cannot be heard.
        if self.isReadHeldBack { self.machine.excuseSilence() }
        let action = self.machine.tick(nowNanoseconds: now, output: &self.output)
        self.writeMachineOutput()
        switch action {
        case .wait(let nanoseconds):
            let loop = context.eventLoop.assumeIsolated()
            self.timer = loop.scheduleTask(in: .nanoseconds(nanoseconds)) { self.tick() }
        case .close:
            context.close(promise: nil)
        }
    }
}
