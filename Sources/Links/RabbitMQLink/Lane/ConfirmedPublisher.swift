import AMQPClient
import Messaging
import NIOCore

/// Publishes batches with confirm and mandatory, and waits for what became of each message.
final class ConfirmedPublisher: Sendable {
    /// A broker that takes longer over its confirms blocks its publishers, or hangs.
    static let confirmSeconds: Int64 = 30

    private let lane: LaneChannel
    private let bound: NIOLoopBound<Desk>

    private init(_ lane: LaneChannel, _ bound: NIOLoopBound<Desk>) {
        self.lane = lane
        self.bound = bound
    }

    /// Puts the channel into confirm mode.
    static func on(_ lane: LaneChannel) async throws(AMQPClientError) -> ConfirmedPublisher {
        try await lane.channel.selectConfirms()
        let bound = await withCheckedContinuation { continuation in
            lane.client.eventLoop.execute {
                let desk = Desk(lane.channel.onLoop, of: lane.client)
                continuation.resume(
                    returning: NIOLoopBound(desk, eventLoop: lane.client.eventLoop))
            }
        }
        return ConfirmedPublisher(lane, bound)
    }

    /// Publishes a batch; the one before has to be answered.
    func publish(_ messages: [Message]) async -> PublishOutcome {
        guard !messages.isEmpty else { return PublishOutcome(fates: []) }
        return await withCheckedContinuation { continuation in
            self.lane.client.eventLoop.execute {
                self.bound.value.publish(messages) { continuation.resume(returning: $0) }
            }
        }
    }

    /// The batch under way; confined to the event loop.
    private final class Desk {
        private let channel: LoopChannel
        private let eventLoop: any EventLoop
        private let address: String
        private var tally = PublishTally([])
        private var answer: ((PublishOutcome) -> Void)?
        private var timer: Scheduled<Void>?

        init(_ channel: LoopChannel, of client: AMQPClient) {
            self.channel = channel
            self.eventLoop = client.eventLoop
            self.address = client.endpoint.address
            channel.returnHandler = { [weak self] in self?.tally.returned($0.message) }
            channel.confirmHandler = { [weak self] in self?.confirmed($0) }
            channel.whenEnded { [weak self] in self?.finish($0) }
        }

        func publish(_ messages: [Message], _ answer: @escaping (PublishOutcome) -> Void) {
            precondition(self.answer == nil, "a batch is published when the last one is answered")
            self.tally = PublishTally(messages)
            self.answer = answer
            guard self.channel.isOpen else {
                // Tells at once why it has ended.
                self.channel.whenEnded { [weak self] in self?.finish($0) }
                return
            }
            self.timer = self.eventLoop.assumeIsolated().scheduleTask(
                in: .seconds(ConfirmedPublisher.confirmSeconds)
            ) { [weak self] in self?.timedOut() }
            for (index, message) in messages.enumerated() {
                message.withBytes {
                    self.channel.publish($0, isMandatory: true, note: Int64(index))
                }
            }
            self.channel.flush()
        }

        private func confirmed(_ batch: ConfirmBatch) {
            for note in batch.acked { self.tally.acked(Int(note)) }
            for note in batch.nacked { self.tally.nacked(Int(note)) }
            if self.tally.isComplete { self.finish(nil) }
        }

        private func timedOut() {
            let reason =
                self.channel.connection.blockedReason.map { "it blocks publishers: \($0)" }
                ?? "it confirmed nothing for \(ConfirmedPublisher.confirmSeconds) seconds"
            self.finish(.connectionLost(address: self.address, reason: reason))
        }

        private func finish(_ failure: AMQPClientError?) {
            self.timer?.cancel()
            self.timer = nil
            let answer = self.answer.take()
            answer?(PublishOutcome(fates: self.tally.fates, failure: failure))
        }
    }
}
