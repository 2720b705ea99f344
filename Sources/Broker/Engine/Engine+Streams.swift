import Core
import Messaging

/// What operators ask of streams, through a link; each call is one batch.
extension Engine {
    /// The offset that a stream's next message gets; nil when there is no such stream.
    package func nextOffset(
        of queue: QueueName, in host: VirtualHostName = .default
    ) -> UInt64? {
        self.broker.nextOffset(of: queue, in: host)
    }

    /// The page of a stream that begins there; nil when there is no such stream.
    package func browse(
        _ queue: QueueName, in host: VirtualHostName = .default, from start: StreamStart,
        countMax: Int, bodyBytesMax: Int
    ) async -> RecordPage? {
        await self.observed { broker, _ in
            broker.browse(
                queue, in: host, from: start, countMax: countMax, bodyBytesMax: bodyBytesMax)
        }
    }

    /// Copies up to `countMax` messages of a stream to a queue, as `Broker.replayStep` says.
    ///
    /// Other batches run between two steps. When the answer is ``ReplayNext/loading(_:)`` the step
    /// has already waited: go on at once.
    package func replayStep(
        source: QueueName, in host: VirtualHostName = .default, from start: StreamStart,
        before end: UInt64, to target: QueueName, countMax: Int
    ) async -> ReplayStep {
        let step = self.operation { broker, now in
            broker.replayStep(
                source: source, in: host, from: start, before: end, to: target,
                countMax: countMax, now: now)
        }
        if case .loading = step.next { await self.chunkArrival() }
        return step
    }
}
