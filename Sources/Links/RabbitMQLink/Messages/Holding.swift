import AMQPClient
import BrokerLink
import Messaging
import NIOCore

/// Messages of one queue that are held unacked on a channel of their own, from the head on.
///
/// Nobody else gets them meanwhile, so they are held for as short as possible, and only so many.
/// Whatever happens to the channel, the broker puts back what was not settled.
struct Holding: Sendable {
    /// Messages that are held at most.
    static let countMax = 5_000
    /// Bytes of them.
    static let bytesMax = 268_435_456
    /// Gets that are under way at once.
    private static let batch = 100

    let queue: QueueName
    let lane: LaneChannel
    /// How often its messages may be put back; nil is without end.
    let limit: ReturnLimit?
    /// In the order of the queue.
    private(set) var messages: [ReceivedMessage] = []
    private(set) var bytes = 0
    /// Whether the queue had no more ready messages.
    private(set) var isWhole = false
    /// Gets that may have been answered when the connection ended.
    private(set) var underWay = 0

    init(_ queue: QueueName, on lane: LaneChannel, within limit: ReturnLimit?) {
        self.queue = queue
        self.lane = lane
        self.limit = limit
    }

    var isFull: Bool { self.messages.count >= Self.countMax || self.bytes >= Self.bytesMax }

    /// Takes more messages, until so many are held, none is left, or no more may be held.
    mutating func take(until count: Int) async throws(AMQPClientError) {
        while !self.isWhole, !self.isFull, self.messages.count < count {
            _ = try await self.takeBatch(
                min(count, Self.countMax) - self.messages.count)
        }
    }

    /// Takes at most one batch more and answers what came.
    mutating func takeBatch(_ wanted: Int) async throws(AMQPClientError) -> [ReceivedMessage] {
        let count = max(1, min(wanted, Self.batch))
        let (answers, failure) = await Self.get(count, from: self.queue, on: self.lane)
        let came = answers.compactMap { $0 }
        self.messages += came
        self.bytes += came.reduce(0) { $0 + $1.message.body.count }
        if let failure {
            // A broker that closes a channel says so behind all that it has delivered on it.
            if case .channelClosed = failure {} else { self.underWay = count - answers.count }
            throw failure
        }
        // An empty answer: nothing was left at that moment.
        self.isWhole = came.count < count
        return came
    }

    /// Forgets the ones that were settled.
    mutating func settled(_ tags: Set<DeliveryTag>) {
        self.messages.removeAll { tags.contains($0.tag) }
        self.bytes = self.messages.reduce(0) { $0 + $1.message.body.count }
    }

    /// Puts back all that is still held, whatever that means for it, and returns when the broker
    /// has been told.
    mutating func release() async throws(AMQPClientError) {
        try await self.lane.channel.call(.basic(.recover(requeue: true)))
        self.messages = []
        self.bytes = 0
    }

    /// Sends all gets at once: a round trip each would hold the messages much longer.
    ///
    /// - Returns: The answers that came, and why the others did not.
    private static func get(
        _ count: Int, from queue: QueueName, on lane: LaneChannel
    ) async -> (answers: [ReceivedMessage?], failure: AMQPClientError?) {
        await withCheckedContinuation { continuation in
            lane.client.eventLoop.execute {
                let channel = lane.channel.onLoop
                var answers: [ReceivedMessage?] = []
                var failure: AMQPClientError?
                var left = count
                for _ in 0..<count {
                    channel.get(queue, noAck: false) { answer in
                        switch answer {
                        case .success(let message): answers.append(message)
                        case .failure(let error): failure = failure ?? error
                        }
                        left -= 1
                        guard left == 0 else { return }
                        continuation.resume(returning: (answers, failure))
                    }
                }
            }
        }
    }
}
