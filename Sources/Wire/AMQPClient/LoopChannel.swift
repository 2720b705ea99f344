import AMQP
import Messaging
import NIOCore

/// One AMQP channel as its connection's event loop sees it: calls, publishing and consuming
/// without a hop.
///
/// Everything that is sent collects in the connection's buffer until ``flush()``. Once the channel
/// has ended, calls fail at once with the reason, and what is published or settled goes nowhere.
package final class LoopChannel {
    /// One consumer of the channel.
    struct Consumer {
        let channel: LoopChannel
        let tag: [UInt8]
        let handler: ConsumerHandler

        func hasTag(_ tag: UnsafeRawBufferPointer) -> Bool { self.tag.elementsEqual(tag) }
    }

    /// Who waits for the next reply; a channel's replies come in the order of its calls.
    enum Waiter {
        case reply((Result<Method, AMQPClientError>) -> Void)
        case got((Result<ReceivedMessage?, AMQPClientError>) -> Void)
    }

    private enum State {
        case opening((Result<LoopChannel, AMQPClientError>) -> Void)
        case open
        case ended(AMQPClientError)
    }

    package let number: ChannelNumber
    package let connection: ClientConnection
    /// Gets the answers to what was published in confirm mode, once a read.
    package var confirmHandler: ((ConfirmBatch) -> Void)?
    /// Gets the mandatory messages that no queue took.
    package var returnHandler: ((ReturnedMessage) -> Void)?
    /// Called when the socket takes more again, or the broker no longer blocks publishers.
    package var writableHandler: (() -> Void)?

    private var state: State
    private var waiters = CircularBuffer<Waiter>()
    private var consumers: [Consumer] = []
    private var endHandlers: [(AMQPClientError) -> Void] = []
    private var ledger: ConfirmLedger?
    private var confirms = ConfirmBatch()
    private var lastConsumerNumber = 0

    init(
        _ number: ChannelNumber, on connection: ClientConnection,
        opened: @escaping (Result<LoopChannel, AMQPClientError>) -> Void
    ) {
        self.number = number
        self.connection = connection
        self.state = .opening(opened)
    }

    package var isOpen: Bool {
        if case .open = self.state { true } else { false }
    }

    /// Whether publishing now would only fill memory or annoy a broker that asked to wait.
    package var mayPublish: Bool {
        self.isOpen && self.connection.isWritable && self.connection.blockedReason == nil
    }

    /// Messages that the broker has not answered for; 0 outside of confirm mode.
    package var unconfirmedCount: Int { self.ledger?.count ?? 0 }

    /// Writes what was collected on the whole connection; see ``ClientConnection/flush()``.
    package func flush() { self.connection.flush() }

    // MARK: Calls

    /// Sends a method that the broker replies to.
    package func call(
        _ method: Method, then answered: @escaping (Result<Method, AMQPClientError>) -> Void
    ) {
        guard self.ask(.reply(answered)) else { return }
        self.send(method)
        self.flush()
    }

    /// Fetches one message, if the queue has one ready.
    package func get(
        _ queue: QueueName, noAck: Bool,
        then answered: @escaping (Result<ReceivedMessage?, AMQPClientError>) -> Void
    ) {
        guard self.ask(.got(answered)) else { return }
        self.send(.basic(.get(queue: queue, noAck: noAck)))
        self.flush()
    }

    /// Starts a consumer; its first deliveries may come in the same read as the reply.
    ///
    /// - Parameter consume: An empty tag gets a name of this client's.
    package func consume(
        _ consume: BasicMethod.Consume, _ handler: ConsumerHandler,
        then answered: @escaping (Result<ConsumerTag, AMQPClientError>) -> Void
    ) {
        var consume = consume
        if consume.consumerTag.text.isEmpty {
            self.lastConsumerNumber += 1
            consume.consumerTag = ConsumerTag("consumer-\(self.lastConsumerNumber)")
        }
        let tag = consume.consumerTag
        // Entered before the reply, as deliveries follow it closely.
        self.consumers.append(
            Consumer(channel: self, tag: Array(tag.text.utf8), handler: handler))
        self.call(.basic(.consume(consume))) { answered($0.map { _ in tag }) }
    }

    /// Ends a consumer; deliveries that are under way are dropped and stay unacked.
    package func cancel(
        _ tag: ConsumerTag, then answered: @escaping (Result<Method, AMQPClientError>) -> Void
    ) {
        self.removeConsumer(tag)
        self.call(.basic(.cancel(consumerTag: tag, noWait: false)), then: answered)
    }

    /// Asks the broker to confirm what is published from now on.
    package func selectConfirms(
        then answered: @escaping (Result<Method, AMQPClientError>) -> Void
    ) {
        self.ledger = self.ledger ?? ConfirmLedger()
        self.call(.confirm(.select(noWait: false)), then: answered)
    }

    /// Closes the channel; what was sent before is still done.
    package func close() {
        guard self.isOpen else { return }
        self.connection.machine.closeChannel(
            self.number, .normal, into: &self.connection.output)
        self.flush()
        self.end(.closedByClient)
    }

    /// Calls `handler` once the channel has ended, at once if it has.
    package func whenEnded(_ handler: @escaping (AMQPClientError) -> Void) {
        if case .ended(let error) = self.state { return handler(error) }
        self.endHandlers.append(handler)
    }

    // MARK: What needs no reply

    /// Publishes with the next flush.
    ///
    /// - Parameter note: What the publisher wants back with the confirm, such as a time.
    /// - Complexity: one copy of the message, no allocation.
    package func publish(_ message: MessageBytes, isMandatory: Bool = false, note: Int64 = 0) {
        guard self.isOpen else { return }
        _ = self.ledger?.publish(note: note)
        FrameWriter.writePublish(
            channel: self.number, isMandatory: isMandatory, message: message,
            frameBytesMax: self.connection.frameBytesMax, into: &self.connection.output)
    }

    /// Acks with the next flush; `multiple` means all up to this delivery.
    package func ack(_ tag: DeliveryTag, multiple: Bool = false) {
        guard self.isOpen else { return }
        FrameWriter.writeAck(
            tag, multiple: multiple, channel: self.number, into: &self.connection.output)
    }

    /// Rejects with the next flush; without requeue the message dies or goes to its dead letters.
    package func reject(_ tag: DeliveryTag, requeue: Bool) {
        guard self.isOpen else { return }
        self.send(.basic(.reject(deliveryTag: tag, requeue: requeue)))
    }

    private func send(_ method: Method) {
        FrameWriter.writeMethod(method, channel: self.number, into: &self.connection.output)
    }

    private func ask(_ waiter: Waiter) -> Bool {
        if case .ended(let error) = self.state {
            waiter.fail(error)
            return false
        }
        self.waiters.append(waiter)
        return true
    }
}

