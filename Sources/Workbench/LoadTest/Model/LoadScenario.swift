import Messaging

/// A load to put on a broker: what to declare first, what to publish, and who consumes it.
///
/// Two runs of one scenario with the same seed publish the same messages in the same order.
package struct LoadScenario: Hashable, Sendable {
    /// The highest rate that a run can be set to, in messages a second over all streams.
    package static let ratePerSecondMax = 10_000_000.0

    /// What the load screen calls it.
    package var name: String
    package var topology: LoadTopology
    package var streams: [LoadStream]
    package var consumers: [LoadConsumer]
    /// Where drawn amounts, variants, work times and failures start from.
    package var seed: UInt64

    package init(
        name: String, topology: LoadTopology = LoadTopology(), streams: [LoadStream],
        consumers: [LoadConsumer] = [], seed: UInt64 = 1
    ) {
        self.name = name
        self.topology = topology
        self.streams = streams
        self.consumers = consumers
        self.seed = seed
    }

    /// Messages a second that all streams plan together outside of bursts and after ramps.
    package var ratePerSecond: Double {
        self.streams.reduce(0) { $0 + $1.profile.ratePerSecond }
    }

    /// Connections that publish.
    package var producerCount: Int { self.streams.reduce(0) { $0 + $1.connections } }

    /// Consumers of all queues.
    package var consumerCount: Int { self.consumers.reduce(0) { $0 + $1.count } }
}
