import AMQPClient
import BrokerLink
import Messaging
import NIOCore
import Transfer

/// Publishes on a channel of its own with confirms, and mandatory, so that what no queue takes is
/// known.
struct AMQPSink: MessageSink {
    private let channel: AMQPChannel
    private let eventLoop: any EventLoop

    /// - Parameter channel: In confirm mode.
    init(_ channel: AMQPChannel, on eventLoop: any EventLoop) {
        self.channel = channel
        self.eventLoop = eventLoop
    }

    func publish(_ messages: [Message]) async -> [PublishOutcome] {
        guard !messages.isEmpty else { return [] }
        let isOver = NIOLoopBoundBox.makeBoxSendingValue(false, eventLoop: self.eventLoop)
        let underWay = NIOLoopBoundBox<ConfirmedBatch?>.makeEmptyBox(eventLoop: self.eventLoop)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.eventLoop.execute {
                    let batch = ConfirmedBatch(messages, then: continuation)
                    underWay.value = batch
                    batch.start(on: self.channel.onLoop)
                    // Whoever was cancelled before asked for the end when there was no batch yet.
                    if isOver.value { batch.endSoon(on: self.channel.onLoop, self.eventLoop) }
                }
            }
        } onCancel: {
            self.eventLoop.execute {
                isOver.value = true
                underWay.value?.endSoon(on: self.channel.onLoop, self.eventLoop)
            }
        }
    }
}

/// One batch that waits for its confirms; confined to the connection's event loop.
private final class ConfirmedBatch {
    /// How long no answer may come once the operator has asked for the end: a target that is
    /// blocked, or does not read, would give none for as long as it likes.
    static let silenceMax = TimeAmount.seconds(5)

    private let messages: [Message]
    private var outcomes: [PublishOutcome?]
    private var left: Int
    /// Messages that came back, which are confirmed all the same.
    private var returned: [Message: Int] = [:]
    private var continuation: CheckedContinuation<[PublishOutcome], Never>?

    init(
        _ messages: [Message], then continuation: CheckedContinuation<[PublishOutcome], Never>
    ) {
        self.messages = messages
        self.outcomes = Array(repeating: nil, count: messages.count)
        self.left = messages.count
        self.continuation = continuation
    }

    func start(on channel: LoopChannel) {
        channel.confirmHandler = { batch in
            for note in batch.acked { self.set(Int(note), .taken) }
            for note in batch.nacked { self.set(Int(note), .failed(Self.nacked)) }
            if self.left == 0 { self.end(on: channel) }
        }
        channel.returnHandler = { self.returned[$0.message, default: 0] += 1 }
        channel.whenEnded { [weak self] error in self?.ended(error) }
        for (place, message) in self.messages.enumerated() {
            message.withBytes { channel.publish($0, isMandatory: true, note: Int64(place)) }
        }
        channel.flush()
    }

    private static let nacked = LinkError.refused(
        reason: "a queue did not take the message, as a full one does.")

    private func set(_ place: Int, _ outcome: PublishOutcome) {
        guard self.outcomes[place] == nil else { return }
        self.outcomes[place] = outcome
        self.left -= 1
    }

    /// Waits on as long as answers come, then says of all others that nobody knows.
    func endSoon(on channel: LoopChannel, _ loop: any EventLoop) {
        guard self.continuation != nil else { return }
        let left = self.left
        loop.assumeIsolated().scheduleTask(in: Self.silenceMax) {
            guard self.left == left else { return self.endSoon(on: channel, loop) }
            self.giveUp(on: channel)
        }
    }

    private func giveUp(on channel: LoopChannel) {
        for place in self.outcomes.indices where self.outcomes[place] == nil {
            self.outcomes[place] = .failed(.outcomeUnknown(action: "the publish"))
        }
        self.end(on: channel)
    }

    private func end(on channel: LoopChannel) {
        // Both hold this batch: letting them go breaks the circle.
        channel.confirmHandler = nil
        channel.returnHandler = nil
        self.resume()
    }

    /// What was not confirmed by then may have been taken or not, unless the broker refused it.
    private func ended(_ error: AMQPClientError) {
        for place in self.outcomes.indices where self.outcomes[place] == nil {
            self.outcomes[place] = .failed(error.linkError(publishing: self.messages[place]))
        }
        self.resume()
    }

    private func resume() {
        guard let continuation = exchange(&self.continuation, with: nil) else { return }
        for place in self.outcomes.indices where !self.returned.isEmpty {
            // Equal ones mean the same: which of them came back makes no difference.
            guard let count = self.returned[self.messages[place]] else { continue }
            self.outcomes[place] = .unroutable
            self.returned[self.messages[place]] = count > 1 ? count - 1 : nil
        }
        continuation.resume(returning: self.outcomes.compactMap { $0 })
    }
}

extension AMQPClientError {
    fileprivate func linkError(publishing message: Message) -> LinkError {
        switch self {
        case .channelClosed(let reason) where reason.code == ReplyCode.notFound.rawValue:
            .exchangeNotFound(message.exchange)
        case .channelClosed(let reason): .refused(reason: reason.text)
        case .connectionClosed, .connectionLost, .closedByClient, .protocolViolation,
            .unexpectedReply:
            .outcomeUnknown(action: "the publish")
        case .unreachable, .handshakeFailed, .loginRefused, .virtualHostRefused, .noChannelLeft:
            .disconnected(reason: "\(self)")
        }
    }
}
