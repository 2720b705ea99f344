import Core
import Engine
import Messaging

/// `/metrics` and `/metrics/per-object` for Prometheus, by the names of RabbitMQ's plugin where
/// that counts the same.
///
/// As in RabbitMQ nobody has to log in, but only from this machine; from elsewhere somebody who may
/// monitor has to.
struct MetricsController: Sendable {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    /// Whether a path is one of these.
    static func isOwn(_ path: [String]) -> Bool { path.first == "metrics" }

    /// - Throws: 404 for another path below it.
    func answer(_ path: [String]) async throws(APIFailure) -> APIAnswer {
        var text = MetricsText()
        switch path {
        case ["metrics"]:
            let sight = await self.context.engine.metrics
            text.broker(sight, self.context.identity)
            text.queueSums(sight.counters.queues)
            text.flowSums(await self.context.engine.flowSums)
        case ["metrics", "per-object"]:
            let sight = await self.context.engine.metrics
            text.broker(sight, self.context.identity)
            let places = await self.context.engine.queuePlaces(in: sight.hosts).inOrder
            text.queues(await self.context.engine.listings(of: places.map(\.id)))
            text.groups(await self.context.engine.groups(of: places))
            text.delays(await self.context.engine.exchanges(in: sight.hosts))
        default: throw .notFound
        }
        return APIAnswer(body: text.bytes, contentType: MetricsText.contentType)
    }
}

/// What the metrics of the whole broker are made of.
struct MetricsSight: Sendable {
    var counters: CounterSample
    var hosts: [VirtualHostName]
    var channels: Int
    var consumers: Int
    var trouble: BrokerTrouble
    var messageMemoryBytes: Int
}

extension Engine {
    fileprivate var metrics: MetricsSight {
        self.snapshot { broker, now in
            let channels = broker.channelFigures.filter { $0.connection.isOfClient }
            let figures = broker.sample(in: VirtualHostName(""), now: now)
            return MetricsSight(
                counters: broker.counters(now: now), hosts: broker.virtualHosts,
                channels: channels.count, consumers: channels.reduce(0) { $0 + $1.consumers },
                trouble: figures.trouble, messageMemoryBytes: figures.messageMemoryBytes)
        }
    }
}
