import AMQP
import Messaging
import NIOCore

/// A channel of an ``AMQPClient``, to be used from anywhere: one hop to its event loop a call.
package final class AMQPChannel: Sendable {
    private let eventLoop: any EventLoop
    private let bound: NIOLoopBound<LoopChannel>

    init(_ channel: LoopChannel, on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.bound = NIOLoopBound(channel, eventLoop: eventLoop)
    }

    /// The channel itself; only for callers on its event loop.
    package var onLoop: LoopChannel { self.bound.value }

    /// Sends a method and returns the broker's reply.
    @discardableResult
    package func call(_ method: Method) async throws(AMQPClientError) -> Method {
        try await self.ask { $0.call(method, then: $1) }
    }

    /// Fetches one message, if the queue has one ready.
    package func get(
        _ queue: QueueName, noAck: Bool = false
    ) async throws(AMQPClientError) -> ReceivedMessage? {
        try await self.ask { $0.get(queue, noAck: noAck, then: $1) }
    }

    /// Asks the broker to confirm what is published from now on.
    package func selectConfirms() async throws(AMQPClientError) {
        _ = try await self.ask { $0.selectConfirms(then: $1) }
    }

    /// Starts a consumer and returns its tag.
    ///
    /// - Parameter makeHandler: Called on the event loop to make the handler, which may keep the
    ///   channel to settle what it gets.
    package func consume(
        _ consume: BasicMethod.Consume,
        _ makeHandler: @escaping @Sendable (LoopChannel) -> ConsumerHandler
    ) async throws(AMQPClientError) -> ConsumerTag {
        try await self.ask { $0.consume(consume, makeHandler($0), then: $1) }
    }

    /// Ends a consumer; deliveries that are under way are dropped and stay unacked.
    package func cancel(_ tag: ConsumerTag) async throws(AMQPClientError) {
        _ = try await self.ask { $0.cancel(tag, then: $1) }
    }

    /// Publishes messages with one write; in confirm mode it is not known yet what became of them.
    package func publish(_ messages: [Message], isMandatory: Bool = false) {
        self.tell { channel in
            for message in messages {
                message.withBytes { channel.publish($0, isMandatory: isMandatory) }
            }
        }
    }

    /// Acks a delivery, or all up to it.
    package func ack(_ tag: DeliveryTag, multiple: Bool = false) {
        self.tell { $0.ack(tag, multiple: multiple) }
    }

    /// Rejects a delivery; without requeue it dies or goes to its queue's dead letters.
    package func reject(_ tag: DeliveryTag, requeue: Bool) {
        self.tell { $0.reject(tag, requeue: requeue) }
    }

    /// Closes the channel behind everything sent before.
    package func close() { self.tell { $0.close() } }

    /// Waits for the channel's end and says why it came.
    package func ended() async -> AMQPClientError {
        await withCheckedContinuation { continuation in
            self.eventLoop.execute {
                self.onLoop.whenEnded { continuation.resume(returning: $0) }
            }
        }
    }

    private func tell(_ action: @escaping @Sendable (LoopChannel) -> Void) {
        self.eventLoop.execute {
            action(self.onLoop)
            self.onLoop.flush()
        }
    }

    private func ask<Answer: Sendable>(
        _ question:
            @escaping @Sendable (
                LoopChannel, @escaping (Result<Answer, AMQPClientError>) -> Void
            ) -> Void
    ) async throws(AMQPClientError) -> Answer {
        let result = await withCheckedContinuation { continuation in
            self.eventLoop.execute {
                question(self.onLoop) { continuation.resume(returning: $0) }
            }
        }
        return try result.get()
    }
}
