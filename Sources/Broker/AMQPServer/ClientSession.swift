import AMQP
import Core
import Engine
import Messaging
import NIOCore

/// The engine's half of one client connection: its events become commands, effects become frames.
///
///     event loop of the socket          engine's executor
///     ConnectionHandler  -- batch -->   ClientSession.take     -> Broker
///     ConnectionHandler  <- flush ---   ClientSession.perform  <- Broker
///
/// Confined to the engine's executor; only ``flush()`` reaches over to the socket's loop, with
/// values. On a machine with few cores both are the same loop, and nothing is handed over.
final class ClientSession: ConnectionOutlet, @unchecked Sendable {
    let connection: ConnectionID
    let server: ServerContext
    let meter: SocketMeter?
    private let socket: SocketLink
    private let frameBytesMax: Int
    private let canBeToldOfCancels: Bool
    private let canBeToldOfBlocking: Bool
    private var output: ByteBuffer?
    private var orders: [SocketOrder] = []
    /// What has to wait for a commit.
    private var held = HeldOutput()
    /// Channels whose `channel.close` was not answered among the bytes.
    private var closingChannels: [ChannelNumber] = []
    /// Reads handed over by the socket's loop and not yet answered for.
    private var batchesDone = 0
    private var state = State.serving
    /// Whom the server said it has opened a connection for; nil when it has not.
    var openedFor: ServerEvent.Client?

    private enum State {
        case serving
        /// Closing has begun; the engine still has to forget the connection.
        case leaving
        case left
    }

    /// - Parameter frameBytesMax: As settled in `connection.tune-ok`.
    init(
        connection: ConnectionID, server: ServerContext, socket: SocketLink, frameBytesMax: Int,
        canBeToldOfCancels: Bool, canBeToldOfBlocking: Bool, meter: SocketMeter?
    ) {
        self.connection = connection
        self.server = server
        self.socket = socket
        self.frameBytesMax = frameBytesMax
        self.canBeToldOfCancels = canBeToldOfCancels
        self.canBeToldOfBlocking = canBeToldOfBlocking
        self.meter = meter
    }

    // MARK: From the client

    /// Gives the broker what one read held.
    ///
    /// - Parameter bytes: What the offsets of the batch's messages count in.
    func take(
        _ batch: EventBatch, in bytes: UnsafeRawBufferPointer, broker: inout Broker, now: Timestamp
    ) {
        self.batchesDone += 1
        for event in batch.events {
            switch event {
            case .publish(let channel, let slice, .input):
                broker.publish(slice, in: bytes, from: self.connection, on: channel, now: now)
            case .publish(let channel, let slice, .assembled(let index)):
                batch.assembled[index].withUnsafeBytes {
                    broker.publish(slice, in: $0, from: self.connection, on: channel, now: now)
                }
            case .method(.connection, .connection(.updateSecret)):
                // Passwords do not expire here: the login stays what it was.
                self.orders.append(.confirmSecret)
            case .method(let channel, let method):
                guard let command = method.command else { continue }
                broker.handle(command, from: self.connection, on: channel, now: now)
            case .channelOpened(let channel):
                broker.handle(.openChannel, from: self.connection, on: channel, now: now)
                if broker.hasChannel(channel, of: self.connection) { self.confirmOpen(channel) }
            case .channelCloseRequested(let channel, _):
                broker.handle(.closeChannel, from: self.connection, on: channel, now: now)
                self.closingChannels.append(channel)
            case .channelFailed(let channel, _):
                broker.handle(.dropChannel, from: self.connection, on: channel, now: now)
            case .channelClosed:
                break  // The broker forgot it when it refused what made us close it.
            case .closeRequested:
                self.leave(.confirmClose)
            case .protocolError:
                self.leave(nil)  // The machine has closed the connection already.
            case .authenticate, .openRequested, .ready, .deliver, .got, .returned:
                preconditionFailure("a server's machine never says this on an open connection")
            }
        }
    }

    /// Answers `channel.open`: the broker has taken the channel.
    private func confirmOpen(_ channel: ChannelNumber) {
        var output = self.takeOutput()
        FrameWriter.writeMethod(.channel(.openOK), channel: channel, into: &output)
        self.keep(output)
    }

