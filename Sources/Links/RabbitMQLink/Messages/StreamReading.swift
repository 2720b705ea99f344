import AMQP
import AMQPClient
import Messaging
import NIOCore

extension StreamPlaceArgument {
    /// The `x-stream-offset` of a consumer that begins there.
    var fieldValue: FieldValue {
        switch self {
        case .first: .string("first")
        case .last: .string("last")
        case .offset(let offset): .int64(Int64(clamping: offset))
        case .time(let seconds): .timestamp(seconds: seconds)
        }
    }
}

/// A place in a stream as a consumer names it.
enum StreamPlaceArgument: Equatable, Sendable {
    case first, last
    case offset(UInt64)
    case time(seconds: UInt64)
}

/// One message of a stream.
struct StreamMessage: Sendable {
    var offset: UInt64
    var tag: DeliveryTag
    var message: Message
}

/// Reads a stream from a place on: a consumer whose messages are asked for by the batch.
///
/// A stream gives no sign that its end is reached; that nothing comes for ``quietMilliseconds``
/// is taken for it; for its first message it may take ``firstMilliseconds``.
final class StreamReading: Sendable {
    /// Unacked deliveries that the broker keeps under way.
    static let prefetch: UInt16 = 200
    static let quietMilliseconds: Int64 = 400
    static let firstMilliseconds: Int64 = 1_500

    private let lane: LaneChannel
    private let bound: NIOLoopBound<Desk>

    private init(_ lane: LaneChannel, _ bound: NIOLoopBound<Desk>) {
        self.lane = lane
        self.bound = bound
    }

    static func begin(
        _ stream: QueueName, at place: StreamPlaceArgument, on lane: LaneChannel
    ) async throws(AMQPClientError) -> StreamReading {
        try await lane.channel.call(
            .basic(.qos(prefetchBytes: 0, prefetchCount: self.prefetch, isGlobal: false)))
        let bound = await withCheckedContinuation { continuation in
            lane.client.eventLoop.execute {
                continuation.resume(
                    returning: NIOLoopBound(
                        Desk(lane.client.eventLoop), eventLoop: lane.client.eventLoop))
            }
        }
        var consume = BasicMethod.Consume(queue: stream)
        consume.arguments["x-stream-offset"] = place.fieldValue
        _ = try await lane.channel.consume(consume) { channel in
            channel.whenEnded { bound.value.ended($0) }
            return ConsumerHandler(
                onDeliveries: { bound.value.arrived($0.map { ReceivedMessage(copying: $0) }) },
                onCancel: {
                    bound.value.ended(
                        .channelClosed(CloseReason(.notFound, "the stream was deleted")))
                })
        }
        return StreamReading(lane, bound)
    }

    /// The next messages, at most so many; fewer when the stream has no more for now.
    ///
    /// They stay unacked until ``settle(through:)``, which lets more come.
    func next(_ countMax: Int) async throws(AMQPClientError) -> [StreamMessage] {
        let result = await withCheckedContinuation { continuation in
            self.lane.client.eventLoop.execute {
                self.bound.value.ask(countMax) { continuation.resume(returning: $0) }
            }
        }
        return try result.get()
    }

    /// Acks everything up to a message: a stream keeps it all the same.
    func settle(through message: StreamMessage) {
        self.lane.channel.ack(message.tag, multiple: true)
    }

    /// What has arrived; confined to the event loop.
    private final class Desk {
        private typealias Answer = (Result<[StreamMessage], AMQPClientError>) -> Void

        private let eventLoop: any EventLoop
        private var arrived: [StreamMessage] = []
        private var hasBegun = false
        private var failure: AMQPClientError?
        private var waiting: (count: Int, answer: Answer)?
        private var timer: Scheduled<Void>?

        init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

        func arrived(_ messages: [ReceivedMessage]) {
            self.hasBegun = true
            self.arrived += messages.compactMap { received in
                var message = received.message
                guard let offset = message.properties.headers?["x-stream-offset"]?.integer else {
                    return nil
                }
                // The broker's, not the publisher's.
                message.properties.headers?["x-stream-offset"] = nil
                if message.properties.headers?.isEmpty == true { message.properties.headers = nil }
                return StreamMessage(
                    offset: UInt64(clamping: offset), tag: received.tag, message: message)
            }
            self.answerOrWait()
        }

        func ended(_ error: AMQPClientError) {
            self.failure = self.failure ?? error
            self.answerNow()
        }

        func ask(
            _ count: Int, _ answer: @escaping (Result<[StreamMessage], AMQPClientError>) -> Void
        ) {
            precondition(self.waiting == nil, "one asks at a time")
            self.waiting = (min(count, Int(StreamReading.prefetch)), answer)
            self.answerOrWait()
        }

        private func answerOrWait() {
            guard let waiting else { return }
            if self.failure != nil || self.arrived.count >= waiting.count {
                return self.answerNow()
            }
            self.timer?.cancel()
            let quiet =
                self.hasBegun ? StreamReading.quietMilliseconds : StreamReading.firstMilliseconds
            self.timer = self.eventLoop.assumeIsolated().scheduleTask(
                in: .milliseconds(quiet)
            ) { [weak self] in self?.answerNow() }
        }

        private func answerNow() {
            self.timer?.cancel()
            self.timer = nil
            guard let waiting = self.waiting.take() else { return }
            if let failure, self.arrived.isEmpty { return waiting.answer(.failure(failure)) }
            let answer = Array(self.arrived.prefix(waiting.count))
            self.arrived.removeFirst(answer.count)
            waiting.answer(.success(answer))
        }
    }
}
