import Messaging
import NIOCore

// Channel 0: the handshake and the end of the connection.
extension ConnectionMachine {
    mutating func protocolHeaderReceived(
        _ bytes: UnsafeRawBufferPointer, _ output: inout ByteBuffer
    ) {
        guard bytes.prefix(Frame.protocolHeader.count).elementsEqual(Frame.protocolHeader) else {
            output.writeBytes(Frame.protocolHeader)
            self.phase = .closed
            return
        }
        let start = ConnectionMethod.Start(
            serverProperties: self.settings.properties,
            mechanisms: Array(self.settings.mechanisms.joined(separator: " ").utf8),
            locales: Array("en_US".utf8))
        self.write(.start(start), &output)
        self.phase = .serverHandshake(ServerHandshake())
    }

    mutating func connectionFrameReceived(
        _ type: UInt8, _ payload: UnsafeRawBufferPointer, _ batch: inout EventBatch,
        _ output: inout ByteBuffer
    ) {
        switch FrameKind(type, payload) {
        case .heartbeat: break
        case .method:
            guard let method = self.decode(payload, &batch, &output) else { return }
            self.connectionMethodReceived(method, &batch, &output)
        case .header, .body:
            self.fail(.unexpectedFrame(type, payload), &batch, &output)
        case .unknown:
            self.fail(.unknownFrame(type, payload), &batch, &output)
        }
    }

    private mutating func connectionMethodReceived(
        _ method: Method, _ batch: inout EventBatch, _ output: inout ByteBuffer
    ) {
        switch self.phase {
        case .serverHandshake(var handshake):
            let action = handshake.received(method, settings: self.settings)
            self.phase = .serverHandshake(handshake)
            self.perform(action, &batch, &output)
        case .clientHandshake(var handshake):
            if case .connection(.close(let reason)) = method {
                return self.peerCloses(reason, &batch, &output)
            }
            let action = handshake.received(method, settings: self.settings)
            self.phase = .clientHandshake(handshake)
            self.perform(action, &batch, &output)
        case .running: self.runningMethodReceived(method, &batch, &output)
        case .closing:
            // Both ends may close at once; each confirms the other.
            if case .connection(.close) = method { self.write(.closeOK, &output) }
            if case .connection(.closeOK) = method { self.phase = .closed }
        case .awaitingHeader, .closeRequested, .deaf, .closed: break
        }
    }

    private mutating func runningMethodReceived(
        _ method: Method, _ batch: inout EventBatch, _ output: inout ByteBuffer
    ) {
        switch (self.role, method) {
        case (_, .connection(.close(let reason))): self.peerCloses(reason, &batch, &output)
        case (.server, .connection(.updateSecret)), (.client, .connection(.updateSecretOK)),
            (.client, .connection(.blocked)), (.client, .connection(.unblocked)):
            batch.events.append(.method(.connection, method))
        default:
            self.fail(.unexpectedMethod(inState: "running", method.id), &batch, &output)
        }
    }

    private mutating func perform(
        _ action: ServerHandshake.Action, _ batch: inout EventBatch, _ output: inout ByteBuffer
    ) {
        switch action {
        case .authenticate(let mechanism, let response, let clientProperties):
            if let clientProperties { self.peerProperties = clientProperties }
            batch.events.append(.authenticate(mechanism: mechanism, response: response))
        case .tuned(let tuning): self.adopt(tuning)
        case .openRequested(let virtualHost):
            batch.events.append(.openRequested(virtualHost: virtualHost))
        case .refuse(let reason, let isSilent):
            batch.events.append(.protocolError(reason))
            if isSilent { self.phase = .closed } else { self.beginClose(reason, &output) }
        }
    }

    private mutating func perform(
        _ action: ClientHandshake.Action, _ batch: inout EventBatch, _ output: inout ByteBuffer
    ) {
        switch action {
        case .startOK(let startOK, let serverProperties):
            self.peerProperties = serverProperties
            self.write(.startOK(startOK), &output)
        case .tuned(let tuning, let virtualHost):
            self.adopt(tuning)
            self.write(.tuneOK(tuning), &output)
            self.write(.open(virtualHost: virtualHost), &output)
        case .ready:
            self.phase = .running
            batch.events.append(.ready)
        case .refuse(let reason):
            batch.events.append(.protocolError(reason))
            self.phase = .closed
        }
    }

    private mutating func adopt(_ tuning: Tuning) {
        self.tuning = tuning
        self.limits.payloadBytesMax = Int(tuning.frameBytesMax)
    }

    private mutating func peerCloses(
        _ reason: CloseReason, _ batch: inout EventBatch, _ output: inout ByteBuffer
    ) {
        self.dropAssemblies()
        batch.events.append(.closeRequested(reason))
        self.phase = .closeRequested
        if self.role == .client { self.confirmClose(into: &output) }
    }