    /// Begins the session once the broker knows it, or says why it does not take it.
    func begin(_ answer: ConnectAnswer, host: VirtualHostName, user: String) {
        let text: String
        switch answer {
        case .accepted: return self.orders.append(.acceptOpen)
        case .noRoom(let connectionsMax):
            text =
                "access to vhost '\(host)' refused for user '\(user)': connection limit "
                + "(\(connectionsMax)) is reached"
        case .limitReached(let refusal): text = refusal
        case .noAccess: text = "access to vhost '\(host)' refused for user '\(user)'"
        case .noSuchVirtualHost: text = "vhost \(host) not found"
        }
        self.leave(.close(CloseReason(.notAllowed, text, method: MethodID(10, 40))))
    }

    private func leave(_ order: SocketOrder?) {
        if self.state == .serving { self.state = .leaving }
        // Who is about to go is not told any more of what it declared.
        self.held = HeldOutput()
        if let order { self.orders.append(order) }
    }

    /// Has the socket do something, in its place among the bytes.
    private func give(_ order: SocketOrder) {
        if self.held.commit == nil {
            self.orders.append(order)
        } else {
            self.held.orders.append(order)
        }
    }

    // MARK: Waiting for a commit

    var awaitedCommit: CommitNumber? { self.held.commit }

    func durable(upTo commit: CommitNumber) {
        guard let awaited = self.held.commit, awaited <= commit else { return }
        let held = exchange(&self.held, with: HeldOutput())
        if var bytes = held.output {
            if self.output == nil {
                self.output = bytes
            } else {
                self.output?.writeBuffer(&bytes)
            }
        }
        self.orders += held.orders
        if held.isLeaving { self.leave(nil) }
    }

    // MARK: To the client

    func perform(_ effects: [Effect], reading broker: borrowing Broker) {
        guard self.state == .serving else { return }
        var output = self.takeOutput()
        for effect in effects {
            switch effect {
            case .awaitCommit(let commit):
                guard commit > broker.durableCommit else { continue }
                self.keep(output)
                self.held.commit = commit
                output = self.takeOutput()
            case .deliver(let delivery):
                self.write(delivery, reading: broker, into: &output)
            case .confirm(let channel, let tag, let isMultiple):
                FrameWriter.writeAck(tag, multiple: isMultiple, channel: channel, into: &output)
            case .reject(let channel, let tag):
                // `requeue` means nothing to a publisher; RabbitMQ sends it set.
                FrameWriter.writeMethod(
                    .basic(.nack(deliveryTag: tag, multiple: false, requeue: true)),
                    channel: channel, into: &output)
            case .directReply(let channel, let reply):
                self.write(reply, channel: channel, into: &output)
            case .blocked(let reason):
                self.give(.stopReading)
                guard self.canBeToldOfBlocking else { continue }
                FrameWriter.writeMethod(
                    .connection(.blocked(reason: reason)), channel: .connection, into: &output)
            case .unblocked:
                self.give(.startReading)
                guard self.canBeToldOfBlocking else { continue }
                FrameWriter.writeMethod(
                    .connection(.unblocked), channel: .connection, into: &output)
            case .stopReading: self.give(.stopReading)
            case .startReading: self.give(.startReading)
            case .got(let channel, let got):
                self.write(got, channel: channel, reading: broker, into: &output)
            case .reply(let channel, let reply):
                FrameWriter.writeMethod(reply.method, channel: channel, into: &output)
                if reply == .channelClosed {
                    self.closingChannels.removeAll { $0 == channel }
                    self.give(.channelClosed(channel))
                }
            case .returned(let channel, let message):
                self.write(message, channel: channel, into: &output)
            case .consumerCancelled(let channel, let tag):
                guard self.canBeToldOfCancels else { continue }
                let method = Method.basic(.cancel(consumerTag: tag, noWait: true))
                FrameWriter.writeMethod(method, channel: channel, into: &output)
            case .closeChannel(let channel, let refusal):
                self.give(.closeChannel(channel, CloseReason(refusal)))
            case .closeConnection(_, let refusal):
                guard self.held.commit == nil else {
                    self.held.orders.append(.close(CloseReason(refusal)))
                    self.held.isLeaving = true
                    continue
                }
                self.leave(.close(CloseReason(refusal)))
            }
        }
        self.keep(output)
    }

    /// Writes a delivery; one that was returned before says how often, where its queue counts that.
    @inline(__always)
    private func write(
        _ delivery: Delivery, reading broker: borrowing Broker, into output: inout ByteBuffer
    ) {
        let record = broker.record(of: delivery.queue, at: delivery.position)
        let tag = broker.tagBytes(of: delivery.consumer)
        guard delivery.returns > 0 else {
            return self.write(delivery, record, to: tag, into: &output)
        }
        record.withDeliveryCount(delivery.returns) {
            self.write(delivery, $0, to: tag, into: &output)
        }
    }

