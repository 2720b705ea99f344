import BrokerLink
import Messaging
import Metering

extension BrokerIdentity {
    /// The embedded broker as a link describes it, with everything available.
    package static func fake(
        product: String = "queuetop", address: String = "embedded",
        unavailable: [Capability: String] = [:]
    ) -> BrokerIdentity {
        var capabilities: [Capability: Availability] = [:]
        for capability in Capability.allCases {
            capabilities[capability] =
                unavailable[capability].map { .unavailable(because: $0) } ?? .available
        }
        return BrokerIdentity(
            product: product, version: "0.1.0", address: address, user: "guest", virtualHost: "/",
            capabilities: capabilities, browseIntrusion: .none)
    }
}

extension Timestamp {
    /// 2026-11-21 18:31:40 UTC, when every test begins.
    package static let testStart = Timestamp(seconds: 1_795_285_900)

    package func adding(seconds: Int64) -> Timestamp {
        self.adding(microseconds: seconds * 1_000_000)
    }
}

extension DurationSummary {
    /// A distribution of a hundred durations.
    package static func of(p50: Int64, p99: Int64) -> DurationSummary {
        DurationSummary(count: 100, p50: p50, p99: p99, p999: p99 * 2, max: p99 * 3)
    }
}

/// A queue that gets and gives so many messages each second, for making samples of any moment.
package struct SteadyQueue: Sendable {
    package var sample: QueueSample
    package var publishedPerSecond: Int
    package var ackedPerSecond: Int

    /// - Parameter sample: The queue at second 0.
    package init(_ sample: QueueSample, publishedPerSecond: Int = 0, ackedPerSecond: Int = 0) {
        self.sample = sample
        self.publishedPerSecond = publishedPerSecond
        self.ackedPerSecond = ackedPerSecond
    }

    /// The queue so many seconds after ``Timestamp/testStart``.
    package func at(second: Int) -> QueueSample {
        var sample = self.sample
        sample.ready += (self.publishedPerSecond - self.ackedPerSecond) * second
        let acked = UInt64(self.ackedPerSecond * second)
        sample.totals.published = sample.totals.published.map {
            $0 + UInt64(self.publishedPerSecond * second)
        }
        sample.totals.delivered = sample.totals.delivered.map { $0 + acked }
        sample.totals.acked = sample.totals.acked.map { $0 + acked }
        return sample
    }
}

extension BrokerSample {
    /// A sample so many seconds after ``Timestamp/testStart``.
    package static func of(_ queues: [SteadyQueue], second: Int) -> BrokerSample {
        BrokerSample(
            at: .testStart.adding(seconds: Int64(second)), connections: 14, channels: 20,
            exchanges: 9, queues: queues.map { $0.at(second: second) },
            messageMemoryBytes: 41_000_000)
    }
}

extension SampleHistory {
    /// What is known of queues that were sampled every other second from ``Timestamp/testStart``
    /// until so many seconds after it.
    package static func of(_ queues: [SteadyQueue], second: Int) -> SampleHistory {
        var history = SampleHistory()
        for past in stride(from: second % 2, through: second, by: 2) {
            history.append(.of(queues, second: past))
        }
        return history
    }
}
