import AMQP
import AMQPClient
import BrokerLink
import Messaging
import Reports

extension ConsumeOrder {
    /// Deliveries that are on their way at one moment.
    private static let prefetch = 100
    /// How long an empty queue is left alone when messages are fetched one by one.
    private static let pollMilliseconds = 100

    /// Takes messages by AMQP until enough came, the queue is empty if that is asked for, or the
    /// task is cancelled.
    ///
    /// - Returns: How many messages were printed.
    func take(
        from session: AMQPSession, _ printer: MessagePrinter
    ) async throws(CommandFailure) -> Int {
        let result: Result<Int, CommandFailure>
        do throws(AMQPClientError) {
            let channel = try await session.client.openChannel()
            // A consumer cannot be told that there is no more, and one without acks not to send
            // more than is wanted.
            let fetches = self.settlement == .none || self.untilEmpty
            result =
                fetches
                ? try await self.fetch(channel, printer)
                : try await self.follow(channel, printer)
        } catch .channelClosed(let reason) where reason.code == ReplyCode.notFound.rawValue {
            throw CommandFailure(LinkError.queueNotFound(self.queue))
        } catch {
            throw CommandFailure(error)
        }
        return try result.get()
    }

    /// Fetches one after the other.
    private func fetch(
        _ channel: AMQPChannel, _ printer: MessagePrinter
    ) async throws(AMQPClientError) -> Result<Int, CommandFailure> {
        var taken = 0
        while !Task.isCancelled, taken < self.countMax ?? .max {
            guard let received = try await channel.get(self.queue, noAck: self.settlement == .none)
            else {
                if self.untilEmpty { break }
                try? await Task.sleep(for: .milliseconds(Self.pollMilliseconds))
                continue
            }
            do throws(CommandFailure) {
                try printer.print(received.message, isRedelivered: received.isRedelivered)
            } catch {
                return .failure(error)
            }
            taken += 1
            if self.settlement == .ack { channel.ack(received.tag) }
        }
        // What is to be requeued goes back with the channel.
        channel.close()
        return .success(taken)
    }

    /// Lets the broker send them.
    private func follow(
        _ channel: AMQPChannel, _ printer: MessagePrinter
    ) async throws(AMQPClientError) -> Result<Int, CommandFailure> {
        let countMax = self.countMax ?? .max
        let prefetch = self.settlement == .requeue ? countMax : min(Self.prefetch, countMax)
        try await channel.call(
            .basic(.qos(prefetchBytes: 0, prefetchCount: UInt16(prefetch), isGlobal: false)))
        let (deliveries, source) = AsyncStream.makeStream(of: ReceivedMessage.self)
        var consume = BasicMethod.Consume(queue: self.queue)
        if let from = self.from { consume.arguments["x-stream-offset"] = from.offsetArgument }
        let tag = try await channel.consume(consume) { loopChannel in
            loopChannel.whenEnded { _ in source.finish() }
            return ConsumerHandler(
                onDeliveries: { for each in $0 { source.yield(ReceivedMessage(copying: each)) } },
                onCancel: { source.finish() })
        }
        var taken = 0
        var last: DeliveryTag?
        for await received in deliveries {
            do throws(CommandFailure) {
                try printer.print(received.message, isRedelivered: received.isRedelivered)
            } catch {
                return .failure(error)
            }
            taken += 1
            last = received.tag
            guard taken < countMax else { break }
            // The last ones are acked together at the end: an ack has the broker send another
            // message, and no more than is wanted shall leave the queue.
            if self.settlement == .ack, taken <= countMax - prefetch { channel.ack(received.tag) }
        }
        guard Task.isCancelled || taken == countMax else {
            return .failure(
                CommandFailure(
                    .unavailable,
                    "The broker ended the consumer after \(taken) messages: the queue was "
                        + "deleted, or the connection was lost. What was not acked comes again."))
        }
        // Nothing more is to come between the last ack and the end.
        try await channel.cancel(tag)
        if self.settlement == .ack, let last { channel.ack(last, multiple: true) }
        channel.close()
        return .success(taken)
    }
}

extension StreamPlace {
    /// As a consumer's argument `x-stream-offset` has it.
    fileprivate var offsetArgument: FieldValue {
        switch self {
        case .first: .string("first")
        case .last: .string("last")
        case .offset(let offset): .int64(Int64(clamping: offset))
        case .time(let time): .timestamp(seconds: UInt64(clamping: time.seconds))
        }
    }
}