    @inline(__always)
    private func write(
        _ delivery: Delivery, _ record: RecordView, to consumerTag: UnsafeRawBufferPointer,
        into output: inout ByteBuffer
    ) {
        FrameWriter.writeDelivery(
            channel: delivery.channel, consumerTag: consumerTag, deliveryTag: delivery.tag,
            isRedelivered: delivery.isRedelivered, message: MessageBytes(record),
            frameBytesMax: self.frameBytesMax, into: &output)
    }

    private func write(
        _ got: GotMessage, channel: ChannelNumber, reading broker: borrowing Broker,
        into output: inout ByteBuffer
    ) {
        let record = broker.record(of: got.queue, at: got.position)
        guard let returns = got.returns else {
            return self.write(got, record, channel: channel, into: &output)
        }
        record.withDeliveryCount(returns) {
            self.write(got, $0, channel: channel, into: &output)
        }
    }

    private func write(
        _ got: GotMessage, _ record: RecordView, channel: ChannelNumber,
        into output: inout ByteBuffer
    ) {
        FrameWriter.writeGetOK(
            channel: channel, deliveryTag: got.tag, isRedelivered: got.isRedelivered,
            messageCount: got.messagesLeft, message: MessageBytes(record),
            frameBytesMax: self.frameBytesMax, into: &output)
    }

    /// What the next bytes go behind.
    private func takeOutput() -> ByteBuffer {
        guard self.held.commit != nil else {
            return exchange(&self.output, with: nil) ?? self.server.pool.take()
        }
        return exchange(&self.held.output, with: nil) ?? ByteBuffer()
    }

    private func keep(_ output: ByteBuffer) {
        if self.held.commit == nil { self.output = output } else { self.held.output = output }
    }

    private func write(
        _ message: ReturnedMessage, channel: ChannelNumber, into output: inout ByteBuffer
    ) {
        message.exchange.withUnsafeBytes { exchange in
            message.routingKey.withUnsafeBytes { routingKey in
                message.properties.withUnsafeBytes { properties in
                    message.body.withUnsafeBytes { body in
                        FrameWriter.writeReturn(
                            channel: channel, code: message.code,
                            message: MessageBytes(
                                exchange: exchange, routingKey: routingKey,
                                properties: properties, body: body),
                            frameBytesMax: self.frameBytesMax, into: &output)
                    }
                }
            }
        }
    }

    private func write(
        _ reply: DirectReply, channel: ChannelNumber, into output: inout ByteBuffer
    ) {
        reply.consumerTag.withUnsafeBytes { tag in
            reply.exchange.withUnsafeBytes { exchange in
                reply.routingKey.withUnsafeBytes { routingKey in
                    reply.properties.withUnsafeBytes { properties in
                        reply.body.withUnsafeBytes { body in
                            FrameWriter.writeDelivery(
                                channel: channel, consumerTag: tag, deliveryTag: reply.tag,
                                isRedelivered: false,
                                message: MessageBytes(
                                    exchange: exchange, routingKey: routingKey,
                                    properties: properties, body: body),
                                frameBytesMax: self.frameBytesMax, into: &output)
                        }
                    }
                }
            }
        }
    }

    func close(_ code: ReplyCode, _ explanation: String) {
        guard self.state == .serving else { return }
        self.leave(.close(CloseReason(code, explanation)))
    }

    func flush() {
        if self.state == .leaving {
            // Before the client hears of it, so that what it looks at next is settled.
            self.state = .left
            self.server.engine.assumeIsolated { $0.disconnect(self.connection) }
        }
        let output = exchange(&self.output, with: nil)
        let orders =
            exchange(&self.orders, with: [])
            + exchange(&self.closingChannels, with: []).map { .confirmChannelClose($0) }
        let batchesDone = exchange(&self.batchesDone, with: 0)
        guard output != nil || !orders.isEmpty || batchesDone > 0 else { return }
        if let spare = self.socket.send(output, orders, batchesDone: batchesDone) {
            self.server.pool.give(spare)
        }
    }
}

extension MessageBytes {
    fileprivate init(_ record: RecordView) {
        self.init(
            exchange: record.exchange, routingKey: record.routingKey,
            properties: record.properties, body: record.body)
    }
}
