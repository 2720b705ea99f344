import Core
import Engine
import Messaging

/// How a queue's depth and counters moved during the last minutes in which somebody asked.
struct HistoryController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("queuetop/queues/{vhost}/{queue}/history") { request in
            try request.requireQuery()
            let (host, name) = (request.host, request.queue)
            let id = await self.context.engine.snapshot { broker, _ in
                broker.queueID(of: name, in: host)
            }
            guard let id else { throw APIFailure.notFound }
            let (samples, until) = self.context.rates.history(of: id)
            return .object { json in
                json.key("until")
                if let until { json.integer(until.milliseconds) } else { json.null() }
                json.key("samples")
                json.array { json in for sample in samples { json.object { $0.history(sample) } } }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func history(_ sample: HistoryBook.Sample) {
        self.field("at", sample.at.milliseconds)
        self.field("messages_ready", sample.ready)
        self.field("messages_unacknowledged", sample.unacked)
        self.field("publish", sample.published)
        self.field("deliver_get", sample.delivered)
        self.field("ack", sample.acked)
    }
}

extension Timestamp {
    fileprivate var milliseconds: Int64 { self.microseconds / 1_000 }
}
