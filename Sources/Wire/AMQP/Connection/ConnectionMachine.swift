import Messaging
import NIOCore

/// One AMQP 0-9-1 connection, seen from one of its ends, without I/O or clock.
///
/// A driver owns it together with a socket, and only translates: bytes it reads go to `receive`,
/// events of the batch to whoever serves them, their answers back through the methods here, and
/// `output` to the socket after each. After every call it looks at ``isClosed``: when that is
/// true it flushes the output and closes the socket.
package struct ConnectionMachine: ~Copyable {
    package let role: Role
    package let settings: ConnectionSettings
    /// What `tune-ok` settled; before that this end's own values.
    package internal(set) var tuning: Tuning
    /// What the peer said of itself; empty until it did.
    package internal(set) var peerProperties = FieldTable()

    var phase: ConnectionPhase
    var channels = ChannelTable()
    /// Messages whose frames did not come in one piece, by the number of their channel.
    var assemblies: [UInt16: ContentAssembly] = [:]
    /// Bytes in all assemblies.
    package internal(set) var heldBytes = 0
    var limits: ContentLimits
    var timers = ConnectionTimers()

    package init(role: Role, settings: ConnectionSettings) {
        self.role = role
        self.settings = settings
        self.tuning = settings.tuning
        // A client trusts the server it chose; a server takes little from strangers.
        let frameBytesMax =
            role == .client ? Int(settings.tuning.frameBytesMax) : Limits.frameBytesMin
        self.limits = ContentLimits(
            payloadBytesMax: frameBytesMax, bodyBytesMax: settings.bodyBytesMax,
            propertiesBytesMax: settings.propertiesBytesMax)
        self.phase = role == .server ? .awaitingHeader : .clientHandshake(ClientHandshake())
    }

    // MARK: Bytes

    /// Appends what this end says first: a client's protocol header, nothing for a server.
    package mutating func start(into output: inout ByteBuffer) {
        if self.role == .client { output.writeBytes(Frame.protocolHeader) }
    }

    /// Parses as many complete frames as `bytes` holds, appends what they mean to `batch` and the
    /// machine's own answers to `output`.
    ///
    /// - Returns: Bytes consumed. The driver keeps the rest, at most one frame, and gives it again
    ///   with more behind it; while ``isWaitingForDriver``, as it is once the driver has answered.
    package mutating func receive(
        _ bytes: UnsafeRawBufferPointer, batch: inout EventBatch, output: inout ByteBuffer
    ) -> Int {
        self.timers.hasReceived = true
        var offset = 0
        while true {
            switch self.phase {
            case .running:
                offset = self.takeHotFrames(in: bytes, from: offset, into: &batch)
                guard self.takeFrame(in: bytes, at: &offset, &batch, &output) else { return offset }
            case .awaitingHeader:
                guard bytes.count >= Frame.protocolHeader.count else { return 0 }
                self.protocolHeaderReceived(bytes, &output)
                offset = Frame.protocolHeader.count
            case .serverHandshake(let handshake) where handshake.isWaitingForDriver:
                return offset
            case .clientHandshake where bytes.starts(with: Frame.protocolHeader.prefix(4)):
                // Not a frame: the server refuses our protocol header by sending its own.
                batch.events.append(.protocolError(.otherVersion))
                self.phase = .closed
            case .serverHandshake, .clientHandshake, .closeRequested, .closing:
                guard self.takeFrame(in: bytes, at: &offset, &batch, &output) else { return offset }
            case .deaf, .closed:
                return bytes.count
            }
        }
    }

    /// The hot path: messages that lie whole in the input, and acks, one after another.
    private func takeHotFrames(
        in bytes: UnsafeRawBufferPointer, from start: Int, into batch: inout EventBatch
    ) -> Int {
        var offset = start
        while bytes.count - offset >= Frame.headBytes + 4 {
            let frame = FrameHead(bytes, at: offset)
            guard frame.type == Frame.methodType, self.channels[frame.channel] == .open,
                frame.payloadBytes <= self.limits.payloadBytesMax
            else { break }
            let end: Int?
            switch (bytes.bigEndian(at: offset + Frame.headBytes, as: UInt32.self), self.role) {
            case (MethodID.basicPublish.packed, .server):
                end = HotFrames.takeContent(
                    .basicPublish, frame, in: bytes, at: offset, self.limits, into: &batch)
            case (MethodID.basicDeliver.packed, .client):
                end = HotFrames.takeContent(
                    .basicDeliver, frame, in: bytes, at: offset, self.limits, into: &batch)
            case (MethodID.basicAck.packed, _):
                end = HotFrames.takeAck(frame, in: bytes, at: offset, into: &batch)
            default: end = nil
            }
            guard let end else { break }
            offset = end
        }
        return offset
    }

    /// Takes the frame at `offset`, if it is complete, and moves on behind it.
    private mutating func takeFrame(
        in bytes: UnsafeRawBufferPointer, at offset: inout Int, _ batch: inout EventBatch,
        _ output: inout ByteBuffer
    ) -> Bool {
        let restBytes = bytes.count - offset
        guard restBytes >= Frame.headBytes else { return false }
        let head = FrameHead(bytes, at: offset)
        // The payload alone may be as large as a whole frame: clients often count wrongly, and
        // RabbitMQ lets them.
        guard head.payloadBytes <= self.limits.payloadBytesMax else {
            let reason = CloseReason.frameTooLarge(
                head.payloadBytes, type: head.type, frameBytesMax: self.limits.payloadBytesMax)
            self.failOutOfStep(reason, &batch, &output)
            return true
        }
        guard restBytes >= head.payloadBytes + Frame.overheadBytes else { return false }
        let start = offset + Frame.headBytes
        let end = start + head.payloadBytes
        let payload = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        offset = end + 1
        guard bytes[end] == Frame.end else {
            let reason = CloseReason.badFrameEnd(bytes[end], type: head.type, payload: payload)
            self.failOutOfStep(reason, &batch, &output)
            return true
        }
        if head.channel == 0 {
            self.connectionFrameReceived(head.type, payload, &batch, &output)
        } else {
            self.channelFrameReceived(head, payload, &batch, &output)
        }
        return true
    }

    /// Sends heartbeats and notices silence and hanging handshakes.
    ///
    /// - Parameter nowNanoseconds: Any clock that never runs backwards.
    /// - Returns: How long the driver waits before the next tick, or that it closes the socket now.
    package mutating func tick(
        nowNanoseconds: Int64, output: inout ByteBuffer
    ) -> TickAction {
        let (action, wait) = self.timers.tick(
            now: nowNanoseconds, phase: self.timedPhase,
            heartbeatSeconds: self.tuning.heartbeatSeconds)
        switch action {
        case .nothing: return .wait(nanoseconds: wait)
        case .sendHeartbeat:
            FrameWriter.writeHeartbeat(into: &output)
            return .wait(nanoseconds: wait)
        case .close(let kind):
            self.phase = .closed
            return .close(kind)
        }
    }

    /// Says that the driver has not read lately: that nothing came is not the peer's silence.
    package mutating func excuseSilence() { self.timers.hasReceived = true }

    private var timedPhase: ConnectionTimers.Phase {
        switch self.phase {
        case .awaitingHeader, .serverHandshake, .clientHandshake: .handshake
        case .running, .closeRequested: .running
        case .closing: .closing
        case .deaf, .closed: .lingering
        }
    }

    // MARK: State

    /// Whether parsing pauses until the driver answers `.authenticate` or `.openRequested`.
    package var isWaitingForDriver: Bool {
        if case .serverHandshake(let handshake) = self.phase { return handshake.isWaitingForDriver }
        return false
    }

    /// Whether the connection is open and neither end closes it.
    package var isRunning: Bool {
        if case .running = self.phase { return true }
        return false
    }

    /// Whether nothing more is to come or to be said: the output is flushed and the socket closed.
    package var isClosed: Bool {
        if case .closed = self.phase { return true }
        return false
    }

    /// Whether frames may be sent on that channel: it is open, and this end has not closed it.
    ///
    /// A server may still send on a channel that its client asked to close, until it confirms.
    package func isOpen(_ channel: ChannelNumber) -> Bool {
        guard self.isRunning else { return false }
        switch self.channels[channel.number] {
        case .open, .receiving, .closeRequested: return true
        case .closed, .opening, .closing: return false
        }
    }

    /// Whether the peer named that capability in its properties.
    package func peerSupports(_ capability: String) -> Bool {
        guard case .table(let capabilities) = self.peerProperties["capabilities"] else {
            return false
        }
        return capabilities[capability] == .bool(true)
    }
}
