import Messaging
import NIOCore

// Channels from 1: opening, closing, methods and contents that are not the hot path.
extension ConnectionMachine {
    mutating func channelFrameReceived(
        _ head: FrameHead, _ payload: UnsafeRawBufferPointer, _ batch: inout EventBatch,
        _ output: inout ByteBuffer
    ) {
        switch self.phase {
        case .running: break
        case .closing, .closeRequested, .deaf, .closed, .awaitingHeader: return
        case .serverHandshake, .clientHandshake:
            return self.fail(.unexpectedFrame(head.type, payload), &batch, &output)
        }
        let kind = FrameKind(head.type, payload)
        switch kind {
        case .unknown: return self.fail(.unknownFrame(head.type, payload), &batch, &output)
        case .heartbeat: return self.fail(.unexpectedFrame(head.type, payload), &batch, &output)
        case .method, .header, .body: break
        }
        let channel = ChannelNumber(head.channel)
        switch self.channels[head.channel] {
        case .receiving: self.contentFrameReceived(head, payload, &batch, &output)
        case .open:
            guard kind == .method else { return self.fail(.methodExpected, &batch, &output) }
            self.methodReceived(channel, payload, &batch, &output)
        case .closed, .opening:
            guard kind == .method else { return self.fail(.methodExpected, &batch, &output) }
            self.openingMethodReceived(channel, payload, &batch, &output)
        case .closing:
            if kind == .method { self.closingMethodReceived(channel, payload, &batch, &output) }
        case .closeRequested: break  // Nothing can follow a close.
        }
    }

    // MARK: Methods

    private mutating func methodReceived(
        _ channel: ChannelNumber, _ payload: UnsafeRawBufferPointer, _ batch: inout EventBatch,
        _ output: inout ByteBuffer
    ) {
        let id = MethodID(payload)
        if id.hasContent {
            return self.contentMethodReceived(channel, id, payload, &batch, &output)
        }
        guard let method = self.decode(payload, &batch, &output) else { return }
        switch method {
        case .channel(.open): self.fail(.channelOpenedTwice(id), &batch, &output)
        case .channel(.close(let reason)):
            self.channels[channel.number] = .closeRequested
            batch.events.append(.channelCloseRequested(channel, reason))
            if self.role == .client { self.confirmChannelClose(channel, into: &output) }
        case .channel(.flow(let isActive)) where self.role == .server:
            guard isActive else {
                return self.fail(.inactiveFlowNotImplemented(id), &batch, &output)
            }
            FrameWriter.writeMethod(
                .channel(.flowOK(isActive: true)), channel: channel, into: &output)
        default:
            guard method.mayCome(to: self.role) else {
                return self.fail(.unimplementedMethod(id), &batch, &output)
            }
            batch.events.append(.method(channel, method))
        }
    }

    private mutating func openingMethodReceived(
        _ channel: ChannelNumber, _ payload: UnsafeRawBufferPointer, _ batch: inout EventBatch,
        _ output: inout ByteBuffer
    ) {
        if self.role == .server, self.channels.count >= Int(self.tuning.channelsMax) {
            let reason = CloseReason.tooManyChannels(
                self.channels.count, channelsMax: self.tuning.channelsMax)
            return self.fail(reason, &batch, &output)
        }
        guard let method = self.decode(payload, &batch, &output) else { return }
        switch (self.role, self.channels[channel.number], method) {
        case (.server, .closed, .channel(.open)):
            self.channels[channel.number] = .open
            if self.settings.answersChannelOpens {
                FrameWriter.writeMethod(.channel(.openOK), channel: channel, into: &output)
            }
            batch.events.append(.channelOpened(channel))
        case (.client, .opening, .channel(.openOK)):
            self.channels[channel.number] = .open
            batch.events.append(.channelOpened(channel))
        default:
            self.fail(.channelNotOpen(method.id), &batch, &output)
        }
    }

    private mutating func closingMethodReceived(
        _ channel: ChannelNumber, _ payload: UnsafeRawBufferPointer, _ batch: inout EventBatch,
        _ output: inout ByteBuffer
    ) {
        switch MethodID(payload) {
        case .channelClose:
            // Both ends close at once; each confirms the other.
            FrameWriter.writeMethod(.channel(.closeOK), channel: channel, into: &output)
        case .channelCloseOK:
            self.channels[channel.number] = .closed
            batch.events.append(.channelClosed(channel))
        default: break
        }
    }

    // MARK: Contents