    // MARK: The driver's answers

    /// Server: the login is right; offers `connection.tune`.
    package mutating func authenticationAccepted(into output: inout ByteBuffer) {
        guard case .serverHandshake(var handshake) = self.phase else { return }
        handshake.accepted()
        self.phase = .serverHandshake(handshake)
        self.write(.tune(self.settings.tuning), &output)
    }

    /// Server: the mechanism needs another answer from the client; `.authenticate` follows.
    package mutating func authenticationChallenged(
        _ challenge: [UInt8], into output: inout ByteBuffer
    ) {
        guard case .serverHandshake(var handshake) = self.phase else { return }
        handshake.challenged()
        self.phase = .serverHandshake(handshake)
        self.write(.secure(challenge: challenge), &output)
    }

    /// Server: the login is wrong; says so to clients that understand it, and is done.
    ///
    /// - Parameter isMalformed: What came is no login at all: the client is told nothing.
    package mutating func authenticationRefused(
        isMalformed: Bool = false, into output: inout ByteBuffer
    ) {
        guard case .serverHandshake(let handshake) = self.phase else { return }
        if !isMalformed, self.peerSupports("authentication_failure_close") {
            self.beginClose(.loginRefused(mechanism: handshake.mechanism), &output)
        } else {
            self.phase = .closed
        }
    }

    /// Server: the virtual host is open; a refusal is a ``close(_:into:)``.
    package mutating func openAccepted(into output: inout ByteBuffer) {
        guard case .serverHandshake(let handshake) = self.phase else { return }
        precondition(handshake.isWaitingForDriver, "accepting answers an openRequested event")
        self.phase = .running
        self.write(.openOK, &output)
    }

    /// Server: answers `connection.update-secret`.
    package mutating func confirmSecret(into output: inout ByteBuffer) {
        guard case .running = self.phase else { return }
        self.write(.updateSecretOK, &output)
    }

    /// Answers the peer's `connection.close` once everything before it is settled.
    package mutating func confirmClose(into output: inout ByteBuffer) {
        guard case .closeRequested = self.phase else { return }
        self.write(.closeOK, &output)
        self.phase = .closed
    }

    /// Sends `connection.close`; what still comes is dropped until ``isClosed``.
    ///
    /// Does nothing when either end is closing already: races end here.
    package mutating func close(_ reason: CloseReason, into output: inout ByteBuffer) {
        switch self.phase {
        case .serverHandshake, .clientHandshake, .running: self.beginClose(reason, &output)
        case .awaitingHeader: self.phase = .closed
        case .closeRequested, .closing, .deaf, .closed: break
        }
    }

    // MARK: Errors

    /// The peer broke the protocol: closes the connection, tells the driver.
    mutating func fail(
        _ reason: CloseReason, _ batch: inout EventBatch, _ output: inout ByteBuffer
    ) {
        switch self.phase {
        case .running:
            batch.events.append(.protocolError(reason))
            self.beginClose(reason, &output)
        case .serverHandshake(let handshake):
            batch.events.append(.protocolError(reason))
            if handshake.mayExplain {
                self.beginClose(reason, &output)
            } else {
                self.phase = .closed
            }
        case .clientHandshake:
            batch.events.append(.protocolError(reason))
            self.phase = .closed
        case .awaitingHeader, .closeRequested, .closing, .deaf, .closed: break
        }
    }

    /// The same for a stream in which no further frame can be found.
    mutating func failOutOfStep(
        _ reason: CloseReason, _ batch: inout EventBatch, _ output: inout ByteBuffer
    ) {
        self.fail(reason, &batch, &output)
        if !self.isClosed { self.phase = .deaf }
    }

    private mutating func beginClose(_ reason: CloseReason, _ output: inout ByteBuffer) {
        self.dropAssemblies()
        self.write(.close(reason), &output)
        self.phase = .closing
    }

    /// Decodes a method's payload; nil after closing the connection because it is none.
    mutating func decode(
        _ payload: UnsafeRawBufferPointer, _ batch: inout EventBatch, _ output: inout ByteBuffer
    ) -> Method? {
        do {
            if let method = try Method(decoding: payload) { return method }
            self.fail(.unknownMethod(MethodID(payload)), &batch, &output)
        } catch {
            let arguments = UnsafeRawBufferPointer(rebasing: payload[4...])
            self.fail(
                .undecodable(error, arguments: arguments, MethodID(payload)), &batch, &output)
        }
        return nil
    }

    private func write(_ method: ConnectionMethod, _ output: inout ByteBuffer) {
        FrameWriter.writeMethod(.connection(method), channel: .connection, into: &output)
    }
}
