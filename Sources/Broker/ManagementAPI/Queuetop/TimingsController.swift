import Core
import Engine
import Messaging
import Metering

/// How long messages of a queue wait and take, as percentiles.
struct TimingsController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("queuetop/queues/{vhost}/{queue}/timings") { request in
            try request.requireQuery()
            let (host, name) = (request.host, request.queue)
            guard let measures = await self.context.engine.measures(of: name, in: host) else {
                throw APIFailure.notFound
            }
            return .object { $0.timings(measures) }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func timings(_ measures: QueueMeasures) {
        self.summary("processing_last_minute", measures.figures.processing)
        self.summary("processing", measures.facts.processingTotal)
        self.summary("deliver_to_ack", measures.facts.deliverToAck)
        self.summary("time_in_queue", measures.facts.timeInQueue)
        if let age = measures.figures.oldestReadyMicroseconds {
            self.field("oldest_ready_seconds", Double(age) / 1_000_000)
        }
        if let age = measures.figures.oldestUnackedMicroseconds {
            self.field("oldest_unacked_seconds", Double(age) / 1_000_000)
        }
    }

    /// Null while nothing was measured.
    private mutating func summary(_ name: StaticString, _ summary: DurationSummary?) {
        self.key(name)
        guard let summary else { return self.null() }
        self.object { json in
            json.field("count", summary.count)
            json.field("p50_seconds", Double(summary.p50) / 1_000_000)
            json.field("p99_seconds", Double(summary.p99) / 1_000_000)
            json.field("p999_seconds", Double(summary.p999) / 1_000_000)
            json.field("max_seconds", Double(summary.max) / 1_000_000)
        }
    }
}