    private mutating func contentMethodReceived(
        _ channel: ChannelNumber, _ id: MethodID, _ payload: UnsafeRawBufferPointer,
        _ batch: inout EventBatch, _ output: inout ByteBuffer
    ) {
        guard (id == .basicPublish) == (self.role == .server) else {
            return self.fail(.unimplementedMethod(id), &batch, &output)
        }
        guard let assembly = ContentAssembly(id, payload: payload) else {
            let arguments = UnsafeRawBufferPointer(rebasing: payload[4...])
            return self.fail(
                .undecodable(.truncated, arguments: arguments, id), &batch, &output)
        }
        guard !assembly.isImmediate else {
            return self.fail(.immediateNotImplemented(id), &batch, &output)
        }
        self.channels[channel.number] = .receiving
        self.hold(assembly, channel, &batch, &output)
    }

    private mutating func contentFrameReceived(
        _ head: FrameHead, _ payload: UnsafeRawBufferPointer, _ batch: inout EventBatch,
        _ output: inout ByteBuffer
    ) {
        // Moved out, so that appending to its bytes copies nothing.
        guard var assembly = self.assemblies.removeValue(forKey: head.channel) else {
            preconditionFailure("a receiving channel has an assembly")
        }
        self.heldBytes -= assembly.count
        let channel = ChannelNumber(head.channel)
        let action = assembly.received(head.type, payload: payload, limits: self.limits)
        switch action {
        case .wait: self.hold(assembly, channel, &batch, &output)
        case .complete(let content, let bytes):
            self.channels[head.channel] = .open
            batch.assembled.append(bytes)
            let source = ContentSource.assembled(batch.assembled.count - 1)
            batch.events.append(content.event(channel, source: source))
        case .fail(let reason): self.fail(reason, &batch, &output)
        case .closeChannel(let reason):
            self.closeChannel(channel, reason, into: &output)
            batch.events.append(.channelFailed(channel, reason))
        }
    }

    /// Keeps what has come of a message until the next of its frames.
    private mutating func hold(
        _ assembly: ContentAssembly, _ channel: ChannelNumber, _ batch: inout EventBatch,
        _ output: inout ByteBuffer
    ) {
        self.heldBytes += assembly.count
        guard self.heldBytes <= self.settings.heldBytesMax else {
            let reason = CloseReason.tooMuchHeld(self.settings.heldBytesMax, assembly.id)
            return self.fail(reason, &batch, &output)
        }
        self.assemblies[channel.number] = assembly
    }

    mutating func dropAssemblies() {
        self.assemblies = [:]
        self.heldBytes = 0
    }

    // MARK: The driver's side

    /// Client: sends `channel.open`; `.channelOpened` follows.
    ///
    /// The caller keeps to numbers from 1 to the tuned `channelsMax` that are not in use.
    package mutating func openChannel(_ channel: ChannelNumber, into output: inout ByteBuffer) {
        guard self.isRunning else { return }
        precondition(self.channels[channel.number] == .closed, "the channel number is in use")
        self.channels[channel.number] = .opening
        FrameWriter.writeMethod(.channel(.open), channel: channel, into: &output)
    }

    /// Sends `channel.close`; what still comes is dropped until `.channelClosed`.
    ///
    /// Does nothing when the channel is closed or either end is closing it: races end here.
    package mutating func closeChannel(
        _ channel: ChannelNumber, _ reason: CloseReason, into output: inout ByteBuffer
    ) {
        guard self.isRunning else { return }
        switch self.channels[channel.number] {
        case .open, .receiving, .opening: break
        case .closed, .closeRequested, .closing: return
        }
        if let assembly = self.assemblies.removeValue(forKey: channel.number) {
            self.heldBytes -= assembly.count
        }
        self.channels[channel.number] = .closing
        FrameWriter.writeMethod(.channel(.close(reason)), channel: channel, into: &output)
    }

    /// Says that the driver has answered the peer's `channel.close` itself, in its place among
    /// other frames.
    package mutating func channelCloseConfirmed(_ channel: ChannelNumber) {
        guard self.channels[channel.number] == .closeRequested else { return }
        self.channels[channel.number] = .closed
    }

    /// Answers the peer's `channel.close` once the channel's last frame is written.
    package mutating func confirmChannelClose(
        _ channel: ChannelNumber, into output: inout ByteBuffer
    ) {
        guard self.isRunning, self.channels[channel.number] == .closeRequested else { return }
        self.channels[channel.number] = .closed
        FrameWriter.writeMethod(.channel(.closeOK), channel: channel, into: &output)
    }
}
