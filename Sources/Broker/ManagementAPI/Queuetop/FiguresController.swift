import Core
import Engine
import Messaging
import Metering

/// What RabbitMQ does not tell of queues, for all queues of a virtual host at once: exact totals,
/// ages and processing times.
struct FiguresController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("queuetop/figures/{vhost}") { request in
            try await self.context.require(request.host)
            let figures = await self.context.engine.sample(in: request.host)
            return .object { json in
                json.key("queues")
                json.array { json in
                    for queue in figures.queues { json.object { $0.figures(queue) } }
                }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func figures(_ queue: QueueFigures) {
        self.field("name", queue.name.text)
        self.field("ready", queue.ready)
        self.field("unacked", queue.unacked)
        self.field("dead", queue.dead)
        self.field("waiting", queue.waiting)
        if let age = queue.oldestReadyMicroseconds {
            self.field("oldest_ready_microseconds", age)
        }
        if let age = queue.oldestUnackedMicroseconds {
            self.field("oldest_unacked_microseconds", age)
        }
        if let processing = queue.processing {
            self.key("processing")
            self.object { json in
                json.field("count", processing.count)
                json.field("p50_microseconds", processing.p50)
                json.field("p99_microseconds", processing.p99)
                json.field("p999_microseconds", processing.p999)
                json.field("max_microseconds", processing.max)
            }
        }
        self.key("totals")
        self.object { $0.totals(queue.tally) }
    }

    private mutating func totals(_ tally: QueueTally) {
        self.field("published", tally.published)
        self.field("delivered", tally.delivered)
        self.field("acked", tally.acked)
        self.field("redelivered", tally.redelivered)
        self.field("delivered_without_ack", tally.deliveredWithoutAck)
        self.field("expired", tally.expired)
        self.field("rejected", tally.rejected)
        self.field("dropped_by_length", tally.droppedByLength)
        self.field("refused", tally.refused)
        self.field("returned_too_often", tally.returnedTooOften)
        self.field("retried", tally.retried)
        self.field("dead_lettered", tally.deadLettered)
        self.field("purged", tally.purged)
        self.field("deduplicated", tally.deduplicated)
    }
}
