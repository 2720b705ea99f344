import Core
import Engine
import Messaging

/// All that is known of one queue beside what RabbitMQ tells, and the order to its breaker.
struct QueueDetailController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        let path = "queuetop/queues/{vhost}/{queue}"
        routes.get(path) { request in
            try request.requireQuery()
            let (host, name) = (request.host, request.queue)
            guard let measures = await self.context.engine.measures(of: name, in: host) else {
                throw APIFailure.notFound
            }
            return .object { $0.measures(measures, self.context.identity) }
        }
        routes.post("\(path)/breaker") { request in
            try await self.context.requireReading(request)
            return try await self.setBreaker(request)
        }
    }

    private func setBreaker(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let word = try OrderBody(request, fields: "state").text("state")
        guard let word, ["open", "closed"].contains(word) else {
            throw .badRequest("state is open or closed")
        }
        let (host, name) = (request.host, request.queue)
        switch await self.context.engine.setBreaker(of: name, in: host, isOpen: word == "open") {
        case .done: break
        case .queueNotFound: throw .notFound
        case .noBreaker:
            throw .badRequest(
                "\(name) has no circuit breaker; the policy key breaker-threshold gives it one")
        }
        let measures = await self.context.engine.measures(of: name, in: host)
        guard let breaker = measures?.figures.flow.breaker else { throw .notFound }
        return .object { $0.breaker(breaker) }
    }
}

extension JSONWriter {
    fileprivate mutating func measures(_ measures: QueueMeasures, _ identity: BrokerFace) {
        self.figures(measures.figures)
        let facts = measures.facts
        self.field("durability", facts.durability)
        if let limit = facts.deliveryLimit { self.field("delivery_limit", limit) }
        if let retries = facts.retries {
            self.key("retries")
            self.object { json in
                json.field("count", retries.count)
                json.key("waits_microseconds")
                json.array { json in for wait in retries.waitsMicroseconds { json.integer(wait) } }
                json.field("jitter", retries.jitter)
            }
        }
        if let next = facts.nextRetryMicroseconds { self.field("next_retry_microseconds", next) }
        self.key("ready_by_priority")
        self.array { json in
            for level in facts.readyByLevel {
                json.object { json in
                    json.field("priority", level.priority)
                    json.field("ready", level.ready)
                }
            }
        }
        self.key("consumer_list")
        self.array { json in
            for consumer in facts.consumers { json.object { $0.holder(consumer, identity) } }
        }
        self.key("groups")
        self.array { json in for group in facts.groups { json.object { $0.group(group) } } }
        if let total = facts.processingTotal { self.percentiles("processing_total", total) }
        if let total = facts.deliverToAck { self.percentiles("deliver_to_ack", total) }
        if let total = facts.timeInQueue { self.percentiles("time_in_queue", total) }
    }
}