// MARK: What the connection tells it

extension LoopChannel {
    func opened() {
        guard case .opening(let opened) = exchange(&self.state, with: .open) else { return }
        opened(.success(self))
    }

    /// Fails everything that waits.
    func end(_ error: AMQPClientError) {
        switch exchange(&self.state, with: .ended(error)) {
        case .opening(let opened): opened(.failure(error))
        case .open: break
        case .ended(let first):
            self.state = .ended(first)
            return
        }
        for waiter in exchange(&self.waiters, with: CircularBuffer()) { waiter.fail(error) }
        for handler in exchange(&self.endHandlers, with: []) { handler(error) }
        // Handlers often hold their channel: letting them go breaks the circle.
        self.consumers = []
        self.confirmHandler = nil
        self.returnHandler = nil
        self.writableHandler = nil
    }

    func received(_ method: Method) {
        switch method {
        case .basic(let basic): self.received(basic)
        case .channel(.flow(let isActive)): self.send(.channel(.flowOK(isActive: isActive)))
        case .channel, .exchange, .queue, .confirm, .tx, .connection: self.replied(method)
        }
    }

    private func received(_ method: BasicMethod) {
        switch method {
        case .ack(let tag, let multiple): self.confirmed(tag, multiple: multiple, \.acked)
        case .nack(let tag, let multiple, _): self.confirmed(tag, multiple: multiple, \.nacked)
        case .cancel(let tag, _): self.removeConsumer(tag)?.handler.onCancel()
        case .getEmpty:
            guard case .got(let answered) = self.waiters.popFirst() else {
                return self.outOfTurn(.basic(method))
            }
            answered(.success(nil))
        case .qosOK, .consumeOK, .cancelOK, .recoverOK: self.replied(.basic(method))
        case .qos, .consume, .publish, .returned, .deliver, .get, .getOK, .reject,
            .recoverAsync, .recover:
            self.outOfTurn(.basic(method))
        }
    }

    private func replied(_ method: Method) {
        guard case .reply(let answered) = self.waiters.popFirst() else {
            return self.outOfTurn(method)
        }
        answered(.success(method))
    }

    func received(_ head: GetHead, _ message: MessageBytes) {
        guard case .got(let answered) = self.waiters.popFirst() else {
            return self.outOfTurn(.basic(.getEmpty))
        }
        answered(
            .success(
                ReceivedMessage(
                    tag: head.deliveryTag, isRedelivered: head.isRedelivered,
                    message: Message(copying: message))))
    }

    func returned(_ message: ReturnedMessage) { self.returnHandler?(message) }

    func consumer(_ tag: UnsafeRawBufferPointer) -> Consumer? {
        self.consumers.first { $0.hasTag(tag) }
    }

    /// Gives the answers of one read to their handler.
    func handOverConfirms() {
        guard !self.confirms.isEmpty else { return }
        self.confirmHandler?(self.confirms)
        self.confirms.removeAll()
    }

    private func confirmed(
        _ tag: DeliveryTag, multiple: Bool, _ answer: WritableKeyPath<ConfirmBatch, [Int64]>
    ) {
        let wasPublished =
            self.ledger?.answer(
                tag, multiple: multiple, appendingNotesTo: &self.confirms[keyPath: answer])
            ?? false
        if !wasPublished {
            self.outOfTurn(.basic(.ack(deliveryTag: tag, multiple: multiple)))
        }
    }

    @discardableResult
    private func removeConsumer(_ tag: ConsumerTag) -> Consumer? {
        let bytes = Array(tag.text.utf8)
        guard let index = self.consumers.firstIndex(where: { $0.tag == bytes }) else { return nil }
        return self.consumers.remove(at: index)
    }

    /// Replies no longer match their calls: nothing that the channel says can be trusted.
    private func outOfTurn(_ method: Method) {
        self.end(.unexpectedReply(method))
        self.connection.machine.closeChannel(
            self.number, CloseReason(.unexpectedFrame, "reply out of turn"),
            into: &self.connection.output)
    }
}

extension LoopChannel.Waiter {
    func fail(_ error: AMQPClientError) {
        switch self {
        case .reply(let answered): answered(.failure(error))
        case .got(let answered): answered(.failure(error))
        }
    }
}
