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
            guard let timings = await self.context.engine.timings(of: name, in: host) else {
                throw APIFailure.notFound
            }
            return .object { $0.timings(timings) }
        }
    }
}

/// What is measured of one queue; nil where nothing was yet.
private struct Timings: Sendable {
    var processingLastMinute: DurationSummary?
    var processing: DurationSummary?
    var deliverToAck: DurationSummary?
    var timeInQueue: DurationSummary?
    var oldestReadyMicroseconds: Int64?
    var oldestUnackedMicroseconds: Int64?
}

extension Engine {
    fileprivate func timings(of name: QueueName, in host: VirtualHostName) -> Timings? {
        self.snapshot { broker, now in
            guard let facts = broker.detail(of: name, in: host, now: now),
                let id = broker.queueID(of: name, in: host),
                let figures = broker.listings(of: [id], now: now).first?.figures
            else { return nil }
            return Timings(
                processingLastMinute: figures.processing, processing: facts.processingTotal,
                deliverToAck: facts.deliverToAck, timeInQueue: facts.timeInQueue,
                oldestReadyMicroseconds: figures.oldestReadyMicroseconds,
                oldestUnackedMicroseconds: figures.oldestUnackedMicroseconds)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func timings(_ timings: Timings) {
        self.summary("processing_last_minute", timings.processingLastMinute)
        self.summary("processing", timings.processing)
        self.summary("deliver_to_ack", timings.deliverToAck)
        self.summary("time_in_queue", timings.timeInQueue)
        if let age = timings.oldestReadyMicroseconds {
            self.field("oldest_ready_seconds", Double(age) / 1_000_000)
        }
        if let age = timings.oldestUnackedMicroseconds {
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
