import AMQP
import Messaging

extension ClientConnection {
    /// Hands the events of one read to their channels; deliveries in a row go as one batch.
    func dispatch(_ batch: borrowing EventBatch, input: UnsafeRawBufferPointer) {
        var deliveries = DeliveryRun()
        for event in batch.events {
            if case .deliver(let number, let head, let slice, .input) = event {
                guard let channel = self.channels[number] else { continue }
                deliveries.add(head, slice, in: input, on: channel)
                continue
            }
            deliveries.handOver()
            if let source = event.source {
                switch source {
                case .input: self.received(event, in: input)
                case .assembled(let index):
                    batch.assembled[index].withUnsafeBytes { self.received(event, in: $0) }
                }
            } else {
                self.happened(event)
            }
        }
        deliveries.handOver()
        for channel in self.channels.values { channel.handOverConfirms() }
    }

    /// An event that carries a message.
    private func received(_ event: ConnectionEvent, in bytes: UnsafeRawBufferPointer) {
        switch event {
        case .deliver(let number, let head, let slice, _):
            guard let channel = self.channels[number] else { return }
            var single = DeliveryRun()
            single.add(head, slice, in: bytes, on: channel)
            single.handOver()
        case .got(let number, let head, let slice, _):
            self.channels[number]?.received(head, MessageBytes(slice, in: bytes))
        case .returned(let number, let head, let slice, _):
            let text = bytes[head.textOffset..<head.textOffset + Int(head.textBytes)]
            self.channels[number]?.returned(
                ReturnedMessage(
                    code: head.code, text: String(decoding: text, as: UTF8.self),
                    message: Message(copying: MessageBytes(slice, in: bytes))))
        case .authenticate, .openRequested, .ready, .channelOpened, .channelCloseRequested,
            .channelFailed, .channelClosed, .method, .publish, .closeRequested, .protocolError:
            break
        }
    }

    /// An event without a message.
    private func happened(_ event: ConnectionEvent) {
        switch event {
        case .ready: self.opened()
        case .channelOpened(let number): self.channels[number]?.opened()
        case .channelCloseRequested(let number, let reason):
            self.channels.removeValue(forKey: number)?.end(.channelClosed(reason))
        case .channelFailed(let number, let reason):
            self.channels[number]?.end(.protocolViolation(text: reason.text))
        case .channelClosed(let number):
            self.channels.removeValue(forKey: number)?.end(.closedByClient)
        case .method(_, .connection(.blocked(let reason))): self.blockedReason = reason
        case .method(_, .connection(.unblocked)):
            self.blockedReason = nil
            for channel in self.channels.values { channel.writableHandler?() }
        case .method(let number, let method): self.channels[number]?.received(method)
        case .closeRequested(let reason): self.end(.connectionClosed(reason))
        case .protocolError(let reason): self.end(.protocolViolation(text: reason.text))
        case .authenticate, .openRequested, .publish: break  // Only a server's machine has these.
        case .deliver, .got, .returned: break  // They carry messages: see received(_:in:).
        }
    }
}

extension ConnectionEvent {
    /// Where the message of the event lies; nil when it has none.
    fileprivate var source: ContentSource? {
        switch self {
        case .publish(_, _, let source), .deliver(_, _, _, let source),
            .got(_, _, _, let source), .returned(_, _, _, let source):
            source
        case .authenticate, .openRequested, .ready, .channelOpened, .channelCloseRequested,
            .channelFailed, .channelClosed, .method, .closeRequested, .protocolError:
            nil
        }
    }
}

/// Deliveries in a row to one consumer, collected into one call of its handler.
private struct DeliveryRun {
    private var consumer: LoopChannel.Consumer?
    private var deliveries: [Delivery] = []

    mutating func add(
        _ head: DeliveryHead, _ slice: MessageSlice, in bytes: UnsafeRawBufferPointer,
        on channel: LoopChannel
    ) {
        let tagEnd = head.consumerTagOffset + Int(head.consumerTagBytes)
        let tag = UnsafeRawBufferPointer(rebasing: bytes[head.consumerTagOffset..<tagEnd])
        if let consumer, consumer.channel !== channel || !consumer.hasTag(tag) {
            self.handOver()
        }
        if self.consumer == nil { self.consumer = channel.consumer(tag) }
        guard self.consumer != nil else { return }  // Cancelled, with deliveries under way.
        self.deliveries.append(
            Delivery(
                tag: head.deliveryTag, isRedelivered: head.isRedelivered,
                message: MessageBytes(slice, in: bytes)))
    }

    mutating func handOver() {
        guard let consumer = self.consumer.take() else { return }
        consumer.handler.onDeliveries(self.deliveries)
        self.deliveries.removeAll(keepingCapacity: true)
    }
}
